"""One truth in any shape: the same few entries, written in any combination of what people's lists are like.

The generator makes every choice by `pick`, so that Hypothesis, or a random number, can choose. It knows what it left
open (tests/fuzz/shape_doubts.py), from the rules alone.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from fractions import Fraction
from typing import Any, NamedTuple

from tests.fuzz.strategies import quoted

Pick = Callable[[Sequence[Any]], Any]
MINUTE, HOUR, DAY = 60, 3600, 86_400

CAPTIONS = {
    "en": {
        "date": ("Date", "Work Date", "Day", "Entry Date"),
        "start": ("Start", "Start Time", "From"),
        "end": ("End", "End Time", "To"),
        "end date": ("End Date",),
        "worker": ("User", "Employee", "Technician", "Person", "Name"),
        "description": ("Description", "Notes", "Comment"),
        "project": ("Project",),
        "hours": ("Hours", "Worked Hours", "Duration (h)", "Decimal Hours", "Hours Worked", "Actual Hours"),
        "minutes": ("Minutes", "Duration (min)", "Time (min)"),
        "seconds": ("Seconds", "Duration (s)", "Duration (seconds)"),
        "milliseconds": ("Milliseconds", "Duration (ms)"),
        "unsaid": ("Duration", "Time Spent", "Duration (h:mm)"),
        "time": ("Time",),
        "parts": (("Hours", "Minutes"), ("Duration (h)", "Duration (min)"), ("Time (h)", "Time (min)")),
        "break": ("Break", "Lunch", "Pause"),
        "break in minutes": ("Break (min)", "Break Minutes", "Lunch (min)"),
        "break in hours": ("Break (h)", "Break hours"),
        "break times": (("Break Start", "Break End"), ("Lunch Start", "Lunch End"), ("Lunch Out", "Lunch In")),
        "unknown": ("Total", "Net", "Worked", "Net Time", "Total Time", "Work Time"),
        "unknown hours": ("Total Hours", "Net h", "Hours total", "Worked (h)"),
    },
    "de": {
        "date": ("Datum", "Tag", "Arbeitstag"),
        "start": ("Beginn", "Startzeit", "Von"),
        "end": ("Ende", "Endzeit", "Bis"),
        "end date": ("Enddatum",),
        "worker": ("Mitarbeiter", "Bearbeiter", "Techniker"),
        "names": ("Vorname", "Nachname"),
        "description": ("Beschreibung", "Bemerkung", "Leistung", "Notiz"),
        "project": ("Projekt",),
        "hours": ("Stunden", "Std.", "Dauer (h)", "Stunden (dezimal)"),
        "minutes": ("Minuten", "Dauer (min)"),
        "seconds": ("Sekunden", "Dauer (s)"),
        "milliseconds": ("Millisekunden", "Dauer (ms)"),
        "unsaid": ("Dauer", "Arbeitszeit", "Zeitaufwand", "Dauer (h:mm)"),
        "time": ("Zeit",),
        "parts": (("Stunden", "Minuten"), ("Dauer (h)", "Dauer (min)")),
        "break": ("Pause", "Pausen", "Mittagspause", "Pausenzeit"),
        "break in minutes": ("Pause (min)", "Pausen Min", "Pause in Minuten"),
        "break in hours": ("Pause (h)", "Pause (Std)", "Pause in Stunden"),
        "break times": (("Pause von", "Pause bis"), ("Pause Beginn", "Pause Ende"), ("Pausenbeginn", "Pausenende")),
        "unknown": ("Gesamt", "Netto", "Ist", "Arbeitszeit netto", "Dauer gesamt"),
        "unknown hours": ("Ist-Stunden", "Netto Std", "Ist h", "Stunden gesamt"),
    },
    "fr": {
        "date": ("Date", "Jour", "Date du travail"),
        "start": ("Heure de début", "De"),
        "end": ("Heure de fin", "À"),
        "end date": ("Date de fin",),
        "worker": ("Utilisateur", "Collaborateur", "Technicien"),
        "names": ("Prénom", "Nom"),
        "description": ("Description", "Commentaire", "Libellé"),
        "project": ("Projet",),
        "hours": ("Heures", "Durée (h)", "Durée (décimal)"),
        "minutes": ("Minutes", "Durée (min)"),
        "seconds": ("Secondes", "Durée (s)"),
        "milliseconds": ("Durée (ms)",),
        "unsaid": ("Durée", "Temps passé", "Durée (h:mm)"),
        "time": ("Temps",),
        "parts": (("Heures", "Minutes"), ("Durée (h)", "Durée (min)")),
        "break": ("Pause", "Pauses"),
        "break in minutes": ("Pause (min)", "Pause en minutes"),
        "break in hours": ("Pause (h)", "Pause en heures"),
        "break times": (("Début pause", "Fin pause"), ("Pause début", "Pause fin")),
        "unknown": ("Total", "Net", "Temps net", "Durée totale"),
        "unknown hours": ("Total heures", "Total h", "Heures nettes"),
    },
}
"""By language and what the column is."""
SPELLINGS = (str, str, str, str.upper, str.lower, lambda name: f" {name} ")
SUMS = {
    "en": ("Total", "Subtotal", "Day total", "Sum", "Grand Total:"),
    "de": ("Summe", "Gesamt", "Tagessumme", "Zwischensumme"),
    "fr": ("Total", "Sous-total", "Total général"),
}
WORKERS = (("Mira", "Okafor"), ("Jörg", "Müller"), ("Zoë", "van Dijk"))
TEXTS = (
    "Mail moved",
    "VPN; checked, twice",
    'the "old" NAS',
    "Total loss of data",
    "Break room wired",
    "1:30",
    "Überblick",
)
PROJECTS = ("Helpdesk", "Office 365", "Netz | neu")
PREAMBLES = (
    (("Time report",),),
    (("Timesheet", "2026-10-01", "2026-10-31"), ("",)),
    (("Employee:", "Mira Okafor"), ("Period:", "October 2026"), ("Total hours:", "37.5")),
    (("Stundenzettel Oktober",), ("Mitarbeiter", "Mira"), ("Summe", "12,50"), ("",)),
)


class Work(NamedTuple):
    """What a row is meant to say."""

    day: date
    start: int
    """Seconds after midnight."""
    span: int
    off: int
    """Seconds of break."""
    seconds: int
    """What was worked: the span without the break, perhaps rounded up as trackers do."""
    names: tuple[str, str]
    description: str
    project: str


class Notation(NamedTuple):
    """How a column writes durations."""

    kind: str
    """`clock`, `words`, `hours`, `minutes`, `seconds`, `milliseconds`, `parts`, `day` or `hours.minutes`."""
    places: int = 0
    style: str = ""


@dataclass
class Column:
    """A column of the file."""

    what: str
    caption: str
    cells: list[str]
    notation: Notation | None = None
    digits: list[Fraction | None] = field(default_factory=list)
    """By row: how far the cell may be from the truth, in seconds; None where it is empty."""
    sum: str = ""
    """Its cell in a row of sums."""
    kind: str = ""
    """What its name says about its cells: `hours`, `minutes` … `unsaid`, `time` or `unknown`."""


@dataclass
class Shape:
    """A file with what it is meant to say."""

    works: list[Work]
    columns: list[Column]
    language: str
    measure: str
    step: int
    dates: str
    delimiter: str
    codec: str
    lines: list[int] = field(default_factory=list)
    """Of the entries."""
    sums: list[int] = field(default_factory=list)
    """Lines of sums."""
    data: bytes = b""

    def of(self, *what: str) -> list[Column]:
        """The columns of these kinds."""
        return [column for column in self.columns if column.what in what]

    def tolerance(self, row: int) -> Fraction:
        """How far the hours may be from the truth: a clock goes before decimals, else the finest counts."""
        filled = [column for column in self.of("hours") if column.digits[row] is not None]
        actual = [column for column in filled if "actual" in column.caption.casefold()]
        clocks = [column for column in filled if column.notation and column.notation.kind in {"clock", "parts"}]
        bare = [column for column in filled if column.notation and column.notation.kind != "words"]
        return min((column.digits[row] or Fraction(0) for column in actual or clocks or bare), default=Fraction(0))


def make_shape(pick: Pick) -> Shape:
    """One file."""
    language = pick(sorted(CAPTIONS))
    names = CAPTIONS[language]
    measure = pick(("one", "one", "two", "two", "parts", "span", "span", "unknown"))
    has_span = measure in {"span", "unknown"} or pick((True, False))
    off_kind = pick(("", "", "break", "break in minutes", "break in hours", "break times", "two")) if has_span else ""
    step = pick((0, 0, 0, 900, 1800, 3600)) if has_span and measure != "span" else 0
    works = _make_works(pick, has_span=has_span, has_break=bool(off_kind), step=step)
    shape = Shape(works, [], language, measure, step, "", pick(",;\t|"), pick(_CODECS))
    _add_dates(pick, shape, names, has_span=has_span)
    _add_breaks(pick, shape, names, off_kind)
    _add_durations(pick, shape, names, has_span=has_span)
    _add_words(pick, shape, names)
    _add_others(pick, shape)
    spell = pick(SPELLINGS)
    shape.columns = _shuffled(pick, shape.columns)
    for column in shape.columns:
        column.caption = spell(column.caption)
    shape.data = _write(pick, shape)
    return shape


_CODECS = ("utf-8", "utf-8", "utf-8-sig", "utf-16", "cp1252")
_GRAINS = (1, MINUTE, MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR)


def _make_works(pick: Pick, *, has_span: bool, has_break: bool, step: int) -> list[Work]:
    grain = pick(_GRAINS)
    most = pick((HOUR, 4 * HOUR, 12 * HOUR))
    first = date(2026, pick((1, 2, 10, 12)), pick((1, 9, 12, 28)))
    works = []
    for row in range(pick((1, 1, 2, 3, 4, 6))):
        off = pick((0, 0, 15, 30, 45, 60, 90)) * MINUTE if has_break else 0
        net = grain * pick(range(1, most // grain + 1))
        if pick((False,) * 9 + (True,)):
            net = 0
        seconds = -(-net // step) * step if step else net
        if not has_span and pick((False,) * 9 + (True,)):
            seconds = -seconds
        start = pick((0, 7 * 60, 9 * 60, 9 * 60 + 37, 13 * 60, 14 * 60 + 30, 22 * 60)) * MINUTE
        works.append(
            Work(
                first + timedelta(days=row * pick((0, 1, 3))),
                start,
                net + off,
                off,
                seconds,
                pick(WORKERS),
                pick(TEXTS),
                pick(PROJECTS),
            )
        )
    return works


_DATES = {
    "iso": "{y}-{m:02}-{d:02}",
    "slashes": "{y}/{m:02}/{d:02}",
    "dots": "{d:02}.{m:02}.{y}",
    "short dots": "{d}.{m}.{yy:02}",
    "dmy": "{d:02}/{m:02}/{y}",
    "dmy dashes": "{d:02}-{m:02}-{y}",
    "mdy": "{m}/{d}/{y}",
    "mdy short": "{m:02}/{d:02}/{yy:02}",
    "words": "{d} {name} {y}",
    "midnight": "{y}-{m:02}-{d:02} 00:00:00",
    "midnight in UTC": "{y}-{m:02}-{d:02}T00:00:00Z",
    "midnight with offset": "{y}-{m:02}-{d:02}T00:00:00+02:00",
    "serial": "{serial}",
}
NUMERIC = frozenset(("dmy", "dmy dashes", "mdy", "mdy short"))
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_TIMES = ("{h:02}:{m:02}", "{h}:{m:02}", "{h:02}:{m:02}:{s:02}", "{twelve}:{m:02} {half}", "{twelve}:{m:02}{small}")


def _day(style: str, day: date) -> str:
    return _DATES[style].format(
        y=day.year,
        yy=day.year % 100,
        m=day.month,
        d=day.day,
        name=_MONTHS[day.month - 1],
        serial=(day - date(1899, 12, 30)).days,
    )


def _time(style: str, seconds: int) -> str:
    hour = seconds % DAY // HOUR
    half = "AM" if hour < 12 else "PM"
    return style.format(
        h=hour, m=seconds % HOUR // MINUTE, s=seconds % MINUTE, twelve=hour % 12 or 12, half=half, small=half.lower()
    )


def _add_dates(pick: Pick, shape: Shape, names: dict[str, Any], *, has_span: bool) -> None:
    times = pick(_TIMES if all(work.span % MINUTE == 0 for work in shape.works) else ("{h:02}:{m:02}:{s:02}",))
    shape.dates = pick(sorted(_DATES))
    which = pick(range(len(names["start"])))
    begins = [work.start for work in shape.works]
    ends = [work.start + work.span for work in shape.works]
    mode = pick(("date", "date", "date", "date and end date", "moments", "instants")) if has_span else "date"
    if mode in {"moments", "instants"}:
        shape.dates = (
            "iso" if mode == "instants" or "midnight" in shape.dates or shape.dates == "serial" else shape.dates
        )
        zone = timezone(timedelta(minutes=pick((0, 120, -300, 330)))) if mode == "instants" else None
        for what, points in (("start", begins), ("end", ends)):
            moments = [
                datetime(work.day.year, work.day.month, work.day.day, tzinfo=zone) + timedelta(seconds=point)
                for work, point in zip(shape.works, points, strict=True)
            ]
            local = [
                f"{_day(shape.dates, work.day + timedelta(days=point // DAY))} {_time(times, point)}"
                for work, point in zip(shape.works, points, strict=True)
            ]
            cells = [moment.isoformat() for moment in moments] if zone else local
            shape.columns.append(Column(what, names[what][which], cells))
        if zone:
            shape.dates = "instants"
        return
    shape.columns.append(Column("date", pick(names["date"]), [_day(shape.dates, work.day) for work in shape.works]))
    if has_span:
        shape.columns.append(Column("start", names["start"][which], [_time(times, point) for point in begins]))
        shape.columns.append(Column("end", names["end"][which], [_time(times, point) for point in ends]))
    if mode == "date and end date":
        days = [work.day + timedelta(days=point // DAY) for work, point in zip(shape.works, ends, strict=True)]
        shape.columns.append(Column("end date", names["end date"][0], [_day(shape.dates, day) for day in days]))


def _add_breaks(pick: Pick, shape: Shape, names: dict[str, Any], kind: str) -> None:
    if kind == "break times":
        begin, end = pick(names[kind])
        away = [(work.start + work.span // 2, work.start + work.span // 2 + work.off) for work in shape.works]
        for caption, at in ((begin, 0), (end, 1)):
            cells = ["" if one[0] == one[1] else _time("{h:02}:{m:02}:{s:02}", one[at]) for one in away]
            shape.columns.append(Column(kind, caption, cells))
    elif kind == "two":
        first, second = (pick(names["break"]), pick(names["break in minutes"]))
        for caption, share in ((first, 2), (second, 1)):
            offs = [work.off // 3 * share for work in shape.works]
            shape.columns.append(Column("break", caption, [str(off // MINUTE) for off in offs], Notation("minutes")))
    elif kind:
        kinds = {"break in minutes": ("minutes",), "break in hours": ("hours", "clock")}
        notation = Notation(pick(kinds.get(kind, ("minutes", "hours", "clock", "words"))), 2, pick(_STYLES))
        nothing = pick(("", "0", "0:00" if notation.kind in {"clock", "words"} else "0"))
        offs = [write(notation, Fraction(work.off)) if work.off else nothing for work in shape.works]
        shape.columns.append(Column(kind, pick(names[kind]), offs, notation))


_STYLES = ("plain", "plain", "comma", "seconds", "padded", "words")


def write(notation: Notation, seconds: Fraction) -> str:
    """A duration, to the last digit of the notation."""
    kind, places, style = notation
    sign, left = ("-" if seconds < 0 else ""), abs(seconds)
    if kind == "clock":
        whole = int(left) if style == "seconds" else int(left + MINUTE // 2) // MINUTE * MINUTE
        hours, minutes, rest = whole // HOUR, whole % HOUR // MINUTE, whole % MINUTE
        clock = f"{hours:02}:{minutes:02}" if style == "padded" else f"{hours}:{minutes:02}"
        return sign + clock + (f":{rest:02}" if style == "seconds" else "")
    if kind == "words":
        hours, minutes, rest = int(left) // HOUR, int(left) % HOUR // MINUTE, int(left) % MINUTE
        if rest:
            return f"{sign}{hours}h {minutes}m {rest}s"
        forms = {
            "plain": f"{hours}h {minutes}m",
            "comma": f"{hours}h{minutes:02}",
            "padded": f"{int(left) // MINUTE} min",
        }
        return sign + forms.get(style, f"{hours} h {minutes:02} min")
    if kind == "hours.minutes":
        return f"{sign}{int(left) // HOUR}.{int(left) % HOUR // MINUTE:02}"
    per = {"hours": HOUR, "minutes": MINUTE, "seconds": 1, "milliseconds": Fraction(1, 1000), "day": DAY}[kind]
    digits = int(left / per * 10**places + Fraction(1, 2))
    number = f"{digits // 10**places}" + (f".{digits % 10**places:0{places}}" if places else "")
    if style != "padded" and places:
        number = number.rstrip("0").rstrip(".")
    if style == "words" and kind == "hours":
        number += " h"
    return sign + (number.replace(".", ",") if style == "comma" else number)


def digit(notation: Notation) -> Fraction:
    """Half of the last digit, in seconds, and half a second for rounding."""
    kind, places, style = notation
    if kind in {"clock", "words", "parts", "hours.minutes"}:
        return Fraction(0) if style == "seconds" or kind == "words" else Fraction(MINUTE, 2)
    per = {"hours": HOUR, "minutes": MINUTE, "seconds": 1, "milliseconds": 1, "day": DAY}[kind]
    return Fraction(per, 2 * 10**places) + Fraction(1, 2)


def _add_durations(pick: Pick, shape: Shape, names: dict[str, Any], *, has_span: bool) -> None:
    kinds = {
        "one": (pick(("hours", "minutes", "seconds", "milliseconds", "unsaid", "unsaid", "time")),),
        "two": (pick(("hours", "minutes", "seconds", "unsaid")), pick(("hours", "minutes", "unsaid"))),
        "unknown": (pick(("unknown", "unknown", "unknown hours")),),
    }.get(shape.measure, ())
    for kind in kinds:
        notation = _notation(pick, kind, shape, has_span=has_span)
        shape.columns.append(_duration_column(kind, pick(names[kind]), notation, shape))
    is_day = any(column.notation and column.notation.kind == "day" for column in shape.columns)
    if shape.measure == "two" and not is_day and pick((True, False)):
        _leave_out_some(pick, shape)
    if shape.measure == "parts":
        _add_parts(pick, shape, names)


def _notation(pick: Pick, kind: str, shape: Shape, *, has_span: bool) -> Notation:
    whole = "words" if any(work.seconds % MINUTE for work in shape.works) else "clock"
    clock = Notation("clock", 0, "seconds" if whole == "words" else pick(("plain", "seconds", "padded")))
    words = Notation("words", 0, pick(("plain", "comma", "padded", "words")))
    places = pick((2, 2, 4, 10)) if kind in {"hours", "unsaid", "unknown", "unknown hours", "time"} else 0
    decimals = Notation("hours", places, pick(_STYLES))
    if kind in {"hours", "unknown hours"}:
        proves = has_span and not shape.step and sum(work.seconds % HOUR > 0 for work in shape.works) > 1
        exact = all(work.seconds % MINUTE == 0 and work.off == 0 for work in shape.works)
        dotted = (Notation("hours.minutes", 2, "padded"),) if proves and exact and shape.measure == "one" else ()
        return pick((decimals, decimals, clock, words, *dotted))
    if kind in {"minutes", "seconds", "milliseconds"}:
        return pick((Notation(kind), Notation(kind), clock, words))
    bare = [decimals, decimals, Notation("minutes"), Notation("seconds")]
    if any(work.seconds % (24 * MINUTE) for work in shape.works) and all(
        work.seconds % MINUTE == 0 for work in shape.works
    ):
        bare.append(Notation("day", pick((6, 10, 15)), "plain"))
    elif any(work.seconds % 24 for work in shape.works):
        bare.append(Notation("day", pick((10, 15)), "plain"))
    return pick((*bare, clock, clock, words))


def _duration_column(kind: str, caption: str, notation: Notation, shape: Shape) -> Column:
    seconds = [Fraction(work.seconds) for work in shape.works]
    cells = [write(notation, one) for one in seconds]
    total = write(notation, sum(seconds, Fraction(0)))
    return Column("hours", caption, cells, notation, [digit(notation) for _ in cells], total, kind)


def _leave_out_some(pick: Pick, shape: Shape) -> None:
    first, second = shape.of("hours")
    for row in range(len(shape.works)):
        empty = pick((None, None, first, second))
        if empty:
            empty.cells[row] = ""
            empty.digits[row] = None


def _add_parts(pick: Pick, shape: Shape, names: dict[str, Any]) -> None:
    whole = [(abs(work.seconds) + 30) // MINUTE for work in shape.works]
    signs = ["-" if work.seconds < 0 else "" for work in shape.works]
    nothing = pick(("0", "", "00"))
    for at, caption in enumerate(pick(names["parts"])):
        cells = [
            f"{sign}{part}" if (part := divmod(one, 60)[at]) else nothing if one else "0"
            for one, sign in zip(whole, signs, strict=True)
        ]
        digits: list[Fraction | None] = [Fraction(MINUTE, 2) for _ in cells]
        total = str(divmod(sum(whole), 60)[at])
        shape.columns.append(Column("hours", caption, cells, Notation("parts"), digits, total, "parts"))
    if pick((False, False, True)):
        shape.columns.append(_duration_column("hours", pick(names["hours"]), Notation("hours", 2, "plain"), shape))


def _add_words(pick: Pick, shape: Shape, names: dict[str, Any]) -> None:
    who = pick(("worker", "worker", "names" if "names" in names else "worker", ""))
    if who == "worker":
        shape.columns.append(Column("worker", pick(names[who]), [" ".join(work.names) for work in shape.works]))
    if who == "names":
        for at, caption in enumerate(names[who]):
            shape.columns.append(Column("worker", caption, [work.names[at] for work in shape.works]))
    shape.columns.append(Column("description", pick(names["description"]), [work.description for work in shape.works]))
    if pick((True, False)):
        shape.columns.append(Column("project", pick(names["project"]), [work.project for work in shape.works]))


_OTHERS = (
    ("Billable Hours", ("0.25", "7", "1.5")),
    ("Planned Hours", ("8", "8.00", "7.5")),
    ("Soll", ("8:00", "7:30", "8:00")),
    ("Estimate", ("2h", "3h", "")),
    ("Rate", ("95.00", "120", "95.00")),
    ("Amount", ("142,50", "95.00", "1.200,00")),
    ("Ticket", ("#4711", "4712", "")),
    ("Billable", ("Yes", "No", "Yes")),
    ("Kilometer", ("12", "0", "34")),
    ("Invoice", ("2026-10", "", "2026-11")),
    ("Overtime", ("0.5", "0", "1")),
    ("Time of day", ("14:30", "9:05", "22:00")),
)


def _add_others(pick: Pick, shape: Shape) -> None:
    for _ in range(pick((0, 0, 1, 2))):
        caption, cells = pick(_OTHERS)
        if caption not in {column.caption for column in shape.columns}:
            shape.columns.append(Column("other", caption, [cells[row % 3] for row in range(len(shape.works))]))
    if shape.measure == "one" and shape.of("hours")[0].kind != "time" and pick((False,) * 5 + (True,)):
        cells = [_time("{h:02}:{m:02}", work.start) for work in shape.works]
        shape.columns.append(Column("other", pick(("Time", "Zeit", "Temps")), cells))


def _shuffled(pick: Pick, columns: list[Column]) -> list[Column]:
    if pick((True, False)):
        return columns
    left, found = list(columns), []
    while left:
        found.append(left.pop(pick(range(len(left)))))
    return found


def _write(pick: Pick, shape: Shape) -> bytes:
    always = pick((False, True))
    above = pick(((), (), (), *PREAMBLES))
    records = [*above, tuple(column.caption for column in shape.columns)]
    for row in range(len(shape.works)):
        records.append(tuple(column.cells[row] for column in shape.columns))
        shape.lines.append(len(records))
        if pick((False,) * 11 + (True,)) or (row == len(shape.works) - 1 and pick((False, False, True))):
            records.append(_sum(pick, shape, row))
            shape.sums.append(len(records))
    end = pick(("\n", "\r\n"))
    written = [
        shape.delimiter.join(quoted(cell, shape.delimiter, always=always) for cell in cells) for cells in records
    ]
    text = end.join(written) + pick((end, ""))
    return text.encode(shape.codec)


def _sum(pick: Pick, shape: Shape, row: int) -> tuple[str, ...]:
    word = pick(SUMS[shape.language])
    where = pick([column for column in shape.columns if column.what in {"description", "project", "worker"}])
    is_dated = pick((False, True)) or shape.dates == "instants"
    cells = []
    for column in shape.columns:
        if column is where:
            cells.append(word)
        elif column.what == "hours":
            cells.append(column.sum)
        else:
            cells.append(column.cells[row] if is_dated and column.what in {"date", "start", "end", "end date"} else "")
    return tuple(cells)


def instant(work: Work, cell: str) -> datetime:
    """The moment at which the work began, from the offset in its cell."""
    zone = datetime.fromisoformat(cell).tzinfo
    local = datetime(work.day.year, work.day.month, work.day.day, tzinfo=zone) + timedelta(seconds=work.start)
    return local.astimezone(UTC)
