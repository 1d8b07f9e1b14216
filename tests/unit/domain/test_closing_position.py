"""How far a retainer's cycles have come: what is closed, and what is due next."""

import pytest

from chalicelib.domain.closing_position import NOTHING_CLOSED, ClosingPosition
from tests.builders import day


@pytest.mark.parametrize(("start", "is_closed"), [("2026-01-01", True), ("2026-02-01", False), ("2026-03-01", False)])
def test_of_two_cycles_on_either_side_of_the_boundary_only_the_earlier_one_is_closed(start, is_closed):
    position = ClosingPosition(closed_before=day("2026-02-01"))

    assert is_closed is position.has_closed(day(start))
    assert not NOTHING_CLOSED.has_closed(day(start))
