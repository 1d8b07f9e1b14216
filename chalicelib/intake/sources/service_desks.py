"""ConnectWise, Autotask, HaloPSA and others: grids and reports whose columns users choose. Worked hours come first.

An internal note is for colleagues: it is never read as a description, which the client sees.
"""

from dataclasses import replace

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names

CONNECTWISE = Source(
    name="connectwise",
    title="ConnectWise time grid",
    signatures=(
        *(names("member", "date", "hours", more) for more in ("inv hours", "agreement", "ticket #")),
        *(names("member", "date", hours) for hours in ("actual hours", "actual hrs", "bill hrs", "app hrs")),
        *(names(who, "date", hours) for who in ("member name", "resource") for hours in ("wip hrs", "inv hrs")),
        names("date", "time recid"),
        names("date_start", "hours_actual"),
        names("date_start", "billable_hrs"),
    ),
    columns={
        Field.DATE: ("date", "date_start"),
        Field.START: ("time_start", "start time"),
        Field.END: ("time_end", "end time"),
        Field.CLIENT: ("company", "company name", "company_name"),
        Field.CONTRACT: ("agreement", "agreement_name"),
        Field.PROJECT: ("project", "project name", "project_name"),
        Field.TASK: ("ticket summary", "sr_summary", "summary"),
        Field.DESCRIPTION: ("notes",),
        Field.WORK_TYPE: ("work type", "work_type"),
        Field.TICKET: ("ticket #", "service id", "ticket number", "sr_service_recid"),
        Field.BILLABLE: ("bill", "option_id", "billable"),
        Field.SOURCE_ID: ("time recid", "time_recid"),
    },
    durations=(
        *map(DurationColumn, ("hours_actual", "actual hours", "actual hrs", "hours", "bill hrs")),
        DurationColumn("wip hrs", zero_is_empty=True),
        *map(DurationColumn, ("inv hrs", "app hrs", "billable_hrs", "billable hrs", "billable hours")),
    ),
    workers=(("member name",), ("member",), ("resource",), ("first_name", "last_name"), ("member_id",)),
)
"""The four time grids, exported from a list view with its visible columns, and the view `v_rpt_Time`.

Worked hours count if the file has them (`hours_actual`, `Actual Hours`, `Hours`), else hours to be billed. The finance
grids only have hours that are not invoiced yet (`WIP Hrs`, zero once they are) and invoiced hours (`Inv Hrs`). Hours
that an agreement covered come last: they leave out what exceeded it.
"""

AUTOTASK = Source(
    name="autotask",
    title="Autotask grid of time entries",
    signatures=(
        *(names("hours worked", more) for more in ("hours to bill", "summary notes", "resource name")),
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
    ignored=names("username", "user"),
)
"""Its user is who asked for help, never who worked."""

SERVICEDESK_PLUS = Source(
    name="servicedesk-plus",
    title="ServiceDesk Plus report of work logs",
    signatures=(
        names("time spent technician", "time spent start date"),
        names("time spent technician", "time spent", "workdate"),
    ),
    columns={
        Field.DATE: ("workdate",),
        Field.START: ("time spent start date",),
        Field.END: ("time spent end date",),
        Field.CLIENT: ("account",),
        Field.TASK: ("title", "subject"),
        Field.DESCRIPTION: ("description", "time spent description"),
        Field.WORK_TYPE: ("module",),
        Field.TICKET: ("id", "request id", "change id"),
    },
    durations=(DurationColumn("time spent"),),
    workers=(("time spent technician",),),
)
"""Its names are those that reports over the tables of work logs give them; `ID` is the request's."""
