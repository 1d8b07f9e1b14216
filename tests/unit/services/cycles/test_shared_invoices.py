"""One invoice for the retainers of a client whose cycles end on the same day (docs/invoicing.md)."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.documents.as_json import document_json
from chalicelib.documents.einvoice import einvoice_xml
from chalicelib.documents.pdf import render_pdf, unprintable
from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceKind, InvoiceRecord, InvoiceState, WorkLine
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import CycleLength, Issuing
from chalicelib.mails.operator_mails import draft_mail
from chalicelib.services.cycles.close_due import close_due, overdue_steps, with_due
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.invoices.errors import UnfinishedInvoiceError, UnprintableError
from chalicelib.services.invoices.issue import adjust, issue, void
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.invoices.read import invoice_of_cycle, show_invoice
from chalicelib.services.mails.issue_draft import IssueDraft
from chalicelib.services.mails.ports import Outcome
from chalicelib.services.mails.run_task import RunTask
from chalicelib.services.setup.remove import NotRemovableError, Remove
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.tasks import Task, TaskKind, TaskState, is_of_removed
from chalicelib.words.invoices import word_section
from tests.builders import day, entry, hours, ledger, money, retainer, terms
from tests.fakes import FakeDirectory, FakeImportLog, FakeLedger, FakeQueue, no_pause
from tests.invoice_rig import BUYER, OPERATOR, FakeInvoices, book
from tests.task_rig import FakeTasks

ACME = ClientId("acme")
DESK, SERVERS, ADVICE = (RetainerId(ACME, RetainerSlug(name)) for name in ("desk", "servers", "advice"))
SHARED = "acme/2026-01-31"
JANUARY, FEBRUARY = date(2026, 1, 1), date(2026, 2, 1)


def desk(**changes):
    made = retainer(terms(allotment="20:00", fee="1000.00", rate="100.00"), retainer_id=DESK, title="Helpdesk")
    return replace(made, **changes)


def servers(fee="300.00", currency="EUR", **changes):
    made = retainer(
        terms(allotment="5:00", fee=fee, rate="80.00", currency=currency), retainer_id=SERVERS, title="Servers"
    )
    return replace(made, **{"grace_days": 5, **changes})


class Deployment:
    """A client with two retainers whose months end together; the helpdesk closes on the 4th, the servers on the 6th."""

    def __init__(self, *retainers, share=True):
        billing = replace(BUYER, one_invoice=share)
        made = ClientBook(book().client, retainers or (desk(), servers()), (), ClientHead(), billing=billing)
        self.directory = FakeDirectory(replace(made, head=with_due(made.head, made)), operator=OPERATOR)
        worked = [(DESK, "26:45"), (SERVERS, "4:00")]
        cycles = (
            CycleLedger(CycleId(of, JANUARY), entries=ledger("2026-01-01", [entry("2026-01-12", time)]).entries)
            for of, time in worked
        )
        self.log = FakeImportLog()
        self.ledger = FakeLedger(*cycles, directory=self.directory, log=self.log)

    def close(self, moment):
        """Close what is due by noon of a day."""
        self.now = datetime.fromisoformat(f"{moment}T12:00").replace(tzinfo=UTC)
        close_due(self.directory, self.ledger, ACME, self.now)
        return self

    @property
    def book(self):
        return self.directory.books[ACME]

    @property
    def drafts(self):
        return {name: one.retainers for name, one in self.log.invoices.items()}

    @property
    def tasks(self):
        return [task for task in self.log.tasks.values() if task.kind is TaskKind.ISSUE_DRAFT]

    @property
    def to_issue(self):
        return [task.about[0] for task in self.tasks if task.due_at <= self.now]

    def run_tasks(self):
        """What came of the tasks that are due: a state, or None if they wait."""
        ports, table = self.ports(), FakeTasks(*self.tasks)
        handle = IssueDraft(ports, FakeQueue(), lambda task: Outcome(TaskState.SENT, f"Draft {task.about[0]}."))
        run = RunTask(table, {TaskKind.ISSUE_DRAFT: handle}, FakeQueue(), lambda: self.now)
        done = {task.about[0]: run.run(task.id) for task in self.tasks}
        return {name: task.state for name, task in done.items() if task}

    def ports(self, *, work=lambda *_: ()):
        invoices = FakeInvoices()
        invoices.records = self.log.invoices
        return InvoicePorts(self.directory, invoices, word_section, unprintable, lambda: self.now, no_pause, work=work)

    def set(self, **billing):
        self.directory.books[ACME] = replace(self.book, billing=replace(self.book.billing, **billing))


def test_the_cycles_that_end_on_a_day_are_sections_of_one_draft_that_is_complete_with_the_last_close():
    at = Deployment().close("2026-02-04")
    assert ({SHARED: "desk"}, [], {}) == (at.drafts, at.to_issue, at.run_tasks())
    assert [start_of_day(day("2026-02-06"), servers().zone)] == [task.due_at for task in at.tasks]

    at.close("2026-02-06")

    assert ({SHARED: "desk, servers"}, [SHARED]) == (at.drafts, at.to_issue)
    assert money("1975.00") == at.log.invoices[SHARED].net


def automatic(*retainers):
    at = Deployment(*retainers)
    at.directory.books[ACME] = replace(at.book, issuing=Issuing.AUTOMATIC)
    return at.close("2026-02-04")


def removed(at):
    removal(at).remove("acme", "servers")


def without_the_setting(at):
    at.set(one_invoice=False)


def with_an_earlier_end(at):
    first, second = at.book.retainers
    at.directory.books[ACME] = replace(at.book, retainers=(first, replace(second, ends_on=day("2026-01-20"))))


@pytest.mark.parametrize("no_longer_shared", [removed, without_the_setting, with_an_earlier_end])
def test_a_draft_that_no_close_completes_is_issued_nevertheless(no_longer_shared):
    at = automatic()
    no_longer_shared(at)
    at.close("2026-02-07")

    assert TaskState.SKIPPED is at.run_tasks()[SHARED]
    assert (InvoiceState.ISSUED, "desk") == (at.log.invoices[SHARED].state, at.log.invoices[SHARED].retainers)


def test_the_task_of_a_draft_waits_for_a_late_close():
    at = automatic()
    at.now = datetime(2026, 2, 7, tzinfo=UTC)

    assert {SHARED: TaskState.WAITING} == at.run_tasks()
    at.close("2026-02-07")
    assert {SHARED: TaskState.SKIPPED} == at.run_tasks()
    assert (InvoiceState.ISSUED, "desk, servers") == (at.log.invoices[SHARED].state, at.log.invoices[SHARED].retainers)


@pytest.mark.parametrize("second", [{}, {"fee": "0"}, {"currency": "USD"}])
def test_a_dry_run_has_the_drafts_and_tasks_of_the_run(second):
    at, now = Deployment(desk(), servers(**second)), datetime(2026, 2, 6, 12, tzinfo=UTC)
    dry = [step.commit.records for step in overdue_steps(at.book, at.ledger, now)]
    at.close("2026-02-06")

    made = [one for records in dry for one in records if isinstance(one, InvoiceRecord)]
    assert at.drafts == {one.id: one.retainers for one in made}
    assert at.tasks == [one for records in dry for one in records if isinstance(one, Task) and "draft" in one.id]


def test_without_the_setting_each_cycle_has_its_own():
    at = Deployment(share=False).close("2026-02-06")

    own = {"acme/desk/2026-01-01": "desk", "acme/servers/2026-01-01": "servers"}
    assert (own, sorted(own)) == (at.drafts, sorted(at.to_issue))


def test_a_quarter_shares_the_invoice_of_the_month_that_ends_with_it():
    at = Deployment(desk(), servers(length=CycleLength.QUARTER)).close("2026-04-06")

    last = {"acme/2026-01-31": "desk", "acme/2026-02-28": "desk", "acme/2026-03-31": "desk, servers"}
    assert (last, list(last)) == (at.drafts, at.to_issue)
    shown = show_invoice(at.ports(), "acme/2026-03-31").document
    assert (day("2026-01-01"), [day("2026-03-01"), day("2026-01-01")]) == (
        shown.period_start,
        [one.period_start for one in shown.sections],
    )


@pytest.mark.parametrize(
    "other", [{"live_from": day("2026-01-10")}, {"live_from": None}, {"starts_on": day("2026-01-15"), "anchor_day": 15}]
)
def test_a_cycle_that_is_no_part_of_it_is_not_waited_for(other):
    at = Deployment(desk(), servers(**other)).close("2026-02-04")

    assert [SHARED] == at.to_issue
    assert InvoiceState.ISSUED is issue(at.ports(), SHARED).state


def test_a_cycle_that_charges_nothing_has_no_invoice_though_others_end_with_it():
    at = Deployment(desk(), servers(fee="0")).close("2026-02-06")

    assert invoice_of_cycle(at.ports().invoices, CycleId(SERVERS, JANUARY), FEBRUARY) is None


def test_a_last_close_that_charges_nothing_completes_the_draft():
    at = Deployment(desk(), servers(fee="0")).close("2026-02-06")

    assert ({SHARED: "desk"}, [SHARED]) == (at.drafts, at.to_issue)


def test_the_setting_is_for_cycles_that_are_not_drafted_yet():
    at = Deployment(share=False).close("2026-02-04")
    at.set(one_invoice=True)
    at.close("2026-02-06")

    assert {"acme/desk/2026-01-01": "desk", SHARED: "servers"} == at.drafts


def test_what_is_of_another_currency_stands_apart_and_both_are_issued():
    at = Deployment(desk(), servers(currency="USD")).close("2026-02-06")

    apart = {SHARED: "desk", "acme/servers/2026-01-01": "servers"}
    assert (apart, list(apart)) == (at.drafts, at.to_issue)


def test_it_is_issued_when_the_cycle_of_its_last_section_is_closed():
    at = Deployment().close("2026-02-04")

    with pytest.raises(UnfinishedInvoiceError, match=r"cycle of acme/servers is a part of it and closes on 2026-02-06"):
        issue(at.ports(), SHARED)
    at.close("2026-02-06")

    assert InvoiceState.ISSUED is issue(at.ports(), SHARED).state


def test_an_issued_one_never_changes_and_a_cycle_that_closes_later_has_its_own():
    at = Deployment().close("2026-02-04")
    at.set(one_invoice=False)
    issued = issue(at.ports(), SHARED)
    at.set(one_invoice=True)
    at.close("2026-02-06")

    assert issued == at.log.invoices[SHARED]
    assert {SHARED: "desk", "acme/servers/2026-01-01": "servers"} == at.drafts


def issued_document(**changes):
    at = Deployment().close("2026-02-06")
    at.set(**changes)
    document = issue(at.ports(work=one_piece), SHARED).document
    assert document
    return document


def one_piece(_book, cycle, _now):
    seconds = hours("26:45") if cycle.retainer == DESK else hours("4:00")
    return (WorkLine(day("2026-01-12"), f"Work of {cycle.retainer.retainer}", "", seconds),)


def test_the_document_has_each_retainers_lines_hours_and_rule_and_one_sum():
    document = issued_document()
    worded = word_document(document)

    assert [
        ("Helpdesk · Retainer (20 hours at €50)", "€1,000.00"),
        ("Helpdesk · 6.75 hours at the normal price (€100)", "€675.00"),
        ("Servers · Retainer (5 hours at €60)", "€300.00"),
    ] == [(line.text, line.amount) for line in worded.lines]
    assert (money("1975.00"), money("2350.25")) == (document.net, document.gross)
    assert ("Retainer", "Helpdesk, Servers") in worded.facts
    assert [hours("26:45"), hours("4:00")] == [one.balance.used_seconds for one in document.sections]
    assert hours("30:45") == document.balance.used_seconds
    assert ["Helpdesk · ", "Servers · "] == [one.hours_of[: one.hours_of.index("·") + 2] for one in worded.sections]
    assert all(one.carry_over for one in worded.sections)


def test_retainers_of_the_same_title_are_told_apart():
    at = Deployment(desk(), servers(title="Helpdesk")).close("2026-02-06")
    document = issue(at.ports(), SHARED).document
    titles = ["Helpdesk (desk)", "Helpdesk (servers)"]

    assert titles == [one.retainer_title for one in document.sections]
    assert titles == list(dict.fromkeys(line.text.split(" · ")[0] for line in document.lines))


@pytest.mark.parametrize(("several", "are_named"), [(3, True), (4, False)])
def test_the_titles_of_many_retainers_do_not_fill_the_head(several, are_named):
    names = [RetainerId(ACME, RetainerSlug(f"servers-{number}")) for number in range(several)]
    at = Deployment(*(servers(id=name, title=f"Servers {name.retainer}") for name in names)).close("2026-02-06")
    worded = word_document(issue(at.ports(), SHARED).document)

    assert are_named is ("Retainer" in dict(worded.facts))
    assert several == len(worded.sections)


def test_the_comparison_is_that_of_all_hours_together():
    document = issued_document()

    assert (money("2995.00"), True) == (document.at_regular_rate, document.saves)  # 26.75 × 100 + 4 × 80


def test_the_work_of_each_retainer_is_on_a_page_of_its_own():
    document = issued_document(work_log=True)

    assert [("Work of desk",), ("Work of servers",)] == [
        tuple(line.text for line in one.work) for one in document.sections
    ]
    assert () == document.work
    assert 3 <= render_pdf(document).count(b"/Type /Page\n")


def test_what_cannot_be_printed_in_the_work_of_a_section_is_said_to_be_in_the_work():
    at = Deployment().close("2026-02-06")
    at.set(work_log=True)

    def hebrew(_book, cycle, _now):
        return (WorkLine(JANUARY, "עבודה" if cycle.retainer == SERVERS else "Work", "", hours("1:00")),)

    with pytest.raises(UnprintableError, match="They are in the work log"):
        issue(at.ports(work=hebrew), SHARED)


def test_the_e_invoice_names_the_retainer_of_each_rule():
    notes = re.findall(r"<ram:Content>([^<]*)", einvoice_xml(issued_document()).decode())

    assert ["Helpdesk", "Servers"] == [note.split(":")[0] for note in notes]


def test_the_mail_about_the_draft_names_its_retainers_and_all_of_its_period():
    at = Deployment(desk(), servers(length=CycleLength.QUARTER)).close("2026-04-06")
    mail = draft_mail(at.log.invoices["acme/2026-03-31"], at.book.client, OPERATOR, ())

    assert "Draft of an invoice: Acme Ltd, desk, servers, €1,300.00" == mail.subject
    assert "desk, servers, Jan 1\u2009–\u2009Mar 31, 2026: a draft" in mail.text


def test_the_json_has_the_sections():
    data = document_json(issued_document())

    assert ["Helpdesk", "Servers"] == [one["retainer"] for one in data["sections"]]
    assert data["balance"] == {name: sum(one["balance"][name] for one in data["sections"]) for name in data["balance"]}


def test_a_credit_note_cancels_all_of_it_and_leaves_a_draft_of_all_of_it():
    at = Deployment().close("2026-02-06")
    ports = at.ports()
    first = issue(ports, SHARED)
    credit = void(ports, SHARED, "Wrong firm")
    again = at.log.invoices[f"{SHARED}/2"]

    assert (InvoiceKind.CREDIT_NOTE, -first.document.gross.minor) == (credit.kind, credit.document.gross.minor)
    assert (InvoiceState.DRAFT, first.sections) == (again.state, again.sections)
    assert "2026-0003" == issue(ports, f"{SHARED}/2").document.number
    for of in (DESK, SERVERS):
        assert f"{SHARED}/2" == invoice_of_cycle(ports.invoices, CycleId(of, JANUARY), FEBRUARY).id


def test_a_line_that_was_added_before_the_last_close_stays_and_one_added_meanwhile_stops_it():
    at = Deployment().close("2026-02-04")
    before = at.log.invoices[SHARED]
    stale = LedgerCommit(ACME, at.book.head, (), (before,))
    at.log.invoices[SHARED] = replace(before, version=before.version + 1)

    with pytest.raises(StaleWriteError):
        at.ledger.commit(stale)
    at.close("2026-02-06")

    assert {SHARED: "desk, servers"} == at.drafts


def removal(at):
    return Remove(at.directory, at.ledger, at.ports().invoices, lambda: at.now)


def test_a_removed_retainer_takes_its_section_with_it_and_a_removed_client_the_draft():
    at = Deployment().close("2026-02-06")
    [planned] = removal(at).preview("acme", "servers").retainers
    removal(at).remove("acme", "servers")

    assert (1, {SHARED: "desk"}) == (planned.drafts, at.drafts)
    assert money("1675.00") == at.log.invoices[SHARED].net

    at = Deployment().close("2026-02-06")
    removal(at).remove("acme")
    assert {} == at.drafts


def test_a_retainer_stays_whose_section_pays_for_a_deduction():
    at = Deployment().close("2026-02-06")
    adjust(at.ports().invoices, SHARED, money("-1675.01"), "Goodwill", at.now)

    with pytest.raises(NotRemovableError, match=r"^acme/servers stays, because without it the draft acme/2026-01-31"):
        removal(at).preview("acme", "servers")
    adjust(at.ports().invoices, SHARED, money("0.01"), "Less of it", at.now)
    removal(at).remove("acme", "servers")
    assert 0 == at.log.invoices[SHARED].adjusted_net.minor


def test_the_draft_of_a_new_retainer_of_the_same_id_has_a_task_again():
    at = Deployment(desk(starts_on=FEBRUARY), servers()).close("2026-02-06")
    removal(at).remove("acme", "servers")
    [of_removed] = at.tasks
    rest = replace(at.book, retainers=(*at.book.retainers, servers()))
    at.directory.books[ACME] = replace(rest, head=with_due(rest.head, rest))

    at.close("2026-02-07")

    again = next(task for task in at.tasks if task != of_removed)
    assert ((SHARED,), False) == (again.about, is_of_removed(again, at.book))
    assert is_of_removed(again, replace(at.book, counts_after="2026-02-08", removed={}))


def test_a_retainer_of_a_shared_invoice_that_was_issued_stays():
    at = Deployment().close("2026-02-06")
    issue(at.ports(), SHARED)

    with pytest.raises(NotRemovableError, match=r"^acme/servers stays, because the invoice 2026-0001"):
        removal(at).remove("acme", "servers")


def test_a_draft_of_one_section_is_worded_as_the_retainers_own():
    at = Deployment(desk()).close("2026-02-06")
    shared = at.log.invoices[SHARED]
    own = Deployment(desk(), share=False).close("2026-02-06").log.invoices["acme/desk/2026-01-01"]

    assert _document(at, shared) == _document(at, own)


def _document(at, record: InvoiceRecord):
    return build_document(record, at.book, OPERATOR, word_section, number="2026-0001", on=day("2026-02-06"))
