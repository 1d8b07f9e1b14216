"""A time tracker for the tests: the work in it, and every way in which a person exports it.

Nothing here depends on HourTab: the expected result of a file is defined from the tracker's point of view.
"""

import csv
import io
import random
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from hypothesis import strategies as st

DAYS = tuple(
    date.fromisoformat(text)
    for text in ("2026-01-05", "2026-01-06", "2026-01-30", "2026-01-31", "2026-02-01", "2026-02-16", "2026-03-02")
)
WORKERS = ("Ada Byron", "Max Planck", "Zoë Núñez")
PROJECTS = ("Desk", "Network", "Advice", "Migration", "Private")
"""The rules in tests/properties/deployment.py decide where they count."""
CLIENTS = ("Acme", "Globex")
MINUTES = (15, 30, 60, 90, 1500)
STARTS = ("08:00", "09:00", "13:30")
"""Never empty in a tracker that has them: to HourTab an empty start is the same as no start column, so a start that
is removed stays on the ledger."""
WORDS = ("Mail", 'Büro; "Café"', "Server, rack B", "first line\nsecond line", "=1+1")
TICKETS = ("", "T-1", "T-2")
TAGS = ("", "remote, night")


@dataclass(frozen=True)
class Work:
    """One piece of work; `key` says which one it is, however often it is edited."""

    key: int
    worker: str
    day: date
    minutes: int
    start: str = STARTS[0]
    client: str = "Acme"
    project: str = "Desk"
    task: str = "Support"
    description: str = "Mail"
    ticket: str = ""
    tags: str = ""


Column = Callable[[Work], str]


@dataclass(frozen=True)
class Tracker:
    """A tool: the header that it writes and the rows below it."""

    name: str
    source: str
    columns: Mapping[str, Column]

    def __repr__(self) -> str:
        return self.name

    @property
    def has_ids(self) -> bool:
        return "Entry ID" in self.columns

    @property
    def has_starts(self) -> bool:
        return not {"Start", "Start time"}.isdisjoint(self.columns)

    @property
    def has_tickets(self) -> bool:
        return "Ticket" in self.columns


def _clock(work: Work) -> str:
    return f"{work.minutes // 60}:{work.minutes % 60:02}"


_WORDS: dict[str, Column] = {
    "Client": lambda work: work.client,
    "Project": lambda work: work.project,
    "Task": lambda work: work.task,
    "Description": lambda work: work.description,
    "Tags": lambda work: work.tags,
}
_UNTIMED: dict[str, Column] = {
    "Date": lambda work: work.day.isoformat(),
    "Duration": _clock,
    "User": lambda work: work.worker,
    "Ticket": lambda work: work.ticket,
    **_WORDS,
}
_TIMED: dict[str, Column] = {**_UNTIMED, "Start": lambda work: work.start}

UNTIMED = Tracker("without starts and ids", "generic", _UNTIMED)
TIMED = Tracker("with starts, without ids", "generic", _TIMED)
WITH_IDS = Tracker("with starts and ids", "generic", {**_TIMED, "Entry ID": lambda work: str(work.key)})
TOGGL = Tracker(
    "Toggl",
    "toggl",
    {
        "Start date": lambda work: work.day.isoformat(),
        "Start time": lambda work: f"{work.start}:00",
        "Duration": lambda work: f"{_clock(work)}:00",
        "Member": lambda work: work.worker,
        **_WORDS,
    },
)
HARVEST = Tracker(
    "Harvest",
    "harvest",
    {
        "Date": lambda work: work.day.isoformat(),
        "Hours": lambda work: f"{work.minutes / 60:.2f}",
        "First Name": lambda work: work.worker.split()[0],
        "Last Name": lambda work: work.worker.split()[1],
        "Client": lambda work: work.client,
        "Project": lambda work: work.project,
        "Task": lambda work: work.task,
        "Notes": lambda work: work.description,
    },
)
TRACKERS = (UNTIMED, TIMED, WITH_IDS, TOGGL, HARVEST)


@dataclass(frozen=True)
class Look:
    """How a file was saved: none of this may matter."""

    delimiter: str = ","
    encoding: str = "utf-8"
    quote_all: bool = False
    decomposed: bool = False
    """Accents as separate characters, as some systems write them."""
    shuffle: int | None = None
    """Reverses rows and columns."""


PLAIN = Look()
LOOKS = st.builds(
    Look,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1252"]),
    quote_all=st.booleans(),
    shuffle=st.none() | st.integers(0, 99),
) | st.just(Look(decomposed=True))


def export(tracker: Tracker, works: Iterable[Work], look: Look = PLAIN) -> bytes:
    """The bytes of a file with this work."""
    names, rows = list(tracker.columns), list(works)
    if look.shuffle is not None:
        dice = random.Random(look.shuffle)  # noqa: S311  a repeatable shuffle
        dice.shuffle(names)
        dice.shuffle(rows)
    text = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if look.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=look.delimiter, quoting=quoting)
    writer.writerow(names)
    writer.writerows([tracker.columns[name](work) for name in names] for work in rows)
    written = unicodedata.normalize("NFD", text.getvalue()) if look.decomposed else text.getvalue()
    return written.encode(look.encoding)


@dataclass(frozen=True)
class Filter:
    """What a person chose to export. Complete for its days and workers, unless it filters by projects or tickets."""

    first: date = DAYS[0]
    last: date = DAYS[-1]
    workers: tuple[str, ...] = WORKERS
    project: str | None = None
    ticket: str | None = None

    def picks(self, work: Work) -> bool:
        return (
            self.first <= work.day <= self.last
            and work.worker in self.workers
            and self.project in {None, work.project}
            and self.ticket in {None, work.ticket}
        )


EVERYTHING = Filter()
_RANGES = st.tuples(st.sampled_from(DAYS), st.sampled_from(DAYS)).map(sorted)
FILTERS = st.builds(
    lambda days, workers, project, ticket: Filter(*days, tuple(sorted(workers)), project, ticket),
    _RANGES | st.just([DAYS[0], DAYS[-1]]),
    st.just(WORKERS) | st.sets(st.sampled_from(WORKERS), min_size=1),
    st.none() | st.sampled_from(PROJECTS),
    st.none() | st.sampled_from(TICKETS),
)


def covers(dice: random.Random) -> Sequence[Filter]:
    """Complete exports that together have everything: in one, split by day or worker, overlapping, in any order."""
    middle = dice.randrange(len(DAYS))
    overlapping = [Filter(last=DAYS[middle]), Filter(first=DAYS[max(0, middle - dice.randrange(3))])]
    parts: Sequence[Filter] = dice.choice(
        [
            [EVERYTHING],
            [Filter(first=day, last=day) for day in DAYS],
            [Filter(workers=(worker,)) for worker in WORKERS],
            overlapping,
            [replace(part, workers=(worker,)) for part in overlapping for worker in WORKERS],
        ]
    )
    return dice.sample(parts, len(parts))


def anywhere(*, clients: Sequence[str] = CLIENTS) -> Mapping[str, st.SearchStrategy[object]]:
    """The fields of any work, from small pools, so that many rows look alike."""
    return {
        "worker": st.sampled_from(WORKERS),
        "day": st.sampled_from(DAYS),
        "minutes": st.sampled_from(MINUTES),
        "start": st.sampled_from(STARTS),
        "client": st.sampled_from(clients),
        "project": st.sampled_from(PROJECTS),
        "description": st.sampled_from(WORDS),
        "ticket": st.sampled_from(TICKETS),
        "tags": st.sampled_from(TAGS),
    }
