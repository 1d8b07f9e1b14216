from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from hashlib import sha256

import pytest
from hypothesis import given

from chalicelib.domain.approval import Answer, ApprovalState, beyond_approved, covers_of
from chalicelib.domain.cycle import CycleLedger, beyond_lots
from chalicelib.domain.invoice import LineKind, invoice_of
from chalicelib.domain.quantities import HOUR
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import close, statement_of_closed, statements
from tests.builders import asked, day, entry, hours, ledger, ledgers, money, retainer, rule, settled, terms
from tests.unit.domain.strategies import books, quick

Book = tuple[Retainer, dict[date, CycleLedger], date]
ASKED = asked("2026-01-10", "5:00")
APPROVE, DECLINE = Answer(True, "Ida Berg", "Go ahead"), Answer(False, "Ida Berg")
BEFORE, AFTER = ApprovalState.ASKED, ApprovalState.EXPIRED


def after(days: float):
    return ASKED.asked_at + timedelta(days=days)


@pytest.mark.parametrize(("days", "expected"), [(0, BEFORE), (6.9, BEFORE), (7, AFTER), (20, AFTER)])
def test_a_question_that_nobody_answers_expires_at_its_deadline_whether_or_not_anything_has_run(days, expected):
    assert expected is ASKED.state_at(after(days))


@pytest.mark.parametrize(("answer", "expected"), [(APPROVE, ApprovalState.APPROVED), (DECLINE, ApprovalState.DECLINED)])
def test_an_answer_within_the_deadline_settles_the_question_and_stands_for_good(answer, expected):
    answered = ASKED.answered(answer, after(1))

    assert answered == ASKED._replace(state=expected, settled_at=after(1), answer=answer)
    assert expected is answered.state_at(after(100))


@pytest.mark.parametrize(
    ("question", "days"),
    [
        (settled(ASKED), 1),
        (settled(ASKED, ApprovalState.DECLINED), 1),
        (settled(ASKED, ApprovalState.WITHDRAWN), 1),
        (ASKED, 7),
        (ASKED._replace(link_until=after(2)), 2),
    ],
    ids=["approved before", "declined before", "withdrawn", "late", "the link has ended"],
)
def test_no_second_late_or_withdrawn_answer_counts(question, days):
    assert [None, None] == [question.answered(answer, after(days)) for answer in (APPROVE, DECLINE)]


def test_only_a_question_that_waits_can_be_withdrawn():
    assert ApprovalState.WITHDRAWN is ASKED.withdrawn(after(1)).state
    assert [None] * 3 == [one.withdrawn(after(8)) for one in (ASKED, settled(ASKED), ASKED.withdrawn(after(1)))]


def test_what_was_agreed_has_the_hash_of_its_sentence():
    assert sha256(b"Up to 5:00 h at 80.00.").hexdigest() == ASKED.digest
    assert ASKED._replace(sentence="Up to 50 h.").digest != ASKED.digest


# ---------------------------------------------------------------- which hours are agreed
WORK = [(day("2026-01-09"), hours("2")), (day("2026-01-10"), hours("3")), (day("2026-01-20"), hours("4"))]


def covered(*approvals):
    return [{one.id: part / HOUR for one, part in parts} for parts in covers_of(WORK, approvals)]


def test_an_approval_covers_the_first_hours_beyond_dated_from_the_request_on():
    assert [{}, {"migration": 3}, {"migration": 2}] == covered(settled(ASKED))


def test_the_earlier_question_covers_first_and_none_covers_work_before_it_was_asked():
    second = settled(asked("2026-01-15", "1:00", name="second"))
    first = settled(asked("2026-01-10", "4:00", name="first"))

    assert [{}, {"first": 3}, {"first": 1, "second": 1}] == covered(second, first)


@pytest.mark.parametrize("state", [state for state in ApprovalState if state is not ApprovalState.APPROVED])
def test_only_an_approved_question_covers_anything(state):
    assert [{}, {}, {}] == covered(settled(ASKED, state))


@pytest.mark.parametrize(
    ("approvals", "expected"),
    [
        ((), 0),
        ((ASKED,), 0),
        ((settled(ASKED, ApprovalState.WITHDRAWN),), 0),
        ((settled(ASKED),), 2),
        ((settled(ASKED, ApprovalState.DECLINED),), 7),
        ((settled(ASKED, ApprovalState.DECLINED), settled(asked("2026-01-20", "9:00", name="again"))), 3),
    ],
    ids=["never asked", "no answer yet", "withdrawn", "5 of 7 h approved", "declined", "declined, then approved"],
)
def test_what_goes_beyond_an_answer_is_known(approvals, expected):
    assert expected == beyond_approved(WORK, approvals) / HOUR


