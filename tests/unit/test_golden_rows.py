"""The golden rows of the rules, through the services, and the same on page, JSON, mail and invoice."""

import re
from dataclasses import replace

import pytest

from chalicelib.documents.word_document import WordedDocument, word_document
from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.entry import Pool
from chalicelib.domain.invoice import LineKind
from chalicelib.domain.retainer import HoursFormat, LateEntryRule, PartialCycle, Pause
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.mails.client_mails import Recipient, alert_content
from chalicelib.render.jinja import render
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, adjust_hours
from chalicelib.services.cycles.close_due import with_due
from chalicelib.services.cycles.go_live import GoLive, go_live
from chalicelib.services.cycles.read_balance import LATEST, Asked, RetainerBalance, balance_of
from chalicelib.services.imports.decide_import import NothingToDecideError, Verb
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.invoices.read import preview_invoice
from chalicelib.services.mails.gather_week import Over, _over
from chalicelib.services.mails.mime import NothingToSayError
from chalicelib.services.store.books import Operator
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.web.page.balance_json import balance_json
from chalicelib.web.page.build_view import build_page
from chalicelib.words.invoices import word_invoice, word_section
from tests.builders import ACME_SUPPORT as SUPPORT
from tests.builders import day, hours, retainer, rounding, rule, terms
from tests.conservation import check_chain
from tests.import_rig import csv_of, row
from tests.unit.services.cycles.test_close_due import FEBRUARY, JANUARY, MARCH, Deployment

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
        content = alert_content(recipient, self.balance, self.balance.current.period.start, 100)
        return " ".join(recipient.mail(content).text.split())

    def draft(self, start) -> InvoiceRecord:
        [found] = [one for one in self.log.invoices.values() if one.cycle.start == start]
        return found

    def invoice(self, start) -> WordedDocument:
        book = self.directory.books["acme"]
        made = build_document(self.draft(start), book, OperatorBook(), word_section, number="DRAFT", on=self.now.date())
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
    assert ("Used", "0.00 h") in at.invoice(FEBRUARY).sections[0].hours


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
    assert ("Corrections", "1.50 h") in at.invoice(FEBRUARY).sections[0].hours


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
    assert [Over(SUPPORT, hours("5"))] == list(_over(at.whole()))

    at.at("2026-03-10").close_overdue()
    assert ("5 h over", "5 h used of 0 h") == (at.card(FEBRUARY).big, at.card(FEBRUARY).caption)
    assert ["5 h over"] == [past.left for past in at.card().past if past.start == "2026-02-01"]
    assert {("Deducted for earlier overruns", "-10.00 h"), ("Beyond the retainer", "5.00 h")} <= {
        *at.invoice(FEBRUARY).sections[0].hours
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
    assert [] == list(_over(at.whole()))
    with pytest.raises(NothingToSayError):
        at.alert()


def last_cycle():
    """35 h in January; February, with nothing used so far, is the last cycle."""
    at = deducting(ends="2026-03-01")
    at.work(("1", "2026-01-20", "35:00", ""))
    return at.at("2026-02-10")


def owed(shown):
    names = ("debt_in_seconds", "deducted_seconds", "billed_seconds", "debt_out_seconds", "usable_seconds")
    return [shown[name] / 3600 for name in names]


def test_a_debt_in_the_last_cycle_is_billed_and_page_json_and_mail_say_so():
    at = last_cycle()

    assert [25, 10, 15, 0, 0] == owed(at.json())
    assert ("25 h", "10 h", "15 h") == tuple(
        at.facts()[name] for name in ("Owed for earlier overruns", "Deducted for earlier overruns", "To be billed")
    )
    rule_now = "Unused hours are forfeited when the retainer ends; what is owed then is billed."
    price = "Hours beyond the retainer are billed at €100 per hour."
    assert (rule_now, (rule_now, price)) == (at.json()["carry_over"], at.card().rules)
    assert "following months" not in at.text()

    at.at("2026-03-10").close_overdue()
    _, debt = at.invoice(FEBRUARY).lines
    assert ("15 hours overrun in earlier periods (€100)", "€1,500.00") == (debt.text, debt.amount)
    assert rule_now == at.invoice(FEBRUARY).sections[0].carry_over
    assert [25, 10, 15, 0, 0] == owed(at.json())
    assert ("0 h", "15 h") == (at.card().big, at.facts()["Billed"])


def test_a_cycle_before_the_last_says_what_is_owed_and_what_is_taken_off_later():
    at = deducting(ends="2026-04-01")
    at.work(("1", "2026-01-20", "35:00", ""))
    at.at("2026-02-10")

    assert [25, 10, 0, 15, 0] == owed(at.json())
    assert ("25 h", "10 h", "15 h") == tuple(
        at.facts()[name]
        for name in ("Owed for earlier overruns", "Deducted for earlier overruns", "Taken off later hours")
    )
    assert "taken off the following months" in at.text()


def test_when_the_retainer_ends_debt_takes_all_lots_that_are_left_and_the_rest_is_billed():
    at = last_cycle()
    at.adjust(BuyHours("t", hours("5"), expires_on=day("2027-01-01")))
    at.adjust(CorrectHours("c", hours("2"), "Printer failed again"))
    at.work(("2", "2026-02-09", "3:00", ""))

    assert [25, 10, 11, 0, 4] == owed(at.json())  # until then, what is left can be used
    assert ("4 h", "4 h", "11 h") == (at.card().big, at.facts()[REPAYING], at.facts()["To be billed"])

    at.at("2026-03-10").close_overdue()
    assert [25, 14, 11, 0, 0] == owed(at.json())
    assert 0 == at.json()["remaining_seconds"] == sum(lot["remaining_seconds"] for lot in at.json()["lots"])
    [_, debt] = at.invoice(FEBRUARY).lines
    assert ("11 hours overrun in earlier periods (€100)", "€1,100.00") == (debt.text, debt.amount)
    assert "-14.00 h" == dict(at.invoice(FEBRUARY).sections[0].hours)["Deducted for earlier overruns"]
    check_chain(list(at.statements(Asked(year=2026)).values()))


MOMENTS = ("2026-02-10", "2026-02-28", "2026-03-01 12:00", "2026-03-10")
LAST_CYCLES = {
    "nothing used": (),
    "used": (("2", "2026-02-09", "3:00", ""),),
    "over": (("2", "2026-02-09", "19:30", ""),),
}


@pytest.mark.parametrize("moment", MOMENTS)
@pytest.mark.parametrize("bought", [None, "2027-01-01", "2026-02-20"], ids=["plain", "topped up", "expiring"])
@pytest.mark.parametrize("january", ["5:00", "17:00", "35:00"])
@pytest.mark.parametrize("work", LAST_CYCLES.values(), ids=LAST_CYCLES)
def test_the_page_of_a_last_cycle_and_the_invoice_that_it_would_get_show_the_same_hours(work, january, bought, moment):
    at = deducting(ends="2026-03-01")
    at.work(("1", "2026-01-20", january, ""), *work)
    at.at("2026-02-10")
    if bought:
        at.adjust(BuyHours("t", hours("5"), expires_on=day(bought)))
        at.adjust(CorrectHours("c", hours("2"), "Printer failed again"))

    at.at(moment)
    if moment == MOMENTS[-1]:
        at.close_overdue()

    shown, (page, json) = preview(at, FEBRUARY).invoice, (at.facts(), at.json())
    charged = sum(line.seconds for line in shown.lines if line.kind in {LineKind.OVERAGE, LineKind.DEBT})
    deducted, repaying = (of(page, f"{name}") for name in ("Deducted for earlier overruns", REPAYING))
    assert (charged, shown.balance.deducted_seconds) == (json["billed_seconds"], deducted + repaying)
    assert (charged, repaying) == (of(page, "To be billed", "Billed"), json["repaying_seconds"])
    assert json["debt_in_seconds"] + json["overage_seconds"] == deducted + repaying + charged
    assert shown.balance.used_seconds == json["used_seconds"] == of(page, "Used")
    assert (0, 0) == (shown.balance.carried_out_seconds, shown.balance.debt_out_seconds)
    if moment > "2026-03":
        lost = (shown.balance.forfeited_seconds, shown.balance.expired_seconds)
        assert (*lost, 0, 0) == (of(page, "Forfeited"), of(page, "Expired"), repaying, json["usable_seconds"])
        assert json["remaining_seconds"] == lost[0] - shown.balance.overage_seconds


REPAYING = "Taken off when the retainer ends"


def of(page, *names):
    """The hours that the page shows under one of these names, in seconds."""
    [shown] = [page[name] for name in names if name in page] or ["0 h"]
    return hours(shown.removesuffix(" h"))


def test_lots_that_expired_before_the_end_take_no_debt():
    at = last_cycle()
    at.adjust(BuyHours("t", hours("5"), expires_on=day("2026-02-20")))

    at.at("2026-03-10").close_overdue()
    assert [25, 10, 15, 0, 0] == owed(at.json())
    assert hours("5") == at.json()["expired_seconds"]


@pytest.mark.parametrize(
    ("price", "over", "hours_format", "quantity", "amount"),
    [
        ("KWD 2.695", "10:27:59", HoursFormat.DECIMAL, "10.4664", "KWD28.207"),
        ("KWD 2.695", "10:27:59", HoursFormat.CLOCK, "10:27:59", "KWD28.207"),
        ("EUR 100.00", "6:20", HoursFormat.DECIMAL, "6.3333", "€633.33"),
        ("EUR 100.00", "6:20", HoursFormat.CLOCK, "6:20", "€633.33"),
        ("EUR 12000.00", "0:20", HoursFormat.DECIMAL, "0:20", "€4,000.00"),
        ("EUR 100.00", "6:45", HoursFormat.DECIMAL, "6.75", "€675.00"),
    ],
)
def test_the_text_of_an_invoice_line_names_its_quantity_which_multiplies_out(
    price, over, hours_format, quantity, amount
):
    currency, rate = price.split()
    at = golden(terms("2026-01-01", allotment="10:00", fee="100", rate=rate, currency=currency))
    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, client=replace(mine.client, hours_format=hours_format))
    at.work(("1", "2026-01-19", "10:00", ""), ("2", "2026-01-20", over, ""))

    at.at("2026-02-10").close_overdue()

    [_, line] = at.invoice(JANUARY).lines
    shown = line.text.replace("\N{NO-BREAK SPACE}", " ").partition(" hours")[0]
    assert (quantity, f"{quantity} h", amount) == (shown, line.quantity, line.amount.replace("\N{NO-BREAK SPACE}", ""))
    texts = [text.partition(" hours")[0] for text, _ in word_invoice(preview(at, JANUARY)).lines]
    assert quantity == texts[-1]


