"""Time trackers and time sheets: their lists of single entries."""

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Shape, Source, names, same_name

TOGGL = Source(
    name="toggl",
    title="Toggl Track detailed report",
    signatures=tuple(names("start date", measured) for measured in ("duration", "stop date", "stop time")),
    thin=tuple(names("start date", measured) for measured in ("duration", "stop date", "stop time")),
    columns={
        Field.DATE: ("start date",),
        Field.START: ("start time",),
        Field.END_DATE: ("stop date", "end date"),
        Field.END: ("stop time", "end time"),
        **same_name(
            Field.EMAIL, Field.CLIENT, Field.PROJECT, Field.TASK, Field.DESCRIPTION, Field.TAGS, Field.BILLABLE
        ),
    },
    durations=(DurationColumn("duration"),),
    workers=(("member",), ("user",), ("email",)),
    empty="-",
    zero="-",
)
"""With its old header (`End date`, `User`) and its new one (`Stop date`, `Member`), whose columns users choose.

It writes `-` for an empty cell and for a duration of zero.
"""

CLOCKIFY = Source(
    name="clockify",
    title="Clockify detailed report",
    signatures=(
        names("start date", "start time", "end date", "end time", "duration (h)", "duration (decimal)"),
        names("start date", "duration (h)"),
        names("start date", "duration (decimal)"),
        names("startdatum", "dauer (h)"),
        names("startdatum", "dauer (dezimal)"),
        names("date de début", "durée (h)"),
        names("date de début", "durée (décimal)"),
        names("data de início", "duração (h)"),
        names("data de início", "duração (decimal)"),
        *(
            names(date, duration)
            for date in ("fecha de inicio", "fecha inicio")
            for duration in ("duración (h)", "duración (decimal)")
        ),
    ),
    columns={
        Field.DATE: ("start date", "startdatum", "date de début", "data de início", "fecha de inicio", "fecha inicio"),
        Field.START: (
            *("start time", "startzeit", "heure de début", "hora de início"),
            *("hora de inicio", "hora inicio"),
        ),
        Field.END_DATE: (
            *("end date", "enddatum", "date de fin", "data de término"),
            *("fecha de finalización", "fecha fin"),
        ),
        Field.END: (
            *("end time", "endzeit", "heure de fin", "hora de término"),
            *("hora de finalización", "hora fin"),
        ),
        Field.EMAIL: ("email", "e-mail", "correo electrónico", "correo"),
        Field.CLIENT: ("client", "kunde", "cliente"),
        Field.PROJECT: ("project", "projekt", "projet", "projeto", "proyecto"),
        Field.TASK: ("task", "activity", "aufgabe", "aktivität", "tâche", "activité", "tarefa", "tarea", "actividad"),
        Field.DESCRIPTION: ("description", "beschreibung", "descrição", "descripción"),
        Field.WORK_TYPE: ("type", "typ", "tipo"),
        Field.TAGS: ("tags", "étiquettes", "etiquetas", "etiqueta"),
        Field.BILLABLE: ("billable", "abrechenbar", "facturable", "faturável"),
    },
    durations=(
        *map(DurationColumn, ("duration (h)", "dauer (h)", "durée (h)", "duração (h)", "duración (h)")),
        *map(DurationColumn, ("duration (decimal)", "dauer (dezimal)", "durée (décimal)", "duração (decimal)")),
        DurationColumn("duración (decimal)"),
    ),
    workers=(("user",), ("benutzer",), ("utilisateur",), ("usuário",), ("usuario",), ("email",), ("e-mail",)),
)
"""In English, German, French, Portuguese and Spanish, as exported or re-saved by Excel.

`Task` may have been renamed to `Activity`; users can hide columns, and custom fields follow at the end.
"""

HARVEST = Source(
    name="harvest",
    title="Harvest detailed time report",
    signatures=(
        names("date", "hours", "first name", "last name"),
        names("date", "client", "project", "project code", "task", "notes", "hours"),
    ),
    thin=(names("date", "hours", "first name", "last name"),),
    never_with=names("minutes"),
    columns={
        **same_name(Field.DATE, Field.CLIENT, Field.PROJECT, Field.TASK),
        Field.START: ("started at",),
        Field.END: ("ended at",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE: ("billable?",),
    },
    durations=(DurationColumn("hours"),),
    workers=(("first name", "last name"), ("last name",), ("first name",)),
)
"""English only; account settings decide date format and decimal mark."""

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
        **same_name(Field.CLIENT, Field.PROJECT, Field.TAGS),
        Field.DESCRIPTION: ("time entry",),
        Field.WORK_TYPE: ("work type",),
        Field.BILLABLE_AMOUNT: ("billable amount",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("user",),),
)
"""Its durations are rounded by the report's own rule; only an amount says billable."""

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
"""Once TSheets. Job codes are a hierarchy; paid leave looks like work.

`billable`, `class` and `service item` are the account's own fields and may be missing.
"""

TIMELY = Source(
    name="timely",
    title="Timely report",
    signatures=(names("date", "name", "logged hours", "planned hours"), names("date", "project", "logged hours")),
    columns={
        **same_name(Field.DATE, Field.EMAIL, Field.CLIENT, Field.PROJECT, Field.TAGS),
        Field.START: ("from",),
        Field.END: ("to",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE_AMOUNT: ("billable hours",),
    },
    durations=(DurationColumn("logged hours"),),
    workers=(("name",), ("email",)),
    shape=Shape(plan="planned hours"),
)
"""With logged and planned hours: a row with planned hours only is not work and is skipped."""

TIMECHIMP = Source(
    name="timechimp",
    title="TimeChimp export",
    signatures=(names("date", "customer", "time", "startend"), names("week", "date", "customer", "time", "billable")),
    columns={
        **same_name(Field.DATE, Field.PROJECT, Field.TASK, Field.TAGS, Field.BILLABLE),
        Field.CLIENT: ("customer",),
        Field.DESCRIPTION: ("notes",),
    },
    durations=(DurationColumn("time"),),
    workers=(("user",),),
)

TIMR = Source(
    name="timr",
    title="timr export",
    signatures=tuple(
        names("id", "user", "start", "end", "duration", more) for more in ("manually changed", "status number")
    ),
    columns={
        **same_name(Field.START, Field.END),
        Field.DESCRIPTION: ("notes",),
        Field.WORK_TYPE: ("type",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("user",),),
    ignored=names("organization"),
)
"""Its organisation is the worker's, not a client."""

YAST = Source(
    name="yast",
    title="Yast export",
    signatures=(names("date", "duration h:m"), names("date", "duration m", "person")),
    columns={
        **same_name(Field.DATE, Field.START, Field.END, Field.PROJECT, Field.TAGS, Field.BILLABLE),
        Field.DESCRIPTION: ("comment",),
        Field.WORK_TYPE: ("type",),
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
