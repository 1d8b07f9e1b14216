"""Kimai: the CSV export of three generations, in English, German and French.

Up to 2.9 durations are whole seconds and the header has an `Exported` column; later ones are H:MM or decimal hours,
depending on the user's setting, and the header has the currency and the e-mail address.
"""

from dataclasses import replace

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names

_DURATIONS = ("duration", "dauer", "durée")
_SIGNATURES = (
    names("date", "from", "to", "duration", "customer", "project", "activity"),
    names("datum", "von", "bis", "dauer", "kunde", "projekt", "tätigkeit"),
    names("date", "de", "à", "durée", "client", "projet", "activité"),
    names("date", "duration", "customer", "activity"),
    names("datum", "dauer", "kunde", "tätigkeit"),
    names("date", "durée", "client", "activité"),
)

KIMAI = Source(
    name="kimai",
    title="Kimai export",
    signatures=_SIGNATURES,
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

KIMAI_SECONDS = replace(
    KIMAI,
    title="Kimai export (up to 2.9)",
    signatures=tuple(
        signature | {exported} for signature in _SIGNATURES for exported in ("exported", "exportiert", "exporté")
    ),
    never_with=names("currency", "währung", "devise", "e-mail", "courriel", "staff number", "personalnummer"),
    durations=tuple(DurationColumn(name, Unit.SECONDS_OR_DECIMAL_HOURS) for name in _DURATIONS),
)