def preview(at, day):
    return preview_invoice("acme", "support", day, at.now, directory=at.directory, ledger=at.ledger)


def capped(*paused):
    """10 h a month, of which half can be carried; with pauses."""
    one = golden(terms("2026-01-01", carry_over=rule(carry=True, cap="50%")), partial=PartialCycle.PRORATED)
    mine = one.directory.books["acme"]
    pauses = tuple(Pause(day(since), day(until)) for since, until in paused)
    one.directory.books["acme"] = replace(mine, retainers=(replace(mine.retainers[0], pauses=pauses),))
    return one


@pytest.mark.parametrize(("until", "carried"), [("2026-03-01", "4"), ("2026-02-15", "5")])
def test_a_cap_in_percent_is_one_of_the_full_allotment_also_in_a_paused_month(until, carried):
    at = capped(("2026-02-01", until))
    at.work(("1", "2026-01-20", "6:00", ""))
    at.at("2026-03-10").close_overdue()

    assert hours(carried) == at.json()["carried_seconds"]
    assert f"{carried} h" == at.facts()["Carried in"]
    assert {"Carried to the next period": f"{carried}.00 h"}.items() <= dict(shown(at, FEBRUARY)).items()


def shown(at, start):
    """The balance of the cycle's invoice, or of its preview where it charges nothing."""
    drafted = any(one.cycle.start == start for one in at.log.invoices.values())
    if drafted:
        return at.invoice(start).sections[0].hours
    return [(name, text.replace(" h", ".00 h")) for name, text in word_invoice(preview(at, start)).balance]


