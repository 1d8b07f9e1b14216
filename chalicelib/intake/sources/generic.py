"""Any other list of entries: date, duration and description under common English, German or French names."""

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source

DATES = (
    *("date", "work date", "worked date", "day", "start date", "entry date", "date worked", "spent date"),
    *("datum", "tag", "arbeitstag", "startdatum", "leistungsdatum"),
    *("jour", "date de début", "date du travail"),
)
_UNSAID = (
    *("duration (h:mm:ss)", "duration (hh:mm:ss)", "duration (h:mm)", "duration (hh:mm)", "time (h:mm)"),
    *("duration", "time spent", "dauer (h:mm)", "dauer (hh:mm)", "dauer", "arbeitszeit", "zeitaufwand", "aufwand"),
    *("durée (h:mm)", "durée", "temps passé"),
)
_HOURS = (
    *("hours worked", "actual hours", "worked hours", "logged hours", "hours"),
    *("duration (h)", "duration (hours)", "time (h)", "time (hours)"),
    *("duration (decimal)", "decimal hours", "hours (decimal)"),
    *("stunden", "std", "std.", "dauer (h)", "dauer (std)", "dauer (stunden)", "dauer (dezimal)", "stunden (dezimal)"),
    *("heures", "durée (h)", "durée (heures)", "durée (décimal)"),
)
DURATIONS = (*_UNSAID, *_HOURS)
MINUTES = (
    *("minutes", "duration (min)", "duration (mins)", "duration (minutes)", "time (min)", "time spent (minutes)"),
    *("minuten", "dauer (min)", "dauer (minuten)", "durée (min)", "durée (minutes)"),
)
SECONDS = (
    *("seconds", "duration (s)", "duration (sec)", "duration (seconds)", "time spent (seconds)", "time spent seconds"),
    *("sekunden", "dauer (s)", "dauer (sekunden)", "secondes", "durée (s)", "durée (secondes)"),
)
MILLISECONDS = ("milliseconds", "duration (ms)", "duration (milliseconds)", "millisekunden", "dauer (ms)", "durée (ms)")
LAST_RESORTS = ("time", "zeit", "temps")
"""May also be times of day: used as durations only if there is nothing better."""

GENERIC = Source(
    name="generic",
    title="list of time entries",
    signatures=(),
    is_examined=True,
    columns={
        Field.DATE: DATES,
        Field.START: (
            *("start time", "start", "from", "started at"),
            *("startzeit", "beginn", "von"),
            *("heure de début", "de"),
        ),
        Field.END_DATE: ("end date", "stop date", "enddatum", "date de fin"),
        Field.END: (
            *("end time", "end", "to", "stop time", "stop", "ended at", "endzeit", "ende", "bis"),
            *("heure de fin", "fin", "à"),
        ),
        Field.EMAIL: ("email", "e-mail", "email address", "e-mail-adresse", "courriel", "adresse e-mail"),
        Field.CLIENT: (
            *("client", "customer", "client name", "customer name", "company", "account", "organization"),
            *("kunde", "mandant", "auftraggeber", "firma", "société"),
        ),
        Field.CONTRACT: ("contract", "agreement", "retainer", "vertrag", "contrat"),
        Field.PROJECT: ("project", "project name", "projekt", "projet"),
        Field.TASK: ("task", "task name", "activity", "aufgabe", "tätigkeit", "aktivität", "tâche", "activité"),
        Field.DESCRIPTION: (
            *("description", "notes", "note", "comment", "comments", "details", "summary", "work description", "memo"),
            *("beschreibung", "notizen", "notiz", "bemerkung", "kommentar", "leistung", "text"),
            *("remarques", "commentaire", "commentaires", "libellé"),
        ),
        Field.WORK_TYPE: ("work type", "type of work", "service", "leistungsart", "tätigkeitsart", "type de travail"),
        Field.TICKET: (
            *("ticket", "ticket #", "ticket number", "ticket id", "ticket no", "ticket no.", "issue", "issue key"),
            *("ticketnummer", "ticket-nr.", "ticket-nr", "numéro de ticket"),
        ),
        Field.TAGS: ("tags", "labels", "schlagworte", "étiquettes", "mots-clés"),
        Field.BILLABLE: ("billable", "billable?", "abrechenbar", "abrechenbar?", "verrechenbar", "facturable"),
        Field.SOURCE_ID: ("entry id", "time entry id", "worklog id", "eintrag-id"),
    },
    durations=(
        *(DurationColumn(name, Unit.OPEN) for name in _UNSAID),
        *map(DurationColumn, _HOURS),
        *(DurationColumn(name, Unit.MINUTES) for name in MINUTES),
        *(DurationColumn(name, Unit.SECONDS) for name in SECONDS),
        *(DurationColumn(name, Unit.MILLISECONDS) for name in MILLISECONDS),
        *(DurationColumn(name, Unit.OPEN) for name in LAST_RESORTS),
    ),
    workers=(
        *(("worker",), ("user",), ("person",), ("member",), ("employee",), ("technician",), ("consultant",)),
        *(("resource",), ("staff",), ("team member",), ("user name",), ("username",), ("first name", "last name")),
        *(("mitarbeiter",), ("benutzer",), ("bearbeiter",), ("techniker",), ("vorname", "nachname"), ("name",)),
        *(("utilisateur",), ("collaborateur",), ("employé",), ("technicien",), ("prénom", "nom"), ("nom",)),
    ),
)
