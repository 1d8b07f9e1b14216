"""At its deadline a question is noted as expired, once, and only if nobody has settled it."""

from datetime import timedelta

import pytest

from chalicelib.domain.approval import ApprovalState
from chalicelib.services.mails.note_expiry import NoteExpiry
from chalicelib.services.mails.ports import Outcome
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.audit import Act
from chalicelib.services.store.tasks import TaskState, no_answer_mail
from tests.builders import asked, settled
from tests.fakes import FakeLedger

ASKED = asked("2026-01-10", "5:00")


@pytest.mark.parametrize(
    ("question", "days", "expected"),
    [
        (ASKED, 7, [(Act.EXPIRE_APPROVAL, ASKED.decide_by, "acme/support/2026-01-01 migration")]),
        (ASKED, 6, []),
        (settled(ASKED), 7, []),
        (settled(ASKED, ApprovalState.WITHDRAWN), 7, []),
    ],
    ids=["nobody answered", "too early", "approved", "withdrawn"],
)
def test_only_a_question_that_nobody_settled_expires(question, days, expected):
    ledger, acts = FakeLedger(), []
    ledger.approvals["acme"] = ClientApprovals("acme", (question,))
    sent = Outcome(TaskState.SENT)
    note = NoteExpiry(ledger, acts.append, lambda _: sent, lambda: ASKED.asked_at + timedelta(days=days))

    assert sent == note(no_answer_mail(question))
    assert expected == [(act.act, act.at, act.about) for act in acts]