def test_what_was_bought_is_drawn_after_what_was_given_back():
    at = golden(terms("2026-01-01", carry_over=rule(carry=True)))
    at.adjust(BuyHours("t", hours("3")))
    at.adjust(CorrectHours("c", hours("2"), "Printer failed again"))
    at.work(("1", "2026-01-20", "11:00", ""))

    left = {lot["origin"]: lot["remaining_seconds"] for lot in at.json()["lots"]}
    assert {"allotment": 0, "correction": hours("1"), "top_up": hours("3")} == left
    assert ["allotment", "correction", "top_up"] == [lot["origin"] for lot in at.json()["lots"]]
    assert [("Correction: Printer failed again", "1.00"), ("Top-up", "3.00")] == [
        (lot.name, lot.left) for lot in at.card().making.lots[1:]
    ]


def test_an_opening_balance_settles_the_past_so_late_work_of_it_is_listed_and_written_off():
    at = golden(terms("2026-01-01", carry_over=rule(carry=True)), backfill=True)
    at.work(("1", "2026-01-20", "7:00", ""))
    at.at("2026-02-10")
    go_live("acme", "support", GoLive(opening_seconds=hours("3")), at.now, directory=at.directory, ledger=at.ledger)

    record = at.work(("1", "2026-01-20", "9:00", ""))

    assert ([], [(None, hours("2"))]) == (at.late, [(one.posted_to, one.seconds) for one in record.report.late])
    assert ("13 h", 0, hours("13")) == (at.card().big, at.json()["used_seconds"], at.json()["remaining_seconds"])
    at.at("2026-03-10").work(("2", "2026-02-11", "1:00", ""))
    assert [(MARCH, day("2026-02-11"), hours("1"))] == at.late


