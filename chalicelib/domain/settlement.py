"""One cycle settled: its entries accounted and drawn, its lots followed to the end, its figures summed up.

The order is that of docs/concepts.md: entries become accounted time, negative ones give their hours back, older
debt comes off the allotment, work draws the lots, and the carry-over rule closes the cycle as it stands.
Nothing here knows another cycle: what a neighbour contributes arrives in the `CarryForward`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

from chalicelib.domain.accounting import account
from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.approval import covers_of, in_order
from chalicelib.domain.calendar import is_last
from chalicelib.domain.carry_over import CarryForward, cap_seconds, carried, close_lots, expiry_of, repay, settle_debt
from chalicelib.domain.cycle import (
    AccountedEntry,
    CycleLedger,
    CycleState,
    CycleStatement,
    Figures,
    Lot,
    LotOrigin,
    LotStatement,
    Period,
    beyond_lots,
)
from chalicelib.domain.draws import Drawn, draw, in_draw_order, lot_order
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import grant_of, terms_at, terms_of


def state_of(retainer: Retainer, period: Period, today: date) -> CycleState:
    """Where an unclosed cycle stands: in backfill, ended and settling, or open (also one yet to come)."""
    if retainer.live_from is None or period.start < retainer.live_from:
        return CycleState.BACKFILL
    return CycleState.SETTLING if today >= period.end else CycleState.OPEN


def settle(
    retainer: Retainer,
    period: Period,
    ledger: CycleLedger,
    carry_forward: CarryForward,
    today: date,
    *,
    aliases: Aliases = NO_ALIASES,
) -> CycleStatement:
    """The statement of one unclosed cycle, in whose period the date of every entry lies.

    `today`, in the retainer's zone, decides what has expired already, and whether the close is due.
    """
    terms = terms_of(retainer, period)
    rule = terms.carry_over
    allotment = grant_of(retainer, period).allotment_seconds
    deducted = min(carry_forward.debt_seconds, allotment)
    entries = in_draw_order(ledger.entries)
    costs = account(entries, lambda day: terms_at(retainer, day).rounding, aliases)
    granted = _granted(period, allotment, ledger, costs, expiry_of(retainer, period, rule))
    lots = sorted((*carry_forward.lots, *granted), key=lot_order)
    work = _Work(entries, costs, _cover(entries, costs, lots, deducted))
    ended = today >= period.end
    last = is_last(retainer, period.end)
    drawn = _lot_statements(lots, work, deducted, min(today, period.end - timedelta(days=1)))
    owed = carry_forward.debt_seconds - deducted
    repaid = repay(drawn, owed, period.end) if last else drawn
    owed -= _deducted(repaid) - deducted
    closed = close_lots(repaid, period, rule, cap_seconds(rule.cap, terms.allotment_seconds), is_last=last)
    shown = closed if ended else drawn
    figures = _figures(carry_forward, granted, shown, work)
    accounted = _accounted_entries(period, work)
    covers = covers_of(beyond_lots(accounted), ledger.approvals) if ledger.approvals else ()
    agreed = sum(seconds for parts in covers for _, seconds in parts)
    debt = settle_debt(owed, figures.overage_seconds, agreed, rule.overrun, is_last=last)
    return CycleStatement(
        id=ledger.id,
        period=period,
        state=state_of(retainer, period, today),
        terms=terms,
        figures=figures,
        lots=shown,
        entries=accounted,
        carried_out=carried(closed),
        forfeited_seconds=sum(one.forfeited_seconds for one in closed),
        capped_seconds=sum(one.capped_seconds for one in closed),
        lapsing_seconds=sum(one.expired_seconds for one in closed) - figures.expired_seconds,
        repaying_seconds=_deducted(closed) - figures.deducted_seconds,
        debt_in_seconds=carry_forward.debt_seconds,
        debt_out_seconds=debt.out_seconds,
        billed_seconds=debt.billed_seconds,
        carried_is_provisional=not carry_forward.is_final,
        top_ups=ledger.top_ups,
        approvals=tuple(in_order(ledger.approvals)),
    )


@dataclass(frozen=True, slots=True)
class _Work:
    """The cycle's entries in draw order, each with its accounted seconds and what covers them."""

    entries: Sequence[Entry]
    costs: Sequence[int]
    covers: Sequence[Drawn]