# ---------------------------------------------------------------- what it costs
def january(*durations, approvals, deduct=False, ends=None):
    """Cycles up to 15 January of 10 h at 100 €/h; one entry a day from the 8th on."""
    work = [entry(f"2026-01-{8 + nth:02}", text) for nth, text in enumerate(durations)]
    of = retainer(terms(carry_over=rule(deduct=deduct)), ends=ends)
    [statement] = statements(of, ledgers(ledger("2026-01-01", work, approvals=approvals)), day("2026-01-15"))
    return of, statement


def lines(of, statement):
    return [(one.kind, one.quantity, one.amount, one.approved_by) for one in invoice_of(of, statement).lines[1:]]


def test_agreed_hours_are_billed_at_their_rate_and_the_rest_by_the_terms():
    """10 h on the 8th; 2 h over on the 9th, before the request, then 4 h and 3 h, of which 5 h were approved."""
    of, statement = january("10", "2", "4", "3", approvals=[settled(ASKED)])

    assert lines(of, statement) == [
        (LineKind.AGREED, Fraction(5), money("400.00"), "Ida Berg"),
        (LineKind.OVERAGE, Fraction(4), money("400.00"), ""),
    ]
    assert hours("2") == statement.unapproved_seconds


def test_agreed_hours_are_billed_also_where_overruns_are_deducted_and_only_the_rest_is_deducted():
    of, statement = january("10", "2", "4", "3", approvals=[settled(ASKED)], deduct=True)

    assert lines(of, statement) == [(LineKind.AGREED, Fraction(5), money("400.00"), "Ida Berg")]
    assert (hours("5"), hours("4")) == (statement.billed_seconds, statement.debt_out_seconds)


def test_the_last_cycle_bills_the_rest_too():
    of, statement = january("10", "2", "4", "3", approvals=[settled(ASKED)], deduct=True, ends="2026-02-01")

    assert [LineKind.AGREED, LineKind.OVERAGE] == [kind for kind, *_ in lines(of, statement)]
    assert (hours("9"), 0) == (statement.billed_seconds, statement.debt_out_seconds)


def test_late_work_of_before_the_request_is_not_agreed():
    late = entry("2026-01-12", "3", source="late_entry")._replace(worked_on=day("2025-12-30"))
    work = [entry("2026-01-08", "10"), late]
    [statement] = statements(
        retainer(), ledgers(ledger("2026-01-01", work, approvals=[settled(ASKED)])), day("2026-01-15")
    )

    assert [(), ()] == statement.covers()


def test_a_closed_cycle_keeps_what_was_agreed():
    of, statement = january("10", "2", "4", "3", approvals=[settled(ASKED)], deduct=True)
    closed, _ = close(CycleLedger(statement.id), statement, ASKED.asked_at)

    assert invoice_of(of, statement) == invoice_of(of, statement_of_closed(closed, closed.frozen))


@given(books())
@quick
def test_of_each_cycle_s_overage_no_more_is_agreed_than_was_approved_and_the_invoice_bills_just_what_is_billed(
    book: Book,
):
    for one in statements(*book):
        for approval in one.approvals:
            parts = [seconds for covers in one.covers() for of, seconds in covers if of == approval]
            assert sum(parts) <= (approval.seconds if approval.state is ApprovalState.APPROVED else 0)
        for (on, seconds), covers in zip(beyond_lots(one.entries), one.covers(), strict=True):
            assert sum(part for _, part in covers) <= seconds
            assert all(approval.asked_on <= on for approval, _ in covers)
        charged = {LineKind.AGREED, LineKind.OVERAGE, LineKind.DEBT}
        billed = sum(line.seconds for line in invoice_of(book[0], one).lines if line.kind in charged)
        assert one.billed_seconds == billed


@given(books())
@quick
def test_an_approval_changes_no_hour_of_any_lot(book: Book):
    of, stored, today = book
    without = {start: replace(one, approvals=()) for start, one in stored.items()}
    with_any, bare = statements(of, stored, today)[:1], statements(of, without, today)[:1]

    assert [one.lots for one in bare] == [one.lots for one in with_any]
    assert [one.figures.overage_seconds for one in bare] == [one.figures.overage_seconds for one in with_any]
