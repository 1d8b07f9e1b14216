"""A set-up says which mails it would cause, and to whom, before it is applied."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.retainer import ClientMails, Issuing
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.mails.addressee import Addressee, addressee_of
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import Operator
from tests.builders import day
from tests.fakes import FakeDirectory, FakeImportLog, FakeLedger
from tests.invoice_rig import BUYER, SELLER
from tests.mail_rig import CLIENT, OCTOBER, OPERATOR, book, helpdesk

ADDRESS = "kasse@seeblick.example"
NOTE = "new-cycle-seeblick-klinik.helpdesk.{}"


class Deployment:
    """A deployment in which nothing, or the books, are set up; its clock stands."""

    def __init__(self, now, *books):
        self.now = datetime.fromisoformat(now).replace(tzinfo=UTC)
        self.log = FakeImportLog()
        self.directory = FakeDirectory(*books)
        self.ledger = FakeLedger(OCTOBER, directory=self.directory, log=self.log)

    def caused(self, one, *, dry_run=False, **of_operator):
        """The mails that applying this causes: recipients and ids."""
        return [(who.to, name) for who, name in self.addressed(one, dry_run=dry_run, **of_operator)]

    def addressed(self, one, *, dry_run=True, email=OPERATOR.email, billing=None):
        use_case = ApplySetup(self.directory, self.ledger, lambda: self.now)
        setup = Setup(operator=Operator(OPERATOR.name, email), clients=(one,), billing=billing)
        plan = use_case.preview(setup) if dry_run else use_case.apply(setup)
        assert () == plan.conflicts
        return [(addressee_of(*mail), mail.task.id) for mail in plan.mails]

    def written(self):
        """The tasks that the schedule writes then."""
        before = set(self.log.tasks)
        close_due(self.directory, self.ledger, CLIENT, self.now)
        return sorted(self.log.tasks.keys() - before)


def starting(on, **changes):
    """A client that is not stored yet, whose retainer starts on a day."""
    terms = replace(helpdesk().terms[0], effective_from=day(on))
    return replace(book(helpdesk(starts_on=day(on), terms=(terms,)), **changes), version=0)


@pytest.mark.parametrize(
    ("now", "mails"),
    [
        ("2026-11-01 00:00", [NOTE.format("2026-11-01")]),
        ("2026-11-03 22:59", [NOTE.format("2026-11-01")]),
        ("2026-11-04 12:00", []),
        ("2026-11-30 12:00", []),
    ],
)
def test_the_plan_names_the_mail_about_a_retainer_s_first_cycle_and_only_that_one_is_written(now, mails):
    at = Deployment(now)
    one = starting("2026-11-01")

    dry = at.caused(one, dry_run=True)
    assert [(ADDRESS, mail) for mail in mails] == dry == at.caused(one)
    assert mails == at.written()
    assert [] == at.caused(one), "an apply that changes nothing causes none"


def test_a_retainer_that_begins_later_announces_its_first_cycle_on_that_day():
    at = Deployment("2026-11-20 12:00")

    assert [(ADDRESS, NOTE.format("2026-12-01"))] == at.caused(starting("2026-12-01"))
    assert [] == at.written()
    at.now += timedelta(days=11)
    assert [NOTE.format("2026-12-01")] == at.written()


def test_a_client_without_an_address_or_with_these_mails_off_or_in_backfill_gets_none():
    for one in (
        starting("2026-11-01", email=""),
        starting("2026-11-01", mails=ClientMails(new_cycle=False)),
        starting("2026-09-01"),
    ):
        assert [] == Deployment("2026-11-02 09:00").caused(one, dry_run=True)


DRAFT = "invoice-draft-seeblick-klinik.helpdesk.2026-10-01"
EXPIRING = "expiring-seeblick-klinik.helpdesk.2026-12-01"
AUTOMATIC = {"issuing": Issuing.AUTOMATIC}


def closing(**of_client):
    """A deployment in which October still settles, and a set-up that closes it at once."""
    billing = of_client.pop("billing", None)
    stored, sooner = book(**of_client), book(helpdesk(grace_days=0), **of_client)
    if billing:
        stored, sooner = replace(stored, billing=billing), replace(sooner, billing=billing)
    at = Deployment("2026-11-02 09:00", stored)
    close_due(at.directory, at.ledger, CLIENT, at.now)
    return at, sooner


@pytest.mark.parametrize(
    ("of_client", "to"), [({}, OPERATOR.email), (AUTOMATIC | {"billing": BUYER}, BUYER.party.email)]
)
def test_a_shorter_grace_period_that_closes_a_cycle_names_who_gets_its_draft_or_invoice(of_client, to):
    at, sooner = closing(**of_client)
    address = sooner.billing.party.email

    dry = at.caused(sooner, dry_run=True, billing=SELLER)
    assert [(to, DRAFT), (address, EXPIRING)] == dry == at.caused(sooner, billing=SELLER)
    assert sorted([DRAFT, EXPIRING]) == at.written()


def test_an_automatic_draft_that_lacks_billing_keys_goes_to_the_operator_and_names_them():
    at, sooner = closing(**AUTOMATIC)

    [(who, _), _] = at.addressed(sooner)
    assert OPERATOR.email == who.to
    assert who.note.startswith("A draft that cannot be issued yet: the set-up lacks operator.billing.address, ")


@pytest.mark.parametrize(
    ("of_client", "email", "note"),
    [
        ({}, "", "No mail leaves: the set-up has no operator.email."),
        (
            AUTOMATIC | {"billing": replace(BUYER, party=replace(BUYER.party, email=""))},
            OPERATOR.email,
            "No mail leaves: the set-up has no clients.seeblick-klinik.billing.email.",
        ),
    ],
    ids=["operator", "client"],
)
def test_a_mail_without_an_address_says_which_key_the_set_up_lacks(of_client, email, note):
    at, sooner = closing(**of_client)

    (who, name), *_ = at.addressed(sooner, email=email, billing=SELLER)
    assert (DRAFT, Addressee("", note)) == (name, who)


def test_what_was_due_anyway_is_not_caused_by_the_set_up():
    at = Deployment("2026-11-02 09:00", book())
    renamed = book(helpdesk(title="Help"))

    assert [] == at.caused(renamed, dry_run=True), "the note about November follows with or without this set-up"
