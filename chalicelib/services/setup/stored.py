"""The stored set-up in the form in which a file declares it."""

from chalicelib.services.setup.declared import InboxRuleSetup, Setup
from chalicelib.services.setup.plan import operator_of
from chalicelib.services.store.books import Directory
from chalicelib.services.store.lookup import list_clients


def stored_setup(directory: Directory) -> Setup:
    """All that a set-up file can say about this deployment; applying it changes nothing."""
    book = directory.read_operator()
    return Setup(
        operator=operator_of(book) if book.name or book.email else None,
        billing=book.billing,
        logo=directory.read_logo(book.logo) if book.logo else None,
        hints=book.hints,
        workers=book.workers,
        inbox_rules=tuple(map(InboxRuleSetup, book.inbox_rules)),
        clients=list_clients(directory),
    )
