"""The figures of a cycle as JSON, the same for the client's link and the command line."""

from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

from chalicelib.domain.approval import Approval
from chalicelib.domain.cycle import CycleStatement, LotStatement, TopUp


def statement_json(statement: CycleStatement) -> dict[str, Any]:
    """The cycle with its figures, in seconds (docs/balance-json.md)."""
    return {
        "cycle": cycle_json(statement),
        **asdict(statement.figures),
        "debt_in_seconds": statement.debt_in_seconds,
        "repaying_seconds": statement.repaying_seconds,
        "debt_out_seconds": statement.debt_out_seconds,
        "billed_seconds": statement.billed_seconds,
        "carried_is_provisional": statement.carried_is_provisional,
    }


def cycle_json(statement: CycleStatement) -> dict[str, str]:
    """Its first day, the first day that no longer belongs to it, and its state."""
    period = statement.period
    return {"start": period.start.isoformat(), "end": period.end.isoformat(), "state": statement.state.value}


def lot_json(statement: LotStatement) -> dict[str, Any]:
    """A lot and how its hours were used, in seconds."""
    lot = statement.lot
    return {
        "id": lot.id,
        "origin": lot.origin.value,
        "granted_in": lot.granted_in.isoformat(),
        "expires_on": day_json(lot.expires_on),
        "seconds": lot.seconds,
        "drawn_seconds": statement.drawn_seconds,
        "deducted_seconds": statement.deducted_seconds,
        "expired_seconds": statement.expired_seconds,
        "forfeited_seconds": statement.forfeited_seconds,
        "capped_seconds": statement.capped_seconds,
        "remaining_seconds": statement.remaining_seconds,
    }


def top_up_json(top_up: TopUp) -> dict[str, Any]:
    """Hours that were bought for the cycle; `id` is also the id of their lot."""
    return {
        "id": top_up.id,
        "seconds": top_up.seconds,
        "bought_on": top_up.bought_on.isoformat(),
        "expires_on": day_json(top_up.expires_on),
        "price_minor": top_up.price.minor if top_up.price else None,
        "note": top_up.note,
    }


def approval_json(approval: Approval, now: datetime) -> dict[str, Any]:
    """A question about hours beyond the retainer and how it stands at `now`, for the operator."""
    answer = approval.answer
    return {
        "id": approval.id,
        **approval.cycle.retainer._asdict(),
        "cycle_start": approval.cycle.start.isoformat(),
        **asked_json(approval, now),
        "approvers": list(approval.approvers),
        "link_until": instant_json(approval.link_until),
        "link_of": answer.link_of if answer else None,
        "sentence_sha256": approval.digest,
    }


def asked_json(approval: Approval, now: datetime) -> dict[str, Any]:
    """What a client's own page says about a question."""
    answer = approval.answer
    return {
        "state": approval.state_at(now).value,
        "sentence": approval.sentence,
        "seconds": approval.seconds,
        "rate_minor": approval.rate.minor,
        "currency": approval.rate.currency,
        "reason": approval.reason,
        "asked_at": instant_json(approval.asked_at),
        "decide_by": instant_json(approval.decide_by),
        "settled_at": instant_json(approval.settled_at),
        "name": answer.name if answer else None,
        "comment": answer.comment if answer else None,
    }


def day_json(day: date | None) -> str | None:
    """A date, or null."""
    return None if day is None else day.isoformat()


def instant_json(at: datetime | None) -> str | None:
    """`2026-11-22T04:50:00Z` for an aware instant; None for None."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
