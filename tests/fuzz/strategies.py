"""Exports with known content, in every form that a source may write, and damage to them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, timezone
from functools import cache
from pathlib import Path
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from chalicelib.intake.open_tables import open_tables
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from chalicelib.intake.sources.source import Layout

Draw = Callable[[st.SearchStrategy[Any]], Any]
EXPORTS = Path(__file__).parents[1] / "exports"
LETTERS = "abcXYZ019ÉÜßÑÇ –.,;:|\t\"'’()=+-@#/"
"""Of Windows-1252; six small ones with accents in a row would be refused as letters of another encoding."""
WIDE = LETTERS + "éüñłžŻ日本語Ελ😀\u0301\u00a0\u2028\x0b\x1f"
HOSTILE = (
    *("1,234.5", "1.234,5", "1e5", "١٢", "−1", "NaN", "inf", "24:00", "8:60", "12:00 AM", "1:3", "0x10", "1_000", "½"),
    *(
        "",
        " ",
        "-",
        "--1",
        "+-1:30",
        "99999999999999",
        "1:30:00:00",
        "(1.5)",
        "=1+1",
        "1,250",
        "0,5",
        "5 400",
        "1.5 000",
    ),
    *("03/04/2026", "13/13/2026", "2026-02-30", "0000-00-00", "2026-03-04T09:00:00+99:99", "12/31/9999", "31.12.2026"),
    *('"', '""', '"""', '"a', 'a"', '"a"b', 'a"b"c', '"a\n', "\n", "\r", "\r\n\r\n", ",", ";", "\t", "|", ",,,,", '",'),
    *("\0", "\ufeff", "\ufffd", "\x1a", "total", "Subtotal", "12 members", "2026-03", "x" * 5000, "9" * 400, "' =1"),
)


@dataclass(frozen=True, slots=True)
class Template:
    """A header that a tool writes, with the lines above it."""

    above: tuple[tuple[str, ...], ...]
    layout: Layout

    @property
    def is_western(self) -> bool:
        """Whether Windows-1252 has all its letters."""
        text = "".join(map("".join, (*self.above, self.layout.header)))
        return text == text.encode("cp1252", "ignore").decode("cp1252")


