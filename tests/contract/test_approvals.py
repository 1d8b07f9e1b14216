"""Questions about hours beyond a retainer on real tables: read with the cycles, settled by one conditional write."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.adapters.audit_trail import DynamoAuditTrail
from chalicelib.domain.approval import Answer, ApprovalState
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.domain.parties import ClientBilling, Party
from chalicelib.services.cycles.ask_approval import Approvals, Question
from chalicelib.services.store.audit import Act
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.words.approvals import word_sentence
from tests.aws_calls import record_calls
from tests.builders import day, hours, money, retainer
from tests.contract.test_import import KilledError, killer
from tests.import_rig import NOW, book

ACME = ClientId("acme")
MOVE = Question("move", hours("5"), money("80.00"), "Mail server")
YES = Answer(True, "Ida Berg", "Go ahead", "ida@acme.example")
_MOST_CALLS = 20


def a_client(store, name=ACME):
    """A client with a live retainer since August."""
    made = book(name)
    one = retainer(starts="2026-08-01", retainer_id=made.retainers[0].id)
    party = ClientBilling(Party(email="ida@acme.example"))
    store.directory.write_client(replace(made, retainers=(one,), billing=party))
    return CycleId(one.id, day("2026-11-01"))


def use(store):
    return Approvals(store.directory, store.ledger, word_sentence)


def asked(store, name=ACME):
    return use(store).ask(name, "support", MOVE, NOW).approval


def answered(store, approval, answer=YES, name=ACME):
    return use(store).answer(store.directory.read_client(name), approval, answer, NOW + timedelta(hours=1))


def test_a_question_and_its_answer_come_back_with_their_cycle_in_the_same_request(store):
    cycle = a_client(store)
    question = asked(store)
    approval = answered(store, question).approval

    with record_calls() as calls:
        found = store.ledger.read_cycles([cycle, CycleId(cycle.retainer, day("2026-10-01"))])

    assert ["dynamodb:BatchGetItem"] == calls.names()
    assert ([cycle], (approval,)) == (list(found), found[cycle].approvals)
    assert (ApprovalState.APPROVED, 0) == (approval.state, found[cycle].version)
    assert (approval,) == store.ledger.read_approvals(ACME).approvals


def test_an_answer_is_one_transaction_and_leaves_the_head_as_it_is(store):
    a_client(store)
    question, book_before = asked(store), store.directory.read_client(ACME)
    with record_calls() as calls:
        use(store).answer(book_before, question, YES, NOW)

    assert ["dynamodb:BatchGetItem", "dynamodb:TransactWriteItems"] == calls.names()
    assert book_before == store.directory.read_client(ACME)
    acts = DynamoAuditTrail(store.tables, store.names["activity"]).newest(ACME, 10)
    assert {Act.ASK_APPROVAL, Act.APPROVE} == {act.act for act in acts}
    ids = {"question-acme.support.move.0", "no-answer-acme.support.move", "answer-acme.support.move"}
    assert ids | {"usage-acme.answer-move"} == {task.id for task in store.tasks.list_recent(10)}


def test_of_many_answers_at_once_one_counts(store):
    a_client(store)
    question = asked(store)
    answers = [YES._replace(name=f"Person {number}", approves=bool(number % 2)) for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        done = list(pool.map(lambda one: answered(store, question, one), answers))

    counted = [one.approval.answer for one in done if one.is_new]
    assert 1 == len(counted)
    assert counted == [one.answer for one in store.ledger.read_approvals(ACME).approvals]


def test_a_commit_that_an_answer_overtakes_is_stale(store):
    cycle = a_client(store)
    question = asked(store)
    known = store.ledger.read_approvals(ACME)
    head = store.directory.read_client(ACME).head
    answered(store, question)

    with pytest.raises(StaleWriteError):
        store.ledger.commit(LedgerCommit(ACME, head, approvals=known.ended(cycle, NOW)))
    assert [ApprovalState.APPROVED] == [one.state for one in store.ledger.read_approvals(ACME).approvals]


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_question_killed_at_any_call_and_asked_again_is_asked_once(store, when):
    for call in range(1, _MOST_CALLS):
        name = ClientId(f"killed-{call}")
        a_client(store, name)
        try:
            with record_calls(**{when: killer(call)}):
                asked(store, name)
        except KilledError:
            assert MOVE.id == asked(store, name).id
        else:
            assert call > 2, "the calls are counted"
            return
        assert 1 == len(store.ledger.read_approvals(name).approvals)
    pytest.fail("it makes more calls than this test kills")
