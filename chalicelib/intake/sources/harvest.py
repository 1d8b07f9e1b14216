"""Harvest: the detailed time report. English only; account settings decide date format and decimal mark."""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Source, names

HARVEST = Source(
    name="harvest",
    title="Harvest detailed time report",
    signatures=(
        names("date", "hours", "first name", "last name"),
        names("date", "client", "project", "project code", "task", "notes", "hours"),
    ),
    columns={
        Field.DATE: ("date",),
        Field.START: ("started at",),
        Field.END: ("ended at",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE: ("billable?",),
    },
    durations=(DurationColumn("hours"),),
    workers=(("first name", "last name"), ("last name",), ("first name",)),
)