@dataclass(frozen=True, slots=True)
class Work:
    """What a row is meant to say."""

    day: date
    start: int | None
    seconds: int
    worker: str
    description: str | None
    project: str | None
    instant: datetime | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """A file as cells, exactly as they are in the file, quoted where necessary."""

    template: Template
    truth: tuple[Work, ...]
    rows: tuple[tuple[str, ...], ...]
    delimiter: str
    line_end: str
    codec: str
    order: DateOrder | None
    """The order in which its dates were written; None: unambiguously."""
    quoted: bool
    is_ended: bool = True

    def encoded(self) -> bytes:
        """The file."""
        head = [self._quote(cells) for cells in (*self.template.above, self.template.layout.header)]
        text = self.line_end.join(self.delimiter.join(cells) for cells in (*head, *self.rows))
        if self.codec == "cp1252":
            text = text.replace("−", "-")
        return (text + (self.line_end if self.is_ended else "")).encode(self.codec)

    def _quote(self, cells: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(quoted(cell, self.delimiter, always=self.quoted) for cell in cells)


def quoted(cell: str, delimiter: str, *, always: bool) -> str:
    """A cell quoted by RFC 4180."""
    needed = always or cell[:1] == " " or any(char in cell for char in ('"', delimiter, "\n", "\r"))
    return '"' + cell.replace('"', '""') + '"' if needed else cell


@cache
def template_of(name: str) -> Template:
    """That of an export in tests/exports."""
    with (EXPORTS / name).open("rb") as file:
        header = open_tables(file).find_header((), None)
        records = [tuple(cells) for _, cells in header.table.records()]
    return Template(tuple(records[: header.records_before_rows - 1]), header.layout)


TEMPLATES = st.sampled_from(sorted(path.name for path in EXPORTS.glob("*.csv"))).map(template_of)


@st.composite
def exports(draw: Draw, *, min_rows: int = 0, max_rows: int = 4) -> Written:
    """An export of any source, with the content that it is meant to have."""
    template = draw(TEMPLATES)
    codec = draw(st.sampled_from(["utf-8", "utf-8-sig", "utf-16", *(["cp1252"] if template.is_western else [])]))
    styles = [
        draw(_date_styles()),
        draw(st.sampled_from(["{0:02}:{1:02}:{2:02}", "{0}:{1:02}:{2:02}", "{3}:{1:02}:{2:02} {4}"])),
    ]
    if template.layout.columns.keys().isdisjoint({Field.DATE}) and draw(st.integers(0, 3)) == 0:
        styles = [_DateStyle("instant", None), ""]
    works, rows = [], []
    for _ in range(draw(st.integers(min_rows, max_rows))):
        work, cells = draw(_rows(template.layout, *styles, LETTERS if codec == "cp1252" else WIDE))
        works.append(work)
        rows.append(cells)
    delimiter, line_end = draw(st.sampled_from(",;\t|")), draw(st.sampled_from(["\n", "\r\n", "\r"]))
    always = draw(st.booleans())
    written = Written(
        template,
        tuple(works),
        tuple(tuple(quoted(cell, delimiter, always=always) for cell in cells) for cells in rows),
        delimiter,
        line_end,
        codec,
        styles[0].order,
        always,
        draw(st.booleans()),
    )
    assume(codec != "cp1252" or not _may_be_utf_8(written.encoded()))
    return written


def _may_be_utf_8(data: bytes) -> bool:
    """Whether letters of Windows-1252 are letters in UTF-8, too, as those of `Ç–` are."""
    try:
        return not data.isascii() and bool(data.decode())
    except UnicodeDecodeError:
        return False


@dataclass(frozen=True, slots=True)
class _DateStyle:
    text: str
    order: DateOrder | None

    def write(self, day: date) -> str:
        month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[day.month - 1]
        german = ("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September")
        long = (*german, "Oktober", "November", "Dezember")[day.month - 1]
        return self.text.format(y=day.year, yy=day.year % 100, m=day.month, d=day.day, name=month, long=long)


def _date_styles() -> st.SearchStrategy[_DateStyle]:
    plain = (
        "{y}-{m:02}-{d:02}",
        "{y}/{m}/{d}",
        "{d:02}.{m:02}.{y}",
        "{d}.{m}.{yy:02}",
        "{name} {d}, {y}",
        "{d}. {long} {y}",
    )
    day_first = ("{d:02}/{m:02}/{y}", "{d}/{m}/{yy:02}", "{d:02}-{m:02}-{y}")
    month_first = ("{m:02}/{d:02}/{y}", "{m}/{d}/{yy:02}", "{m:02}-{d:02}-{y}")
    return st.sampled_from(
        [_DateStyle(text, None) for text in plain]
        + [_DateStyle(text, DateOrder.DAY_FIRST) for text in day_first]
        + [_DateStyle(text, DateOrder.MONTH_FIRST) for text in month_first]
    )


def _time(style: str, seconds: int) -> str:
    hour, minute, second = seconds // 3600, seconds % 3600 // 60, seconds % 60
    return style.format(hour, minute, second, hour % 12 or 12, "AM" if hour < 12 else "PM")


@st.composite
def _rows(draw: Draw, layout: Layout, days: _DateStyle, times: str, letters: str) -> tuple[Work, list[str]]:
    columns, cells = layout.columns, [""] * len(layout.header)
    texts = st.text(letters if layout.source.shape is None else letters.replace("\n", ""), max_size=8).map("T".__add__)
    is_span = not layout.durations
    work = Work(
        day=draw(st.dates(date(2001, 1, 1), date(2059, 12, 30))),
        start=draw(st.integers(0, 86_399)) if Field.START in columns else None,
        seconds=draw(st.integers(0, 86_399) if is_span else st.integers(-400_000, 4_000_000)),
        worker=" ".join(parts := [draw(texts) for _ in layout.worker]),
        description=draw(texts) if Field.DESCRIPTION in columns else None,
        project=draw(texts) if Field.PROJECT in columns else None,
    )
    for field in (Field.DESCRIPTION, Field.PROJECT):
        if field in columns:
            cells[columns[field]] = getattr(work, field.value)
    for at, part in zip(layout.worker, parts, strict=True):
        cells[at] = part
    _write_durations(draw, layout, cells, work.seconds)
    if days.text == "instant":
        return _write_instants(draw, layout, cells, work)
    midnight = datetime.combine(work.day, datetime.min.time())
    end = midnight + timedelta(seconds=(work.start or 0) + work.seconds * is_span)
    dated = Field.DATE in columns
    for field, day, second in (
        (Field.START, work.day, work.start or 0),
        (Field.END, end.date(), end.hour * 3600 + end.minute * 60 + end.second),
    ):
        if field in columns:
            cells[columns[field]] = ("" if dated else days.write(day) + " ") + _time(times, second)
    for field, day in ((Field.DATE, work.day), (Field.END_DATE, end.date())):
        if field in columns:
            cells[columns[field]] = days.write(day)
    return work, cells


def _write_instants(draw: Draw, layout: Layout, cells: list[str], work: Work) -> tuple[Work, list[str]]:
    begin = datetime(work.day.year, work.day.month, work.day.day, tzinfo=UTC) + timedelta(seconds=work.start or 0)
    for field, moment in ((Field.START, begin), (Field.END, begin + timedelta(seconds=max(work.seconds, 0)))):
        if field in layout.columns:
            zone = timezone(timedelta(minutes=draw(st.integers(-12 * 4, 14 * 4)) * 15))
            cells[layout.columns[field]] = moment.astimezone(zone).isoformat()
    return replace(work, instant=begin), cells


def _write_durations(draw: Draw, layout: Layout, cells: list[str], seconds: int) -> None:
    """One of the columns of hours has the value; those before it are empty, those after it do not matter.

    Where HourTab compares them, two that differ are a doubt, which tests/fuzz/any_shape.py makes: here the others are
    empty.
    """
    if layout.durations:
        speaks = draw(st.integers(0, len(layout.durations) - 1))
        for index, (at, column) in enumerate(layout.durations):
            if index == speaks:
                cells[at] = draw(st.sampled_from(notations(seconds, column.unit)))
            elif index < speaks:
                cells[at] = draw(st.sampled_from(["", "0"])) if column.zero_is_empty else ""
            elif seconds and not layout.is_examined and not (layout.source.shape and layout.source.shape.halves):
                cells[at] = "9.99"


def notations(seconds: int, unit: Unit) -> list[str]:
    """Every way in which a tool may write this duration in a column of this unit."""
    sign, rest = ("-" if seconds < 0 else ""), abs(seconds)
    hours, minutes, left = rest // 3600, rest % 3600 // 60, rest % 60
    signs = [sign, "−"] if sign else ["", "+"]
    found = [f"{mark}{hours}:{minutes:02}:{left:02}" for mark in signs]
    found += [f"{sign}{hours}h {minutes}m {left}s", f"{sign}{hours:02}:{minutes:02}:{left:02}", f"{sign}{rest}s"]
    found += [f"{sign}{hours} Std. {minutes} Min. {left} Sek.", f"{sign}{rest // 60}:{left:02} min"]
    if left == 0:
        found += [f"{sign}{hours}h{minutes:02}", f"{sign}{rest // 60}m"]
    if unit is Unit.SECONDS_OF_WHOLE_MINUTES:  # 1:30 may be minutes and seconds, and 1.5 may be hours
        return found
    if left == 0:
        found.append(f"{sign}{hours}:{minutes:02}")
    per = {Unit.MINUTES: 60, Unit.SECONDS: 1, Unit.SECONDS_OR_DECIMAL_HOURS: 3600}.get(unit, 3600)
    if unit is Unit.MILLISECONDS:
        return [*found, f"{seconds * 1000}"]
    if unit in (Unit.SECONDS, Unit.SECONDS_OR_DECIMAL_HOURS):
        found.append(f"{seconds}")
    decimal = f"{rest // per}.{rest % per * 10**7 // per:07}"
    found += [f"{sign}{decimal}", f"{sign}{decimal.replace('.', ',')}"]
    if rest // per >= 1000:
        grouped = f"{rest // per:,}"
        found += [
            f"{sign}{grouped}.{decimal.partition('.')[2]}",
            f"{sign}{grouped.replace(',', ' ')},{decimal.partition('.')[2]}",
        ]
    return found


raw_cells = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.sampled_from("0123456789:.,-+ hms"), max_size=10),
    st.text(st.sampled_from('ab"\n\r,;\t|0'), max_size=8),
    st.text(max_size=6).filter(lambda text: not any("\ud800" <= char <= "\udfff" for char in text)),
)


