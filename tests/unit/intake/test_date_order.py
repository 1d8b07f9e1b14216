"""Which of day and month comes first: what the dates of a file prove, and what they leave open."""

import pytest

from chalicelib.intake.date_order import needs_order, settle_date_order
from chalicelib.intake.sources.columns import DateOrder


@pytest.mark.parametrize(
    ("dates", "expected"),
    [
        ([], False),
        (["", "soon"], False),
        (["2026-01-05", "03/04/2026"], False),
        (["", "03/04/2026", "2026-01-05"], True),
    ],
)
def test_the_first_date_that_can_be_read_says_whether_an_order_is_needed(dates, expected):
    assert expected is needs_order(dates)


def test_a_date_that_is_none_either_way_proves_nothing():
    assert DateOrder.MONTH_FIRST is settle_date_order([(2, "13/13/2026"), (3, "03/25/2026")], "generic", None)


def test_a_file_that_proves_both_orders_is_refused_with_what_to_do():
    refusal = settle_date_order([(2, "25/03/2026"), (3, "03/25/2026")], "generic", None)

    assert (
        "The file has the day first (25/03/2026 in line 2) and the month first (03/25/2026 in line 3), so none of its "
        "dates is certain. Correct the wrong one, or export the file again."
    ) == refusal.reason
