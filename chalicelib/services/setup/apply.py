"""Apply a declared set-up: read, plan, write what differs; each write is conditional on the version that was read."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.clock import Clock
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.ids import ClientId
from chalicelib.services.cycles.close_due import close_due, with_due
from chalicelib.services.setup.check_calendar import lost_cycles
from chalicelib.services.setup.declared import Setup, SetupProblem
from chalicelib.services.setup.plan import Action, BookPlan, Change, conflicts, plan_client, plan_operator
from chalicelib.services.store.books import ClientBook, Directory, Operator
from chalicelib.services.store.conflicts import retry_stale
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.operator_book import OperatorBook


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What is done, or would be in a dry run. If there are `conflicts`, nothing is done."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[SetupProblem, ...] = ()

    def count(self, action: Action) -> int:
        """The number of items with this outcome."""
        return sum(change.action is action for change in self.changes)


@dataclass(frozen=True, slots=True)
class ApplySetup:
    """The use case, over its ports. Applying the same file again writes nothing."""

    directory: Directory
    ledger: Ledger
    clock: Clock

    def preview(self, setup: Setup) -> SetupPlan:
        """A dry run: the plan, without writing anything."""
        return self._run(setup, write=False)

    def apply(self, setup: Setup) -> SetupPlan:
        """Write what differs and return what was done. Raises StaleWriteError if other writers won every attempt.

        A failure in the middle leaves some clients applied and others not; applying again completes it.
        """
        return self._run(setup, write=True)

    def _run(self, setup: Setup, *, write: bool) -> SetupPlan:
        stored = self.directory.read_operator()
        names = self.directory.read_names()
        books = self._stored(setup)
        behind = [client for client, book in books.items() if write and book.head.is_behind(self.clock())]
        for client in behind:
            close_due(self.directory, self.ledger, client, self.clock())  # overdue cycles close under the old set-up
        if behind:
            books = self._stored(setup)
        lost = lost_cycles(setup, self.clock(), books, self.ledger)
        if found := sorted((*conflicts(setup, names), *lost)):
            return SetupPlan(conflicts=tuple(found))
        now = plan_operator(setup, stored).book or stored
        clients = [
            self._planned(declared, books.get(declared.client.id), now, write=write) for declared in setup.clients
        ]
        others = sorted(names.keys() - {each.client.id for each in setup.clients})
        if write and _repeated(now) != _repeated(stored):
            outdated = [book.client.id for book in self.directory.read_clients(others) if _with(now, book) != book]
            for name in outdated:
                retry_stale(partial(self._update_operator_of, name, now))
        # Last: its rules may name clients that were just created, and each client has its copy of this data by then.
        operator = retry_stale(partial(self._operator, setup, write=write))
        alone = (Change(Action.LEFT_ALONE, "client", name) for name in others)
        return SetupPlan((*operator.changes, *(change for plan in clients for change in plan.changes), *alone))

    def _stored(self, setup: Setup) -> Mapping[ClientId, ClientBook]:
        """The stored books of the file's clients: of most of them nothing changes, so they are read in batches."""
        return {book.client.id: book for book in self.directory.read_clients(each.client.id for each in setup.clients)}

    def _planned(
        self, declared: ClientBook, stored: ClientBook | None, operator: OperatorBook, *, write: bool
    ) -> BookPlan[ClientBook]:
        """The plan for one client; if it has something to write, the client is read again and written."""
        plan = plan_client(declared, stored, operator, self.clock())
        book = plan.book or stored
        if not write or (plan.book is None and book is not None and with_due(book.head, book) == book.head):
            return plan
        return retry_stale(partial(self._client, declared, operator))

    def _client(self, declared: ClientBook, operator: OperatorBook) -> BookPlan[ClientBook]:
        stored = self.directory.read_client(declared.client.id)
        plan = plan_client(declared, stored, operator, self.clock())
        book = plan.book or stored
        if book is not None:
            head = with_due(book.head, book)
            if plan.book is not None or head != book.head:
                self.directory.write_client(book, None if head == book.head else head)
        return plan

    def _update_operator_of(self, client: ClientId, operator: OperatorBook) -> None:
        """Update a client that the file does not name: its copies of the operator's data and of renamed workers."""
        book = self.directory.read_client(client)
        if book is not None and (updated := _with(operator, book)) != book:
            self.directory.write_client(updated)

    def _operator(self, setup: Setup, *, write: bool) -> BookPlan[OperatorBook]:
        stored = self.directory.read_operator()
        plan = plan_operator(setup, stored)
        book = plan.book or stored
        if write and not book.names_indexed:
            self.directory.index_names()
            book = replace(book, names_indexed=True)
        if write and book != stored:
            self.directory.write_operator(book)
        return plan


def _repeated(operator: OperatorBook) -> tuple[Operator, tuple[Renamed, ...]]:
    """The operator's data that each client's book copies."""
    return Operator(operator.name, operator.email), operator.workers


def _with(operator: OperatorBook, book: ClientBook) -> ClientBook:
    """The client's book with copies of the operator's current data."""
    who, workers = _repeated(operator)
    return replace(book, operator=who, aliases=replace(book.aliases, workers=workers))
