"""Is it the same entry? The rows of a new export against the entries counted so far.

Within one source, rows and counted entries are paired one to one, so that two genuinely identical rows count
twice. A pair is *unchanged*, *changed* or *moved*; a row without a partner is *new*; an entry without one, on
a worker's day that the file mentions, is *missing* (docs/imports.md, "The same entry?").

The work is done in two steps, so that a large file can be taken cycle by cycle:

    match_cycle      pairs within one cycle
    match_leftovers  pairs what is left over across days, cycles and retainers

What then is still left over may be a *likely edit* (`likely_edits`): equal but for its start.

A column that one of the two lacks (None) is not compared; the billable flag never is.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from functools import partial

from chalicelib.domain.entry import Entry
from chalicelib.domain.entry_content import CONTENT, Shape, Workers, content, shape, shared_columns
from chalicelib.domain.ids import CycleId
from chalicelib.domain.match_table import Key, Matching, MatchTable, Outcome, Pair, Placed, grouped
from chalicelib.domain.zone_shift import ZoneOffset, moment, moved_by


def match_cycle(
    cycle: CycleId, old: Sequence[Entry], new: Sequence[Entry], workers: Workers, *, shift: Sequence[ZoneOffset] = ()
) -> Matching:
    """Pair the rows of a file in one cycle with the entries counted there.

    By the same ids, then the same content, then the same worker's day with the same start or the same words; what an
    older release read by another source, also where it read the hours otherwise. `shift`: how much later the rows begin
    than the entries that they replace, if the file was exported in another time zone and is taken as edits.
    """
    same, old_rest, new_rest = _identical(old, new)
    place = partial(Placed, cycle)
    table = MatchTable(map(place, old_rest), map(place, new_rest), workers)
    _match_ids(table)
    _match_content(table)
    _match_shifted(table, shift)
    _match_changed(table)
    _match_misread(table)
    return table.matching(same)


def match_leftovers(
    old_left: Iterable[Placed],
    new_left: Iterable[Placed],
    first: date,
    last: date,
    workers: Workers,
    *,
    shift: Sequence[ZoneOffset] = (),
) -> Matching:
    """Pair across cycles what `match_cycle` left over in each.

    By the same id wherever it went; then rows equal but for the project, the retainer or the day (an old day
    within `first` to `last`, the days of the file), where there is no doubt which became which; then what was
    changed on its way to another retainer.
    """
    table = MatchTable(old_left, new_left, workers)
    _match_ids(table)
    _match_shifted(table, shift)
    _match_moved(table, "project", lambda _: True)
    _match_moved(table, "date", lambda old: first <= old.entry.date <= last)
    _match_changed(table)
    return table.matching()


def likely_edits(old_left: Iterable[Placed], new_left: Iterable[Placed], workers: Workers) -> Sequence[Pair]:
    """Of what `match_leftovers` left over: pairs on a worker's day that are equal but for their starts, one to one."""
    table = MatchTable(old_left, new_left, workers)
    _match_moved(table, "start", lambda _: True)
    return table.matching().pairs


def _identical(old: Sequence[Entry], new: Sequence[Entry]) -> tuple[Sequence[Entry], Sequence[Entry], Sequence[Entry]]:
    """The rows equal to the last letter, without any further thought: the bulk of every re-import."""
    if not old or not new:
        return (), old, new
    counted = Counter(old)
    same: list[Entry] = []
    rest: list[Entry] = []
    for entry in new:
        if counted.get(entry, 0):
            counted[entry] -= 1
            same.append(entry)
        else:
            rest.append(entry)
    return same, list(counted.elements()), rest


def _match_ids(table: MatchTable) -> None:
    def by_id_and_content(placed: Placed) -> Hashable:
        source_id = placed.entry.source_id
        return source_id and (source_id, placed.cycle, content(placed.entry, ("worker", *CONTENT), table.workers))

    def by_id(placed: Placed) -> Hashable:
        return placed.entry.source_id or None

    table.pair_off(by_id_and_content, by_id_and_content)
    table.pair_off(by_id, by_id)


def _match_content(table: MatchTable) -> None:
    for old_shape, new_shape in table.shapes():
        columns = shared_columns(old_shape, new_shape)
        table.pair_off(_of_shape(old_shape, columns, table.workers), _of_shape(new_shape, columns, table.workers))


