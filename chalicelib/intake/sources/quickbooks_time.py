"""QuickBooks Time (TSheets): the timesheet report. Job codes are a hierarchy; paid leave looks like work.

`billable`, `class` and `service item` are the account's own fields and may be missing.
"""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Source, names

QUICKBOOKS_TIME = Source(
    name="quickbooks-time",
    title="QuickBooks Time timesheet report",
    signatures=(
        names("local_date", "hours", "jobcode_1"),
        names("local_date", "hours", "username"),
        names("local_date", "hours", "fname", "lname"),
    ),
    columns={
        Field.DATE: ("local_date",),
        Field.START: ("local_start_time",),
        Field.END: ("local_end_time",),
        Field.EMAIL: ("username",),
        Field.CLIENT: ("jobcode_1",),
        Field.PROJECT: ("jobcode_2",),
        Field.DESCRIPTION: ("notes",),
        Field.WORK_TYPE: ("service item",),
        Field.BILLABLE: ("billable",),
    },
    joined={Field.PROJECT: tuple(f"jobcode_{level}" for level in range(3, 10))},
    durations=(DurationColumn("hours"),),
    workers=(("fname", "lname"), ("username",)),
)
