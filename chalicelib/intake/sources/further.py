"""Tools with one simple header each: TimeChimp, timr, Timewarrior, Watson, Yast, Timings, FreshBooks, Zoho."""

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names

TIMECHIMP = Source(
    name="timechimp",
    title="TimeChimp export",
    signatures=(names("date", "customer", "time", "startend"), names("week", "date", "customer", "time", "billable")),
    columns={
        Field.DATE: ("date",),
        Field.CLIENT: ("customer",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task",),
        Field.DESCRIPTION: ("notes",),
        Field.TAGS: ("tags",),
        Field.BILLABLE: ("billable",),
    },
    durations=(DurationColumn("time"),),
    workers=(("user",),),
)

TIMR = Source(
    name="timr",
    title="timr export",
    signatures=(
        names("id", "user", "start", "end", "duration", "manually changed"),
        names("id", "user", "start", "end", "duration", "status number"),
    ),
    columns={
        Field.START: ("start",),
        Field.END: ("end",),
        Field.DESCRIPTION: ("notes",),
        Field.WORK_TYPE: ("type",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("user",),),
)

TIMEWARRIOR = Source(
    name="timewarrior",
    title="Timewarrior CSV",
    signatures=(names("start", "end", "annotation", "tags"),),
    columns={
        Field.START: ("start",),
        Field.END: ("end",),
        Field.DESCRIPTION: ("annotation",),
        Field.TAGS: ("tags",),
    },
    durations=(),
    tag_separator=" ",
)

WATSON = Source(
    name="watson",
    title="Watson log",
    signatures=(names("id", "start", "stop", "project", "tags"),),
    columns={
        Field.START: ("start",),
        Field.END: ("stop",),
        Field.PROJECT: ("project",),
        Field.TAGS: ("tags",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(),
)

YAST = Source(
    name="yast",
    title="Yast export",
    signatures=(names("date", "duration h:m"), names("date", "duration m", "person")),
    columns={
        Field.DATE: ("date",),
        Field.START: ("start",),
        Field.END: ("end",),
        Field.PROJECT: ("project",),
        Field.DESCRIPTION: ("comment",),
        Field.WORK_TYPE: ("type",),
        Field.TAGS: ("tags",),
        Field.BILLABLE: ("billable",),
    },
    durations=(DurationColumn("duration h:m"), DurationColumn("duration m", Unit.MINUTES)),
    workers=(("person",), ("username",)),
)

TIMINGS = Source(
    name="timings",
    title="Timings export",
    signatures=(names("teilprojekt", "start", "ende", "dauer"), names("teilprojekt", "start", "dauer (dezimal)")),
    columns={
        Field.START: ("start",),
        Field.END: ("ende",),
        Field.CLIENT: ("kunde",),
        Field.PROJECT: ("projekt",),
        Field.TASK: ("teilprojekt",),
        Field.DESCRIPTION: ("notizen",),
        Field.WORK_TYPE: ("art",),
    },
    durations=(DurationColumn("dauer"), DurationColumn("dauer (dezimal)")),
    workers=(("benutzer",),),
)

FRESHBOOKS = Source(
    name="freshbooks",
    title="FreshBooks time entries",
    signatures=(
        names("date", "duration", "client", "team member", "rate", "amount"),
        names("date", "duration", "team member", "billable"),
    ),
    columns={
        Field.DATE: ("date",),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.TASK: ("service",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE: ("billable",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("team member",),),
)

ZOHO = Source(
    name="zoho",
    title="Zoho time log",
    signatures=(names("date", "time spent", "project name", "task name"), names("time spent", "billable status")),
    columns={
        Field.DATE: ("date",),
        Field.PROJECT: ("project name",),
        Field.TASK: ("task name",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE: ("billable status",),
    },
    durations=(DurationColumn("time spent"),),
)