def test_without_an_opening_balance_late_work_of_the_past_is_posted():
    at = golden(terms("2026-01-01", carry_over=rule(carry=True)), backfill=True)
    at.work(("1", "2026-01-20", "7:00", ""))
    at.at("2026-02-10")
    go_live("acme", "support", GoLive(), at.now, directory=at.directory, ledger=at.ledger)

    at.work(("1", "2026-01-20", "9:00", ""))
    assert [(FEBRUARY, day("2026-01-20"), hours("2"))] == at.late


@pytest.mark.parametrize(
    ("first", "then", "posted", "written_off"),
    [
        (LateEntryRule.POST, LateEntryRule.WRITE_OFF, "1:00", "0:30"),
        (LateEntryRule.WRITE_OFF, LateEntryRule.POST, "0:30", "1:00"),
    ],
)
def test_the_choice_of_the_day_decides_about_what_is_newly_reported(first, then, posted, written_off):
    at = Golden(late=first)
    at.work(("1", "2026-01-20", "7:00", ""))
    at.at("2026-02-10").work(("1", "2026-01-20", "8:00", ""))
    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, retainers=(replace(mine.retainers[0], late_work=then),))

    at.work(("1", "2026-01-20", "8:30", ""))

    assert [(FEBRUARY, day("2026-01-20"), hours(posted))] == at.late
    assert hours(posted) == at.json()["used_seconds"]
    assert [hours(written_off)] == [one.seconds for one in at.cycle(JANUARY).late_postings if one.posted_to is None]


SPAN = ("Date", "Start", "End", "User", "Description")


@pytest.mark.parametrize(
    ("zone", "on", "start", "end", "passed"),
    [
        ("Europe/Berlin", "2026-03-29", "01:30", "03:30", "1:00"),
        ("Europe/Berlin", "2026-03-28", "23:00", "03:30", "3:30"),
        ("Europe/Berlin", "2026-10-25", "01:30", "03:30", "3:00"),
        ("Europe/Berlin", "2026-03-30", "01:30", "03:30", "2:00"),
        ("Europe/Berlin", "2026-03-29", "02:30", "03:10", "0:40"),  # the clock skips this start
        ("America/New_York", "2026-03-08", "01:30", "03:30", "1:00"),
        ("America/New_York", "2026-03-29", "01:30", "03:30", "2:00"),
    ],
)
def test_hours_from_start_and_end_are_those_that_passed_in_the_retainers_zone(zone, on, start, end, passed):
    at = golden(terms("2026-01-01"), zone=zone)
    at.at("2026-11-20")

    at.drop(data=csv_of((on, start, end, "Ada Byron", "Night shift"), header=SPAN).encode())

    assert hours(passed) == at.seconds


def test_an_export_that_only_repeated_rows_of_a_closed_cycle_can_be_undone():
    at = Golden()
    old, new = ("1", "2026-01-20", "7:00", ""), ("2", "2026-02-05", "2:00", "")
    at.work(old)
    record = at.at("2026-02-02").work(old, ("2", "2026-02-01", "2:00", ""))
    at.at("2026-02-10").close_overdue()
    later = at.work(old, new, ("3", "2026-01-21", "1:00", ""))
    assert [(FEBRUARY, day("2026-01-21"), hours("1"))] == at.late

    undone = at.imports.decide(later, Verb.UNDO).record
    assert ([], hours("2")) == (at.late, at.json()["used_seconds"])
    redone = at.imports.decide(undone, Verb.REDO).record
    assert [(FEBRUARY, day("2026-01-21"), hours("1"))] == at.late
    at.imports.decide(redone, Verb.UNDO)
    at.imports.decide(record, Verb.UNDO)
    assert (0, hours("7")) == (at.json()["used_seconds"], at.statements(Asked(year=2026))[JANUARY].figures.used_seconds)


