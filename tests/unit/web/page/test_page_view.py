"""What the page shows in each state of a retainer."""

import re
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import CycleLength, HoursFormat
from chalicelib.domain.terms import RoundingLevel
from chalicelib.render.jinja import render
from chalicelib.services.store.books import Operator
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.view import RetainerView
from tests.builders import day, entry, ledger, retainer, rounding, rule, terms, top_up
from tests.unit.web.page.samples import CLIENT, HELPDESK, helpdesk, sample, seeblick


def view_of(one, cycle=None) -> RetainerView:
    return build_page(one.balance(), one.token, None, cycle).retainers[0]


def html_of(one, cycle=None) -> str:
    view = build_page(one.balance(), one.token, None, cycle)
    return render("page.html", page=view, texts=view.texts, query="")


def text_of(one) -> str:
    """The visible text of the page."""
    return " ".join(re.sub(r"<style>.*?</style>|<[^>]+>", "", html_of(one), flags=re.DOTALL).split())


def november(*work, of=None, **changes):
    return sample(of or helpdesk(**changes), cycles=[ledger("2026-11-01", work, of=HELPDESK)])


def test_the_number_is_what_is_left_of_all_that_the_month_has():
    view = view_of(seeblick())

    assert ("6.75 h", "left of 23 h", False) == (view.big, view.caption, view.is_over)


def facts_of(view) -> list[tuple[str, str]]:
    return [(fact.name, hours) for fact in view.facts for hours, _ in fact.lines]


def test_figures_that_are_rounded_lead_to_the_number_above_them():
    of = retainer(terms(allotment="20:00"), retainer_id=HELPDESK)
    view = view_of(november(entry("2026-11-02", "14:52:30"), of=of))

    assert "5.13 h" == view.big
    assert [("Included", "20 h"), ("Used", "14.88 h"), ("Rounding", "0.01 h")] == facts_of(view)


def test_hours_that_were_bought_in_an_earlier_month_are_among_the_carried_ones():
    of = retainer(terms("2026-10-01", allotment="10:00"), starts="2026-10-01", retainer_id=HELPDESK)
    october = ledger("2026-10-01", [entry("2026-10-05", "12:00")], top_ups=[top_up("2026-10-10", "5:00")], of=HELPDESK)
    view = view_of(sample(of, cycles=[october]))

    assert "13 h" == view.big
    assert [("Included", "10 h"), ("Carried in", "3 h"), ("Used", "0 h")] == facts_of(view)


def test_hours_beyond_the_available_ones_are_shown_as_over():
    view = view_of(november(entry("2026-11-02", "26:45"), of=retainer(terms(allotment="20"), retainer_id=HELPDESK)))

    assert ("6.75 h over", "26.75 h used of 20 h", True) == (view.big, view.caption, view.is_over)


def test_a_retainer_without_hours_says_what_was_used_and_has_no_bar():
    view = view_of(november(entry("2026-11-02", "3:30"), of=retainer(terms(allotment="0"), retainer_id=HELPDESK)))

    assert ("3.50 h", "used", None, False) == (view.big, view.caption, view.bar, view.is_over)
    assert ("Hours are billed at €100 each.",) == view.rules


def test_a_retainer_that_has_not_begun_says_when_it_does():
    view = view_of(sample(helpdesk(starts_on=day("2027-01-01"))))

    assert ("20 h", "from 1 January 2027", None, ()) == (view.big, view.caption, view.bar, view.logs)
    assert "begins on 1 January 2027" in view.note


def test_a_retainer_that_has_ended_has_nothing_left_and_no_rule():
    view = view_of(sample(helpdesk(ends_on=day("2026-10-01"))))

    assert ("0 h", ()) == (view.big, view.rules)
    assert "ended on 30 September 2026" in view.dates


