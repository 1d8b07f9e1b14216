"""The texts of the page, one frozen catalogue per language; a language that lacks one cannot be loaded.

Placeholders are in braces; values are already formatted (words/formats.py).
"""

from importlib import import_module
from typing import NamedTuple

from chalicelib.domain.retainer import CycleLength


class Counted(NamedTuple):
    """A sentence with a `{count}`, by the plural categories of the language (CLDR, as Babel has them).

    A language gives those that it has, always `other`; that also stands in for one that is left out.
    """

    one: str
    other: str
    zero: str = ""
    two: str = ""
    few: str = ""
    many: str = ""

    def form(self, category: str) -> str:
        """The sentence of a category (`Formats.category`)."""
        return str(getattr(self, category)) or self.other


class CycleWords(NamedTuple):
    """The words for cycles of one length."""

    at_end: str
    """"at the end of the month"."""
    allotment: str
    """"the month's hours"."""
    following: str
    """"the following months"."""
    counted: Counted
    """"{count} months"."""
    past: str
    """Heading: "Past months"."""
    none_yet: str
    """The text of an empty work log."""


class Texts(NamedTuple):
    """All texts of the client's page, in one language."""

    language: str
    cycles: dict[CycleLength, CycleWords]

    subtitle: str
    as_of: str
    recorded: str
    """Up to which day work is recorded."""
    no_import: str
    to_today: str

    left_of: str
    over: str
    used_so_far: str
    used_of: str
    from_day: str
    days_left: Counted
    last_day: str
    starts_note: str
    ended: str
    pace_until: str
    pace_spare: str
    """As `pace_until`, where the hours outlast the cycle."""
    overrun_next: str
    """What becomes of an overrun that is deducted: what the next cycle has left of its allotment."""
    overrun_beyond: str
    """As `overrun_next`, where it is more than that allotment."""

    included: str
    carried: str
    carried_forever: str
    provisional: str
    topped_up: str
    corrected: str
    deducted: str
    expired: str
    hours_expired: str
    used: str
    remaining: str
    project: str
    project_note: str
    debt: str
    owed: str
    repaying: str
    """The label for the hours left that the retainer's end will take for what is owed."""
    to_be_billed: str
    billed: str

    bar: str
    bar_over: str

    carry_over: dict[str, str]
    """By the message ids of words/sentences.py, without the full stop."""
    deduct: str
    last_unused: str
    """What becomes of unused hours in a retainer's last cycle."""
    last_debt: str
    """The end of that sentence where overruns were deducted so far."""
    overage_rate: str
    hourly_rate: str
    rounding: dict[str, str]
    """By the level of rounding, and what it sets: an increment, a minimum or both."""
    minutes: Counted
    multipliers: str
    paused: str
    paused_on: str

    work_log: str
    work_log_of: str
    settling_until: str
    date: str
    work: str
    hours: str
    worked: str
    rounded_up: str
    rounding_line: str
    """The line that closes a sum whose parts, as they are shown, do not add up to it."""
    project_tag: str
    newest_of: str
    rounded: str
    """Where hours as they are shown do not add up to their total, and no line says by how much."""
    no_description: str
    late_entry: str
    """A late entry, with the day of the work."""
    manual: str
    """A correction made by hand, with its reason."""

    making: str
    making_note: str
    provisional_note: str
    lot: str
    granted: str
    drawn: str
    left: str
    lot_carried: str
    lot_allotment: str
    lot_top_up: str
    lot_noted: str
    """A lot's name with its note."""
    lot_correction: str
    lot_expires: str
    lot_overage: str
    taken_from: str

    cycle: str
    available: str
    settling_tag: str
    closed_tag: str
    backfill_tag: str
    cycle_from: str
    carried_on: str
    went_on: str
    """Of a past cycle: the hours that the next one had."""
    forfeited: str
    capped: str
    chart: str
    years: str
    year_work: str
    year_empty: str

    year_used: str
    """The caption of a year's used hours: those included."""
    opening_balance: str
    beyond: str
    """Hours beyond the retainer, where the label stands beside the hours."""
    entries: str
    total: str
    by_work_type: str
    by_project: str
    by_ticket: str
    not_named: str
    """Work that names no kind of work, project or ticket."""
    late_and_corrections: str
    others: str

    invoices: str
    """The link to the list of them, and its heading."""
    csv: str
    print_hint: str
    questions: str
    ask: str
    """The link beside an entry."""
    ask_which: str
    private: str

    missing_title: str
    missing_text: str
    too_large_title: str
    too_large_text: str
    failed_title: str
    failed_text: str
    retry_title: str
    retry_text: str


def texts_in(language: str) -> Texts:
    """The catalogue of one of `formats.LANGUAGES`; only that one is loaded."""
    catalogue: Texts = import_module(f"chalicelib.words.{language}.page").TEXTS
    return catalogue
