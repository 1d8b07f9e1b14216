"""What the templates print: every figure is text already, and every choice is made.

Built in build_view.py and draw_bars.py, printed by templates/page.html. Named tuples, because making a
dataclass takes a cold start five times as long.
"""

from typing import NamedTuple

from chalicelib.services.store.books import Operator
from chalicelib.words.texts import Texts


class Fact(NamedTuple):
    """A named figure under the bar, or several: each with what is said of it."""

    name: str
    lines: tuple[tuple[str, str], ...]
    note: str = ""
    kind: str = ""
    """The part of the bar that shows it, if any."""


class Segment(NamedTuple):
    """A part of the bar: a class of the style sheet, and its place in percent of the width."""

    kind: str
    x: str
    width: str


class Bar(NamedTuple):
    """The bar with its words for those who cannot see it."""

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
    """The actual time where it differs from the accounted one."""
    is_project: bool


class WorkLog(NamedTuple):
    """The entries of one cycle, newest first."""

    title: str
    sum: str
    """What was used of what."""
    rows: tuple[Row, ...]
    omitted: str
    """Says that only the newest entries are listed, or ""."""
    note: str
    is_current: bool


class Step(NamedTuple):
    """A line of the sum that ends in the number: `+`, `−`, `=` or nothing, and the hours."""

    sign: str
    name: str
    hours: str


class LotRow(NamedTuple):
    """One lot and what became of it."""

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
    """Empty where there is one lot and nothing to tell apart."""
    notes: tuple[str, ...]


class PastRow(NamedTuple):
    """One cycle in figures."""

    name: str
    start: str
    """Its first day in ISO 8601: it is opened by it."""
    state: str
    """"closed"; "" where there is nothing to say."""
    available: str
    used: str
    left: str
    is_over: bool
    expired: str
    """What of the available hours was neither used nor left: "3 h expired", or ""."""


class Column(NamedTuple):
    """One cycle in the chart, in its units: `y` and `height` of what the hours covered, and of what they did not."""

    x: int
    y: int
    height: int
    over_y: int
    over_height: int
    mark: int
    """Where the available hours end."""
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
    note: str
    logs: tuple[WorkLog, ...]
    making: Making | None
    past_title: str
    past: tuple[PastRow, ...]
    chart: Chart | None
    year_note: str


class PageView(NamedTuple):
    """The client's page."""

    texts: Texts
    title: str
    operator: Operator
    """Whom to ask; nameless where nothing is set up."""
    as_of: str
    token: str
    chosen: str
    """Which past cycles were asked for; "" for today."""
    year: int | None
    years: tuple[int, ...]
    retainers: tuple[RetainerView, ...]
