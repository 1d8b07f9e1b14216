"""What columns are called: captions by field and language, for lists of no known tool and for proposed mappings.

A caption stands once, for the first language that has it. Captions are compared by their letters and digits
(`caption_key`): `Start time`, `start_time`, `startTime` and `Start time:` are one, and so are `Durée` and `Duree`.
"""

import re
import unicodedata
from collections.abc import Collection, Mapping
from functools import lru_cache
from typing import NamedTuple

from chalicelib.intake.sources.columns import Field, Unit

_CAMEL = re.compile(r"(?<=[a-złøæß])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_WORD = re.compile(r"[^\W_]+")
_NOT_COMPOSED = str.maketrans("łøæ", "loa")
_FIRST_LANGUAGES = ("en", "de", "fr")
_REMEMBERED = 4096
"""Names of columns whose words are kept: those of the tables and of some headers."""


@lru_cache(_REMEMBERED)
def caption_words(name: str) -> tuple[str, ...]:
    """The words of a column's name, in lower case and without accents: `hoursWorked` and `hours_worked:` have two."""
    plain = "".join(letter for letter in unicodedata.normalize("NFD", name) if not unicodedata.combining(letter))
    return tuple(_WORD.findall(_CAMEL.sub(" ", plain).casefold().translate(_NOT_COMPOSED)))


@lru_cache(_REMEMBERED)
def caption_key(name: str) -> str:
    """What the spellings of one caption share; "" for a letter such as A, which may mean anything."""
    key = "".join(caption_words(name))
    if len(key) > 1:
        return key
    letter = name.strip().casefold()
    return "" if letter.isascii() else letter


_first: set[tuple[str, ...]] = set()


def _captions(**languages: str) -> tuple[str, ...]:
    found = {language: tuple(captions.split(", ")) for language, captions in languages.items()}
    first = (caption for language in _FIRST_LANGUAGES for caption in found.get(language, ()))
    _first.update(caption_words(part) for caption in first for part in caption.split(" + "))
    return tuple(caption for captions in found.values() for caption in captions)


CAPTIONS: Mapping[Field, tuple[str, ...]] = {
    Field.DATE: _captions(
        en="date, work date, worked date, day, start date, entry date, date worked, spent date",
        de="datum, arbeitstag, startdatum, leistungsdatum",
        fr="date de début, date du travail",
        es="fecha, fecha de inicio, fecha inicio, fecha del trabajo",
        it="data, data di inizio, data inizio, data del lavoro",
        nl="werkdatum, begindatum",
        pl="data pracy, data rozpoczęcia",
        cs="datum práce, datum zahájení, datum začátku",
        sv="arbetsdatum, startdag",
        da="dato, startdato, arbejdsdato, arbejdsdag",
        pt="data de início, data início, data do trabalho",
        more="spent on, date of work, worked on, work day, service date, log date, date logged, date spent, "
        "activity date, timesheet date, date performed, performed on, action date, "
        "execution date, executed on, executed at, executed time, spent at, "
        "tag, jour, día, giorno, dag, dzień, den",
    ),
    Field.START: _captions(
        en="start time, start, from, started at",
        de="startzeit, beginn, von",
        fr="heure de début, de",
        es="hora de inicio, hora inicio, inicio, desde",
        it="ora di inizio, ora inizio, inizio, dalle",
        nl="starttijd, begintijd, begin, van",
        pl="godzina rozpoczęcia, czas rozpoczęcia, rozpoczęcie, początek, od",
        cs="začátek, čas začátku, čas zahájení, zahájení",
        sv="starttid, från",
        da="starttidspunkt, fra",
        more="started, begin time, start datetime, start date and time, time from, from time, clock in, time in, "
        "anfang, arbeitsbeginn, heure début, hora inicial, hora entrada",
    ),
    Field.END_DATE: _captions(
        en="end date, stop date",
        de="enddatum",
        fr="date de fin",
        es="fecha de finalización, fecha de fin, fecha fin",
        it="data di fine, data fine",
        nl="einddatum",
        pl="data zakończenia",
        cs="datum ukončení, datum konce",
        sv="slutdatum",
        da="slutdato",
        pt="data de término, data término, data de fim, data fim",
        more="finish date",
    ),
    Field.END: _captions(
        en="end time, end, to, stop time, stop, ended at",
        de="endzeit, ende, bis",
        fr="heure de fin, fin, à",
        es="hora de finalización, hora de fin, hora fin, hasta",
        it="ora di fine, ora fine, fine, alle",
        nl="eindtijd, einde, tot",
        pl="godzina zakończenia, czas zakończenia, zakończenie, koniec, do",
        cs="konec, čas konce, čas ukončení, ukončení",
        sv="sluttid, slut, till",
        da="sluttidspunkt, til",
        pt="hora de término, hora término, hora de fim, hora fim, término",
        more="ended, finish time, finish, finished at, stopped at, end datetime, end date and time, time to, to time, "
        "clock out, time out, arbeitsende, heure fin, hora final, hora salida",
    ),
    Field.WORKER: _captions(
        en="worker, user, person, member, employee, technician, consultant, resource, staff, team member, user name, "
        "username, first name + last name, first name + surname, given name + family name",
        de="mitarbeiter, benutzer, bearbeiter, techniker, berater, vorname + nachname, vorname + name, name",
        fr="utilisateur, collaborateur, employé, technicien, intervenant, prénom + nom, nom",
        es="empleado, usuario, trabajador, técnico, colaborador, consultor, persona, nombre + apellidos, "
        "nombre + apellido",
        it="dipendente, utente, collaboratore, operatore, consulente, nome + cognome",
        nl="medewerker, gebruiker, werknemer, voornaam + achternaam, voornaam + naam",
        pl="pracownik, użytkownik, imię i nazwisko, imię + nazwisko, wykonawca, konsultant",
        cs="pracovník, zaměstnanec, uživatel, technik, konzultant, jméno + příjmení",
        sv="medarbetare, anställd, användare, tekniker, förnamn + efternamn",
        da="medarbejder, bruger, ansat, konsulent, fornavn + efternavn",
        pt="funcionário, utilizador, nome + sobrenome, nome + apelido",
        more="agent, engineer, technician name, technician full name, employee name, consultant name, staff name, "
        "staff member, worker name, resource name, agent name, member name, full name, who, performed by, logged by, "
        "entered by, author, nombre, nome, naam, jméno, namn, navn, assignee, owner, owner name, author name, "
        "work author, worklog author, worklog owner, autor, auteur, autore, "
        "recorded by, added by, erfasst von, users, tech, tech name, "
        "assignees, assigned to, created by, first name, vorname, prénom, voornaam, imię, förnamn, fornavn, "
        "last name, surname, nachname",
    ),
    Field.EMAIL: _captions(
        en="email, e-mail, email address",
        de="e-mail-adresse",
        fr="courriel, adresse e-mail",
        es="correo electrónico, correo",
        it="indirizzo e-mail",
        nl="e-mailadres",
        pl="adres e-mail",
        cs="e-mailová adresa",
        sv="e-post, e-postadress",
        da="mailadresse",
        pt="correio eletrônico",
        more="user email, employee email, mail",
    ),
    Field.CLIENT: _captions(
        en="client, customer, client name, customer name, company, account, organization",
        de="kunde, mandant, auftraggeber, firma",
        fr="société",
        es="cliente, empresa",
        it="azienda",
        nl="klant, opdrachtgever, bedrijf",
        pl="klient",
        cs="zákazník",
        sv="kund",
        pt="nome do cliente",
        more="company name, account name, organisation, organization name, kundenname, klantnaam, nombre del cliente",
    ),
    Field.CONTRACT: _captions(
        en="contract, agreement, retainer",
        de="vertrag",
        fr="contrat",
        es="contrato",
        it="contratto",
        nl="overeenkomst",
        pl="umowa",
        cs="smlouva",
        sv="avtal",
        da="aftale, kontrakt",
        more="contract name, agreement name",
    ),
    Field.PROJECT: _captions(
        en="project, project name",
        de="projekt",
        fr="projet",
        es="proyecto",
        it="progetto",
        nl="projectnaam",
        pl="nazwa projektu",
        cs="název projektu",
        sv="projektnamn",
        da="projektnavn",
        pt="projeto",
        more="job, job name, matter, engagement",
    ),
    Field.TASK: _captions(
        en="task, task name, activity",
        de="aufgabe, tätigkeit, aktivität",
        fr="tâche, activité",
        es="tarea, actividad",
        it="attività",
        nl="taak, activiteit",
        pl="zadanie, czynność, aktywność",
        cs="úkol, činnost, aktivita",
        sv="uppgift, aktivitet",
        da="opgave",
        pt="tarefa, atividade",
        more="task title, ticket title, ticket summary, ticket subject, issue summary, issue title, subject, title, "
        "titel, titre, título, titolo, tytuł",
    ),
    Field.DESCRIPTION: _captions(
        en="description, notes, note, comment, comments, details, summary, work description, memo",
        de="beschreibung, notizen, notiz, bemerkung, kommentar, leistung, text",
        fr="remarques, commentaire, commentaires, libellé",
        es="descripción, notas, nota, comentario, comentarios, observaciones",
        it="descrizione, commento, commenti, annotazioni",
        nl="omschrijving, beschrijving, notities, notitie, opmerking, opmerkingen, toelichting, commentaar",
        pl="opis, notatki, notatka, uwagi, komentarz",
        cs="popis, poznámka, poznámky, komentář",
        sv="beskrivning, anteckning, anteckningar, kommentarer",
        da="beskrivelse, noter, bemærkning, bemærkninger",
        pt="descrição, observações",
        more="narrative, remark, remarks, work notes, work performed, work done, description of work, "
        "activity description, task description, time entry, worklog, work log, bemerkungen, tätigkeitsbeschreibung, "
        "summary notes, action description, worklog description, annotation, leistungsbeschreibung, "
        "leistungstext, arbeitsbeschreibung, travail effectué, trabajo realizado, lavoro svolto, trabalho realizado, "
        "werkzaamheden, opis pracy, wykonane prace, popis práce, arbete, utfört arbete, arbetsbeskrivning, "
        "arbejdsbeskrivelse, udført arbejde",
    ),
    Field.WORK_TYPE: _captions(
        en="work type, type of work, service",
        de="leistungsart, tätigkeitsart",
        fr="type de travail",
        es="tipo de trabajo, tipo de servicio",
        it="tipo di lavoro",
        nl="soort werk, werksoort",
        pl="rodzaj pracy",
        cs="typ práce",
        sv="arbetstyp",
        da="arbejdstype",
        pt="tipo de trabalho",
        more="labor type, labour type, activity type",
    ),
    Field.TICKET: _captions(
        en="ticket, ticket number, ticket id, ticket no, issue, issue key",
        de="ticketnummer, ticket-nr.",
        fr="numéro de ticket, demande",
        es="incidencia, petición",
        it="numero ticket, segnalazione",
        pl="zgłoszenie, numer zgłoszenia, zagadnienie",
        cs="číslo tiketu, tiket",
        sv="ärende, ärendenummer",
        da="sag, sagsnummer",
        pt="chamado",
        more="ticket key, ticket ref, issue id, incident, request id, case number",
    ),
    Field.TAGS: _captions(
        en="tags, labels",
        de="schlagworte",
        fr="étiquettes, mots-clés",
        es="etiquetas",
        it="etichette",
        pl="tagi, etykiety",
        cs="štítky",
        sv="taggar, etiketter",
    ),
    Field.BILLABLE: _captions(
        en="billable",
        de="abrechenbar, verrechenbar",
        fr="facturable",
        it="fatturabile",
        nl="factureerbaar, declarabel",
        pl="rozliczalne, płatne",
        cs="fakturovatelné, účtovatelné",
        sv="fakturerbar, debiterbar",
        pt="faturável",
        more="is billable, chargeable",
    ),
    Field.SOURCE_ID: _captions(en="entry id, time entry id, worklog id", de="eintrag-id"),
}
"""In order of preference: the three languages that were read first, then the others, then what came later (`more`).

Of a worker's name in two columns, both captions are given with a plus sign between them.
"""

DURATIONS = _captions(
    en="duration, time spent",
    de="dauer, arbeitszeit, zeitaufwand, aufwand",
    fr="durée, temps passé",
    es="duración, tiempo dedicado, tiempo empleado",
    it="durata, tempo impiegato",
    nl="duur, bestede tijd, tijdsduur",
    pl="czas trwania, czas pracy, przepracowany czas",
    cs="doba trvání, trvání, strávený čas",
    sv="varaktighet, arbetstid, spenderad tid",
    da="varighed, arbejdstid, anvendt tid",
    pt="duração, tempo gasto, tempo trabalhado",
    more="spent time, time taken, time logged, logged time, time tracked, tracked time, time worked, worked time",
)
"""Worked time in a unit that the caption does not say."""
HOURS = _captions(
    en="hours worked, actual hours, worked hours, logged hours, hours",
    de="stunden, std, arbeitsstunden, anzahl stunden, ist-stunden, effektive stunden, geleistete stunden",
    fr="heures, nb heures, nombre d'heures, heures travaillées, heures passées",
    es="horas, horas trabajadas, horas dedicadas",
    it="ore, ore lavorate, numero ore",
    nl="uren, gewerkte uren, aantal uren",
    pl="godziny, godzin, liczba godzin, przepracowane godziny",
    cs="hodiny, počet hodin, odpracované hodiny",
    sv="timmar, antal timmar, arbetade timmar",
    da="timer, antal timer, timeantal",
    pt="horas trabalhadas",
    more="hours spent, spent hours, hours logged, tracked hours, work hours, labor hours, labour hours, hrs, man-hours",
)
LAST_RESORTS = _captions(
    en="time", de="zeit", fr="temps", es="tiempo", it="tempo", nl="tijd", pl="czas", cs="čas", sv="tid"
)
"""May also be times of day: durations only with a unit, or if there is nothing better."""
MINUTES = _captions(
    en="minutes, min, mins", de="minuten", es="minutos", it="minuti", pl="minuty", sv="minuter", da="minutter"
)
SECONDS = _captions(en="seconds", de="sekunden", fr="secondes", es="segundos", it="secondi")
MILLISECONDS = _captions(en="milliseconds", de="millisekunden", fr="millisecondes")


FIRST: Collection[tuple[str, ...]] = frozenset(_first)
"""The words of each caption that release 0.1 knew."""


def words_in(text: str) -> frozenset[str]:
    """A table of words."""
    return frozenset(text.split())


UNIT_WORDS: Mapping[Unit, frozenset[str]] = {
    Unit.HOURS: words_in(
        "h hr hrs hour hours std stunde stunden heure heures hora horas ora ore uur uren u godz godzin godziny "
        "hod hodin hodiny tim timmar timer"
    ),
    Unit.MINUTES: words_in(
        "m min mins minute minutes minuten minuto minutos minuti minuut minut minuty minuta minuter minutter"
    ),
    Unit.SECONDS: words_in(
        "s sec secs second seconds sek sekunde sekunden seconde seconden secondes seg segundo segundos secondo secondi "
        "sekunda sekundy sekund sekunder"
    ),
    Unit.MILLISECONDS: words_in("ms millis milliseconds millisekunden millisecondes"),
}
NO_HOURS = words_in(
    "d day days man-day man-days manday mandays pd tag tage tagen jour jours día días giorno giorni dag dagen "
    "dagar dage dzień dni den dny dia dias week weeks woche wochen month months monat monate mois mes meses mese mesi "
    "maand maanden km kms kilometer kilometers kilometre kilometres mi mile miles pc pcs piece pieces ea each "
    "unit units stück stk einheiten stuks pieza pezzo szt ks styck flat pauschal pauschale forfait user users "
    "license licenses"
)
"""Units that have no certain number of hours, or none at all."""
UNIT_CAPTIONS = words_in(
    "unit units uom unitofmeasure timeunit productuom productuomid einheit zeiteinheit unite unidad unita unidade "
    "eenheid jednostka jednotka enhet enhed"
)
"""Names of columns whose cells are such words, as caption_key has them."""
DECIMAL = words_in("decimal dezimal decimale decimaal dziesietnie desetinne")
_CLOCK = words_in("h hh u uu g gg m mm s ss")
_FILLERS = words_in("in en w v i")
UNSAID = Unit.OPEN
"""The unit of bare numbers under a caption that says none."""
_CLOCKED, _PLAIN, _DECIMALS = 0, 1, 3
_FORMS = {Unit.HOURS: 2, Unit.MINUTES: 4, Unit.SECONDS: 5, Unit.MILLISECONDS: 6}


def unit_in(name: str) -> Unit:
    """The unit of bare numbers in a column of any name: that of a word of it, or open. Decimals are hours."""
    words = frozenset(caption_words(name))
    units = (Unit.MILLISECONDS, Unit.SECONDS, Unit.MINUTES, Unit.HOURS)
    unsaid = Unit.HOURS if words & DECIMAL else UNSAID
    return next((unit for unit in units if words & UNIT_WORDS[unit]), unsaid)


class DurationCaption(NamedTuple):
    """What the name of a column with durations says; they sort by preference."""

    is_last_resort: bool
    form: int
    """0: as a clock (`h:mm`); 1: no unit named; 2: hours; 3: decimal hours; 4 to 6: minutes, seconds, milliseconds."""
    place: int
    """Its place in the tables."""
    unit: Unit
    words: tuple[str, ...]
    """Those of the caption and of its unit."""
    is_first: bool
    """Whether release 0.1 knew the caption."""


@lru_cache(_REMEMBERED)
def duration_caption(name: str) -> DurationCaption | None:
    """The caption that the name is, with or without a unit: `Time spent`, `Time spent (min)`; None for other names."""
    words = caption_words(name)
    if words and words[0] in DECIMAL:
        words = (*words[1:], words[0])
    for end in range(len(words), 0, -1):
        known = _DURATION_CAPTIONS.get("".join(words[:end]))
        if known and (said := _with_unit(known, words[end:])):
            return said
    return None


def _with_unit(known: DurationCaption, after: tuple[str, ...]) -> DurationCaption | None:
    """The caption with these words after it; None if they are not a unit or contradict its own."""
    if not after:
        return known
    said = frozenset(after) - _FILLERS
    known = known._replace(is_last_resort=False, words=(*known.words, *after))
    if known.form != _PLAIN or not said:
        return None
    if len(after) > 1 and said <= _CLOCK:
        return known._replace(form=_CLOCKED)
    if said <= DECIMAL:
        return known._replace(form=_DECIMALS, unit=Unit.HOURS)
    unit = next((unit for unit, signs in UNIT_WORDS.items() if said <= signs), None)
    is_certain = unit is Unit.HOURS or not frozenset(known.words) & UNIT_WORDS[Unit.HOURS]
    return known._replace(form=_FORMS[unit], unit=unit) if unit and is_certain else None


def _place_durations() -> dict[str, DurationCaption]:
    found: dict[str, DurationCaption] = {}
    groups = (
        *((DURATIONS, UNSAID, _PLAIN), (HOURS, Unit.HOURS, _PLAIN), (LAST_RESORTS, UNSAID, _PLAIN)),
        *((MINUTES, Unit.MINUTES, _FORMS[Unit.MINUTES]), (SECONDS, Unit.SECONDS, _FORMS[Unit.SECONDS])),
        (MILLISECONDS, Unit.MILLISECONDS, _FORMS[Unit.MILLISECONDS]),
    )
    for captions, unit, form in groups:
        for caption in captions:
            words = caption_words(caption)
            place = DurationCaption(captions is LAST_RESORTS, form, len(found), unit, words, words in FIRST)
            found.setdefault(caption_key(caption), place)
    return found


_DURATION_CAPTIONS = _place_durations()