@pytest.mark.parametrize(
    ("earlier", "expected"),
    [
        ("10:00", ["Included 10.00", "Used 3.00", "Forfeited 7.00", "Left 0.00"]),
        ("24:00", ["Included 10.00", "Deducted for earlier overruns 10.00", "Used 3.00", "Left -3.00"]),
    ],
)
def test_the_number_of_an_ended_retainer_is_made_with_what_its_end_took(earlier, expected):
    of = retainer(terms(carry_over=rule(deduct=True)), starts="2026-10-01", ends="2026-11-20", retainer_id=HELPDESK)
    months = {"2026-10-01": entry("2026-10-02", earlier), "2026-11-01": entry("2026-11-02", "3:00")}
    view = view_of(sample(of, cycles=[ledger(start, [work], of=HELPDESK) for start, work in months.items()]))

    assert expected == [f"{step.name} {step.hours}" for step in view.making.steps]
    assert (view.big == "0 h") == (expected[-1] == "Left 0.00")


@pytest.mark.parametrize(
    ("locale", "name"),
    [
        ("en-GB", "Carried from 1 Jul – 30 Sept 2026"),
        ("de-DE", "Übertragen aus 1. Juli – 30. Sept. 2026"),
        ("fr-FR", "Report de la période 1 juil. – 30 sept. 2026"),
    ],
)
def test_carried_hours_name_the_quarter_that_they_are_from_as_the_list_of_past_quarters_does(locale, name):
    version = terms("2026-07-01", carry_over=rule(carry=True))
    of = retainer(version, starts="2026-07-01", length=CycleLength.QUARTER, retainer_id=HELPDESK)
    view = view_of(sample(of, cycles=[], locale=locale))

    shown = view.making.lots[0].name

    assert name == " ".join(shown.split())
    assert shown.endswith(view.past[0].name)


def test_a_month_without_work_says_so():
    assert "No work has been recorded this month yet." in text_of(sample(helpdesk()))


def test_the_clock_format_applies_everywhere():
    text = text_of(seeblick(hours_format=HoursFormat.CLOCK))

    assert "6:45 h left of 23:00 h" in text
    assert not re.search(r"\d\.\d\d h", text)


def test_the_bar_is_what_is_used_of_the_available_hours():
    bar = view_of(seeblick()).bar

    assert [("used", "0.00%", "70.65%"), ("left", "70.65%", "29.35%")] == [
        (part.kind, part.x, part.width) for part in bar.segments
    ]
    assert "16.25 h of 23 h used, 6.75 h left." == bar.words


def test_carried_hours_name_their_expiry_and_that_they_are_provisional():
    fact = next(fact for fact in view_of(seeblick()).facts if fact.name == "Carried in")

    assert ((("3 h", "until 31 Dec"),), "provisional") == (fact.lines, fact.note)


def test_project_work_is_shown_next_to_the_hours():
    fact = next(fact for fact in view_of(seeblick()).facts if fact.name == "Project work")
    tagged = [(row.hours, row.about) for log in view_of(seeblick()).logs for row in log.rows if row.is_project]

    assert ((("14 h", ""),), "not taken from these hours") == (fact.lines, fact.note)
    assert [("6.00", "Mira Okafor · Mailbox migration"), ("8.00", "Jonas Brandt · Mailbox migration")] == tagged


def test_the_work_log_is_newest_first_and_shows_worked_time_where_it_differs():
    rounded = retainer(terms(rounded=rounding("0:15")), retainer_id=HELPDESK)
    work = [entry("2026-11-02", "1:20"), entry("2026-11-03", "0:30")]
    rows = view_of(november(*work, of=rounded)).logs[0].rows

    assert [("2026-11-03", "0.50", ""), ("2026-11-02", "1.50", "worked 1.33, rounded up")] == [
        (row.iso_date, row.hours, row.worked) for row in rows
    ]


def test_a_correction_shows_what_it_gives_back():
    rounded = retainer(terms(rounded=rounding("0:15")), retainer_id=HELPDESK)
    rows = view_of(november(entry("2026-11-02", "3:00"), entry("2026-11-03", "-1:20"), of=rounded)).logs[0].rows

    assert [("-1.50", "worked -1.33, rounded up"), ("3.00", "")] == [(row.hours, row.worked) for row in rows]


def test_excluded_work_is_not_on_the_page():
    work = entry("2026-11-02", "1:00", pool=Pool.EXCLUDED, reason="Travel", description="Drive to the site")

    assert "Drive to the site" not in html_of(november(work))


