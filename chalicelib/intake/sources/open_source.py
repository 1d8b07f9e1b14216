"""Trackers that people run themselves: Kimai, solidtime, Timewarrior, Watson."""

from dataclasses import replace

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names, same_name

_DURATIONS = ("duration", "dauer", "durée")
_THIN = (
    names("date", "duration", "customer", "activity"),
    names("datum", "dauer", "kunde", "tätigkeit"),
    names("date", "durée", "client", "activité"),
)
_SIGNATURES = (
    names("date", "from", "to", "duration", "customer", "project", "activity"),
    names("datum", "von", "bis", "dauer", "kunde", "projekt", "tätigkeit"),
    names("date", "de", "à", "durée", "client", "projet", "activité"),
    *_THIN,
)

KIMAI = Source(
    name="kimai",
    title="Kimai export",
    signatures=_SIGNATURES,
    thin=_THIN,
    columns={
        Field.DATE: ("date", "datum"),
        Field.START: ("from", "von", "de"),
        Field.END: ("to", "bis", "à"),
        Field.EMAIL: ("e-mail", "email", "courriel"),
        Field.CLIENT: ("customer", "kunde", "client"),
        Field.PROJECT: ("project", "projekt", "projet"),
        Field.TASK: ("activity", "tätigkeit", "activité"),
        Field.DESCRIPTION: ("description", "beschreibung"),
        Field.TAGS: ("tags", "schlagworte", "mots-clés"),
        Field.BILLABLE: ("billable", "abrechenbar", "facturable"),
        Field.SOURCE_ID: ("id",),
    },
    durations=tuple(DurationColumn(name) for name in _DURATIONS),
    workers=(("name",), ("nom",), ("user",), ("benutzer",), ("nom d'utilisateur",), ("utilisateur",)),
    formula_guard=True,
)
"""In English, German and French; durations are H:MM or decimal hours, depending on the user's setting."""

KIMAI_SECONDS = replace(
    KIMAI,
    title="Kimai export (up to 2.9)",
    signatures=tuple(
        signature | {exported} for signature in _SIGNATURES for exported in ("exported", "exportiert", "exporté")
    ),
    never_with=names("currency", "währung", "devise", "e-mail", "courriel", "staff number", "personalnummer"),
    durations=tuple(DurationColumn(name, Unit.SECONDS_OR_DECIMAL_HOURS) for name in _DURATIONS),
)
"""Durations are whole seconds; its header has `Exported`, later ones have the currency and the e-mail address."""

SOLIDTIME = Source(
    name="solidtime",
    title="solidtime report",
    signatures=(names("description", "start", "end", "duration", "duration (decimal)"),),
    columns=same_name(
        Field.START, Field.END, Field.CLIENT, Field.PROJECT, Field.TASK, Field.DESCRIPTION, Field.TAGS, Field.BILLABLE
    ),
    durations=(DurationColumn("duration"), DurationColumn("duration (decimal)")),
    workers=(("user",),),
)

SOLIDTIME_BACKUP = Source(
    name="solidtime-backup",
    title="solidtime backup",
    signatures=(names("id", "description", "start", "end", "member_id", "project_id"),),
    columns={
        **same_name(Field.START, Field.END, Field.DESCRIPTION, Field.BILLABLE),
        Field.CLIENT: ("client_id",),
        Field.PROJECT: ("project_id",),
        Field.TASK: ("task_id",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(),
    workers=(("member_id",),),
    ignored=names("tags"),
)
"""The file `time_entries.csv`, with ids where the report has names; also of tags, in JSON.

A separate source, so that the same work under a name and under an id is never mistaken for an edit.
"""

TIMEWARRIOR = Source(
    name="timewarrior",
    title="Timewarrior CSV",
    signatures=(names("start", "end", "annotation", "tags"),),
    columns={
        **same_name(Field.START, Field.END, Field.TAGS),
        Field.DESCRIPTION: ("annotation",),
    },
    durations=(),
    tag_separator=" ",
)

WATSON = Source(
    name="watson",
    title="Watson log",
    signatures=(names("id", "start", "stop", "project", "tags"),),
    columns={
        **same_name(Field.START, Field.PROJECT, Field.TAGS),
        Field.END: ("stop",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(),
)
