"""The reader's invariants for any input: each check is run by Hypothesis in the suite and by atheris in `make fuzz`."""

import csv
import re
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO, StringIO
from itertools import pairwise
from typing import BinaryIO

from chalicelib.domain.entry import Entry
from chalicelib.domain.names import fold
from chalicelib.intake.cells.dates import UNAMBIGUOUS, parse_moment, parse_time, read_both_ways
from chalicelib.intake.cells.durations import parse_decimal, parse_duration
from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, RefusalKind, Row, RowProblem, SourceHints, UnreadableExportError
from chalicelib.intake.sources.columns import DateOrder, Unit
from tests.fuzz.oracles import explains, number_in, seconds_in, tidied
from tests.fuzz.strategies import Work, Wound, Written
from tests.workbooks import sheet, table, workbook

_OPEN_DECIMAL = re.compile(r'"?[+−-]?(0|2[4-9]|[3-9]\d|\d[\d.,]{2,})[.,]\d{7}"?')
"""Parts of a day or of an hour; more than a day of hours, or minutes."""
_NOT_IN_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
WORK_SHEET = sheet([["Date", "Duration", "Worker", "Note"], ["2026-03-02", 1.5, "Ada", "Printer"]])
WORKBOOK_PARTS = ("xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/styles.xml", "xl/sharedStrings.xml")
_LAST_ROW = 1_048_576


@dataclass(frozen=True, slots=True)
class Outcome:
    """Everything that reading a file yielded."""

    refusal: Refusal | None
    found: tuple[Row | RowProblem, ...] = ()
    order: DateOrder | None = None

    @property
    def results(self) -> list[Entry | RowProblem]:
        """One for each record, in the order of the file."""
        return [
            one.entry if isinstance(one, Row) else one
            for one in self.found
            if isinstance(one, Row) or not one.is_warning
        ]

    @property
    def entries(self) -> list[Entry]:
        """The entries that would count."""
        return [one.entry for one in self.found if isinstance(one, Row)]


def read_out(
    data: bytes,
    said: DateOrder | None = None,
    source: str = "",
    as_file: Callable[[bytes], BinaryIO] = BytesIO,
    *,
    last_line: int | None = None,
) -> Outcome:
    """Read a file to its end, checking the form of every row and problem."""
    export = open_export(as_file(data), SourceHints({source: said} if said else {}))
    if isinstance(export, Refusal):
        return Outcome(_held_refusal(export))
    try:
        found = tuple(export.rows())
    except UnreadableExportError as error:
        return Outcome(_held_refusal(error.refusal))
    _hold_form(found, last_line or 1 + data.count(b"\n") + data.count(b"\r"))
    assert re.fullmatch(r"hours from `.+; dates from `.+; source [^;]+", export.how_read)
    return Outcome(None, found, export.date_order)


def _held_refusal(refusal: Refusal) -> Refusal:
    assert refusal.reason.endswith((".", ")."))
    return refusal


def _hold_form(found: tuple[Row | RowProblem, ...], last_line: int) -> None:
    lines = [one.line for one in found]
    assert lines == sorted(lines)
    assert all(1 < line <= last_line for line in lines)
    for before, one in pairwise((*found, None)):
        if isinstance(before, RowProblem):
            assert before.reason.endswith(".")
            assert len(before.value or "") <= 200
            assert not before.is_warning or (isinstance(one, Row) and one.line == before.line)
        else:
            entry = before.entry
            assert isinstance(entry.seconds, int)
            assert entry.start is None or 0 <= entry.start < 86_400
            for text in (entry.worker, entry.description, entry.project, entry.task, entry.work_type, entry.ticket):
                assert text is None or text == tidied(text)


def check_any_bytes(data: bytes) -> None:
    """Any input is read or refused, with the same result each time."""
    assert read_out(data) == read_out(data)


def check_any_part(data: bytes) -> None:
    """So is a workbook whose sheet, list of sheets, styles or texts are any bytes; the first one says which."""
    part = {WORKBOOK_PARTS[data[0] % len(WORKBOOK_PARTS)]: data[1:]} if data else {}
    content = workbook({"Time": WORK_SHEET}, parts=part)
    assert read_out(content, last_line=_LAST_ROW) == read_out(content, last_line=_LAST_ROW)


