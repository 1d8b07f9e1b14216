"""ConnectWise PSA: the four time grids, exported from a list view with its visible columns, and the view `v_rpt_Time`.

Worked hours count if the file has them (`hours_actual`, `Actual Hours`, `Hours`), else hours to be billed. The finance
grids only have hours that are not invoiced yet (`WIP Hrs`, zero once they are) and invoiced hours (`Inv Hrs`). Hours
that an agreement covered come last: they leave out what exceeded it.
"""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Source, names

CONNECTWISE = Source(
    name="connectwise",
    title="ConnectWise time grid",
    signatures=(
        names("member", "date", "hours", "inv hours"),
        names("member", "date", "hours", "agreement"),
        names("member", "date", "hours", "ticket #"),
        names("member", "date", "actual hours"),
        names("member", "date", "actual hrs"),
        names("member name", "date", "wip hrs"),
        names("member name", "date", "inv hrs"),
        names("member", "date", "bill hrs"),
        names("member", "date", "app hrs"),
        names("resource", "date", "wip hrs"),
        names("resource", "date", "inv hrs"),
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
        *(DurationColumn(name) for name in ("hours_actual", "actual hours", "actual hrs", "hours", "bill hrs")),
        DurationColumn("wip hrs", zero_is_empty=True),
        *(DurationColumn(name) for name in ("inv hrs", "app hrs", "billable_hrs", "billable hrs", "billable hours")),
    ),
    workers=(("member name",), ("member",), ("resource",), ("first_name", "last_name"), ("member_id",)),
)