@st.composite
def damaged_rows(draw: Draw) -> tuple[Written, Written, int]:
    """A file, the same file with one row damaged, and which one."""
    written = draw(exports(min_rows=3, max_rows=6).filter(lambda one: one.codec != "cp1252"))
    at = draw(st.integers(0, len(written.rows) - 1))
    cells = list(written.rows[at])
    for _ in range(draw(st.integers(1, 2))):
        place = draw(st.integers(0, len(cells) - 1)) if cells else 0
        match draw(st.sampled_from(["replace", "insert", "delete", "double", "swap", "append", "cut"])):
            case "insert":
                cells.insert(place, draw(raw_cells))
            case "delete" | "cut" if not cells:
                pass
            case "delete":
                del cells[place]
            case "cut":
                cells[place:] = [cells[place][: draw(st.integers(0, 3))]]
            case "double" if cells:
                cells.insert(place, cells[place])
            case "swap" if cells:
                other = draw(st.integers(0, len(cells) - 1))
                cells[place], cells[other] = cells[other], cells[place]
            case "append" if cells:
                cells[place] += draw(raw_cells)
            case _ if cells:
                cells[place] = draw(raw_cells)
    return written, replace(written, rows=(*written.rows[:at], tuple(cells), *written.rows[at + 1 :])), at