def _cover(entries: Sequence[Entry], costs: Sequence[int], lots: Sequence[Lot], deducted: int) -> list[Drawn]:
    available = [(lot, lot.seconds - (deducted if lot.origin is LotOrigin.ALLOTMENT else 0)) for lot in lots]
    return draw(((entry.date, max(cost, 0)) for entry, cost in zip(entries, costs, strict=True)), available)


def _granted(
    period: Period, allotment: int, ledger: CycleLedger, costs: Sequence[int], expires_on: date | None
) -> list[Lot]:
    """The lots that this cycle adds: allotment, top-ups, and what negative entries give back."""
    lots = [Lot(f"allotment-{period.start}", LotOrigin.ALLOTMENT, period.start, allotment, expires_on)]
    lots += (Lot(one.id, LotOrigin.TOP_UP, period.start, one.seconds, one.expires_on) for one in ledger.top_ups)
    lots += (
        Lot(lot_id, LotOrigin.CORRECTION, period.start, -cost, expires_on)
        for lot_id, cost in zip(_correction_ids(period, costs), costs, strict=True)
        if lot_id
    )
    return [lot for lot in lots if lot.seconds]


def _correction_ids(period: Period, costs: Sequence[int]) -> Iterator[str | None]:
    """Names the lot of each negative entry by its place among them in draw order."""
    nth = count(1)
    return (f"correction-{period.start}-{next(nth):04}" if cost < 0 else None for cost in costs)


def _lot_statements(lots: Sequence[Lot], work: _Work, deducted: int, as_of: date) -> tuple[LotStatement, ...]:
    """What became of each lot up to `as_of`, before the cycle's close."""
    drawn: Counter[str] = Counter()
    for cover in work.covers:
        for part in cover.draws:
            drawn[part.lot_id] += part.seconds
    return tuple(
        _lot_statement(lot, drawn[lot.id], deducted if lot.origin is LotOrigin.ALLOTMENT else 0, as_of) for lot in lots
    )


def _lot_statement(lot: Lot, drawn: int, deducted: int, as_of: date) -> LotStatement:
    left = lot.seconds - drawn - deducted
    expired = left if lot.expires_on is not None and lot.expires_on <= as_of else 0
    return LotStatement(lot, drawn, deducted, expired_seconds=expired, remaining_seconds=left - expired)


def _deducted(lots: Sequence[LotStatement]) -> int:
    return sum(one.deducted_seconds for one in lots)


def _figures(carry_forward: CarryForward, granted: Sequence[Lot], lots: Sequence[LotStatement], work: _Work) -> Figures:
    added: Counter[LotOrigin] = Counter()
    for lot in granted:
        added[lot.origin] += lot.seconds
    carried_in = sum(lot.seconds for lot in carry_forward.lots)
    used = sum(cost for cost in work.costs if cost > 0)
    expired, deducted = sum(one.expired_seconds for one in lots), _deducted(lots)
    return Figures(
        allotment_seconds=added[LotOrigin.ALLOTMENT],
        carried_seconds=carried_in,
        topped_up_seconds=added[LotOrigin.TOP_UP],
        corrected_seconds=added[LotOrigin.CORRECTION],
        deducted_seconds=deducted,
        expired_seconds=expired,
        used_seconds=used,
        remaining_seconds=added.total() + carried_in - deducted - expired - used,
        overage_seconds=sum(cover.overage_seconds for cover in work.covers),
        project_seconds=sum(entry.seconds for entry in work.entries if entry.pool is Pool.PROJECT),
    )


def _accounted_entries(period: Period, work: _Work) -> tuple[AccountedEntry, ...]:
    lot_ids = _correction_ids(period, work.costs)
    return tuple(
        AccountedEntry(entry, cost, cover.draws, cover.overage_seconds)
        if cost >= 0
        else AccountedEntry(entry, 0, given_back_seconds=-cost, correction_lot_id=lot_id)
        for entry, cost, cover, lot_id in zip(work.entries, work.costs, work.covers, lot_ids, strict=True)
    )
