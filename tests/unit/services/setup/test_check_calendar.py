"""A set-up cannot change closed cycles; it can change the future."""

from dataclasses import replace

import pytest

from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.retainer import Pause
from chalicelib.domain.terms import CarryOver, Unused
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.store.books import ClientBook, ClientHead
from tests.builders import day, retainer, terms
from tests.fakes import FakeDirectory, FakeLedger
from tests.unit.services.setup.test_apply import ACME, NOW, declared

PAUSED = (Pause(day("2026-02-10"), day("2026-02-20")), Pause(day("2026-10-25"), day("2026-12-01")))
BEFORE = replace(retainer(), pauses=PAUSED)


def problems(after, before=BEFORE, *, debt=0):
    """The conflicts of declaring `after` if everything before 1 November 2026 is closed."""
    position = ClosingPosition(day("2026-11-01"), CarryForward(debt_seconds=debt))
    head = ClientHead(version=1, positions={before.id.retainer: position})
    directory = FakeDirectory(ClientBook(ACME, (before,), (), head, version=1))
    plan = ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW).apply(declared(after))
    return [problem.text.removeprefix("`acme/support` is closed before 2026-11-01") for problem in plan.conflicts]


CHANGES = {
    "dearer": replace(BEFORE, terms=(terms(fee="1200.00"),)),
    "a version between": replace(BEFORE, terms=(terms(), terms("2026-10-15", fee="1200.00"))),
    "moved": replace(BEFORE, anchor_day=15, zone="UTC"),
    "ended before": replace(BEFORE, ends_on=day("2026-10-15")),
    "paused before": replace(BEFORE, pauses=(Pause(day("2026-01-10"), day("2026-01-20")), *PAUSED)),
    "resumed before": replace(BEFORE, pauses=PAUSED[1:]),
}


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (
            "dearer",
            (
                ": keep the terms that begin before that as they are, and add a version `effective_from: 2026-11-01`.\n"
                "To keep the version of 2026-01-01, write in it:\n"
                "    fee: 1000.00"
            ),
        ),
        (
            "a version between",
            ": keep the terms that begin before that as they are, and add a version `effective_from: 2026-11-01`.",
        ),
        (
            "moved",
            ": keep its `zone` (Europe/Berlin) and `anchor_day` (1), or make a new retainer with another id.",
        ),
        ("ended before", ": set `ends_on` to that day or a later one."),
        ("paused before", ": days before that can no longer be paused or resumed; choose days from 2026-11-01 on."),
        ("resumed before", ": days before that can no longer be paused or resumed; choose days from 2026-11-01 on."),
    ],
)
def test_the_terms_of_closed_cycles_cannot_change(change, text):
    assert [text] == problems(CHANGES[change])


def test_each_version_of_closed_cycles_that_says_something_else_is_shown_the_lines_that_it_lacks():
    """Before versions inherited, a key that one left out had its default."""
    carried = terms("2026-01-01", carry_over=CarryOver(Unused.CARRY), overage_rate="90.00")
    stored = [terms(start, fee="900.00") for start in ("2026-06-01", "2026-09-01", "2026-12-01")]
    inherited = [replace(carried, effective_from=each.effective_from, fee=each.fee) for each in stored]

    [text] = problems(replace(BEFORE, terms=(carried, *inherited)), replace(BEFORE, terms=(carried, *stored)))

    assert text.splitlines()[1:] == [
        "To keep the version of 2026-06-01, write in it:",
        "    overage_rate: none",
        "    carry_over: {unused: forfeit}",
        "To keep the version of 2026-09-01, write in it:",
        "    overage_rate: none",
        "    carry_over: {unused: forfeit}",
    ]


@pytest.mark.parametrize(
    "after",
    [
        replace(BEFORE, terms=(terms(), terms("2026-11-01", fee="1200.00"))),
        replace(BEFORE, ends_on=day("2026-12-01")),
        replace(BEFORE, ends_on=day("2026-11-01")),
        replace(BEFORE, pauses=(PAUSED[0], Pause(day("2026-10-25"), None))),
        replace(BEFORE, pauses=(PAUSED[0], Pause(day("2026-10-25"), day("2026-11-01")))),
        replace(BEFORE, title="Helpdesk", grace_days=5),
    ],
)
def test_the_future_can_change(after):
    assert [] == problems(after)


def test_a_retainer_with_a_debt_cannot_end_without_a_cycle_that_bills_it():
    after = replace(BEFORE, ends_on=day("2026-11-01"))

    assert [": set `ends_on` to a day after that, so that the debt of earlier cycles is billed."] == problems(
        after, debt=3600
    )


@pytest.mark.parametrize("ends", [None, "2026-12-01", "2026-10-01"])
def test_a_retainer_whose_last_cycle_is_closed_cannot_continue(ends):
    ended = replace(BEFORE, ends_on=day("2026-11-01"))
    after = replace(BEFORE, ends_on=ends and day(ends))

    [text] = problems(after, ended)
    assert text == "; its last cycle is closed, too: keep its `ends_on`, or make a new retainer with another id."
