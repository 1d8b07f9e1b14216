"""One client's share of a file: its rows and their cycles."""

from dataclasses import dataclass, field
from datetime import date

from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Retainer
from chalicelib.services.imports.replay.spool import SpooledEntries
from chalicelib.services.store.books import ClientBook


@dataclass(slots=True)
class Share:
    """What the file says about one client."""

    book: ClientBook
    scope: tuple[Retainer, ...]
    """The retainers between which a row may have moved: the folder's, or all of the client's."""
    rows_by_cycle: SpooledEntries = field(default_factory=SpooledEntries)
    """The whole file's, including other clients'."""
    blocked: set[tuple[str, date]] = field(default_factory=set)
    """Workers' days with a row that could not be imported: nothing is removed there. "" means every worker."""

    def cycles(self) -> list[CycleId]:
        """The cycles that the file covers, in order."""
        return self.rows_by_cycle.cycles_of(self.book.client.id)

    def rows(self, cycle: CycleId) -> list[Entry]:
        """The file's entries in one of them."""
        return self.rows_by_cycle.entries(cycle)
