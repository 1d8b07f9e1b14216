"""One piece of work from an export.

`None` in a column means that the file had no such column; an empty string means that the cell was empty.
The difference decides what is compared when a later export speaks about the same work: a column that
one of the two lacks is not compared.
"""

from collections.abc import Callable, Iterable
from datetime import date
from enum import StrEnum
from functools import partial
from typing import Any, NamedTuple

_Day = date


class Pool(StrEnum):
    """Where an entry counts."""

    RETAINER = "retainer"
    """Draws hours."""
    PROJECT = "project"
    """Shown next to the retainer, billed elsewhere, never draws."""
    EXCLUDED = "excluded"
    """Kept out by an explicit rule, with the reason."""


class Entry(NamedTuple):
    """One entry as it is counted: a named tuple because a file can hold a million of them.

    Text is NFC-normalised with white space folded. `seconds` is the worked (actual) time; negative
    where the source corrected itself.
    """

    source: str
    """The tool it came from, such as `toggl`."""
    source_id: str | None
    worker: str
    """Display name; two names that differ only by case are one worker. "" where the file names none."""
    worker_email: str | None
    date: date
    start: int | None
    """Seconds after midnight of the local work date, or None."""
    seconds: int
    project: str | None = None
    task: str | None = None
    description: str | None = None
    work_type: str | None = None
    ticket: str | None = None
    tags: tuple[str, ...] | None = None
    billable: bool | None = None
    """Recorded, never compared, excludes nothing by itself."""
    pool: Pool = Pool.RETAINER
    pool_reason: str | None = None
    """The reason of the rule that put it in `project` or `excluded`."""
    worked_on: _Day | None = None
    """Of a late entry: its work date, in a closed cycle; `date` lies in the cycle that it is posted to."""


new_entry: Callable[[Iterable[Any]], Entry] = partial(tuple.__new__, Entry)
"""As `Entry._make`, for all fields in their order: in C, for files of a million rows."""
LATE = "late_entry"
"""The source of late entries: what later exports said about the days of a closed cycle (domain/late_entries.py).

Their seconds are accounted by the terms of the work date: no other rounding applies to them."""
LATE_AS_WORKED = "late"
"""The source of the late entries of release 0.1: worked time, accounted by the cycle that it was posted to."""
LATE_SOURCES = frozenset({LATE, LATE_AS_WORKED})
MANUAL = "correction"
"""The source of corrections made by hand; no rounding applies to them."""
OWN_SOURCES = frozenset({*LATE_SOURCES, MANUAL})
"""Sources that are no tool's: no export can be declared to come from them."""