def test_text_from_exports_is_escaped_everywhere():
    mark = "<script>alert('&')</script>"
    work = entry("2026-11-02", "1:00", mark, description=mark, work_type=mark, ticket=mark)
    html = html_of(sample(helpdesk(title=mark), cycles=[ledger("2026-11-01", [work], of=HELPDESK)], name=mark))

    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_number_is_broken_down_into_steps_lots_and_draws():
    making = view_of(seeblick()).making

    assert [("", "20.00"), ("+", "3.00"), ("−", "16.25"), ("=", "6.75")] == [(s.sign, s.hours) for s in making.steps]
    assert [
        ("Carried from October 2026", "until 31 Dec", "3.00", "3.00", "0.00"),
        ("Granted for November 2026", "until 31 Jan 2027", "20.00", "13.25", "6.75"),
    ] == [(lot.name, lot.expires, lot.granted, lot.drawn, lot.left) for lot in making.lots]
    assert (("Carried from October 2026", "3.00"), ("Granted for November 2026", "0.25")) == making.draws[-1].parts


def test_with_a_single_lot_no_draws_are_listed():
    plain = retainer(terms(), retainer_id=HELPDESK, starts="2026-11-01")

    assert () == view_of(november(entry("2026-11-02", "1:00"), of=plain)).making.draws


def test_top_ups_and_deductions_are_steps_and_facts():
    debts = retainer(terms(carry_over=rule(deduct=True)), starts="2026-10-01", retainer_id=HELPDESK)
    cycles = [
        ledger("2026-10-01", [entry("2026-10-02", "12:00")], of=HELPDESK),
        ledger("2026-11-01", top_ups=[top_up("2026-11-01", "4:00")], of=HELPDESK),
    ]
    view = view_of(sample(debts, cycles=cycles))

    assert [("Topped up", "4 h"), ("Deducted for earlier overruns", "2 h")] == [
        (fact.name, fact.lines[0][0]) for fact in view.facts[1:3]
    ]
    assert ["", "+", "−", "−", "="] == [step.sign for step in view.making.steps]


def test_past_months_are_figures_and_a_chart():
    view = view_of(seeblick())

    assert (11, 12) == (len(view.past), len(view.chart.columns))
    assert ("October 2026", "20.00", "17.00", "3.00") == (
        view.past[0].name,
        view.past[0].available,
        view.past[0].used,
        view.past[0].left,
    )


def september_and_october(**client):
    """10 h a month, which carry over for one month; 4 h used in September, 3 h in October."""
    of = retainer(terms(carry_over=rule(carry=True, expires_after=1)), starts="2026-09-01", retainer_id=HELPDESK)
    september = ledger("2026-09-01", [entry("2026-09-02", "4:00")], of=HELPDESK)
    october = ledger("2026-10-01", [entry("2026-10-02", "3:00")], of=HELPDESK)
    return sample(of, cycles=[september, october], **client)


@pytest.mark.parametrize(
    ("locale", "words"), [("en", "3 h expired"), ("de-DE", "3 h verfallen"), ("fr-FR", "3 h expirées")]
)
def test_a_past_month_names_all_hours_that_it_had_and_those_that_expired(locale, words):
    one = september_and_october(locale=locale)
    row = view_of(one).past[0]

    assert ("16", "3", "10", words) == (row.available[:-3], row.used[:-3], row.left[:-3], row.notes[0])
    assert f"<small>{words}</small><small>" in html_of(one)


def test_expired_hours_are_a_part_of_the_bar_and_of_its_words():
    month = ledger(
        "2026-11-01",
        [entry("2026-11-02", "3:00")],
        top_ups=[top_up("2026-11-01", "5:00", expires="2026-11-15")],
        of=HELPDESK,
    )
    view = view_of(sample(retainer(terms(), starts="2026-11-01", retainer_id=HELPDESK), cycles=[month]))

    assert ("10 h", "left of 15 h") == (view.big, view.caption)
    assert [("used", "20.00%"), ("expired", "13.33%"), ("left", "66.67%")] == [
        (part.kind, part.width) for part in view.bar.segments
    ]
    assert "3 h of 15 h used, 10 h left. 2 h expired." == view.bar.words
    assert "expired" in [fact.kind for fact in view.facts]


