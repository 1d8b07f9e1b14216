"""A file whose hours are to be settled: its columns, what their cells add up to, and its records."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from operator import itemgetter
from typing import NamedTuple

from chalicelib.intake.cells.clocking import compile_moment, compile_off, compile_span
from chalicelib.intake.cells.dates import is_midnight
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.cells.sums import compile_sum
from chalicelib.intake.evidence.columns import HoursColumns
from chalicelib.intake.evidence.doubt import quoted
from chalicelib.intake.evidence.tally import Cell, Kind, Tally, read_cell
from chalicelib.intake.sources.captions import UNSAID, unit_in
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from chalicelib.intake.sources.source import Break, Layout

Records = Callable[[], Iterable[tuple[int, list[str]]]]
"""A fresh pass over the records below the header, at each call."""
UNITS_OF_BREAKS = (Unit.HOURS, Unit.MINUTES)
_FEWEST_MINUTES = 5
"""A bare whole number of so many or more is the minutes of a break."""
_ROOM = 10_000
"""How many different facts are kept; files with more are read again for each question."""

_LONGEST = 100
"""Characters of a cell that are kept: a longer one is no duration."""


class Fact(NamedTuple):
    """What entries say about their hours."""

    texts: tuple[str, ...]
    """The cells of the file's watched columns."""
    length: int | None
    """The seconds from start to end, if there are both."""
    away: int | None
    """The seconds from the start of a break to its end, 0 if there is none; None: they cannot be read."""


class Seen(NamedTuple):
    """A fact, with how many rows say it and which is the first."""

    line: int
    rows: int
    cells: Mapping[int, Cell]
    """By column."""
    texts: Mapping[int, str]
    length: int | None
    away: int | None


@dataclass(frozen=True, slots=True)
class File:
    """What the decisions look at."""

    layout: Layout
    columns: HoursColumns
    order: DateOrder | None
    records: Records
    tallies: Mapping[int, Tally] = field(default_factory=dict)
    kept: Sequence[Seen] | None = None
    """All facts of the file; None if they are too many."""

    @property
    def watched(self) -> tuple[int, ...]:
        """The columns that can say something about hours."""
        columns = self.columns
        minutes = (at for _, at in columns.hours_and_minutes)
        return tuple({*columns.durations, *columns.others, *columns.breaks, *columns.added, *minutes})

    def name(self, at: int) -> str:
        """A column's name in quotation marks, as the file spells it."""
        return quoted(self.layout.header[at])

    def unit(self, at: int) -> Unit:
        """The unit of bare numbers in a column that the source names, as its name says it."""
        return dict(self.layout.durations)[at].unit

    def units_of_break(self, at: int) -> tuple[Unit, ...]:
        """The units that bare numbers of this break can have."""
        said, tally = self.layout.source.break_unit or unit_in(self.layout.header[at]), self.tallies[at]
        if said is not UNSAID:
            return (said,)
        whole, largest = tally.smallest_whole.number, tally.largest.number
        if not whole and largest < _FEWEST_MINUTES:
            return (Unit.HOURS,)
        if whole >= _FEWEST_MINUTES and not tally.kinds[Kind.DECIMAL]:
            return (Unit.MINUTES,)
        return UNITS_OF_BREAKS

    def length_without_break(self, seen: Seen, length: int) -> int:
        """The seconds from start to end without the breaks, if their unit is certain; else with them."""
        units = {at: self.units_of_break(at) for at in self.columns.breaks}
        if any(len(more) > 1 for more in units.values()):
            return length
        return length - round(sum(seen.cells[at].seconds(unit) for at, (unit, *_) in units.items()) or seen.away or 0)

    def facts(self) -> Iterable[Seen]:
        """What its entries say: the same said by many is one fact, or a few in files with very many of them."""
        return self.kept if self.kept is not None else self._count(_ROOM)

    def _count(self, room: int) -> Iterator[Seen]:
        read: Memo[str, Cell] = Memo(read_cell)
        found: dict[Fact, list[int]] = {}
        for line, fact in self._each():
            if fact not in found:
                fact = fact._replace(texts=tuple(map(_short, fact.texts)))  # noqa: PLW2901  the same, kept
            if fact in found:
                found[fact][1] += 1
                continue
            if len(found) == room:
                yield from self._seen(found, read)
                found.clear()
            found[fact] = [line, 1]
        yield from self._seen(found, read)

    def _seen(self, found: Mapping[Fact, Sequence[int]], read: Mapping[str, Cell]) -> Iterator[Seen]:
        for (texts, length, away), (line, count) in found.items():
            by_column = dict(zip(self.watched, texts, strict=False))
            cells = {at: read[text] for at, text in by_column.items()}
            yield Seen(line, count, cells, by_column, length, away)

    def _each(self) -> Iterator[tuple[int, Fact]]:
        """Each entry's fact. Records without a date and sums give no entry, so they prove nothing."""
        layout, times = self.layout, self.columns.break_times
        width, date_at = len(layout.header), layout.date_columns[0]
        watched = self.watched
        pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*watched, date_at, date_at)  # never a single one
        moment = compile_moment(layout, self.order)
        dates: Memo[str, bool] = Memo(lambda text: moment(text) is not None or is_midnight(text))
        find_sum = compile_sum(layout)
        has_span = {Field.START, Field.END} <= layout.columns.keys()
        span = compile_span(layout, self.order) if has_span else lambda _: None
        away = compile_off(Break(times=times)) if times else lambda _: 0
        for line, cells in self.records():
            texts = cells + [""] * (width - len(cells))
            if dates[texts[date_at]] and find_sum(line, texts) is None:
                yield line, Fact(pick(texts)[: len(watched)], span(texts), away(texts))


def _short(text: str) -> str:
    text = text.strip()
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"


def look_at(layout: Layout, columns: HoursColumns, order: DateOrder | None, records: Records) -> File:
    """The file with the tallies of its columns, from one pass."""
    file = File(layout, columns, order, records)
    tallies = {at: Tally() for at in file.watched}
    kept: list[Seen] | None = []
    for seen in file.facts():
        for at, tally in tallies.items():
            tally.add(seen.line, seen.texts[at], seen.cells[at], seen.rows)
        if kept is not None:
            kept.append(seen)
            kept = kept if len(kept) <= _ROOM else None
    return replace(file, tallies=tallies, kept=kept)
