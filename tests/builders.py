"""Terse builders, so that a test reads like the ledger: `entry("2026-01-05", "1:30")`, `money("12.50")`.

Every argument is text as a person would write it; everything else has an unremarkable default.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.approval import Answer, Approval, ApprovalState
from chalicelib.domain.cycle import CycleLedger, TopUp
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import HOUR, Money, round_half_away
from chalicelib.domain.retainer import CycleLength, PartialCycle, Retainer
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused

ACME_SUPPORT = RetainerId(ClientId("acme"), RetainerSlug("support"))


def hours(text: str) -> int:
    """Seconds: "26:45", "-0:30", "1:20:30", or decimal hours such as "6.75" or "20"."""
    if ":" not in text:
        return round_half_away(Fraction(text) * HOUR)
    negative = text.startswith("-")
    whole, minutes, seconds = (*(int(part) for part in text.lstrip("-").split(":")), 0)[:3]
    total = whole * 3600 + minutes * 60 + seconds
    return -total if negative else total


def money(amount: str, currency: str = "EUR") -> Money:
    """An amount in major units: `money("12.50", "EUR")`."""
    return Money.of(Decimal(amount.replace(",", "")), currency)


def day(text: str) -> date:
    """A date: "2026-01-31"."""
    return date.fromisoformat(text)


def entry(
    on: str,
    duration: str,
    worker: str = "Ada Byron",
    *,
    start: str | None = None,
    pool: Pool = Pool.RETAINER,
    reason: str | None = None,
    source: str = "toggl",
    source_id: str | None = None,
    email: str | None = None,
    project: str | None = None,
    task: str | None = None,
    description: str | None = None,
    work_type: str | None = None,
    ticket: str | None = None,
    tags: tuple[str, ...] | None = None,
    billable: bool | None = None,
) -> Entry:
    """One piece of work: `entry("2026-01-05", "1:30", start="9:00")`."""
    return Entry(
        source=source,
        source_id=source_id,
        worker=worker,
        worker_email=email,
        date=day(on),
        start=None if start is None else hours(start),
        seconds=hours(duration),
        project=project,
        task=task,
        description=description,
        work_type=work_type,
        ticket=ticket,
        tags=tags,
        billable=billable,
        pool=pool,
        pool_reason=reason,
    )


def rule(
    *, carry: bool = False, cap: str | None = None, expires_after: int | None = None, deduct: bool = False
) -> CarryOver:
    """A carry-over rule; `cap` is hours ("5:00") or a percentage ("50%")."""
    limit = None
    if cap is not None:
        limit = Cap(percent=int(cap[:-1])) if cap.endswith("%") else Cap(seconds=hours(cap))
    return CarryOver(
        unused=Unused.CARRY if carry else Unused.FORFEIT,
        cap=limit,
        expires_after=expires_after,
        overrun=Overrun.DEDUCT if deduct else Overrun.BILL,
    )


def rounding(
    increment: str = "0",
    minimum: str = "0",
    level: RoundingLevel = RoundingLevel.ENTRY,
    multipliers: Mapping[str, str] | None = None,
) -> Rounding:
    """How worked time becomes accounted time: `rounding("0:15", multipliers={"after hours": "1.5"})`."""
    factors = {work_type: Fraction(factor) for work_type, factor in (multipliers or {}).items()}
    return Rounding(hours(increment), hours(minimum), level, factors)


def terms(
    effective: str = "2026-01-01",
    *,
    allotment: str = "10:00",
    fee: str = "1000.00",
    rate: str = "100.00",
    overage_rate: str | None = None,
    currency: str = "EUR",
    carry_over: CarryOver | None = None,
    rounded: Rounding | None = None,
) -> Terms:
    """One version of terms, by default 10 h for 1,000 €, use it or lose it, unrounded."""
    return Terms(
        effective_from=day(effective),
        allotment_seconds=hours(allotment),
        fee=money(fee, currency),
        regular_rate=money(rate, currency),
        overage_rate=None if overage_rate is None else money(overage_rate, currency),
        carry_over=carry_over or rule(),
        rounding=rounded or rounding(),
    )


def retainer(
    *versions: Terms,
    starts: str = "2026-01-01",
    ends: str | None = None,
    length: CycleLength = CycleLength.MONTH,
    anchor_day: int | None = None,
    partial: PartialCycle = PartialCycle.FULL,
    backfill: bool = False,
    zone: str = "Europe/Berlin",
    retainer_id: RetainerId = ACME_SUPPORT,
    title: str = "Support",
) -> Retainer:
    """A monthly retainer of Acme from January 2026, live from its start unless `backfill`."""
    return Retainer(
        id=retainer_id,
        title=title,
        zone=zone,
        starts_on=day(starts),
        terms=versions or (terms(starts),),
        length=length,
        anchor_day=anchor_day,
        ends_on=None if ends is None else day(ends),
        live_from=None if backfill else day(starts),
        partial=partial,
    )


def top_up(bought: str, duration: str, *, expires: str | None = None, lot_id: str | None = None) -> TopUp:
    """Hours bought on that day; `expires` is the first day without them."""
    expires_on = None if expires is None else day(expires)
    return TopUp(lot_id or f"top-up-{bought}", hours(duration), day(bought), expires_on)


def ledger(
    start: str,
    entries: Iterable[Entry] = (),
    *,
    top_ups: Iterable[TopUp] = (),
    approvals: Iterable[Approval] = (),
    of: RetainerId = ACME_SUPPORT,
) -> CycleLedger:
    """The stored cycle that starts on `start`."""
    cycle = CycleId(of, day(start))
    return CycleLedger(cycle, 1, tuple(entries), tuple(top_ups), approvals=tuple(approvals))


def asked(
    on: str,
    size: str,
    rate: str = "80.00",
    *,
    name: str = "migration",
    cycle: str | None = None,
    of: RetainerId = ACME_SUPPORT,
) -> Approval:
    """A question of that day about its month, by default, at noon UTC; it stands for a week, its links for two."""
    at = datetime.combine(day(on), time(12), UTC)
    return Approval(
        id=name,
        cycle=CycleId(of, day(cycle) if cycle else day(on).replace(day=1)),
        asked_at=at,
        asked_on=day(on),
        seconds=hours(size),
        rate=money(rate),
        reason="Mail server",
        decide_by=at + timedelta(days=7),
        link_until=at + timedelta(days=14),
        approvers=("ida@acme.example",),
        sentence=f"Up to {size} h at {rate}.",
    )


def settled(question: Approval, state: ApprovalState = ApprovalState.APPROVED, *, name: str = "Ida Berg") -> Approval:
    """The question, answered or withdrawn an hour later."""
    at = question.asked_at + timedelta(hours=1)
    is_answer = state in {ApprovalState.APPROVED, ApprovalState.DECLINED}
    answer = Answer(state is ApprovalState.APPROVED, name) if is_answer else None
    return question._replace(state=state, settled_at=at, answer=answer)


def used(start: str, *durations: str) -> CycleLedger:
    """A cycle in which these hours were worked, one entry a day from its first day on."""
    first = day(start)
    return ledger(start, [entry(str(first + timedelta(days=n)), text) for n, text in enumerate(durations)])


def ledgers(*stored: CycleLedger) -> dict[date, CycleLedger]:
    """Ledgers by the start of their cycle, as `statements` takes them."""
    return {one.id.start: one for one in stored}
