"""The values that the templates print: every figure is already text, and nothing is left to decide.

Built in build_view.py and draw_bars.py, printed by templates/page.html. They are named tuples, because defining a
dataclass takes five times as long in a cold start.
"""

from typing import NamedTuple

from chalicelib.services.store.books import Operator
from chalicelib.words.texts import Texts


class Fact(NamedTuple):
    """One or more figures of a name under the bar, each with a detail."""

    name: str
    lines: tuple[tuple[str, str], ...]
    note: str = ""
    kind: str = ""
    """The kind of the bar's segment that shows it, if any."""


class Segment(NamedTuple):
    """A segment of the bar: a CSS class, and its position in percent of the width."""

    kind: str
    x: str
    width: str


class Bar(NamedTuple):
    """The bar and its text alternative."""

    segments: tuple[Segment, ...]
    words: str


class Row(NamedTuple):
    """One entry of a work log."""

    iso_date: str
    date: str
    work: str
    about: str
    """Worker, kind of work, ticket."""
    hours: str
    worked: str
    """The actual time where it differs from the accounted one, and why."""
    is_project: bool
    is_same_ticket: bool
    """Whether the row above is of the same ticket, in a list that has them together."""


class Week(NamedTuple):
    """The entries of a week of a cycle, newest first."""

    days: str
    sum: str
    """Of the hours of the retainer, listed or not."""
    rows: tuple[Row, ...]
    rounding: str
    """What the hours lack to the sum, as they are shown; "" if nothing."""
    is_folded: bool


class WorkLog(NamedTuple):
    """The entries of one cycle by week, newest first."""

    title: str
    sum: str
    """The hours used of those available."""
    weeks: tuple[Week, ...]
    omitted: str
    """That only the newest entries are listed, or ""."""
    note: str
    is_current: bool
    closing: tuple[tuple[str, str], ...]
    """The lines that lead from the sums of the weeks to the hours used: names and hours."""

    @property
    def rows(self) -> tuple[Row, ...]:
        """Those of all weeks."""
        return tuple(row for week in self.weeks for row in week.rows)


class Step(NamedTuple):
    """A line of the sum that leads to the number: `+`, `−`, `=` or nothing, and the hours."""

    sign: str
    name: str
    hours: str


class LotRow(NamedTuple):
    """One lot and how much of it was drawn."""

    name: str
    expires: str
    granted: str
    drawn: str
    left: str


class DrawRow(NamedTuple):
    """One entry and the lots that it consumed."""

    date: str
    work: str
    hours: str
    parts: tuple[tuple[str, str], ...]
    """Name of the lot and hours."""


class Making(NamedTuple):
    """How the number is made."""

    steps: tuple[Step, ...]
    lots: tuple[LotRow, ...]
    draws: tuple[DrawRow, ...]
    """Empty if there is only one lot to draw on."""
    notes: tuple[str, ...]


class PastRow(NamedTuple):
    """One cycle in figures."""

    name: str
    start: str
    """Its first day in ISO 8601, for the link to it."""
    state: str
    """"closed"; "" if there is nothing to show."""
    available: str
    used: str
    left: str
    is_over: bool
    notes: tuple[str, ...]
    """What became of hours: "3 h expired", "5 h went on"."""


class Column(NamedTuple):
    """One cycle in the chart, in its units: `y` and `height` of the covered hours, `over_…` of those beyond."""

    x: int
    y: int
    height: int
    over_y: int
    over_height: int
    mark: int
    """The height of the available hours."""
    label: str


class Chart(NamedTuple):
    """Used hours of the past cycles and the current one, oldest first."""

    width: int
    columns: tuple[Column, ...]
    words: str


class RetainerView(NamedTuple):
    """One retainer on the page."""

    slug: str
    title: str
    dates: str
    big: str
    caption: str
    is_over: bool
    bar: Bar | None
    facts: tuple[Fact, ...]
    rules: tuple[str, ...]
    logs: tuple[WorkLog, ...]
    making: Making | None
    outlook: str = ""
    """How long the hours last, or what becomes of an overrun; "" if nothing can be said."""
    note: str = ""
    past_title: str = ""
    past: tuple[PastRow, ...] = ()
    chart: Chart | None = None


class Panel(NamedTuple):
    """A question to the client about hours beyond a retainer."""

    title: str
    retainer: str
    sentence: str
    """What is agreed by approving."""
    standing: str
    notes: tuple[str, ...]


class PageView(NamedTuple):
    """The client's page."""

    texts: Texts
    title: str
    operator: Operator
    """Whom to ask; without a name until the set-up has one."""
    as_of: str
    recorded: str
    """Up to which day work is recorded; "" if none is."""
    token: str
    asks: bool
    """Whether each entry has a link to a mail about it."""
    chosen: str
    """Which past cycles are shown; "" for the current ones."""
    year: int | None
    years: tuple[int, ...]
    has_invoices: bool
    """Whether there is a list of invoices, though it may be empty."""
    retainers: tuple[RetainerView, ...]
    """Empty on the page of a year."""
    panels: tuple[Panel, ...] = ()
