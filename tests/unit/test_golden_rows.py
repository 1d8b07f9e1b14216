"""The golden rows of the rules, through the services, and the same on page, JSON, mail and invoice."""

import re
from dataclasses import replace

import pytest

from chalicelib.documents.word_document import WordedDocument, word_document
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.mails.client_mails import Recipient, alert_mail
from chalicelib.render.jinja import render
from chalicelib.services.cycles.adjust_hours import adjust_hours
from chalicelib.services.cycles.close_due import with_due
from chalicelib.services.cycles.read_balance import LATEST, Asked, RetainerBalance, balance_of
from chalicelib.services.imports.decide_import import Verb
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.mails.gather_week import Over, _over
from chalicelib.services.mails.mime import NothingToSayError
from chalicelib.services.store.books import Operator
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.web.page.balance_json import balance_json
from chalicelib.web.page.build_view import build_page
from chalicelib.words.invoices import word_record
from tests.builders import ACME_SUPPORT as SUPPORT
from tests.builders import day, hours, retainer, rounding, rule, terms
from tests.import_rig import csv_of
from tests.unit.services.cycles.test_close_due import FEBRUARY, Deployment

HEADER = ("Entry ID", "Date", "Duration", "User", "Description", "Work type")


class Golden(Deployment):
    """A retainer of 10 h a month for 1,000 € from January 2026, seen as the client sees it."""

    def work(self, *rows):
        """Drop an export of (id, date, duration, work type)."""
        listed = ((name, on, time, "Ada Byron", "Work", kind) for name, on, time, kind in rows)
        return self.drop(data=csv_of(*listed, header=HEADER).encode())

    @property
    def balance(self) -> RetainerBalance:
        return self.whole().retainers[0]

    def whole(self, asked=LATEST):
        return balance_of(self.directory.books["acme"], self.now, self.ledger, asked)

    def json(self, cycle=None):
        [shown] = balance_json(self.whole(Asked(cycle=cycle)), cycle=cycle)["retainers"]
        return shown

    def card(self, cycle=None):
        [shown] = build_page(self.whole(Asked(cycle=cycle)), "token", None, cycle).retainers
        return shown

    def facts(self, cycle=None):
        return {fact.name: fact.lines[0][0] for fact in self.card(cycle).facts}

    def text(self, cycle=None):
        view = build_page(self.whole(Asked(cycle=cycle)), "token", None, cycle)
        html = render("page.html", page=view, texts=view.texts, query="")
        return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())

    def alert(self):
        """The text of the mail that tells the client that the hours are used up."""
        recipient = Recipient(self.directory.books["acme"].client, "kasse@acme.example", Operator(), None)
        mail = alert_mail(recipient, self.balance, self.balance.current.period.start, 100, copy_to="")
        return " ".join(mail.text.split())

    def draft(self, start) -> InvoiceRecord:
        [found] = [one for one in self.log.invoices.values() if one.cycle.start == start]
        return found

    def invoice(self, start) -> WordedDocument:
        book = self.directory.books["acme"]
        made = build_document(self.draft(start), book, OperatorBook(), word_record, number="DRAFT", on=self.now.date())
        return word_document(made)

    def adjust(self, wanted):
        adjust_hours("acme", "support", wanted, self.now, directory=self.directory, ledger=self.ledger)
        return self


def golden(version, **of_retainer):
    """A retainer with these terms."""
    at = Golden()
    mine = replace(at.directory.books["acme"], retainers=(retainer(version, **of_retainer),))
    at.directory.books["acme"] = replace(mine, head=with_due(mine.head, mine))
    return at


def deducting(**of_retainer):
    """10 h a month; unused hours are forfeited, overruns taken off the following months."""
    return golden(terms("2026-01-01", carry_over=rule(deduct=True)), **of_retainer)


AFTER_HOURS = rounding(multipliers={"after hours": "1.5"})
NIGHT = "After hours"