def _of_shape(columns_had: Shape, columns: Sequence[str], workers: Workers) -> Key:
    def key(placed: Placed) -> Hashable:
        return content(placed.entry, columns, workers) if shape(placed.entry) == columns_had else None

    return key


def _match_misread(table: MatchTable) -> None:
    """Entries of a predecessor that are equal but for their hours, in all columns that both files had.

    An older release may have read one of several columns of hours, and neither start nor description.
    """
    sources = {placed.entry.source for placed in table.new.values()}
    if sources.issuperset(placed.entry.source for placed in table.old.values()):
        return

    def of_shape(columns_had: Shape, columns: Sequence[str], *, is_old: bool) -> Key:
        key = _of_shape(columns_had, columns, table.workers)
        return lambda placed: None if is_old and placed.entry.source in sources else key(placed)

    for old_shape, new_shape in table.shapes():
        columns = [name for name in shared_columns(old_shape, new_shape) if name != "seconds"]
        if "worker" in columns:
            table.pair_off(of_shape(old_shape, columns, is_old=True), of_shape(new_shape, columns, is_old=False))


def _match_shifted(table: MatchTable, shift: Sequence[ZoneOffset]) -> None:
    """Pair rows equal but for start and day with the entries that stand where the shift says."""
    if not shift:
        return
    moved = moved_by(shift)

    def key(columns_had: Shape, columns: Sequence[str], at: Callable[[Entry], int | None]) -> Key:
        same = _of_shape(columns_had, columns, table.workers)

        def of(placed: Placed) -> Hashable:
            equal, stands = same(placed), at(placed.entry)
            return None if equal is None or stands is None else (equal, stands)

        return of

    for old_shape, new_shape in table.shapes():
        if "start" in old_shape & new_shape:
            columns = [name for name in shared_columns(old_shape, new_shape) if name not in {"start", "date"}]
            table.pair_off(key(old_shape, columns, moved), key(new_shape, columns, moment))


_NOT_BOTH = ((False, False), (False, True), (True, False))
"""Whether the old entry and the new one have something."""


def _match_changed(table: MatchTable) -> None:
    """A worker's day: the same start (the likest of several first); without starts, the same words.

    The words alone must come with the same project: an export of one project says nothing of another's work.
    """

    def pair_off(columns: Sequence[str], old_kind: tuple[bool, bool], new_kind: tuple[bool, bool]) -> None:
        old_key, new_key = (_on_the_day(columns, kind, table.workers) for kind in (old_kind, new_kind))
        table.pair_off(old_key, new_key)

    words = ("project", "task", "description")
    for old_has_id, new_has_id in _NOT_BOTH:
        for columns in (words, ("project", "task"), ("project",), ()):
            pair_off(("start", *columns), (old_has_id, True), (new_has_id, True))
        for old_is_timed, new_is_timed in _NOT_BOTH:
            pair_off(words, (old_has_id, old_is_timed), (new_has_id, new_is_timed))


def _on_the_day(columns: Sequence[str], kind: tuple[bool, bool], workers: Workers) -> Key:
    """The worker's day with these columns, of entries of a kind: whether they have an id, and a start."""
    on_day = ("worker", "date", *columns)

    def key(placed: Placed) -> Hashable:
        entry = placed.entry
        is_of_kind = (bool(entry.source_id), entry.start is not None) == kind
        return content(entry, on_day, workers) if is_of_kind else None

    return key


def _match_moved(table: MatchTable, ignored: str, may_move: Callable[[Placed], bool]) -> None:
    """Pair rows equal but for one column where one kind of row stands on either side, equally often."""
    for old_shape, new_shape in table.shapes():
        columns = [name for name in shared_columns(old_shape, new_shape) if name != ignored]
        old_groups = grouped(table.old, _of_shape(old_shape, columns, table.workers))
        new_groups = grouped(table.new, _of_shape(new_shape, columns, table.workers))
        for key in [key for key in new_groups if key in old_groups]:
            olds, news = old_groups[key], new_groups[key]
            if table.of_one_kind(table.old, olds) and table.of_one_kind(table.new, news) and len(olds) == len(news):
                for old, new in zip(olds, news, strict=True):
                    if may_move(table.old[old]):
                        table.take(old, new, Outcome.MOVED)
