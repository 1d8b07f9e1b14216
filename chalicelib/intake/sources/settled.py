"""How the hours of one file are read: what its cells have proven, as the record of its import keeps it."""

from typing import NamedTuple

from chalicelib.intake.sources.columns import DateOrder, Field, Unit


class ReadColumn(NamedTuple):
    """A column that says who or what, or when."""

    field: Field
    column: str
    """Its name, folded. Of a worker's name, each part has one."""


class HoursColumn(NamedTuple):
    """A column of hours, with the unit of its bare numbers."""

    column: str
    """Its name, folded."""
    unit: Unit


class Settled(NamedTuple):
    """The decisions about a file. The defaults are how release 0.1 read every file."""

    durations: tuple[HoursColumn, ...] = ()
    """Where the hours stand, in order of preference; empty: between start and end (release 0.1: as said)."""
    minutes: str = ""
    """A column of 0 to 59 minutes that is added to the whole hours of the first one."""
    breaks: tuple[HoursColumn, ...] = ()
    """What is taken off the time from start to end."""
    break_times: tuple[str, str] | None = None
    """The same, as two columns of times: when the break begins and ends."""
    is_hours_dot_minutes: bool = False
    """Whether `9.15` is nine hours and fifteen minutes."""
    has_days: bool = False
    """Whether dates at midnight with an offset are days, and no instants."""
    leaves_out_sums: bool = False
    """Whether a row whose words are just “Total” is a sum."""
    compared: int = 0
    """How many of the durations claim the same time: a row in which two of these differ is warned of."""
    tolerance: int = 0
    """By how many seconds they may differ."""
    step: int = 0
    """The seconds to which all durations are rounded; 0: to none."""
    columns: tuple[ReadColumn, ...] = ()
    """All other columns that were read; empty: those that the source says."""
    date_order: DateOrder | None = None
    """How its numeric dates are read; None: it has none."""
    has_times_with_dots: bool = False
    """As the following: those of `Layout`."""
    counted: str | None = None
    zone: str | None = None
    has_times_in_dates: bool = False
    grammar: int = 0
    """What the program could read then: 0 is release 0.1 (cells/first_grammar.py), 1 the next one (`GRAMMAR`)."""

    @property
    def kept(self) -> "Settled":
        """What decides about hours, without what only warnings go by."""
        return self._replace(compared=0, tolerance=0, step=0)


AS_SAID = Settled()
"""Nothing had to be settled."""
GRAMMAR = 1
"""That of this program: it is raised when more spellings, captions or columns are read."""


class ReadBefore(NamedTuple):
    """How an import read its file; a replay reads it the same way, whatever the program has learned since."""

    source: str | None
    settled: Settled = AS_SAID

    @property
    def is_first_grammar(self) -> bool:
        """Whether release 0.1 read it."""
        return not self.settled.grammar
