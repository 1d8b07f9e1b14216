"""What becomes of a cycle's hours and overruns at its end (docs/concepts.md, "Carry-over rule").

A top-up was bought for itself: no rule forfeits it and no cap counts it; it ends at its own expiry.
Where the retainer ends, no later cycle can draw: older debt takes what is left, top-ups included; what is left then is
forfeited, and what is owed then is billed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from chalicelib.domain.calendar import full_period
from chalicelib.domain.cycle import Lot, LotOrigin, LotStatement, Period
from chalicelib.domain.quantities import round_ratio
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Unused


@dataclass(frozen=True, slots=True)
class CarryForward:
    """What a cycle carries forward to the next: lots that can still be drawn, and overage to take off its allotment.

    The chain of cycles begins with an empty one; `is_final` False: the cycle it comes from is not closed.
    """

    lots: tuple[Lot, ...] = ()
    debt_seconds: int = 0
    is_final: bool = True


@dataclass(frozen=True, slots=True)
class Debt:
    """What became of the overruns of a cycle: debt_in + overage = deducted + billed + out."""

    billed_seconds: int
    out_seconds: int


def expiry_of(retainer: Retainer, period: Period, rule: CarryOver) -> date | None:
    """The first day on which hours granted in this cycle can no longer be drawn; None: they never expire."""
    if rule.unused is Unused.FORFEIT:
        return period.end
    if rule.expires_after is None:
        return None
    return full_period(retainer, period.index + rule.expires_after).end


def cap_seconds(cap: Cap | None, allotment_seconds: int) -> int | None:
    """The most that may be carried out of a cycle; None: no limit.

    A percentage is one of the terms' full allotment, also in a prorated or paused cycle.
    """
    if cap is None:
        return None
    return cap.seconds if cap.seconds is not None else round_ratio(allotment_seconds * (cap.percent or 0), 100)


def close_lots(
    lots: Sequence[LotStatement], period: Period, rule: CarryOver, cap: int | None, *, is_last: bool
) -> tuple[LotStatement, ...]:
    """The lots, given as drawn and in lot order, when their cycle closes: what remains can be drawn in the next one.

    `rule` is that of the cycle's last day; `cap` the most that may be carried, in seconds, or None.
    """
    kept = tuple(_keep_or_end(statement, period, rule, is_last=is_last) for statement in lots)
    return kept if cap is None else _trim(kept, cap)


def repay(lots: Sequence[LotStatement], owed_seconds: int, end: date) -> tuple[LotStatement, ...]:
    """The lots, given as drawn and in lot order, once the retainer's end has taken what is left for older debt.

    Of whatever origin, but for those that expire before that `end`.
    """
    repaid = []
    for statement in lots:
        is_there = statement.lot.expires_on is None or statement.lot.expires_on >= end
        taken = min(owed_seconds, statement.remaining_seconds) if is_there else 0
        owed_seconds -= taken
        deducted, rest = statement.deducted_seconds + taken, statement.remaining_seconds - taken
        repaid.append(replace(statement, deducted_seconds=deducted, remaining_seconds=rest))
    return tuple(repaid)


def carried(lots: Sequence[LotStatement]) -> tuple[Lot, ...]:
    """What remains of closed lots, as lots of the next cycle. A top-up stays a top-up."""
    return tuple(
        replace(
            statement.lot,
            origin=LotOrigin.TOP_UP if statement.lot.origin is LotOrigin.TOP_UP else LotOrigin.CARRIED,
            seconds=statement.remaining_seconds,
        )
        for statement in lots
        if statement.remaining_seconds
    )


def settle_debt(
    owed_seconds: int, overage_seconds: int, agreed_seconds: int, overrun: Overrun, *, is_last: bool
) -> Debt:
    """Bill or carry forward the rest of older debt (`owed_seconds`) and the cycle's own overage.

    What of the overage the client has approved (`agreed_seconds`) is billed in any case.
    """
    if is_last:
        return Debt(owed_seconds + overage_seconds, 0)
    if overrun is Overrun.BILL:
        return Debt(overage_seconds, owed_seconds)
    return Debt(agreed_seconds, owed_seconds + overage_seconds - agreed_seconds)


def _keep_or_end(statement: LotStatement, period: Period, rule: CarryOver, *, is_last: bool) -> LotStatement:
    lot, rest = statement.lot, statement.remaining_seconds
    forfeits = rule.unused is Unused.FORFEIT and lot.origin is not LotOrigin.TOP_UP
    # Under `forfeit` the cycle's own hours end with it by the rule, which is not an expiry.
    is_own = lot.origin in {LotOrigin.ALLOTMENT, LotOrigin.CORRECTION}
    if lot.expires_on is not None and lot.expires_on <= period.end and not (forfeits and is_own):
        return replace(statement, expired_seconds=statement.expired_seconds + rest, remaining_seconds=0)
    if forfeits or is_last:
        return replace(statement, forfeited_seconds=rest, remaining_seconds=0)
    return statement


def _trim(lots: Sequence[LotStatement], cap: int) -> tuple[LotStatement, ...]:
    """Trim what is above the cap, first from what expires first."""
    excess = sum(one.remaining_seconds for one in lots if one.lot.origin is not LotOrigin.TOP_UP) - cap
    trimmed = []
    for statement in lots:
        cut = 0 if statement.lot.origin is LotOrigin.TOP_UP else min(max(excess, 0), statement.remaining_seconds)
        excess -= cut
        rest = statement.remaining_seconds - cut
        trimmed.append(replace(statement, capped_seconds=cut, remaining_seconds=rest))
    return tuple(trimmed)
