"""Sorts a file's rows by client, retainer and cycle. A row without a destination is listed, never guessed."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from chalicelib.domain.calendar import elapsed_seconds, period_of, today
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.ids import ClientId, CycleId, RetainerId
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.routing import Facts, InboxRule
from chalicelib.intake.rows import Row, RowProblem
from chalicelib.services.imports.replay.match_share import Share
from chalicelib.services.imports.replay.spool import SpooledEntries
from chalicelib.services.imports.route_rows import REMEMBERED, Destination, Left, Place, Router
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_record import PROBLEM_LIMIT
from chalicelib.services.store.reading import RetainerRules, retainer_rules
from chalicelib.services.store.source_ids import hash_of

NEWEST = "~"
"""An order key after that of any file."""
_CELLS = re.compile(r"“[^”]*”|[0-9][0-9:.,]*")
"""What differs in the reasons of rows that have the same problem."""
_ROWS_IN_MEMORY = 100_000
"""Up to this many rows (about 30 MB) a file never touches the disk."""


@dataclass(slots=True)
class Listing:
    """Row problems: the first ones in full, and their number."""

    shown: list[RowProblem] = field(default_factory=list)
    count: int = 0
    alike: dict[str, tuple[RowProblem, int]] = field(default_factory=dict)
    """Of each column, or reason where none is to blame or it is a warning: the first problem, and how many there are.

    Only as many as are shown: what most rows have alike is among them.
    """

    def add(self, problem: RowProblem) -> None:
        """Count the problem, and keep it while there is room."""
        self.count += 1
        if len(self.shown) < PROBLEM_LIMIT:
            self.shown.append(problem)
        kind = problem.column if problem.column and not problem.is_warning else _CELLS.sub("", problem.reason)
        first, count = self.alike.get(kind, (problem, 0))
        if count or len(self.alike) < PROBLEM_LIMIT:
            self.alike[kind] = first, count + 1


@dataclass(slots=True)
class Staged:
    """The rows of a file, sorted."""

    shares: dict[ClientId, Share]
    named: dict[str, tuple[ClientId, ...]]
    """As in `Router`, like the following two."""
    absent: set[ClientId]
    inbox_rules: tuple[InboxRule, ...]
    rows_by_cycle: SpooledEntries
    rows: int = 0
    seconds: int = 0
    problems: Listing = field(default_factory=Listing)
    warnings: Listing = field(default_factory=Listing)
    unrouted: Listing = field(default_factory=Listing)
    blocked: set[tuple[str, date]] = field(default_factory=set)
    """Blocked days whose client is unknown: they are blocked for every client."""
    naming: int = 0
    """The rows that name a client, whichever."""
    naming_another: Counter[ClientId] = field(default_factory=Counter)
    """In a client's folder, those of them that name another client of the set-up, by that client; all are unrouted."""


def stage_rows(
    rows: Iterable[Row | RowProblem],
    destination: Destination,
    directory: Directory,
    now: datetime,
    order: str = NEWEST,
    *,
    header: Sequence[str] = (),
) -> Staged:
    """Sort a file's rows into clients and cycles.

    `now` decides which work is in the future, `order` (that of the file) what was dropped before a removal. `header`:
    the names of the rows' cells. Warnings of rows that a rule leaves out are dropped.
    """
    at = {fold(name): at for at, name in reversed(list(enumerate(header)))}
    return _Stager(destination, directory, now, order).stage(rows, at)


