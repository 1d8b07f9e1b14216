"""The mails that a set-up causes: those of the steps that are due under it and were not under the stored one."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.calendar import period_of
from chalicelib.domain.closing_position import start_of_day
from chalicelib.services.cycles.close_due import overdue_steps
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.follow_ups import after_open
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import Task


class CausedMail(NamedTuple):
    """A mail that is due once the set-up is applied, unless what it is about changes before it is due."""

    task: Task
    book: ClientBook
    """The client's set-up as it is applied: it says to whom the mail goes."""
    operator: OperatorBook
    """The operator's, likewise."""


def caused_mails(book: ClientBook, stored: ClientBook | None, now: datetime, ledger: Ledger) -> Iterator[Task]:
    """The mails that are due because `stored` (None: a new client) becomes `book`; nothing is written.

    These are the mails of steps that are due at once, and the one about the first cycle of a retainer to come.
    """
    anyway: set[str] = set()
    head = book.head
    for step in overdue_steps(stored, ledger, now) if stored else ():
        anyway |= {task.id for task in step.tasks}
        head = step.commit.head
    tasks = [task for step in overdue_steps(replace(book, head=head), ledger, now) for task in step.tasks]
    for task in (*tasks, *_first_cycles(book, stored, now)):
        if task.id not in anyway:
            yield task


def _first_cycles(book: ClientBook, stored: ClientBook | None, now: datetime) -> Iterator[Task]:
    """The mails about the first cycles of new retainers, where these begin later."""
    known = {retainer.id for retainer in stored.retainers} if stored else set()
    for retainer in book.retainers:
        begins = start_of_day(retainer.starts_on, retainer.zone)
        period = period_of(retainer, retainer.starts_on)
        if retainer.id not in known and begins > now and period:
            yield from after_open(book, retainer, period, begins)
