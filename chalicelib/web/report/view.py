"""What templates/report.html prints: every figure is text already, and every choice is made."""

from typing import NamedTuple

from chalicelib.words.import_report import NextStep


class CountRow(NamedTuple):
    """One line of the sum of the file's rows, as `Step` is of a balance."""

    sign: str
    name: str
    rows: str
    what: str
    """What became of them."""


class CycleRow(NamedTuple):
    """One cycle that the file spoke about."""

    retainer: str
    """`client/retainer`."""
    start: str
    before: str
    after: str
    change: str
    """Signed; "" where nothing changed."""


class ListedRow(NamedTuple):
    """One line of a list: a row of the file or an entry."""

    place: str
    """The line in the file, or the day."""
    text: str
    about: str
    hours: str = ""


class Listing(NamedTuple):
    """Rows or entries that deserve a look."""

    slug: str
    title: str
    intro: str
    place: str
    """What the first column holds: `Line` or `Date`."""
    text: str
    """What the second column holds."""
    rows: tuple[ListedRow, ...]
    more: str
    """Says how many are not listed, or ""."""
    rules: str = ""
    """Lines to paste into the set-up file."""


class ReportView(NamedTuple):
    """The report of one import."""

    title: str
    """The name of the file."""
    time: str
    status: str
    beside: str
    """What the status stands for, in figures."""
    is_refused: bool
    reason: str
    """Why a file was refused; "" for others."""
    note: str
    """That what follows does not count (any more), or ""."""
    facts: tuple[tuple[str, str], ...]
    place: str
    """Where in the inbox the file was dropped."""
    steps: tuple[NextStep, ...]
    counts: tuple[CountRow, ...]
    missing: str
    """What entries of earlier files this one does not repeat, in a sentence; "" where there are none."""
    cycles: tuple[CycleRow, ...]
    listings: tuple[Listing, ...]
    decisions: tuple[tuple[str, str], ...]
    """When, and what."""
    kept: str
    """Where the file itself is."""
    ends: str
    """How long the address works."""