class _Stager:
    def __init__(self, destination: Destination, directory: Directory, now: datetime, order: str) -> None:
        self._now = now
        rows = SpooledEntries(_ROWS_IN_MEMORY)
        self._router = router = Router(destination, directory, rows, order)
        self.staged = Staged(router.shares, router.named, router.absent, router.inbox_rules, rows)
        self._cycles: dict[tuple[RetainerId, date], CycleId | str] = {}
        kept = destination.kept
        self._served = {one.slug: one for one in kept.rules.retainers} if kept else {}

    def stage(self, rows: Iterable[Row | RowProblem], at: Mapping[str, int]) -> Staged:
        """Sort the rows; `at`: the number of each column, by its folded name."""
        router = self._router
        place_of = lru_cache(REMEMBERED)(router.place)  # as an attribute it would keep all rows alive
        warning: RowProblem | None = None
        naming = 0
        for row in rows:
            if isinstance(row, Row):
                naming += bool(row.facts.client)
                columns = router.columns
                place = place_of(_facts(row, columns, at) if columns else row.facts)
                while columns is not router.columns:  # it was the client's first row
                    columns = router.columns
                    place = place_of(_facts(row, columns, at))
                if warning and not (isinstance(place, Place) and place.pool is Pool.EXCLUDED):
                    self.staged.warnings.add(warning)
                warning = None
                if isinstance(place, Place):
                    self._put(row, place)
                elif place is not None:
                    self._leave(row, place)
            elif row.is_warning:
                warning = row
            else:
                self._refuse(row)
        self.staged.naming = naming
        self.staged.rows_by_cycle.finish()
        for share in self.staged.shares.values():
            share.blocked |= self.staged.blocked
        return self.staged

    def _put(self, row: Row, place: Place) -> None:
        line, _, entry, instant, span, _ = row
        share, retainer, pool, reason = place
        if instant is not None or span is not None:
            entry = _in_zone(row, retainer.zone)
        cycle = self._cycles.get((retainer.id, entry.date)) or self._find_cycle(retainer, entry.date)
        if isinstance(cycle, str):
            self._refuse(_problem(row, cycle, entry.date), share)
            return
        if pool is not Pool.RETAINER:
            entry = entry._replace(pool=pool, pool_reason=reason)
        staged = self.staged
        staged.rows += 1
        staged.seconds += entry.seconds
        staged.rows_by_cycle.add(cycle, entry)
        share.lines[cycle].append(line)
        if entry.source_id:
            share.ids.append(hash_of(entry.source_id))

    def _find_cycle(self, retainer: Retainer, day: date) -> CycleId | str:
        if len(self._cycles) >= REMEMBERED:
            self._cycles.clear()
        served = self._served.get(retainer.id.retainer) or retainer_rules(retainer)
        found = self._cycles[retainer.id, day] = _cycle_of(retainer, served, day, self._now)
        return found

    def _leave(self, row: Row, left: Left) -> None:
        self.staged.rows += 1
        self.staged.seconds += row.entry.seconds
        why = left.why
        self.staged.unrouted.add(_problem(row, why.reason, row.entry.date)._replace(rule=why.rule, client=why.other))
        if why.other is not None:
            self.staged.naming_another[why.other] += 1
        blocked = self.staged.blocked if left.share is None else left.share.blocked
        blocked.add((row.entry.worker.casefold(), row.entry.date))

    def _refuse(self, problem: RowProblem, share: Share | None = None) -> None:
        self.staged.rows += 1
        self.staged.problems.add(problem)
        blocked = self.staged.blocked if share is None else share.blocked
        if problem.date:
            blocked.add(((problem.worker or "").casefold(), date.fromisoformat(problem.date)))


def _facts(row: Row, columns: Sequence[str], at: Mapping[str, int]) -> Facts:
    """What rules look at: also these columns, as far as the file has them."""
    return row.facts._replace(columns=tuple((name, row.cells[at[name]]) for name in columns if name in at))


def _in_zone(row: Row, zone: str) -> Entry:
    """The row's entry by the zone's clock: an instant becomes its date and start, a span of local times what passed."""
    entry = row.entry
    if row.instant is not None:
        local = row.instant.astimezone(ZoneInfo(zone))
        return entry._replace(date=local.date(), start=local.hour * 3600 + local.minute * 60 + local.second)
    if row.span is not None and entry.start is not None:
        passed = elapsed_seconds(entry.date, entry.start, row.span, zone)
        return entry._replace(seconds=max(0, entry.seconds - row.span + passed))
    return entry


def _cycle_of(retainer: Retainer, served: RetainerRules, day: date, now: datetime) -> CycleId | str:
    """The cycle of a work day, or the reason why it has none; `served`: the days on which the retainer served."""
    if day > today(now, retainer.zone) + timedelta(days=1):
        return "The work date lies in the future. Correct it in the time tracker and export again."
    starts_on, ends_on = max(retainer.starts_on, served.starts_on), served.ends_on
    period = period_of(retainer, day) if starts_on <= day and (ends_on is None or day < ends_on) else None
    if period is not None:
        return CycleId(retainer.id, period.start)
    if day < starts_on:
        return f"The work date lies before the retainer's start on {starts_on}: this work does not belong to it."
    last = ends_on and ends_on - timedelta(days=1)
    return f"The work date lies after the retainer's end; its last day was {last}: this work does not belong to it."


def _problem(row: Row, reason: str, day: date) -> RowProblem:
    return RowProblem(row.line, None, _summary(row), reason, worker=row.entry.worker, date=day.isoformat())


def _summary(row: Row) -> str:
    """A description of the row, for finding it in the file or writing a rule for it."""
    named = {name: value for name, value in row.facts._asdict().items() if value}
    text = ", ".join(
        f"{name}: {', '.join(value) if isinstance(value, tuple) else value}" for name, value in named.items()
    )
    return f"{row.entry.date}; {text}"[:200]
