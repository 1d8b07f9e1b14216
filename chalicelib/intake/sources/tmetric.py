"""TMetric: the detailed report. Its durations are rounded by the report's own rule; only an amount says billable."""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Source, names

TMETRIC = Source(
    name="tmetric",
    title="TMetric detailed report",
    signatures=(
        names("day", "user", "time entry", "duration"),
        names("day", "time entry", "start time", "end time", "duration"),
    ),
    columns={
        Field.DATE: ("day",),
        Field.START: ("start time",),
        Field.END: ("end time",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.DESCRIPTION: ("time entry",),
        Field.WORK_TYPE: ("work type",),
        Field.TAGS: ("tags",),
        Field.BILLABLE_AMOUNT: ("billable amount",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("user",),),
)