def test_an_export_of_which_a_closed_cycle_counts_anything_cannot_be_undone():
    at = Golden()
    at.work(("1", "2026-01-20", "7:00", ""))
    edit = at.work(("1", "2026-01-20", "7:30", ""))
    at.at("2026-02-10").close_overdue()
    refused(at, edit)  # January counts its half hour

    late = at.work(("1", "2026-01-20", "8:00", ""))
    at.at("2026-03-10").close_overdue()
    refused(at, late)  # February counts its half hour
    refused(at, edit)  # January still does, whatever was reported since


def refused(at, record):
    before = at.ledger.cycles.copy()
    with pytest.raises(NothingToDecideError, match="which is closed"):
        at.imports.decide(record, Verb.UNDO)
    assert before == at.ledger.cycles


MAY = day("2026-05-01")


def test_an_id_that_moved_months_away_counts_there_and_nowhere_else():
    at = golden(terms("2026-01-01"), backfill=True).at("2026-06-20")
    at.work(("1", "2026-05-24", "1:00", ""), ("2", "2026-05-24", "0:30", ""))

    record = at.work(("1", "2026-03-23", "1:00", ""))

    assert (1, 0, 0) == (record.report.counts.changed, record.report.counts.new, record.report.counts.missing)
    used = {start: one.figures.used_seconds for start, one in at.statements().items() if one.figures.used_seconds}
    assert {MARCH: hours("1"), MAY: hours("0:30")} == used
    assert {"2026-03-01": hours("1"), "2026-05-01": hours("0:30")} == {
        one["cycle"]["start"]: one["used_seconds"] for one in at.json()["past_cycles"] if one["used_seconds"]
    }
    assert {("March 2026", "1.00"), ("May 2026", "0.50")} <= {(past.name, past.used) for past in at.card().past}
    assert {("Used", "1 h")} <= set(word_invoice(preview(at, MARCH)).balance)


def test_an_id_of_closed_cycles_that_moved_is_late_work_on_both_days():
    at = Golden()
    at.work(("1", "2026-01-20", "2:00", ""))
    at.at("2026-04-10").close_overdue()

    record = at.work(("1", "2026-03-23", "1:00", ""))

    april = day("2026-04-01")
    assert [(april, day("2026-01-20"), -hours("2")), (april, day("2026-03-23"), hours("1"))] == at.late
    assert 1 == record.report.counts.changed


@pytest.mark.parametrize(
    ("allotment", "of_rule", "used", "available"),
    [
        ("10", {}, ["7"], ["10", "10"]),
        ("10", {"carry": True}, ["7"], ["10", "13"]),
        ("40", {"carry": True, "deduct": True}, ["30", "60"], ["40", "50", "30"]),
        ("10", {"deduct": True}, ["7", "12"], ["10", "10", "8"]),
        ("10", {"carry": True, "cap": "5"}, ["2", "2"], ["10", "15", "15"]),
        ("10", {"carry": True, "expires_after": 1}, ["4", "3"], ["10", "16", "20"]),
    ],
    ids=["forfeit", "carry", "both ways", "only overruns", "cap", "expiry"],
)
def test_what_each_month_has_is_the_same_everywhere(allotment, of_rule, used, available):
    at = golden(terms("2026-01-01", allotment=allotment, fee="800.00", carry_over=rule(**of_rule)))
    months = [day(f"2026-0{number}-01") for number in range(1, len(available) + 1)]
    for start, worked in zip(months, used, strict=False):
        at.at(f"{start:%Y-%m}-25").work((str(start), f"{start:%Y-%m}-20", f"{worked}:00", ""))
    at.at(f"{months[-1]:%Y-%m}-10").close_overdue()

    json = (at.json(), *at.json()["past_cycles"])
    names = ("allotment", "carried", "topped_up", "corrected")
    found = {
        one["cycle"]["start"]: sum(one[f"{name}_seconds"] for name in names) - one["deducted_seconds"] for one in json
    }
    assert {str(start): hours(text) for start, text in zip(months, available, strict=True)} == found
    assert (f"{available[-1]} h", f"left of {available[-1]} h") == (at.card().big, at.card().caption)
    assert [f"{text}.00" for text in available[-2::-1]] == [past.available for past in at.card().past]
    assert ["€800.00"] * len(used) == [at.invoice(start).lines[0].amount for start in months[:-1]]


