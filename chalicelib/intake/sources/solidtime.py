"""solidtime: the report as CSV, and the file `time_entries.csv` of a backup.

The backup has ids where the report has names: it is a separate source, so that the same work under a name and under an
id is never mistaken for an edit.
"""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, Source, names

SOLIDTIME = Source(
    name="solidtime",
    title="solidtime report",
    signatures=(names("description", "start", "end", "duration", "duration (decimal)"),),
    columns={
        Field.START: ("start",),
        Field.END: ("end",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task",),
        Field.DESCRIPTION: ("description",),
        Field.TAGS: ("tags",),
        Field.BILLABLE: ("billable",),
    },
    durations=(DurationColumn("duration"), DurationColumn("duration (decimal)")),
    workers=(("user",),),
)

SOLIDTIME_BACKUP = Source(
    name="solidtime-backup",
    title="solidtime backup",
    signatures=(names("id", "description", "start", "end", "member_id", "project_id"),),
    columns={
        Field.START: ("start",),
        Field.END: ("end",),
        Field.CLIENT: ("client_id",),
        Field.PROJECT: ("project_id",),
        Field.TASK: ("task_id",),
        Field.DESCRIPTION: ("description",),
        Field.BILLABLE: ("billable",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(),
    workers=(("member_id",),),
)
