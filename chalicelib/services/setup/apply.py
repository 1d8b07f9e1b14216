"""Apply a declared set-up: read, check, plan, write what differs.

A client's set-up is written on the condition of its version and of its head's (optimistic locking): whatever an import
or a close commits meanwhile is read, and checked, again.
"""

import time
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from chalicelib.clock import Clock
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.ids import ClientId
from chalicelib.domain.routing import names_of
from chalicelib.services.cycles.close_due import current_book, finished_book, with_due
from chalicelib.services.setup.caused_mails import CausedMail, caused_mails
from chalicelib.services.setup.check_calendar import calendar_conflicts
from chalicelib.services.setup.declared import Setup, SetupProblem
from chalicelib.services.setup.plan import (
    Action,
    BookPlan,
    Change,
    conflicts,
    operator_of,
    plan_client,
    plan_operator,
    shared_name,
)
from chalicelib.services.setup.remove import in_place_of
from chalicelib.services.store.audit import DEPLOYMENT, Act, AuditRecord
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
    mails: tuple[CausedMail, ...] = ()
    """The mails that it causes, in the order of the file's clients."""

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
        names = self.directory.read_names()
        books = {one.client.id: one for one in self.directory.read_clients(each.client.id for each in setup.clients)}
        found = list(conflicts(setup, names))
        for declared in setup.clients:
            book = books.get(declared.client.id)
            if write and book is not None and book.head.is_behind(self.clock()):
                book = retry_stale(partial(self._stored, declared), self.sleep)
            found += self._problems(setup, declared, book)
        if found:
            return SetupPlan(conflicts=tuple(sorted(found)))
        now = plan_operator(setup, stored).book or stored
        if write and setup.logo is not None and not self._has_printed(setup.logo.id):
            self.directory.write_logo(setup.logo)  # before any book names it
        clients: list[BookPlan[ClientBook]] = []
        for declared in setup.clients:
            unchanged = self._unchanged(declared, books.get(declared.client.id), now, write=write)
            outcome = unchanged or retry_stale(partial(self._client, setup, declared, now), self.sleep)
            if not isinstance(outcome, BookPlan):
                return SetupPlan(tuple(change for plan in clients for change in plan.changes), outcome)
            clients.append(outcome)
        others = sorted(names.keys() - {each.client.id for each in setup.clients})
        if write and _repeated(now) != _repeated(stored):
            outdated = [book.client.id for book in self.directory.read_clients(others) if _with(now, book) != book]
            for name in outdated:
                retry_stale(partial(self._update_operator_of, name, now), self.sleep)
        # Last: its rules may name clients that were just created, and each client has its copy of this data by then.
        operator = retry_stale(partial(self._operator, setup, write=write), self.sleep)
        alone = (Change(Action.LEFT_ALONE, "client", name) for name in others)
        changes = (*operator.changes, *(change for plan in clients for change in plan.changes), *alone)
        return SetupPlan(changes, mails=tuple(mail for plan in clients for mail in plan.mails))

    def _has_printed(self, logo: str) -> bool:
        stored = self.directory.read_printed_logo(logo)
        return stored is not None and bool(stored.printed)

    def _unchanged(
        self, declared: ClientBook, stored: ClientBook | None, operator: OperatorBook, *, write: bool
    ) -> BookPlan[ClientBook] | None:
        """The plan for a client that is not written, as most clients of a file are; None: it has to be."""
        plan = self._plan(declared, stored, operator)
        book = plan.book or stored
        is_written = plan.book is not None or (book is not None and with_due(book.head, book) != book.head)
        return None if write and is_written else plan

    def _client(
        self, setup: Setup, declared: ClientBook, operator: OperatorBook
    ) -> BookPlan[ClientBook] | tuple[SetupProblem, ...]:
        """Check and write one client on one reading of it."""
        stored = self._stored(declared)
        names = set(names_of(declared.client)).difference(names_of(stored.client) if stored else ())
        names_version = self.directory.names_version() if names else None
        if problems := (*self._problems(setup, declared, stored), *self._taken(setup, declared, names)):
            return problems
        plan = self._plan(declared, stored, operator)
        book = plan.book or stored
        if book is not None:
            head = with_due(book.head, book)
            if plan.book is not None or head != book.head:
                act = _act(book.client.id, book.client.id, book.version, plan, self.clock()) if plan.book else None
                self.directory.write_client(replace(book, head=head), names_version, act)
        return plan

    def _plan(self, declared: ClientBook, stored: ClientBook | None, operator: OperatorBook) -> BookPlan[ClientBook]:
        """The plan for one client, with the mails that it causes."""
        now = self.clock()
        if stored is None and (left := self.directory.read_tombstone(declared.client.id)):
            declared = in_place_of(left, declared)
        plan = plan_client(declared, stored, operator, now)
        if plan.book is None:
            return plan
        book, tasks = plan.book, caused_mails(plan.book, stored, now, self.ledger)
        return replace(plan, mails=tuple(CausedMail(task, book, operator) for task in tasks))

    def _stored(self, declared: ClientBook) -> ClientBook | None:
        """The client's book before a write: its overdue cycles close under the old set-up."""
        client, now = declared.client.id, self.clock()
        book = self.directory.read_client(client)
        if book is not None and book.head.is_behind(now):
            return current_book(client, now, self.directory, self.ledger)
        return book

    def _problems(self, setup: Setup, declared: ClientBook, stored: ClientBook | None) -> Iterator[SetupProblem]:
        for text in calendar_conflicts(declared, stored, self.clock(), self.ledger):
            yield SetupProblem(setup.place_of(declared.client.id), text)

    def _taken(self, setup: Setup, declared: ClientBook, names: Collection[str]) -> Iterator[SetupProblem]:
        """Conflicts of names that the client gets with a client that another set-up has just written."""
        client, own = declared.client.id, {each.client.id for each in setup.clients}
        for name in sorted(names):
            others = (other.client.id for other in self.directory.read_named(name) if other.client.id not in own)
            yield from (SetupProblem(setup.place_of(client), shared_name(client, other, name)) for other in others)

    def _update_operator_of(self, client: ClientId, operator: OperatorBook) -> None:
        """Update a client that the file does not name: its copies of the operator's data and of renamed workers."""
        book = finished_book(self.directory, self.ledger, client)
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
            act = _act(DEPLOYMENT, "operator", stored.version, plan, self.clock()) if plan.book else None
            self.directory.write_operator(book, act)
        return plan


def _act(client: ClientId, about: str, version: int, plan: BookPlan[Any], now: datetime) -> AuditRecord:
    """The record of writing a plan on this version of what it changes: each key before and after."""
    changes = [one for one in plan.changes if one.action in {Action.CREATED, Action.CHANGED}]
    details = "; ".join(f"{one.kind} {one.name} {one.action.value}{_fields(one)}" for one in changes)
    return AuditRecord(f"set-up-{about}-{version + 1}", client, now, Act.SET_UP, about, details)


def _fields(change: Change) -> str:
    """What differs; of what is new, nothing was there before, and the set-up has the rest."""
    if change.action is Action.CREATED:
        return ""
    keys = (f"{one.key}: {one.before or 'nothing'} → {one.after or 'nothing'}" for one in change.fields)
    return f" ({', '.join(keys)})" if change.fields else ""


def _repeated(operator: OperatorBook) -> tuple[Operator, tuple[Renamed, ...]]:
    """The operator's data that each client's book copies."""
    return operator_of(operator), operator.workers


def _with(operator: OperatorBook, book: ClientBook) -> ClientBook:
    """The client's book with copies of the operator's current data."""
    who, workers = _repeated(operator)
    return replace(book, operator=who, aliases=replace(book.aliases, workers=workers))
