"""Whatever people, exports and the clock do to a retainer, in any order, its hours add up."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.cycle import CycleState
from chalicelib.domain.entry import MANUAL
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, NotAdjustableError, adjust_hours
from chalicelib.services.cycles.go_live import GoLive, go_live
from tests.builders import retainer, rounding, rule, terms
from tests.conservation import check, check_chain
from tests.effort import tries
from tests.import_rig import row
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment

_QUARTERS = st.integers(1, 40).map(lambda n: n * 900)
_DAYS = st.integers(0, 40)
"""How many days before today."""
ACTS = st.one_of(
    st.tuples(st.just("buy"), _QUARTERS, st.integers(1, 90)),
    st.tuples(st.just("correct"), _QUARTERS | _QUARTERS.map(lambda n: -n), _DAYS),
    st.tuples(st.just("import"), st.integers(0, 12), _DAYS),
    st.tuples(st.just("wait"), st.integers(1, 40), st.just(0)),
    st.tuples(st.just("live"), st.none() | st.integers(-20, 20), st.just(0)),
)
RULES = st.builds(
    rule,
    carry=st.booleans(),
    cap=st.sampled_from([None, "5:00", "50%"]),
    expires_after=st.sampled_from([None, 1, 2]),
    deduct=st.booleans(),
)


class Life(Deployment):
    """A retainer in backfill since January; it is 25 January 2026."""

    def __init__(self, of_rule):
        super().__init__()
        versions = terms("2026-01-01", carry_over=of_rule, rounded=rounding("0:30"))
        mine = self.directory.books["acme"]
        alone = replace(mine, retainers=(retainer(versions, backfill=True),), head=replace(mine.head, due_at=None))
        self.directory.books["acme"] = alone
        self.bought = self.taken = 0

    def act(self, number, kind, size, days):
        then = max((self.now - timedelta(days=days)).date(), JANUARY)
        ports = {"directory": self.directory, "ledger": self.ledger}
        if kind == "wait":
            self.at((self.now + timedelta(days=size)).date().isoformat())
        elif kind == "import":
            self.drop(row(then.isoformat(), f"{size}:10", "Work"))
        elif kind == "live":
            opening = None if size is None else size * 1800
            go_live("acme", "support", GoLive(opening_seconds=opening), self.now, **ports)
        else:
            order = (
                BuyHours(str(number), size, expires_on=self.now.date() + timedelta(days=days))
                if kind == "buy"
                else CorrectHours(str(number), size, "Agreed", then)
            )
            with suppress(NotAdjustableError):
                adjust_hours("acme", "support", order, self.now, **ports)
                self.bought += size if kind == "buy" else 0
                self.taken -= size if kind == "correct" else 0

    @property
    def by_hand(self):
        """The seconds of all top-ups, and of all corrections, that are stored."""
        cycles = self.ledger.cycles.values()
        return (
            sum(one.seconds for cycle in cycles for one in cycle.top_ups),
            sum(entry.seconds for cycle in cycles for entry in cycle.entries if entry.source == MANUAL),
        )


@settings(max_examples=tries(40), deadline=None)
@given(RULES, st.lists(ACTS, min_size=4, max_size=12))
def test_every_hour_is_accounted_for_and_closed_cycles_never_change(of_rule, acts):
    at = Life(of_rule)
    closed = {}
    for number, act in enumerate(acts):
        at.act(number, *act)
        at.close_overdue()
        statements = at.statements()
        live_from = at.directory.books["acme"].retainers[0].live_from
        for start, statement in statements.items():
            check(statement)
            if statement.state is CycleState.CLOSED:
                assert closed.setdefault(start, statement) == statement
        check_chain([one for start, one in statements.items() if live_from is None or start >= live_from])
        assert (at.bought, at.taken) == at.by_hand
