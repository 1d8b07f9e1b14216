"""Which mails a step of a rollover writes, for whom, and when they are due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from chalicelib.domain.cycle import Period
from chalicelib.domain.notices import ClientMails
from chalicelib.domain.statements import statements
from chalicelib.services.cycles.close_due import mails_at_close, mails_at_open
from chalicelib.services.store.tasks import TaskKind
from tests.builders import day, ledgers, rule, terms
from tests.invoice_rig import draft
from tests.mail_rig import NOVEMBER, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk

NOW = SECOND_OF_NOVEMBER
CYCLE = Period(NOVEMBER, day("2026-12-01"), 1)


def closed(retainer):
    return statements(retainer, ledgers(OCTOBER), day("2026-11-04"))[0]


def at_close(of=None, retainer=None, invoice=None):
    retainer = retainer or helpdesk()
    return mails_at_close(of or book(retainer), retainer, closed(retainer), invoice, NOW)


def test_a_cycle_that_begins_is_one_mail_named_after_it_however_often_it_is_told():
    [mail] = mails_at_open(book(), helpdesk(), CYCLE, NOW)
    [again] = mails_at_open(book(), helpdesk(), CYCLE, NOW + timedelta(hours=1))

    assert "new-cycle-seeblick-klinik.helpdesk.2026-11-01" == mail.id == again.id
    assert (TaskKind.NEW_CYCLE, ("helpdesk", "2026-11-01"), "seeblick-klinik") == (mail.kind, mail.about, mail.client)


def test_a_cycle_that_grants_no_hours_is_not_announced():
    paused = helpdesk(terms=(terms("2026-10-01", allotment="0:00"),))

    assert () == mails_at_open(book(), paused, CYCLE, NOW)


def test_a_close_leads_to_a_look_at_its_draft_and_later_to_a_word_about_hours_that_expire():
    drafted, expiring = at_close(invoice=draft())

    assert "invoice-draft-acme.support.2026-01-01" == drafted.id
    assert "expiring-seeblick-klinik.helpdesk.2026-12-01" == expiring.id
    assert datetime(2026, 11, 17, 7, tzinfo=UTC) == expiring.due_at, "eight in the morning in Berlin, 14 days before"


def test_what_expires_in_less_than_two_weeks_is_told_at_once():
    [mail] = mails_at_close(book(), helpdesk(), closed(helpdesk()), None, NOW + timedelta(days=20))

    assert NOW + timedelta(days=20) == mail.due_at


def test_hours_that_never_expire_or_are_not_carried_are_no_mail():
    for carry_over in (rule(carry=True), rule()):
        retainer = helpdesk(terms=(terms("2026-10-01", allotment="20:00", carry_over=carry_over),))
        assert () == at_close(retainer=retainer)


def test_a_client_without_an_address_or_who_wants_no_such_mail_gets_none_but_the_operator_hears_of_the_draft():
    silent = (book(email=""), book(told=ClientMails(new_cycle=False, expiring=False)))

    for of in silent:
        assert () == mails_at_open(of, helpdesk(), CYCLE, NOW)
        assert [TaskKind.ISSUE_DRAFT] == [mail.kind for mail in at_close(of, invoice=draft())]


def test_a_close_speaks_of_the_nearest_days_of_expiry_only_so_that_its_transaction_stays_small():
    statement = closed(helpdesk())
    [lot] = statement.carried_out
    many = tuple(replace(lot, id=f"lot-{n}", expires_on=NOVEMBER + timedelta(days=n)) for n in range(9, 0, -1))

    mails = mails_at_close(book(), helpdesk(), replace(statement, carried_out=many), None, NOW)

    assert [f"2026-11-0{n}" for n in (2, 3, 4)] == [mail.about[1] for mail in mails]
