"""To whom the mail of a task goes by the set-up alone, and what stands in its way: for a plan, before it is written."""

from typing import NamedTuple

from chalicelib.domain.retainer import Issuing
from chalicelib.services.invoices.build_document import missing_keys
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import Task, TaskKind


class Addressee(NamedTuple):
    """The recipient of a mail to come."""

    to: str
    """The address; empty if the set-up has none, and then no mail leaves."""
    note: str = ""
    """Why no mail leaves, or why it goes to the operator and not to the client; empty if there is nothing to say."""


def addressee_of(task: Task, book: ClientBook, operator: OperatorBook) -> Addressee:
    """Who gets the mail of a client's task: a draft that needs a person goes to the operator, all else to the client.

    `book` and `operator` are as the set-up makes them.
    """
    is_draft = task.kind is TaskKind.ISSUE_DRAFT
    lacking = missing_keys(book, operator) if is_draft and book.issuing is Issuing.AUTOMATIC else ()
    to_operator = is_draft and (book.issuing is Issuing.VERIFY or bool(lacking))
    to = operator.email if to_operator else book.billing.party.email
    notes = []
    if lacking:
        notes.append(f"A draft that cannot be issued yet: the set-up lacks {', '.join(lacking)}.")
    if not to:
        key = "operator.email" if to_operator else f"clients.{book.client.id}.billing.email"
        notes.append(f"No mail leaves: the set-up has no {key}.")
    return Addressee(to, " ".join(notes))