def test_late_work_is_posted_with_its_work_type_and_given_back_when_it_is_removed():
    at = Golden(rounded=AFTER_HOURS)
    desk, server = ("1", "2026-01-20", "2:00", ""), ("2", "2026-01-20", "1:00", NIGHT)
    at.work(desk)
    at.at("2026-02-10").work(desk, server)

    assert [(FEBRUARY, day("2026-01-20"), hours("1:30"))] == at.late
    assert hours("1:30") == at.json()["used_seconds"]
    assert ("8.50 h", "1.50 h") == (at.card().big, at.facts()["Used"])
    assert [hours("1:30")] == [one["accounted_seconds"] for one in at.json()["entries"] if one["kind"] == "late"]

    at.imports.decide(at.work(desk), Verb.ACCEPT)
    assert [] == at.late
    at.at("2026-03-05").close_overdue()
    assert ("Used", "0.00 h") in at.invoice(FEBRUARY).hours


def test_work_that_a_closed_cycle_counts_is_given_back_as_it_was_accounted():
    at = Golden(rounded=AFTER_HOURS)
    desk = ("1", "2026-01-20", "2:00", "")
    at.work(desk, ("2", "2026-01-20", "1:00", NIGHT))
    at.at("2026-02-10")

    at.imports.decide(at.work(desk), Verb.ACCEPT)

    assert [(FEBRUARY, day("2026-01-20"), -hours("1:30"))] == at.late
    assert (hours("1:30"), hours("11:30")) == (at.json()["corrected_seconds"], at.json()["remaining_seconds"])
    assert ("11.50 h", "1.50 h") == (at.card().big, at.facts()["Corrections"])
    at.at("2026-03-05").close_overdue()
    assert ("Corrections", "1.50 h") in at.invoice(FEBRUARY).hours


def test_late_work_that_the_rounding_of_its_day_covers_posts_nothing():
    at = Golden(rounded=rounding("0:15"))
    at.work(("1", "2026-01-20", "0:50", ""))
    at.at("2026-02-10")

    record = at.work(("1", "2026-01-20", "0:55", ""))

    assert ([], ()) == (at.late, record.report.late)
    assert 0 == at.json()["used_seconds"]
    at.work(("1", "2026-01-20", "1:01", ""))
    assert [(FEBRUARY, day("2026-01-20"), hours("0:15"))] == at.late


def test_hours_beyond_those_that_went_to_old_debt_are_over_everywhere():
    at = deducting()
    at.work(("1", "2026-01-20", "20:00", ""))
    at.at("2026-02-10").work(("2", "2026-02-09", "5:00", ""))

    assert ("5 h over", "5 h used of 0 h", True) == (at.card().big, at.card().caption, at.card().is_over)
    assert "5 h used of 0 h: 5 h over." == at.card().bar.words
    assert (-hours("5"), hours("5")) == (at.json()["remaining_seconds"], at.json()["overage_seconds"])
    assert "Left: -5 h" in at.alert()
    assert [Over(SUPPORT, hours("5"))] == list(_over([at.balance]))

    at.at("2026-03-10").close_overdue()
    assert ("5 h over", "5 h used of 0 h") == (at.card(FEBRUARY).big, at.card(FEBRUARY).caption)
    assert ["5 h over"] == [past.left for past in at.card().past if past.start == "2026-02-01"]
    assert {("Deducted for earlier overruns", "-10.00 h"), ("Beyond the retainer", "5.00 h")} <= {
        *at.invoice(FEBRUARY).hours
    }


def test_before_any_work_nothing_is_left_of_hours_that_all_went_to_old_debt():
    at = deducting()
    at.work(("1", "2026-01-20", "20:00", ""))
    at.at("2026-02-10")

    assert ("0 h", "left of 0 h", None) == (at.card().big, at.card().caption, at.card().bar)


def test_a_retainer_without_hours_has_hours_used_and_never_over():
    at = golden(terms("2026-01-01", allotment="0", fee="0"))
    at.work(("1", "2026-01-20", "5:00", ""))

    assert ("5 h", "used", False, None) == (at.card().big, at.card().caption, at.card().is_over, at.card().bar)
    assert [] == list(_over([at.balance]))
    with pytest.raises(NothingToSayError):
        at.alert()