@pytest.mark.parametrize(
    ("allotment", "fee", "used", "rate", "lines", "net"),
    [
        (
            "20",
            "1000.00",
            "26:45",
            "100.00",
            [("Retainer (20 hours at €50)", "€1,000.00"), ("6.75 hours at the normal price (€100)", "€675.00")],
            "€1,675.00",
        ),
        (
            "20",
            "5000.00",
            "25:00",
            "200.00",
            [("Retainer (20 hours at €250)", "€5,000.00"), ("5 hours at the normal price (€200)", "€1,000.00")],
            "€6,000.00",
        ),
    ],
    ids=["seed", "overage line"],
)
def test_hours_beyond_the_retainer_are_billed(allotment, fee, used, rate, lines, net):  # noqa: PLR0917 - a table's row
    at = golden(terms("2026-01-01", allotment=allotment, fee=fee, rate=rate))
    at.work(("1", "2026-01-20", used, ""))
    over = hours(used) - hours(allotment)

    assert (over, -over, over) == tuple(at.json()[f"{name}_seconds"] for name in ("overage", "remaining", "billed"))
    assert at.card().is_over
    at.at("2026-02-10").close_overdue()
    assert lines == [(line.text, line.amount) for line in at.invoice(JANUARY).lines]
    assert net == at.invoice(JANUARY).gross[1]


def test_increment_and_multiplier_and_the_project_pool():
    at = Golden(rounded=rounding("0:15", multipliers={"on site": "1.2"}))
    at.work(("1", "2026-01-20", "1:20", "On site"))

    assert (hours("1.8"), "1.80 h") == (at.json()["used_seconds"], at.facts()["Used"])


def test_work_on_the_project_pool_is_shown_and_never_drawn():
    at = Golden()
    mine = at.directory.books["acme"]
    rules = (ClientRule(Match(project="Office 365 migration"), pool=Pool.PROJECT),)
    at.directory.books["acme"] = replace(mine, rules=rules)
    desk, move = (
        row("2026-01-20", "8:00", project="Helpdesk"),
        row("2026-01-21", "14:00", project="Office 365 migration"),
    )

    at.drop(desk, move)

    assert (hours("8"), hours("14"), hours("2")) == tuple(
        at.json()[f"{name}_seconds"] for name in ("used", "project", "remaining")
    )
    assert ("8 h", "14 h", "2 h") == (at.facts()["Used"], at.facts()["Project work"], at.card().big)


ROUNDED = "Hours are rounded here; totals are of the exact times."
THREE_TIMES = [(str(day), f"2026-01-{day}", "0:20:30", "") for day in (20, 21, 22)]


def test_a_line_closes_a_sum_of_rounded_hours_and_a_number_on_the_clock_is_taken_apart_to_the_second():
    at = Golden()
    at.work(*THREE_TIMES)
    [log] = at.card().logs
    [week] = log.weeks
    assert (["0.34"] * 3, "0.01", "1.03") == ([one.hours for one in week.rows], week.rounding, week.sum)
    assert [("+", "Rounding", "0.01")] == [step for step in at.card().making.steps if step.name == "Rounding"]

    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, client=replace(mine.client, hours_format=HoursFormat.CLOCK))
    [week] = at.card().logs[0].weeks
    assert (["0:21"] * 3, "-0:01", "1:02") == ([one.hours for one in week.rows], week.rounding, week.sum)
    assert ["10:00", "1:01:30", "8:58:30"] == [step.hours for step in at.card().making.steps]


def test_nothing_is_said_of_rounding_where_the_shown_hours_add_up():
    at = Golden()
    at.work(("1", "2026-01-20", "0:15", ""), ("2", "2026-01-21", "6:30", ""), ("3", "2026-01-22", "-0:15", ""))

    assert [""] == [week.rounding for week in at.card().logs[0].weeks]
    assert "Rounding" not in [step.name for step in at.card().making.steps]


def test_an_invoice_whose_hours_do_not_add_up_as_they_are_printed_says_that_they_are_rounded():
    at = golden(terms("2026-01-01", allotment="10:00", carry_over=rule(carry=True, cap="8:19:30")))
    at.work(("1", "2026-01-20", "1:20:20", ""))
    at.at("2026-02-10").close_overdue()

    [shown] = at.invoice(JANUARY).sections
    assert ["10.00 h", "-1.34 h", "-0.34 h", "8.33 h"] == [text for _, text in shown.hours]
    assert ROUNDED == shown.hours_note