def test_a_column_of_the_chart_is_over_by_the_uncovered_hours_even_if_hours_expired():
    of = retainer(terms(allotment="0"), starts="2026-10-01", retainer_id=HELPDESK)
    october = ledger(
        "2026-10-01",
        [entry("2026-10-20", "3:00")],
        top_ups=[top_up("2026-10-01", "3:00", expires="2026-10-15")],
        of=HELPDESK,
    )
    column = view_of(sample(of, cycles=[october])).chart.columns[0]

    assert (0, 60) == (column.height, column.over_height)


def test_a_month_that_went_over_is_marked_in_table_and_chart():
    one = next(row for row in build_page(seeblick().balance(), "t").retainers[1].past if row.name == "September 2026")
    columns = build_page(seeblick().balance(), "t").retainers[1].chart.columns

    assert ("1.50 h over", True) == (one.left, one.is_over)
    assert [0, 0, 0, True, True, 0, True] == [column.over_height and True for column in columns]


def test_a_past_month_that_went_over_uses_the_words_of_the_large_number():
    work = [ledger("2026-10-01", [entry("2026-10-02", "26:45")], of=HELPDESK)]
    plain = retainer(terms("2026-01-01", allotment="20"), starts="2026-01-01", retainer_id=HELPDESK)
    html = html_of(sample(plain, cycles=work))

    assert '<td class="n is-over-text">6.75 h over</td>' in html


def test_the_work_of_a_month_without_hours_is_summed_without_a_total():
    plain = retainer(terms("2026-01-01", allotment="0"), starts="2026-01-01", retainer_id=HELPDESK)
    work = [ledger("2026-10-01", [entry("2026-10-02", "3:30")], of=HELPDESK)]

    assert "3.50 h" == view_of(sample(plain, cycles=work), day("2026-10-01")).logs[0].sum


@pytest.mark.parametrize(
    ("locale", "words"),
    [("de-DE", "6,75 h übrig von 23 h"), ("fr-FR", "6,75 h restantes sur 23 h"), ("en", "6.75 h left of 23 h")],
)
def test_the_page_is_in_the_clients_language(locale, words):
    assert words in text_of(seeblick(locale=locale))


def test_a_client_sees_when_the_last_import_was():
    assert "As of 22 November 2026, 09:14 (CET)" in text_of(seeblick())
    assert "Nothing has been imported yet" in text_of(seeblick(as_of=None))


@pytest.mark.parametrize(
    ("operator", "can_ask"),
    [(Operator("Fjordblick IT", "hello@fjordblick.example"), True), (Operator("Fjordblick IT"), False)],
)
def test_a_client_can_ask_where_the_operator_has_an_address(operator, can_ask):
    one = seeblick()
    one.directory.books[CLIENT] = replace(one.directory.books[CLIENT], operator=operator)

    assert can_ask == ('<a href="seeblick-klinik~1?ask=1">Questions about an entry?</a>' in html_of(one))
    assert can_ask == ("hello@fjordblick.example" in html_of(one))


def test_rows_of_the_settling_month_count_towards_the_limit_of_the_page():
    cycles = [
        ledger(f"2026-{month}-01", [entry(f"2026-{month}-02", "0:01", f"W{n}") for n in range(200)], of=HELPDESK)
        for month in (10, 11)
    ]
    logs = view_of(sample(helpdesk(), cycles=cycles)).logs

    assert [200, 100] == [len(log.rows) for log in logs]
    assert "The newest 100 of 200 entries are listed here. The spreadsheet has all of them." == logs[1].omitted


def week(log, number=0):
    one = log.weeks[number]
    return one.days, one.sum, [row.hours for row in one.rows], one.rounding


def test_work_is_listed_by_week_with_sums_and_all_but_the_two_newest_weeks_are_folded():
    log = view_of(seeblick()).logs[0]

    assert [("16–22 Nov", "7.50", False), ("9–15 Nov", "3.75", False), ("2–8 Nov", "5.00", True)] == [
        (one.days, one.sum, one.is_folded) for one in log.weeks
    ]
    assert (("Used", "16.25"),) == log.closing
    assert ["1.25", "0.50", "6.00", "2.75", "3.00"] == [row.hours for row in log.weeks[0].rows]


