"""The year at a glance, `?year=2026`."""

import gzip
import re

import pytest

from chalicelib.domain.entry import LATE
from chalicelib.domain.retainer import HoursFormat
from chalicelib.web.page.build_year import build_year
from chalicelib.words.breakdowns import MOST_LINES
from tests.builders import day, entry, ledger, retainer, terms
from tests.unit.web.page.samples import HELPDESK, Sample, helpdesk, sample, seeblick
from tests.unit.web.page.test_pages import get


def year_view(one: Sample, year: int = 2026):
    return build_year(one.balance(), year)[0]


def october(*entries, **changes: object) -> Sample:
    of = retainer(terms("2026-10-01", allotment="20"), starts="2026-10-01", retainer_id=HELPDESK)
    return sample(of, cycles=[ledger("2026-10-01", entries, of=HELPDESK)], **changes)


def steps(view):
    return [(step.sign, step.name, step.hours) for step in view.steps]


def test_what_is_left_of_a_year_is_taken_apart_to_the_hours_included():
    desk, advice = build_year(seeblick().balance(), 2026)

    assert [
        ("", "Included", "220.00"),
        ("+", "Carried in", "5.00"),
        ("\N{MINUS SIGN}", "Used", "213.25"),
        ("\N{MINUS SIGN}", "Above the limit", "5.00"),
        ("=", "Left", "6.75"),
    ] == steps(desk)
    assert ("", "Included", "35.00") == steps(advice)[0]
    assert [("+", "Beyond", "3.50"), ("\N{MINUS SIGN}", "Forfeited", "9.50")] == steps(advice)[2:4]
    assert ("213.25 h", "used, 220 h included") == (desk.big, desk.caption)


def test_a_year_that_is_over_says_what_it_carried_on():
    assert ("=", "Carried on", "5.00") == steps(year_view(seeblick(), 2025))[-1]


def test_each_cycle_has_its_hours_and_is_a_link_to_its_work():
    august = year_view(seeblick()).cycles[7]

    assert ("2026-08-01", "August 2026", "Carried in 9 h · Above the limit 5 h", ("20.00", "14.00", "0.00")) == (
        august.start,
        august.name,
        august.notes,
        august.hours,
    )
    assert "" == year_view(seeblick()).cycles[-1].start, "the page itself shows the current one"
    assert [("Total", ("220.00", "213.25", "0.00"))] == list(year_view(seeblick()).totals)


def test_the_hours_used_are_taken_apart_by_kind_of_work_project_and_ticket():
    late = entry("2026-10-05", "0:30", source=LATE)._replace(worked_on=day("2026-09-30"))
    work = [
        entry("2026-10-02", "1:00", work_type="On site", project="Moving", ticket="#1"),
        entry("2026-10-03", "2:00", work_type="on site", project="Desk"),
        entry("2026-10-04", "0:15"),
    ]

    kinds, projects, tickets = year_view(october(*work, late)).breakdowns

    assert [("On site", "3.00"), ("Late entries and corrections", "0.50"), ("Not named", "0.25")] == [
        (row.name, row.hours) for row in kinds.rows
    ]
    assert ["Desk", "Moving"] == [row.name for row in projects.rows][:2]
    assert [("By ticket", "3.75")] == [(tickets.title, tickets.total)]
    assert () == year_view(october(entry("2026-10-02", "1:00"))).breakdowns


def test_many_tickets_are_summed_in_one_line():
    work = [entry(f"2026-10-{number:02}", f"{number}:00", ticket=f"#{number}") for number in range(1, 13)]
    [tickets] = year_view(october(*work)).breakdowns

    assert (MOST_LINES + 1, ("4 others", "10.00"), "78.00") == (
        len(tickets.rows),
        (tickets.rows[-1].name, tickets.rows[-1].hours),
        tickets.total,
    )


@pytest.mark.parametrize(
    ("hours_format", "rounding"), [(HoursFormat.DECIMAL, "-0.01"), (HoursFormat.CLOCK, "\N{MINUS SIGN}0:01")]
)
def test_shown_parts_add_up_with_a_line_for_their_rounding(hours_format, rounding):
    odd = {HoursFormat.DECIMAL: "1:00:20", HoursFormat.CLOCK: "1:00:40"}[hours_format]
    of = retainer(terms("2026-09-01", allotment="20"), starts="2026-09-01", retainer_id=HELPDESK)
    cycles = [ledger(f"2026-{month}-01", [entry(f"2026-{month}-02", odd)], of=HELPDESK) for month in ("09", "10")]
    view = year_view(sample(of, cycles=cycles, hours_format=hours_format))

    assert ("Rounding", rounding) == (view.totals[0][0], view.totals[0][1][1].replace("-", rounding[0]))


def test_a_year_without_cycles_says_so():
    view = year_view(seeblick(), 2019)

    assert ("No period of this retainer began in 2019.", ()) == (view.note, view.cycles)


@pytest.mark.parametrize(
    ("locale", "words"),
    [
        ("de-DE", "213,25 h verbraucht, 220 h enthalten"),
        ("fr-FR", "213,25 h utilisées, 220 h comprises"),
        ("nl-NL", "213,25 h gebruikt, 220 h inbegrepen"),
    ],
)
def test_the_year_is_in_the_clients_language(locale, words):
    one = seeblick(locale=locale)
    text = re.sub("<[^>]+>", " ", get(one, f"/b/{one.token}?year=2026").body.decode())

    assert words in " ".join(text.split())


def test_no_number_of_today_stands_above_a_year():
    """It would be read as the year's."""
    one = seeblick()
    page = get(one, f"/b/{one.token}?year=2025").body.decode()

    assert ["15 h"] == re.findall('class="big"><strong>([^<]+)', page)
    assert "6.75 h" not in page


def test_a_year_of_4000_entries_is_a_small_page():
    work = [entry(f"2026-10-{1 + n % 28:02}", "0:15", ticket=f"#{n}") for n in range(4_000)]
    one = sample(helpdesk(), cycles=[ledger("2026-10-01", work, of=HELPDESK)])
    page = gzip.compress(get(one, f"/b/{one.token}?year=2026").body, 6)

    assert len(page) < 12_000
    assert 1 == len(one.ledger.reads)
