"""What Hypothesis draws: retainers with every kind of rule, and months of work for them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import zip_longest

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

from chalicelib.domain.approval import Answer, Approval, ApprovalState
from chalicelib.domain.calendar import periods_between
from chalicelib.domain.cycle import CycleLedger, TopUp
from chalicelib.domain.entry import LATE, MANUAL, Entry, Pool
from chalicelib.domain.ids import CycleId
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import CycleLength, PartialCycle, Pause, Retainer
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused
from tests.builders import ACME_SUPPORT
from tests.effort import tries

# The machine may be busy, and no test here is about speed.
quick = settings(max_examples=tries(60), deadline=None, suppress_health_check=[HealthCheck.too_slow])

HOUR = 3600
seconds = st.integers(0, 12 * HOUR)
caps = st.none() | st.builds(Cap, seconds=seconds) | st.builds(Cap, percent=st.integers(0, 150))
rules = st.builds(
    CarryOver,
    unused=st.sampled_from(Unused),
    cap=caps,
    expires_after=st.none() | st.integers(0, 3),
    overrun=st.sampled_from(Overrun),
)
roundings = st.builds(
    Rounding,
    increment_seconds=st.sampled_from([0, 60, 900, 1000]),
    minimum_seconds=st.sampled_from([0, 600, 1800]),
    level=st.sampled_from(RoundingLevel),
    multipliers=st.dictionaries(st.just("After hours"), st.fractions(1, 2, max_denominator=7), max_size=1),
)


def terms_from(days: st.SearchStrategy[date]) -> st.SearchStrategy[Terms]:
    return st.builds(
        Terms,
        effective_from=days,
        allotment_seconds=seconds,
        fee=st.builds(Money, st.integers(0, 500_000), st.just("EUR")),
        regular_rate=st.builds(Money, st.integers(0, 20_000), st.just("EUR")),
        overage_rate=st.none() | st.builds(Money, st.integers(0, 20_000), st.just("EUR")),
        carry_over=rules,
        rounding=roundings,
    )


@st.composite
def retainers(draw: st.DrawFn) -> Retainer:
    """A retainer of any length and rule, with up to two changes of terms and two pauses, perhaps ended."""
    starts_on = draw(st.dates(date(2023, 11, 1), date(2024, 3, 31)))
    later = draw(st.lists(st.integers(1, 200), max_size=2, unique=True))
    effective = [starts_on, *(starts_on + timedelta(days=days) for days in sorted(later))]
    served = draw(st.none() | st.integers(1, 300))
    bounds = draw(st.lists(st.integers(0, 200), max_size=4, unique=True).map(sorted))
    paused = [starts_on + timedelta(days=days) for days in bounds]
    return Retainer(
        id=ACME_SUPPORT,
        title="Support",
        zone="Europe/Berlin",
        starts_on=starts_on,
        terms=tuple(draw(terms_from(st.just(day))) for day in effective),
        length=draw(st.sampled_from([CycleLength.MONTH, CycleLength.MONTH, CycleLength.QUARTER])),
        anchor_day=draw(st.none() | st.integers(1, 31)),
        ends_on=None if served is None else starts_on + timedelta(days=served),
        live_from=starts_on,
        partial=draw(st.sampled_from(PartialCycle)),
        pauses=tuple(Pause(start, end) for start, end in zip_longest(paused[::2], paused[1::2])),
    )


def entries_on(days: st.SearchStrategy[date], *sources: str) -> st.SearchStrategy[Entry]:
    return st.builds(
        Entry,
        source=st.sampled_from(["toggl", *sources]),
        source_id=st.none(),
        worker=st.sampled_from(["Ada Byron", "ada byron", "Ben Okri"]),
        worker_email=st.none(),
        date=days,
        start=st.none() | st.sampled_from([9 * HOUR, 10 * HOUR]),
        seconds=st.integers(-2 * HOUR, 6 * HOUR) | st.integers(1, 6 * HOUR) | st.just(0),
        description=st.none() | st.sampled_from(["", "Printer", "Mail"]),
        work_type=st.sampled_from([None, "after HOURS", "Remote"]),
        pool=st.sampled_from([Pool.RETAINER, Pool.RETAINER, Pool.PROJECT, Pool.EXCLUDED]),
    )


def approvals_of(cycle: CycleId, days: st.SearchStrategy[date]) -> st.SearchStrategy[Approval]:
    """Questions about a cycle, asked on these days, in any state."""

    def asked(name: str, on: date, size: int, rate: int, state: ApprovalState) -> Approval:
        at = datetime.combine(on, time(12), UTC)
        is_answered = state in {ApprovalState.APPROVED, ApprovalState.DECLINED}
        return Approval(
            id=name,
            cycle=cycle,
            asked_at=at,
            asked_on=on,
            seconds=size,
            rate=Money(rate, "EUR"),
            reason="Migration",
            decide_by=at + timedelta(days=7),
            link_until=at + timedelta(days=14),
            approvers=("ida@acme.example",),
            sentence="Up to so many hours.",
            state=state,
            settled_at=at + timedelta(days=1) if is_answered else None,
            answer=Answer(state is ApprovalState.APPROVED, "Ida Berg") if is_answered else None,
        )

    states = st.sampled_from([ApprovalState.APPROVED, *ApprovalState])
    return st.builds(asked, st.uuids().map(str), days, st.integers(1, 8 * HOUR), st.integers(0, 20_000), states)


@st.composite
def books(draw: st.DrawFn) -> tuple[Retainer, dict[date, CycleLedger], date]:
    """A retainer, what is stored of its first cycles, and a day on which somebody looks."""
    retainer = draw(retainers())
    ledgers = {}
    for period in periods_between(retainer, retainer.starts_on, retainer.starts_on + timedelta(days=100)):
        days = st.dates(period.start, period.end - timedelta(days=1))
        expiries = st.none() | st.dates(period.start, date(2025, 1, 1))
        bought = draw(st.lists(st.tuples(seconds, expiries), max_size=2))
        ledgers[period.start] = CycleLedger(
            CycleId(retainer.id, period.start),
            1,
            tuple(draw(st.lists(entries_on(days, "toggl", MANUAL, LATE), max_size=5))),
            tuple(
                TopUp(f"top-up-{period.start}-{nth}", size, period.start, expires_on)
                for nth, (size, expires_on) in enumerate(bought)
            ),
            approvals=tuple(draw(st.lists(approvals_of(CycleId(retainer.id, period.start), days), max_size=3))),
        )
    return retainer, ledgers, draw(st.dates(retainer.starts_on, date(2024, 12, 31)))