def test_a_week_ends_with_its_cycle():
    work = [entry("2026-11-01", "1:00"), entry("2026-11-30", "2:00")]
    log = view_of(replace(november(*work), now=datetime(2026, 11, 30, 12, tzinfo=UTC))).logs[0]

    assert [("30 Nov", "2.00"), ("1 Nov", "1.00")] == [(one.days, one.sum) for one in log.weeks]


@pytest.mark.parametrize(
    ("hours_format", "worked", "expected"),
    [
        (HoursFormat.DECIMAL, "0:20", ("1.00", ["0.33"] * 3, "0.01")),
        (HoursFormat.CLOCK, "0:20", ("1:00", ["0:20"] * 3, "")),
        (HoursFormat.CLOCK, "0:20:30", ("1:02", ["0:21"] * 3, "-0:01")),
    ],
)
def test_parts_that_do_not_add_up_as_they_are_shown_have_a_line_that_closes_the_sum(hours_format, worked, expected):
    work = [entry(f"2026-11-{on:02}", worked, f"W{on}") for on in (9, 10, 11)]
    log = view_of(sample(helpdesk(), cycles=[ledger("2026-11-01", work, of=HELPDESK)], hours_format=hours_format)).logs[
        0
    ]

    assert ("9–15 Nov", *expected) == week(log)


def test_a_week_that_is_not_listed_to_its_end_has_its_whole_sum_and_no_rounding():
    work = [entry("2026-11-10", "0:20", f"W{n}") for n in range(301)]
    days, total, rows, rounding = week(view_of(november(*work)).logs[0])

    assert ("9–15 Nov", "100.33", 300, "") == (days, total, len(rows), rounding)


def test_what_a_correction_gave_back_leads_from_the_weeks_to_the_hours_used():
    log = view_of(november(entry("2026-11-02", "3:00"), entry("2026-11-03", "-1:00"))).logs[0]

    assert ("2–8 Nov", "2.00", ["-1.00", "3.00"], "") == week(log)
    assert (("Corrections", "1.00"), ("Used", "3.00")) == log.closing


HOURS = st.lists(st.tuples(st.integers(1, 30), st.integers(-40_000, 100_000)), min_size=1, max_size=30)


@given(HOURS, st.sampled_from(HoursFormat))
def test_the_parts_of_a_work_log_always_add_up_to_the_sums_that_are_shown(work, hours_format):
    entries = [
        entry(f"2026-11-{on:02}", "0:00", f"W{n}")._replace(seconds=length) for n, (on, length) in enumerate(work)
    ]
    cycles = [ledger("2026-11-01", entries, of=HELPDESK)]
    one = sample(helpdesk(), cycles=cycles, hours_format=hours_format)
    view = view_of(replace(one, now=datetime(2026, 11, 30, 12, tzinfo=UTC)))
    log = view.logs[0]

    for each in log.weeks:
        assert shown(each.sum) == sum(shown(row.hours) for row in each.rows) + shown(each.rounding)
    if log.closing:
        *parts, (_, total) = log.closing
        assert shown(total) == sum(shown(each.sum) for each in log.weeks) + sum(shown(each) for _, each in parts)
    *parts, result = view.making.steps
    if hours_format is HoursFormat.DECIMAL:
        assert shown(result.hours) == sum(shown(one.hours) * (-1 if one.sign == "−" else 1) for one in parts)
    assert not any(one.name == "Rounding" for one in parts) or hours_format is HoursFormat.DECIMAL


def shown(text: str) -> Fraction:
    """Hundredths or minutes; what would read 0 is shown to the second, and counts as 0."""
    if text.count(":") == 2:
        return Fraction(0)
    whole, _, minutes = text.replace(",", "").partition(":")
    if not minutes:
        return Fraction(text.replace(",", "") or 0)
    return (-1 if whole.startswith("-") else 1) * (abs(int(whole)) + Fraction(int(minutes), 60))


