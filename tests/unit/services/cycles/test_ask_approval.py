"""A question about hours beyond the retainer is asked once, settled once, and honoured by the cycle's close."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.approval import Answer, ApprovalState
from chalicelib.domain.invoice import LineKind
from chalicelib.domain.parties import ClientBilling, Party
from chalicelib.domain.retainer import ApprovalRules
from chalicelib.services.cycles.ask_approval import Approvals, NotAskableError, Question
from chalicelib.services.cycles.close_due import overdue_steps
from chalicelib.services.setup.remove import Remove
from chalicelib.services.store.audit import Act
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.lookup import UnknownNameError
from chalicelib.services.store.tasks import TaskKind
from chalicelib.words.approvals import word_sentence
from tests.builders import hours, money, rule, terms
from tests.fakes import no_pause
from tests.import_rig import row
from tests.invoice_rig import FakeInvoices
from tests.unit.services.cycles.test_close_due import FEBRUARY, JANUARY, Deployment

MOVE = Question("move", hours("5"), money("80.00"), "Mail server")
YES, NO = Answer(True, "Ida Berg", "Go ahead", "ida@acme.example"), Answer(False, "Jo Lund", link_of="jo@acme.example")


class Questions(Deployment):
    """On 25 January at midnight UTC, 10 h a month, `bill` or `deduct`."""

    def __init__(self, *, deduct=False, approvals=None, email="ida@acme.example", **of_retainer):
        super().__init__(**of_retainer)
        mine = self.directory.books["acme"]
        versions = (terms("2026-01-01", carry_over=rule(deduct=deduct)),)
        own = replace(mine.retainers[0], terms=versions)
        party = ClientBilling(Party(email=email))
        rules = approvals or ApprovalRules()
        self.directory.books["acme"] = replace(mine, retainers=(own,), approvals=rules, billing=party)
        self.use = Approvals(self.directory, self.ledger, word_sentence, no_pause)

    def ask(self, question=MOVE, **options):
        return self.use.ask("acme", "support", question, self.now, **options)

    def withdraw(self, name="move"):
        return self.use.withdraw("acme", name, self.now)

    def answer(self, approval, answer=YES):
        return self.use.answer(self.directory.books["acme"], approval, answer, self.now)

    @property
    def acts(self):
        return [(act.act, act.about) for act in self.log.acts.values() if act.act is not Act.CLOSE]

    @property
    def tasks(self):
        return [(task.kind, task.about, task.due_at) for task in self.log.tasks.values() if "move" in task.about]


def test_a_question_says_in_one_sentence_what_is_agreed_with_every_figure():
    at = Questions()

    assert (
        "Up to 5\u00a0h beyond the retainer “Support” of Acme in the period January 2026, for work from "
        "January 25, 2026 on, at €80 per hour: at most €400.00 before tax. Reason: Mail server"
    ) == at.ask().approval.sentence


def test_hours_in_the_sentence_multiply_out_with_the_rate():
    at = Questions()
    third = at.ask(Question("third", hours("1:20"), money("100.00"), "Mail server"))

    assert "Up to 1.3333\u00a0h" in third.approval.sentence
    assert "at most €133.33" in third.approval.sentence


def test_each_approver_gets_a_mail_and_the_operator_one_when_the_deadline_passes():
    at = Questions(approvals=ApprovalRules(("ida@acme.example", "jo@acme.example"), decide_days=2))
    asked = at.ask().approval

    assert at.tasks == [
        (TaskKind.QUESTION, ("support", "move", "0"), at.now),
        (TaskKind.QUESTION, ("support", "move", "1"), at.now),
        (TaskKind.NO_ANSWER, ("support", "move"), at.now + timedelta(days=2)),
    ]
    assert at.now + timedelta(days=2) == asked.decide_by
    assert [(Act.ASK_APPROVAL, "acme/support/2026-01-01 move")] == at.acts


def test_without_approvers_the_address_of_the_invoices_is_asked_and_without_both_nobody():
    assert ("ida@acme.example",) == Questions().ask().approval.approvers
    with pytest.raises(NotAskableError, match="Nobody may approve for acme: add `approvers`"):
        Questions(email="").ask()


@pytest.mark.parametrize("of", [{"backfill": True}, {"starts": "2026-02-01"}, {"ends": "2026-01-20"}])
def test_nothing_is_asked_where_no_live_cycle_runs(of):
    with pytest.raises(NotAskableError, match="acme/support has no live cycle today"):
        Questions(**of).ask()


def test_a_decision_cannot_come_after_the_cycle_s_close():
    assert "2026-02-03T23:00" == f"{Questions(approvals=ApprovalRules(decide_days=60)).ask().approval.decide_by:%FT%R}"


def test_asking_again_under_the_same_id_has_no_further_effect_and_another_question_is_refused():
    at = Questions()
    first = at.ask()
    head = at.directory.books["acme"].head

    assert (first.approval, (), False) == at.ask()
    assert head == at.directory.books["acme"].head
    with pytest.raises(NotAskableError, match="`move` is the question of 2026-01-25 about acme/support"):
        at.ask(replace(MOVE, seconds=hours("6")))


def test_a_dry_run_writes_nothing():
    at = Questions()

    assert at.ask(dry_run=True).approval == at.ask().approval
    assert 1 == len(at.acts)


def test_an_answer_is_kept_with_the_sentence_and_its_hash_and_mailed_to_the_operator():
    at = Questions()
    asked = at.ask().approval
    at.at("2026-01-26")

    answered = at.answer(asked)

    assert asked._replace(state=ApprovalState.APPROVED, settled_at=at.now, answer=YES) == answered.approval
    assert (TaskKind.ANSWER, ("support", "move"), at.now) == at.tasks[-1]
    record = at.log.acts["approve-move"]
    assert (Act.APPROVE, at.now) == (record.act, record.at)
    said = "Ida Berg, by the link of ida@acme.example: Go ahead"
    assert f"{said} [{asked.digest}] {asked.sentence}" == record.details


@pytest.mark.parametrize("again", [YES, NO])
def test_a_second_answer_changes_nothing(again):
    at = Questions()
    asked = at.ask().approval
    first = at.answer(asked, NO)

    assert (first.approval, (), False) == at.answer(asked, again)
    assert [Act.ASK_APPROVAL, Act.DECLINE] == [act for act, _ in at.acts]


def test_of_two_answers_at_once_one_counts():
    at = Questions()
    asked = at.ask().approval
    write, answers = at.ledger.answer, []

    def raced(approvals, records):
        if not answers:
            answers.append(None)
            answers.append(at.answer(asked, NO))
        write(approvals, records)

    at.ledger.answer = raced
    answers.append(at.answer(asked, YES))

    assert [True, False] == [one.is_new for one in answers[1:]]
    assert [Act.ASK_APPROVAL, Act.DECLINE] == [act for act, _ in at.acts]


def test_a_withdrawn_question_takes_no_answer_and_an_answered_one_cannot_be_withdrawn():
    at = Questions()
    asked = at.ask().approval
    withdrawn = at.withdraw()

    assert ApprovalState.WITHDRAWN is withdrawn.approval.state
    assert (withdrawn.approval, (), False) == at.withdraw() == at.answer(asked)
    at.answer(at.ask(replace(MOVE, id="again")).approval)
    with pytest.raises(NotAskableError, match="`again` is approved: only a question that waits"):
        at.withdraw("again")
    with pytest.raises(UnknownNameError, match="acme was not asked anything called “nothing”"):
        at.withdraw("nothing")


def test_an_approval_reaches_the_invoice_also_where_overruns_are_deducted():
    at = Questions(deduct=True)
    at.answer(at.ask().approval)
    at.drop(row("2026-01-20", "12:00", "Mail"), row("2026-01-26", "7:00", "Server"))
    at.at("2026-02-04")
    at.close_overdue()

    [draft] = at.log.invoices.values()
    charged = [(line.kind, line.seconds, line.approved_by) for line in draft.invoice.lines]
    assert [(LineKind.FEE, hours("10"), ""), (LineKind.AGREED, hours("5"), "Ida Berg")] == charged
    assert hours("4") == at.statements()[FEBRUARY].debt_in_seconds


def test_a_close_that_an_answer_overtakes_is_stale_and_done_again_honours_it():
    at = Questions(approvals=ApprovalRules(decide_days=60))
    asked = at.ask().approval
    at.drop(row("2026-01-20", "12:00", "Mail"), row("2026-01-26", "3:00", "Server"))
    in_time = asked.decide_by - timedelta(seconds=1)
    at.at("2026-02-04")
    commit = next(one.commit for one in overdue_steps(at.directory.books["acme"], at.ledger, at.now) if one.statement)
    at.use.answer(at.directory.books["acme"], asked, YES, in_time)

    with pytest.raises(StaleWriteError):
        at.ledger.commit(commit)
    at.close_overdue()

    [draft] = at.log.invoices.values()
    assert [LineKind.FEE, LineKind.AGREED, LineKind.OVERAGE] == [line.kind for line in draft.invoice.lines]


def test_after_the_close_no_answer_counts_even_if_the_set_up_closed_it_before_the_deadline():
    at = Questions(approvals=ApprovalRules(decide_days=60))
    asked = at.ask().approval
    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, retainers=(replace(mine.retainers[0], grace_days=0),))
    at.at("2026-02-02")
    at.close_overdue()

    late = at.answer(asked)

    [kept] = at.statements()[JANUARY].approvals
    assert (False, ApprovalState.EXPIRED) == (late.is_new, late.approval.state_at(at.now))
    assert late.approval == kept


def test_a_removed_client_leaves_no_question():
    at = Questions()
    at.ask()
    Remove(at.directory, at.ledger, FakeInvoices(), lambda: at.now, no_pause).remove("acme")

    assert () == at.ledger.read_approvals("acme").approvals


def test_only_the_cycle_that_was_asked_about_has_the_question():
    at = Questions()
    at.ask()
    at.at("2026-02-02")

    assert [1, 0] == [len(one.approvals) for one in at.statements().values()]
