"""Past cycles are shown as they closed; late entries and corrections are marked."""

import re
from dataclasses import replace

import pytest

from chalicelib.domain.retainer import Pause
from chalicelib.render.jinja import render
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, adjust_hours
from chalicelib.services.cycles.read_balance import Asked, balance_of
from chalicelib.web.page.balance_json import balance_json
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.work_log_csv import work_log_text
from tests.builders import day, hours, money, terms
from tests.import_rig import row
from tests.unit.services.cycles.test_close_due import FEBRUARY, JANUARY, Deployment, january


@pytest.fixture
def at():
    """January is closed with 7 h worked, 5 h bought and 1 h given; 1.5 h more arrived as a late entry in February."""
    made = Deployment(carry=True)
    made.drop(january("7:00"))
    for wanted in (
        BuyHours("t", hours("5"), price=money("400.00"), note="Before the move"),
        CorrectHours("c", hours("1"), "Printer failed again", day("2026-01-22")),
    ):
        adjust_hours("acme", "support", wanted, made.now, directory=made.directory, ledger=made.ledger)
    made.at("2026-02-10").drop(january("8:30"))
    return made


def balance(at, locale="en-GB", **asked):
    book = at.directory.books["acme"]
    return balance_of(replace(book, client=replace(book.client, locale=locale)), at.now, at.ledger, Asked(**asked))


def page(at, locale="en-GB", cycle=None, year=None):
    return build_page(balance(at, locale, year=year, cycle=cycle), "token", year, cycle)


def text(view):
    html = render("page.html", page=view, texts=view.texts, query="")
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", html, flags=re.DOTALL).split())


def test_each_past_cycle_is_a_link_with_its_state_in_words(at):
    view = page(at)

    assert [("January 2026", "2026-01-01", "closed")] == [
        (past.name, past.start, past.state) for past in view.retainers[0].past
    ]
    html = render("page.html", page=view, texts=view.texts, query="")
    assert '<a href="token?cycle=2026-01-01">January 2026</a> <span class="tag">closed</span>' in html


def test_a_closed_cycle_opens_with_its_frozen_figures_whatever_the_set_up_says_now(at):
    before = page(at, cycle=JANUARY)
    mine = at.directory.books["acme"]
    dearer = replace(mine.retainers[0], terms=(terms("2026-01-01", allotment="1:00", rate="999.00"),))
    at.directory.books["acme"] = replace(mine, retainers=(dearer,))
    at.drop(row("2026-01-21", "3:00"))

    view = page(at, cycle=JANUARY)

    assert before.retainers == view.retainers
    [card] = view.retainers
    assert ("Period from 1 January 2026", "9 h", "left of 16 h", "1–31 Jan 2026 · closed") == (
        view.chosen,
        card.big,
        card.caption,
        card.dates,
    )
    assert [
        ("Included", "10 h"),
        ("Topped up", "5 h"),
        ("Corrections", "1 h"),
        ("Used", "7 h"),
        ("Carried on", "9 h"),
    ] == [(fact.name, fact.lines[0][0]) for fact in card.facts]
    assert ["Granted for January 2026", "Correction: Printer failed again", "Top-up: Before the move"] == [
        lot.name for lot in card.making.lots
    ]
    assert "Back to today" in text(view)


@pytest.mark.parametrize(
    ("locale", "late"),
    [
        ("en-GB", "Late work of 20 Jan"),
        ("de-DE", "Nachgereichte Arbeit vom 20. Jan."),
        ("fr-FR", "Travail du 20 janv. saisi plus tard"),
    ],
)
def test_a_late_entry_names_its_day_in_the_clients_language(at, locale, late):
    assert late in text(page(at, locale))


def test_a_correction_is_listed_in_the_work_log_with_its_reason(at):
    [log] = page(at, cycle=JANUARY).retainers[0].logs

    assert [("22 Jan", "Correction: Printer failed again", "-1.00"), ("20 Jan", "Mail", "7.00")] == [
        (line.date, line.work, line.hours) for line in log.rows
    ]


def test_the_files_distinguish_late_entries_and_corrections(at):
    [shown] = balance_json(balance(at))["retainers"]
    [past] = balance_json(balance(at, cycle=JANUARY), cycle=JANUARY)["retainers"]

    assert [("late", "2026-01-20", "2026-02-01")] == [
        (one["kind"], one["worked_on"], one["date"]) for one in shown["entries"]
    ]
    assert ["correction", "work"] == [one["kind"] for one in past["entries"]]
    assert [(40000, "Before the move")] == [
        (one["price_minor"], one["note"]) for one in past["past_cycles"][0]["top_ups"]
    ]
    assert ["Worked on", "2026-01-20"] == [line.split(",")[-1] for line in work_log_text(balance(at)).splitlines()]


def test_a_day_on_which_no_past_cycle_began_shows_today(at):
    assert page(at).retainers == page(at, cycle=FEBRUARY).retainers == page(at, cycle=day("2026-01-02")).retainers
    assert "" == page(at, cycle=FEBRUARY).chosen


def test_a_past_cycle_is_read_with_the_same_two_round_trips(at):
    at.at("2028-02-10").close_overdue()
    at.ledger.reads.clear()

    view = page(at, cycle=JANUARY)

    assert ["9 h"] == [card.big for card in view.retainers]
    assert 1 == len(at.ledger.reads)
    assert len(at.ledger.reads[0]) < 20


@pytest.mark.parametrize(
    ("pause", "sentence"),
    [
        (("2026-02-15", "2026-03-01"), "Paused from 15 February 2026 to 28 February 2026."),
        (("2026-03-01", None), "Paused from 1 March 2026 until further notice."),
        (("2026-01-10", "2026-01-20"), ""),
    ],
)
def test_a_pause_that_is_not_over_is_listed_with_the_terms(at, pause, sentence):
    start, end = pause
    mine = at.directory.books["acme"]
    paused = replace(mine.retainers[0], pauses=(Pause(day(start), end and day(end)),))
    at.directory.books["acme"] = replace(mine, retainers=(paused,))

    assert sentence == " ".join(page(at).retainers[0].rules[2:])