@pytest.mark.parametrize(
    ("rounded", "rules", "worked"),
    [
        (rounding("0:15"), ("Each entry is rounded up to a multiple of 15 minutes.",), "worked 1.33, rounded up"),
        (
            rounding("0:15", "0:15"),
            ("Each entry is rounded up to a multiple of 15 minutes.",),
            "worked 1.33, rounded up",
        ),
        (rounding(minimum="2:00"), ("Each entry counts at least 120 minutes.",), "worked 1.33, rounded up"),
        (
            rounding("0:15", "0:30", multipliers={"after hours": "1.5"}),
            (
                "Each entry is rounded up to a multiple of 15 minutes and counts at least 30 minutes.",
                "By kind of work: after hours × 1.5.",
            ),
            "worked 1.33, rounded up, × 1.5",
        ),
        (
            rounding(multipliers={"AFTER hours": "1.25"}),
            ("By kind of work: AFTER hours × 1.25.",),
            "worked 1.33, × 1.25",
        ),
        (
            rounding("0:01:30", level=RoundingLevel.DAY),
            ("A person’s work of a day is rounded up, per kind of work, to a multiple of 0:01:30 h.",),
            "worked 1.33, rounded up",
        ),
        (rounding(), (), ""),
    ],
)
def test_rounding_and_multipliers_are_part_of_the_rule_and_the_reason_at_each_entry_that_differs(
    rounded, rules, worked
):
    of = retainer(terms(rounded=rounded), retainer_id=HELPDESK)
    view = view_of(november(entry("2026-11-02", "1:20", work_type="After hours"), of=of))

    assert rules == view.rules[1:-1]
    assert worked == view.logs[0].rows[0].worked


def deducting(hours_worked, **changes):
    of = retainer(terms(carry_over=rule(deduct=True)), retainer_id=HELPDESK, starts="2026-11-01")
    return view_of(november(entry("2026-11-02", hours_worked), of=replace(of, **changes))).outlook


def test_an_overrun_that_is_deducted_says_what_it_leaves_of_the_next_hours():
    assert "2 h will be taken off the next 10 h, which leaves 8 h." == deducting("12:00")
    assert "10 h will be taken off the next 10 h, which leaves 0 h." == deducting("20:00")
    assert "20 h will be taken off later hours: all of the next 10 h, and 10 h of those after." == deducting("30:00")
    assert "" == deducting("12:00", ends_on=day("2026-12-01")), "the last cycle's is billed"
    assert "" == deducting("9:00")


def test_the_page_says_how_long_the_hours_last():
    week_of_work = [entry(f"2026-11-{on}", "1:00") for on in (16, 17, 18, 19, 20)]

    assert "At this pace the hours last until 30 November." == view_of(seeblick()).outlook
    assert "At this pace about 23 h are left at the end of the month." == view_of(november(*week_of_work)).outlook
    assert "" == view_of(sample(helpdesk())).outlook


def test_the_page_says_up_to_which_day_work_is_recorded_beside_the_time_of_the_import():
    one = seeblick()

    assert "Work recorded up to 20 November 2026 As of 22 November 2026, 09:14 (CET)" in text_of(one)
    assert day("2026-11-20") == one.balance().recorded_until
    assert "recorded up to" not in text_of(sample(helpdesk()))
    excluded = entry("2026-11-21", "1:00", pool=Pool.EXCLUDED, reason="Travel")
    assert day("2026-11-02") == november(entry("2026-11-02", "1:00"), excluded).balance().recorded_until


def test_a_past_month_says_what_went_on():
    assert ("3 h expired", "10.00 went on") == view_of(september_and_october()).past[0].notes
    assert ["3.00 went on"] == list(view_of(seeblick()).past[0].notes)


def test_entries_of_one_ticket_stand_together_where_the_operator_says_so():
    numbered = [
        ("2026-11-20", "#1"),
        ("2026-11-19", None),
        ("2026-11-18", "#2"),
        ("2026-11-17", "#1"),
        ("2026-11-9", "#1"),
    ]
    work = [entry(f"{on[:8]}{int(on[8:]):02}", "1:00", ticket=ticket) for on, ticket in numbered]
    cycles = [ledger("2026-11-01", work, of=HELPDESK)]
    apart, together = (
        [(row.iso_date[-2:], row.is_same_ticket) for row in view_of(one).logs[0].rows]
        for one in (sample(helpdesk(), cycles=cycles, tickets_together=them) for them in (False, True))
    )

    assert [("20", False), ("19", False), ("18", False), ("17", False), ("09", False)] == apart
    assert [("20", False), ("17", True), ("19", False), ("18", False), ("09", False)] == together