@dataclass(frozen=True, slots=True)
class Wound:
    """A file in which some bytes in one place of its rows are damaged."""

    written: Written
    data: bytes
    first: int
    """The first row that the bytes belonged to."""
    last: int | None
    """The last one; None if everything after them is garbled, because half a UTF-16 character is missing."""


@st.composite
def wounds(draw: Draw) -> Wound:
    """An export with damaged bytes."""
    written = draw(exports(min_rows=2, max_rows=6))
    good, rows = written.encoded(), written.rows
    ends = [len(replace(written, rows=rows[:count], is_ended=True).encoded()) for count in range(len(rows) + 1)]
    begin = draw(st.integers(ends[0], len(good)))
    end = min(len(good), begin + draw(st.sampled_from([0, 1, 1, 2, 4, 40, 10**6])))
    spoilt = draw(
        st.one_of(st.binary(max_size=4), st.sampled_from([b'"', b"\n", b",", b"\0", b"\xff\xfe", b"\xc3\xbc"]))
    )
    is_aligned = written.codec != "utf-16" or len(spoilt) == end - begin
    return Wound(
        written,
        good[:begin] + spoilt + good[end:],
        sum(begin >= ended for ended in ends[1:]),
        sum(end >= ended for ended in ends[1:]) if is_aligned else None,
    )
