"""Clockify: the detailed report, in English, German, French and Portuguese, as exported or re-saved by Excel.

`Task` may have been renamed to `Activity`; users can hide columns, and custom fields follow at the end.
"""

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, LookAlike, Source, names

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
    ),
    columns={
        Field.DATE: ("start date", "startdatum", "date de début", "data de início"),
        Field.START: ("start time", "startzeit", "heure de début", "hora de início"),
        Field.END_DATE: ("end date", "enddatum", "date de fin", "data de término"),
        Field.END: ("end time", "endzeit", "heure de fin", "hora de término"),
        Field.EMAIL: ("email", "e-mail"),
        Field.CLIENT: ("client", "kunde", "cliente"),
        Field.PROJECT: ("project", "projekt", "projet", "projeto"),
        Field.TASK: ("task", "activity", "aufgabe", "aktivität", "tâche", "activité", "tarefa"),
        Field.DESCRIPTION: ("description", "beschreibung", "descrição"),
        Field.WORK_TYPE: ("type", "typ"),
        Field.TAGS: ("tags", "étiquettes", "etiquetas"),
        Field.BILLABLE: ("billable", "abrechenbar", "facturable", "faturável"),
    },
    durations=(
        *(DurationColumn(name) for name in ("duration (h)", "dauer (h)", "durée (h)", "duração (h)")),
        *(
            DurationColumn(name)
            for name in ("duration (decimal)", "dauer (dezimal)", "durée (décimal)", "duração (decimal)")
        ),
    ),
    workers=(("user",), ("benutzer",), ("utilisateur",), ("usuário",), ("email",), ("e-mail",)),
)

CLOCKIFY_SUMMARY = LookAlike(
    title="Clockify summary report",
    signatures=(names("time (h)", "time (decimal)"), names("zeit (h)", "zeit (dezimal)")),
    instead="export the detailed report as CSV (Reports › Detailed) and drop that file",
)
