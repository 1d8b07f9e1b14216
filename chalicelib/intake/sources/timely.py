"""Timely: the report with logged and planned hours. A row with planned hours only is not work and is skipped."""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Shape, Source, names

TIMELY = Source(
    name="timely",
    title="Timely report",
    signatures=(names("date", "name", "logged hours", "planned hours"), names("date", "project", "logged hours")),
    columns={
        Field.DATE: ("date",),
        Field.START: ("from",),
        Field.END: ("to",),
        Field.EMAIL: ("email",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.DESCRIPTION: ("notes",),
        Field.TAGS: ("tags",),
        Field.BILLABLE_AMOUNT: ("billable hours",),
    },
    durations=(DurationColumn("logged hours"),),
    workers=(("name",), ("email",)),
    shape=Shape(plan="planned hours"),
)
