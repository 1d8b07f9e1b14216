"""Apply a declared set-up: read, check, plan, write what differs.

A client's set-up is written on the condition of its version and of its head's (optimistic locking): whatever an import
or a close commits meanwhile is read, and checked, again.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial

from chalicelib.clock import Clock
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.ids import ClientId
from chalicelib.services.cycles.close_due import current_book, finished_book, with_due
from chalicelib.services.setup.check_calendar import calendar_conflicts
from chalicelib.services.setup.declared import Setup, SetupProblem
from chalicelib.services.setup.plan import Action, BookPlan, Change, conflicts, plan_client, plan_operator
from chalicelib.services.store.books import ClientBook, Directory, Operator
from chalicelib.services.store.conflicts import Sleep, retry_stale
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.operator_book import OperatorBook


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What is done, or would be in a dry run.

    If there are `conflicts`, nothing is done, unless an import or a close came between the check of all clients and the
    write of one: then `changes` are those of the clients that were written before that one.
    """

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
    sleep: Sleep = time.sleep

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
        names = stored.client_names or {}
        found = list(conflicts(setup, names))
        for declared in setup.clients:
            stored_book = retry_stale(partial(self._stored, declared, write=write), self.sleep)
            found += self._problems(setup, declared, stored_book)
        if found:
            return SetupPlan(conflicts=tuple(sorted(found)))
        now = plan_operator(setup, stored).book or stored
        clients: list[BookPlan[ClientBook]] = []
        for declared in setup.clients:
            outcome = retry_stale(partial(self._client, setup, declared, now, write=write), self.sleep)
            if not isinstance(outcome, BookPlan):
                return SetupPlan(tuple(change for plan in clients for change in plan.changes), outcome)
            clients.append(outcome)
        others = sorted(names.keys() - {each.client.id for each in setup.clients})
        for name in others if write and _repeated(now) != _repeated(stored) else ():
            retry_stale(partial(self._update_operator_of, name, now), self.sleep)
        # Last: its rules may name clients that were just created, and each client has its copy of this data by then.
        operator = retry_stale(partial(self._operator, setup, write=write), self.sleep)
        alone = (Change(Action.LEFT_ALONE, "client", name) for name in others)
        return SetupPlan((*operator.changes, *(change for plan in clients for change in plan.changes), *alone))

    def _client(
        self, setup: Setup, declared: ClientBook, operator: OperatorBook, *, write: bool
    ) -> BookPlan[ClientBook] | tuple[SetupProblem, ...]:
        """Check and write one client on one reading of it."""
        stored = self._stored(declared, write=write)
        if problems := tuple(self._problems(setup, declared, stored)):
            return problems
        plan = plan_client(declared, stored, operator, self.clock())
        book = plan.book or stored
        if write and book is not None:
            head = with_due(book.head, book)
            if plan.book is not None or head != book.head:
                self.directory.write_client(replace(book, head=head))
        return plan

    def _stored(self, declared: ClientBook, *, write: bool) -> ClientBook | None:
        """The client's book; before a write, its overdue cycles close under the old set-up."""
        client, now = declared.client.id, self.clock()
        book = self.directory.read_client(client)
        if write and book is not None and book.head.is_behind(now):
            return current_book(client, now, self.directory, self.ledger)
        return book

    def _problems(self, setup: Setup, declared: ClientBook, stored: ClientBook | None) -> Iterator[SetupProblem]:
        for text in calendar_conflicts(declared, stored, self.clock(), self.ledger):
            yield SetupProblem(setup.place_of(declared.client.id), text)

    def _update_operator_of(self, client: ClientId, operator: OperatorBook) -> None:
        """Update a client that the file does not name: its copies of the operator's data and of renamed workers."""
        book = finished_book(self.directory, self.ledger, client)
        who, workers = _repeated(operator)
        if book is not None and (book.operator, book.aliases.workers) != (who, workers):
            self.directory.write_client(replace(book, operator=who, aliases=replace(book.aliases, workers=workers)))

    def _operator(self, setup: Setup, *, write: bool) -> BookPlan[OperatorBook]:
        plan = plan_operator(setup, self.directory.read_operator())
        if write and plan.book is not None:
            self.directory.write_operator(plan.book)
        return plan


def _repeated(operator: OperatorBook) -> tuple[Operator, tuple[Renamed, ...]]:
    """The operator's data that each client's book copies."""
    return Operator(operator.name, operator.email), operator.workers
