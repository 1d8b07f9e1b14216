"""The task of a draft: issue it; if it needs a person, mail the operator."""

from dataclasses import replace

import pytest

from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.retainer import Issuing
from chalicelib.services.mails.issue_draft import IssueDraft
from chalicelib.services.mails.ports import Outcome
from chalicelib.services.store.tasks import TaskState, draft_to_issue
from tests.fakes import FakeQueue
from tests.invoice_rig import BUYER, NOW, book, draft, ports

MAILED = Outcome(TaskState.SENT, message_id="ses-1", copy="mails/1")
TASK = draft_to_issue(draft(), NOW)


def office(of):
    """The handler over one draft, its ports, the queue, and what the operator was mailed about."""
    over, queue, mailed = ports(draft(), of=of), FakeQueue(), []

    def mail_operator(task):
        mailed.append(task)
        return MAILED

    return IssueDraft(over, queue, mail_operator), over, queue, mailed


def test_an_automatic_draft_is_issued_its_mail_is_queued_and_the_operator_gets_none():
    handle, over, queue, mailed = office(replace(book(), issuing=Issuing.AUTOMATIC))

    assert Outcome(TaskState.SKIPPED, "Issued automatically: 2026-0001.") == handle(TASK)
    assert InvoiceState.ISSUED is over.invoices.read(draft().id).state
    assert ["invoice-acme.support.2026-01-01"] == queue.sent == [task.id for task in over.invoices.tasks]
    assert [] == mailed


def test_a_draft_that_is_already_issued_is_left_to_its_mail_which_is_skipped():
    handle, over, queue, mailed = office(replace(book(), issuing=Issuing.AUTOMATIC))
    handle(TASK)

    assert MAILED == handle(TASK)
    assert ([TASK], 1, 1) == (mailed, len(queue.sent), len(over.invoices.tasks))


def test_an_automatic_draft_of_a_client_without_an_address_is_issued_and_nothing_is_queued():
    nowhere = replace(BUYER, party=replace(BUYER.party, email=""))
    handle, over, queue, _ = office(replace(book(billing=nowhere), issuing=Issuing.AUTOMATIC))

    assert TaskState.SKIPPED is handle(TASK).state
    assert InvoiceState.ISSUED is over.invoices.read(draft().id).state
    assert [] == queue.sent


@pytest.mark.parametrize(
    "of",
    [
        book(),
        replace(book(), issuing=Issuing.AUTOMATIC, billing=replace(BUYER, party=replace(BUYER.party, address=()))),
    ],
    ids=["to be verified", "incomplete"],
)
def test_a_draft_that_needs_a_person_stays_one_and_the_operator_is_mailed(of):
    handle, over, queue, mailed = office(of)

    assert MAILED == handle(TASK)
    assert [TASK] == mailed
    assert InvoiceState.DRAFT is over.invoices.read(draft().id).state
    assert [] == queue.sent
