"""Which of day and month comes first: what the dates of a file prove, and what they leave open."""

import pytest

from chalicelib.intake.date_order import find_swapped, find_years_first, needs_order, settle_date_order
from chalicelib.intake.sources.columns import DateOrder


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], False),
        (["", "soon"], False),
        (["soon", "soon", "03/04/2026"], True),
        (["2026-01-05", "03/04/2026"], False),
        (["", "03/04/2026", "2026-01-05"], True),
    ],
)
def test_the_first_date_that_can_be_read_says_whether_an_order_is_needed(dates, expected):
    assert expected is needs_order(dates)


MARCH = "25/03/2026 09:00:00." + "0" * 30


def test_a_date_that_is_none_either_way_proves_nothing():
    assert DateOrder.MONTH_FIRST is settle_date_order([(2, "13/13/2026"), (3, "03/25/2026")], "generic", None)


@pytest.mark.parametrize(
    ("dates", "order"),
    [
        (["Wed 03/04/2026", "03/05/2026"], DateOrder.MONTH_FIRST),
        (["Fri 03/04/2026", "03/05/2026"], DateOrder.DAY_FIRST),
        (["ven. 03/04/2026"], DateOrder.DAY_FIRST),
        (["Freitag, 03/04/2026"], DateOrder.DAY_FIRST),
        (["Mon 03/04/2026", "Wed 03/04/2026"], DateOrder.MONTH_FIRST),  # Mon fits neither
        (["Mon 03/04/2026"], None),
        (["Fix 03/04/2026"], None),
    ],
)
@pytest.mark.parametrize("said", [None, *DateOrder])
def test_a_day_of_the_week_proves_the_order(dates, order, said):
    found = settle_date_order([*enumerate(dates, 2)], "generic", said)

    assert found is (order or said) or (order is said is None and found.reason)


def test_release_0_1_did_not_look_at_days_of_the_week():
    dates = [(2, "Wed 03/04/2026")]

    assert DateOrder.DAY_FIRST is settle_date_order(dates, "generic", DateOrder.DAY_FIRST, has_weekdays=False)


def test_a_file_that_proves_both_orders_is_refused_with_the_first_proof_of_each_and_what_to_do():
    dates = [(2, f" {MARCH}"), (3, "26/03/2026"), (4, " 03/25/2026 "), (5, "")]

    assert (
        f"The file has the day first ({MARCH[:40]} in line 2) and the month first (03/25/2026 in line 4), so none of "
        "its dates is certain. Correct the wrong one, or export the file again."
    ) == settle_date_order(dates, "generic", None).reason


def test_a_file_that_proves_no_order_is_refused_with_its_first_uncertain_date_and_what_to_do():
    text = MARCH.replace("25", "05")

    assert (
        f"The date {text[:40]} in line 3 is 5 March 2026 or 3 May 2026, and no date in the file settles it. "
        "Set `date_order` to `dmy` or `mdy` in your set-up under `sources`, `generic`, apply it, and retry the import."
    ) == settle_date_order([(2, "04/04/2026"), (3, f" {text}"), (4, "06/03/2026")], "generic", None).reason


@pytest.mark.parametrize(
    ("dates", "is_refused"),
    [
        ([], False),
        (["", " "], False),
        (["26-10-01", "26-10-02", "26-10-03"], True),  # 26 October of three years
        (["26-10-01", "26-10-02"], True),  # and of two
        (["26-10-01", "26-11-02", "26-12-03"], True),
        (["26-10-01", "26-11-02"], False),  # 26 October 2001 and 26 November 2002
        (["26-10-01", "26-11-01"], False),
        (["26-10-01", "27-10-02", "26-10-03"], False),  # with the year first of two years, too
        (["26-10-01", "2026-10-02", "26-10-03"], False),
        (["26-10-01", "soon", "26-10-03"], False),
    ],
)
def test_dates_of_one_year_if_it_is_first_and_of_several_if_it_is_last_are_refused(dates, is_refused):
    assert is_refused is (find_years_first(enumerate(dates, 2)) is not None)


def test_the_refusal_of_years_that_may_be_first_shows_the_first_date_in_both_readings():
    text = "26-10-01 09:00:00." + "0" * 30

    assert (
        f"The date {text[:40]} in line 3 is 26 October 2001, or 1 October 2026 if the year stands first. "
        "Export dates with years of four digits, such as 2026-01-31."
    ) == find_years_first([(2, ""), (3, f" {text}"), (4, ""), (5, "26-10-02")]).reason


@pytest.mark.parametrize(
    ("dates", "is_refused"),
    [
        (["2026-10-03", "13/10/2026"], True),
        (["2026-12-12", "2026-10-03", "13/10/2026", "soon"], True),
        (["2026-10-03", "2026-12-12", "13/10/2026"], True),
        (["2026-10-12", "13/10/2026"], True),
        (["2026-10-13", "13/10/2026"], False),
        (["2026-10-03", "12/10/2026", "13/10/2026"], False),
        (["2026-10-10", "13/10/2026"], False),  # the same with day and month swapped
        (["2026-10-03", "soon"], False),
        (["13/10/2026"], False),
    ],
)
def test_dates_up_to_the_12th_beside_text_after_it_are_refused_as_swapped(dates, is_refused):
    assert is_refused is (find_swapped(enumerate(dates, 2)) is not None)


def test_the_refusal_of_swapped_dates_shows_the_first_text_and_the_first_date():
    date, text = (f"{day} 09:00:00.{'0' * 30}" for day in ("2026-10-03", "13/10/2026"))

    assert (
        f"{text[:40]} in row 4 of the workbook is text and {date[:40]} in row 2 is a date, none of them after the "
        "12th: a spreadsheet that puts the month elsewhere has probably swapped days and months. "
        "Drop the tool's own export, or correct the dates."
    ) == find_swapped([(2, f" {date}"), (3, "2026-10-04"), (4, f" {text}"), (5, "14/10/2026")]).reason
