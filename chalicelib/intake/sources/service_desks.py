"""Autotask and HaloPSA: grids and reports whose columns users choose. Worked hours count, not hours to bill.

An internal note is for colleagues: it is never read as a description, which the client sees.
"""

from dataclasses import replace

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names

AUTOTASK = Source(
    name="autotask",
    title="Autotask grid of time entries",
    signatures=(
        names("hours worked", "hours to bill"),
        names("hours worked", "summary notes"),
        names("hours worked", "resource name"),
        names("worked date", "hours worked"),
    ),
    columns={
        Field.DATE: ("worked date", "start date", "date worked", "date"),
        Field.CLIENT: ("company", "account", "organization"),
        Field.CONTRACT: ("contract", "contract name"),
        Field.TASK: ("task", "ticket title"),
        Field.DESCRIPTION: ("summary notes",),
        Field.WORK_TYPE: ("work type", "billing code", "role"),
        Field.TICKET: ("ticket number",),
        Field.NON_BILLABLE: ("non-billable", "non billable", "nonbillable"),
    },
    durations=(DurationColumn("hours worked"),),
    workers=(("resource name",), ("resource",)),
)

AUTOTASK_API = replace(
    AUTOTASK,
    title="Autotask time entries of its API",
    signatures=(names("dateworked", "hoursworked"),),
    columns={
        Field.DATE: ("dateworked",),
        Field.CONTRACT: ("contractid",),
        Field.TASK: ("taskid",),
        Field.DESCRIPTION: ("summarynotes",),
        Field.WORK_TYPE: ("billingcodeid",),
        Field.TICKET: ("ticketid",),
        Field.NON_BILLABLE: ("isnonbillable",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(DurationColumn("hoursworked"),),
    workers=(("resourceid",),),
)

HALOPSA = Source(
    name="halopsa",
    title="HaloPSA report of actions",
    signatures=(
        names("date/time done", "time taken"),
        names("action logged date", "time taken (mins)"),
        names("ticket number", "date", "chargehours"),
    ),
    columns={
        Field.DATE: ("date/time done", "action logged date", "date"),
        Field.CLIENT: ("client name", "client"),
        Field.CONTRACT: ("contract",),
        Field.TASK: ("parent summary", "title"),
        Field.DESCRIPTION: ("note", "action description"),
        Field.WORK_TYPE: ("charge rate", "charge type", "request type", "type"),
        Field.TICKET: ("request id", "ticket id", "ticket number"),
    },
    durations=(
        DurationColumn("time taken (mins)", Unit.MINUTES),
        DurationColumn("time taken"),
        DurationColumn("chargehours"),
    ),
    workers=(("technician",), ("agent",)),
)
