"""Toggl Track: the detailed report with its old header (`End date`, `User`) and its new one (`Stop date`, `Member`).

In the new one users choose the columns. It writes `-` for an empty cell and for a duration of zero.
"""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, LookAlike, Source, names

TOGGL = Source(
    name="toggl",
    title="Toggl Track detailed report",
    signatures=(
        names("start date", "duration"),
        names("start date", "stop date"),
        names("start date", "stop time"),
    ),
    columns={
        Field.DATE: ("start date",),
        Field.START: ("start time",),
        Field.END_DATE: ("stop date", "end date"),
        Field.END: ("stop time", "end time"),
        Field.EMAIL: ("email",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task",),
        Field.DESCRIPTION: ("description",),
        Field.TAGS: ("tags",),
        Field.BILLABLE: ("billable",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("member",), ("user",), ("email",)),
    empty="-",
    zero="-",
)

TOGGL_SUMMARY = LookAlike(
    title="Toggl summary report",
    signatures=(
        names("project", "registered time"),
        names("client", "registered time"),
        names("user", "registered time"),
        names("member", "registered time"),
    ),
    instead="export the detailed report as CSV (Reports › Detailed) and drop that file",
)

TOGGL_WEEKLY = LookAlike(
    title="weekly report of Toggl or a similar tool",
    signatures=(
        names("client", "project"),
        names("project", "total"),
        names("user", "total"),
        names("member", "total"),
    ),
    instead="export the detailed report as CSV (in Toggl: Reports › Detailed) and drop that file",
    day_columns=True,
)
