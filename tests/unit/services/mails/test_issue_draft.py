"""Drafts of clients whose invoices need nobody to look at them."""

from dataclasses import replace

import pytest

from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.notices import Issuing
from chalicelib.services.mails.issue_draft import IssueAutomatically
from chalicelib.services.store.tasks import draft_to_issue
from tests.invoice_rig import BUYER, NOW, book, draft, ports
from tests.task_rig import Post


def office(of):
    """The check over one draft, its ports and the queue."""
    over, post = ports(draft(), of=of), Post()
    return IssueAutomatically(over, post), over, post


MAIL = draft_to_issue(draft(), NOW)


def test_an_automatic_draft_is_issued_once_and_its_mail_is_asked_for():
    check, over, post = office(replace(book(), issuing=Issuing.AUTOMATIC))

    assert "Issued by itself: 2026-0001." == check(MAIL)
    assert InvoiceState.ISSUED is over.invoices.read(draft().id).state
    assert ["invoice-acme.support.2026-01-01"] == post.woken == [mail.id for mail in over.invoices.mails]
    assert check(MAIL) is None, "the mail is written then, and says that nothing is left to tell"


@pytest.mark.parametrize(
    "of",
    [
        book(),
        replace(book(), issuing=Issuing.AUTOMATIC, billing=replace(BUYER, party=replace(BUYER.party, address=()))),
    ],
    ids=["to be verified", "incomplete"],
)
def test_a_draft_that_somebody_has_to_look_at_stays_one_and_the_operator_hears_of_it(of):
    check, over, post = office(of)

    assert check(MAIL) is None
    assert InvoiceState.DRAFT is over.invoices.read(draft().id).state
    assert [] == post.woken