def check_same_in_workbook(written: Written, said: DateOrder | None) -> None:
    """The same cells are the same entries in a CSV file and, as text, in a workbook."""
    said, source = said and written.order, written.template.layout.source.name
    text = _NOT_IN_XML.sub("?", written.encoded().decode(written.codec))
    records = csv.reader(StringIO(text, newline=""), delimiter=written.delimiter, skipinitialspace=True)
    as_csv = read_out(text.encode(), said, source)
    as_workbook = read_out(table(*records), said, source, last_line=_LAST_ROW)
    assert as_csv.entries == as_workbook.entries
    assert (as_csv.refusal and as_csv.refusal.kind) == (as_workbook.refusal and as_workbook.refusal.kind)


def check_truth(written: Written, said: DateOrder | None) -> None:
    """An export is read as meant, or is refused for ambiguous dates, or decimals of an open unit."""
    said = said and written.order
    outcome = read_out(written.encoded(), said, written.template.layout.source.name)
    if outcome.refusal:
        if outcome.refusal.kind is RefusalKind.AMBIGUOUS_HOURS and written.template.layout.is_examined:
            assert any(_OPEN_DECIMAL.fullmatch(cell) for cells in written.rows for cell in cells), outcome.refusal
            return
        assert RefusalKind.AMBIGUOUS_DATES is outcome.refusal.kind, outcome.refusal
        assert written.order
        assert said is None
        return
    found = [one for one in outcome.found if not (isinstance(one, RowProblem) and one.is_warning)]
    assert [_meant(work) for work in written.truth] == [_said(one) for one in found], found


def _meant(work: Work) -> tuple[object, ...]:
    texts = (None if text is None else tidied(text) for text in (work.worker, work.description, work.project))
    return (work.day, work.start, work.seconds, *texts, work.instant)


def _said(row: Row | RowProblem) -> tuple[object, ...]:
    if isinstance(row, RowProblem):
        return (row,)
    entry = row.entry
    return (entry.date, entry.start, entry.seconds, entry.worker, entry.description, entry.project, row.instant)


def check_damaged_row(good: Written, bad: Written, at: int) -> None:
    """Damage to one row leaves the others as they were, or the file is refused as a whole."""
    _check_others(good, bad.encoded(), at, at)


def check_wound(wound: Wound) -> None:
    """The same for damaged bytes: the rows that they are not part of stay as they were."""
    _check_others(wound.written, wound.data, wound.first, wound.last)


def _check_others(good: Written, data: bytes, first: int, last: int | None) -> None:
    source = good.template.layout.source.name
    before, after = read_out(good.encoded(), good.order, source), read_out(data, good.order, source)
    if before.refusal or after.refusal or before.order != after.order:  # one date may decide the order of all
        return
    intact, found = before.results, after.results
    assert intact[:first] == found[:first], data
    if last is not None:
        behind = intact[last + 1 :]
        assert behind == found[len(found) - len(behind) :], data


def check_duration(text: str, unit: Unit) -> None:
    """The reader and the oracle agree, also on what is not a duration."""
    assert seconds_in(text, unit) == parse_duration(text, unit), (text, unit)


def check_number(text: str) -> None:
    """The same for numbers."""
    number = parse_decimal(text)
    assert number_in(text) == number, text


def _days_by_pattern(text: str) -> set[tuple[str, str, str]]:
    """The days of all patterns that match the whole cell, each as its digits and its name of the month."""
    matches = (pattern.fullmatch(fold(text)) for pattern in UNAMBIGUOUS)
    parts = (match.group("year", "month", "day") for match in matches if match)
    return {(f"{int(year):02}", month.lstrip("0"), f"{int(day):02}") for year, month, day in parts}


def check_moment(text: str, order: DateOrder | None) -> None:
    """A date that is read has the digits of its cell."""
    moment = parse_moment(text, order)
    assert moment is None or explains(moment, text, order), (text, order, moment)
    time = parse_time(text, dots=True)
    assert time is None or 0 <= time < 86_400
    assert moment is None or (time is None and (text.strip().isdecimal() or parse_duration(text, Unit.HOURS) is None))
    assert len(_days_by_pattern(text)) < 2, text
    both = read_both_ways(text)
    if order and both and moment and not moment.instant:
        assert moment.date == (both.day_first if order is DateOrder.DAY_FIRST else both.month_first)
