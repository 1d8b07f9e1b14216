"""A set-up says which mails it would cause, and to whom, before it is applied."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.retainer import ClientMails, Issuing
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import Operator
from tests.builders import day
from tests.fakes import FakeDirectory, FakeImportLog, FakeLedger
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

    def caused(self, one, *, dry_run=False):
        """The mails that applying this causes: recipients and ids."""
        use_case = ApplySetup(self.directory, self.ledger, lambda: self.now)
        setup = Setup(operator=Operator(OPERATOR.name, OPERATOR.email), clients=(one,))
        plan = use_case.preview(setup) if dry_run else use_case.apply(setup)
        assert () == plan.conflicts
        return [(mail.to, mail.task.id) for mail in plan.mails]

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


@pytest.mark.parametrize(
    ("issuing", "to"), [(Issuing.VERIFY, OPERATOR.email), (Issuing.AUTOMATIC, ADDRESS)], ids=["verify", "automatic"]
)
def test_a_shorter_grace_period_that_closes_a_cycle_names_who_gets_its_draft_or_invoice(issuing, to):
    at = Deployment("2026-11-02 09:00", book(issuing=issuing))
    close_due(at.directory, at.ledger, CLIENT, at.now)
    sooner = book(helpdesk(grace_days=0), issuing=issuing)

    draft = "invoice-draft-seeblick-klinik.helpdesk.2026-10-01"
    expiring = "expiring-seeblick-klinik.helpdesk.2026-12-01"
    assert [(to, draft), (ADDRESS, expiring)] == at.caused(sooner, dry_run=True) == at.caused(sooner)
    assert sorted([draft, expiring]) == at.written()


def test_what_was_due_anyway_is_not_caused_by_the_set_up():
    at = Deployment("2026-11-02 09:00", book())
    renamed = book(helpdesk(title="Help"))

    assert [] == at.caused(renamed, dry_run=True), "the note about November follows with or without this set-up"
