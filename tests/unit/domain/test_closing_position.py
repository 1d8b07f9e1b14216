"""How far a retainer's cycles have come: what is closed, and what is due next."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.closing_position import NOTHING_CLOSED, ClosingPosition, StepKind, next_step, start_of_day
from chalicelib.domain.ids import RetainerId, RetainerSlug
from tests.builders import ACME_SUPPORT, day, retainer


@pytest.mark.parametrize(("start", "is_closed"), [("2026-01-01", True), ("2026-02-01", False), ("2026-03-01", False)])
def test_of_two_cycles_on_either_side_of_the_boundary_only_the_earlier_one_is_closed(start, is_closed):
    position = ClosingPosition(closed_before=day("2026-02-01"))
    opening = ClosingPosition(settled_before=day("2026-02-01"))

    assert (is_closed, False) == (position.has_closed(day(start)), position.is_settled(day(start)))
    assert (False, is_closed) == (opening.has_closed(day(start)), opening.is_settled(day(start)))
    assert not NOTHING_CLOSED.has_closed(day(start))


def due(*retainers, **positions):
    """The next step: when, in UTC, its kind, its retainer and the first day of its cycle."""
    step = next_step(retainers, positions)
    return step and (f"{step.due_at:%Y-%m-%dT%H:%M}", step.kind, step.retainer.id.retainer, str(step.period.start))


@pytest.mark.parametrize(
    ("closed", "announced", "expected"),
    [
        (None, None, ("2025-12-31T23:00", StepKind.OPEN, "support", "2026-01-01")),
        (None, "2026-02-01", ("2026-01-31T23:00", StepKind.OPEN, "support", "2026-02-01")),
        (None, "2026-03-01", ("2026-02-03T23:00", StepKind.CLOSE, "support", "2026-01-01")),
        ("2026-02-01", "2026-03-01", ("2026-02-28T23:00", StepKind.OPEN, "support", "2026-03-01")),
        ("2026-02-01", None, ("2026-01-31T23:00", StepKind.OPEN, "support", "2026-02-01")),
        ("2026-03-01", "2026-01-01", ("2026-02-28T23:00", StepKind.OPEN, "support", "2026-03-01")),
        ("2026-03-01", "2026-05-01", ("2026-04-03T22:00", StepKind.CLOSE, "support", "2026-03-01")),
    ],
)
def test_a_cycle_opens_at_its_first_midnight_and_closes_three_days_after_its_last(closed, announced, expected):
    position = ClosingPosition(closed and day(closed), announced_before=announced and day(announced))

    assert expected == due(retainer(), support=position)


def test_without_a_position_nothing_is_closed_or_announced():
    assert due(retainer(), support=NOTHING_CLOSED) == due(retainer())


def test_a_retainer_in_backfill_has_no_step_and_one_that_went_live_later_begins_there():
    assert due(retainer(backfill=True)) is None
    assert ("2026-02-28T23:00", StepKind.OPEN, "support", "2026-03-01") == due(
        replace(retainer(), live_from=day("2026-03-01"))
    )
    assert ("2025-12-31T23:00", StepKind.OPEN, "support", "2026-01-01") == due(
        replace(retainer(), live_from=day("2025-11-01"))
    )


def test_after_its_last_cycle_an_ended_retainer_has_no_step():
    of = retainer(ends="2026-02-10")

    assert ("2026-02-12T23:00", StepKind.CLOSE, "support", "2026-02-01") == due(
        of, support=ClosingPosition(day("2026-02-01"), announced_before=day("2026-02-10"))
    )
    assert due(of, support=ClosingPosition(day("2026-02-10"), announced_before=day("2026-02-10"))) is None


def test_of_several_steps_the_earliest_comes_first_then_a_close_then_the_retainer_s_name():
    advisory = retainer(retainer_id=RetainerId(ACME_SUPPORT.client, RetainerSlug("advisory")))
    at_once = replace(retainer(), grace_days=0)
    opens_and_closes = ClosingPosition(None, announced_before=day("2026-02-01"))

    assert "advisory" == due(retainer(), advisory)[2] == due(advisory, retainer())[2]
    assert StepKind.CLOSE is due(at_once, support=opens_and_closes)[1]
    assert ("support", StepKind.CLOSE) == due(advisory, at_once, support=opens_and_closes, advisory=opens_and_closes)[
        2:0:-1
    ]


def test_a_day_begins_when_the_clocks_go_on_where_they_skip_midnight():
    assert datetime(2026, 9, 6, 4, tzinfo=UTC) == start_of_day(day("2026-09-06"), "America/Santiago")
    assert UTC is start_of_day(day("2026-01-01"), "Europe/Berlin").tzinfo
