"""The mails to the operator about drafts, weeks and addresses; test_import_mail.py has the one about imports."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import ClientMails, HoursFormat
from chalicelib.mails.operator_mails import digest_mail
from chalicelib.services.mails.gather_week import Cut, Over, Week
from chalicelib.services.mails.mime import NothingToSayError
from chalicelib.services.store.import_record import ImportReport, ImportStatus
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import TaskState, draft_to_issue
from tests.builders import day, hours
from tests.contract.builders import record
from tests.fakes import FakeDirectory, FakeImportLog
from tests.invoice_rig import BUYER, FakeInvoices, draft
from tests.invoice_rig import OPERATOR as SELLER
from tests.invoice_rig import book as acme
from tests.mail_rig import HELPDESK, OCTOBER, SECOND_OF_NOVEMBER, book, mails, month
from tests.task_rig import FakeTasks, waiting_mail
from tests.unit.mails.samples import operator_samples

NOON = SECOND_OF_NOVEMBER
DRAFT = draft_to_issue(draft(), NOON)


def composing(*records, of=None):
    directory = FakeDirectory(of or acme(), operator=SELLER)
    return mails(directory=directory, invoices=FakeInvoices(*records))


def test_a_draft_says_how_to_look_at_it_and_to_issue_it():
    mail = composing(draft())(DRAFT)

    assert "Draft of an invoice: Acme Ltd, support, €1,675.00" == mail.subject
    for half in (mail.text, mail.html):
        assert "hourtab invoice show acme/support/2026-01-01" in half
        assert "hourtab invoice issue acme/support/2026-01-01" in half
        assert "add to the set-up file" not in half


def test_a_draft_that_cannot_be_issued_yet_says_what_the_set_up_lacks():
    mail = composing(draft(), of=acme(billing=replace(BUYER, party=replace(BUYER.party, address=()))))(DRAFT)

    assert "clients.acme.billing.address" in mail.text


def test_a_draft_that_is_already_issued_is_not_reported():
    with pytest.raises(NothingToSayError, match="is now issued"):
        composing(replace(draft(), state=InvoiceState.ISSUED))(DRAFT)


def test_a_digest_lists_everything_left_to_do_with_its_commands():
    mail = operator_samples()["digest"]

    assert (
        "The week of November 2, 2026: 1 mail not sent, 1 import to review, 1 draft to issue, "
        "1 cycle closing, 1 retainer over"
    ) == mail.subject
    for words in ("hourtab import show 58cc870d675b1595", "invoice issue", "closes on November 4, 2026", "3 h over"):
        assert words in mail.text
        assert words in mail.html


def test_a_week_with_nothing_left_to_do_sends_no_mail():
    with pytest.raises(NothingToSayError):
        digest_mail(Week(NOON.date()), OperatorBook())


def test_a_digest_leaves_out_successful_imports_and_what_the_week_before_reported():
    failed = replace(waiting_mail("a"), state=TaskState.FAILED, created_at=NOON, reason="No.")
    old = replace(waiting_mail("b"), state=TaskState.FAILED, created_at=NOON - timedelta(days=7))
    refused = ImportReport(ImportStatus.REFUSED)
    reported = replace(record("reported"), report=refused, finished_at=NOON)
    before = replace(record("before"), report=refused, finished_at=NOON - timedelta(days=7))
    clean = replace(record("clean"), finished_at=NOON)
    compose = mails(
        None,
        OCTOBER,
        month("2026-11-01", "1:00"),
        imports=FakeImportLog(reported, before, clean),
        tasks=FakeTasks(failed, old, waiting_mail("c")),
    )

    week = compose.week("2026-W45")

    assert ((failed,), (reported,), (), ()) == (week.failed, week.imports, week.drafts, week.over)


def week_of(imports: int = 0, tasks: int = 0, drafts: int = 0, clients: int = 0) -> Week:
    """The week in which there were so many, none of which needs attention unless it is a draft."""
    of = book(mails=ClientMails())
    own = [replace(of, client=replace(of.client, id=ClientId(f"client-{n}")), retainers=()) for n in range(clients)]
    due = [replace(each, head=replace(each.head, due_at=NOON)) for each in own]
    compose = mails(
        directory=FakeDirectory(*due, operator=SELLER),
        imports=FakeImportLog(*(replace(record(f"i{n}"), finished_at=NOON, clients=()) for n in range(imports))),
        tasks=FakeTasks(*(replace(waiting_mail(f"t{n}"), created_at=NOON) for n in range(tasks))),
        invoices=FakeInvoices(*(replace(draft(), id=f"acme/support/{n}") for n in range(drafts))),
    )
    return compose.week("2026-W45")


@pytest.mark.parametrize(
    ("most", "one_more", "cut"),
    [
        ({"imports": 500}, {"imports": 501}, Cut.IMPORTS),
        ({"tasks": 500}, {"tasks": 501}, Cut.TASKS),
        ({"drafts": 500}, {"drafts": 501}, Cut.DRAFTS),
        ({"clients": 200}, {"clients": 201}, Cut.CLIENTS),
    ],
)
def test_a_week_larger_than_a_digest_reads_says_of_what_it_is_a_part(most, one_more, cut):
    assert () == week_of(**most).cut
    week = week_of(**one_more)

    mail = digest_mail(week, OperatorBook(email="ida@example.com"))

    assert (cut,) == week.cut
    assert len(week.drafts) <= 500
    assert "only a part was looked at" in mail.subject
    assert str(*most.values()) in mail.text
    assert f"of the {'mails' if cut is Cut.TASKS else cut}" in mail.text


def test_a_digest_reads_the_books_of_its_clients_in_batches():
    directory = FakeDirectory(*(replace(acme(), client=replace(acme().client, id=ClientId(f"c{n}"))) for n in range(9)))
    touched = replace(record(), finished_at=NOON, clients=tuple(directory.books))

    mails(directory=directory, imports=FakeImportLog(touched)).week("2026-W45")

    assert (1, []) == (directory.batches, directory.reads)


def test_a_suppressed_address_is_reported_with_the_bounced_mail_and_the_ways_out():
    mail = operator_samples()["bounced"]

    assert "A mail bounced: kasse@seeblick.example, seeblick-klinik" == mail.subject
    for half in (mail.text, mail.html):
        assert "the client seeblick-klinik" in half
        assert "hourtab mail unblock kasse@seeblick.example" in half
        assert "hourtab mail retry new-cycle-seeblick-klinik.helpdesk.2026-11-01" in half


def test_the_digest_shows_hours_as_the_client_reads_them():
    at = book()
    due = replace(at.head, due_at=NOON)
    clock = replace(at, head=due, client=replace(at.client, hours_format=HoursFormat.CLOCK))
    week = mails(clock, OCTOBER, month("2026-11-01", "31:45")).week("2026-W45")

    assert "3:15 h over" in digest_mail(week, SELLER).text


def test_the_digest_says_how_much_of_an_overrun_was_not_approved():
    over = Week(day("2026-11-02"), over=(Over(HELPDESK, hours("5"), unapproved_seconds=hours("2")),))

    assert "5 h over, 2 h beyond what was approved" in digest_mail(over, SELLER).text
