"""The figures behind a link as JSON: a stable format, described field by field in docs/balance-json.md.

Durations are integer seconds, dates are ISO 8601, and only the carry-over sentence is localised.
"""

import json
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from chalicelib.domain.cycle import AccountedEntry, CycleStatement, Figures
from chalicelib.domain.entry import LATE_SOURCES, MANUAL
from chalicelib.render.json_values import asked_json, day_json, instant_json, lot_json, statement_json, top_up_json
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.web.headers import BODY_LIMIT, fits
from chalicelib.web.page.build_work_log import shown_entries
from chalicelib.words.formats import Formats
from chalicelib.words.sentences import Localizer

_KINDS = dict.fromkeys(LATE_SOURCES, "late") | {MANUAL: "correction"}
_NO_CYCLE: dict[str, Any] = {
    "cycle": None,
    **asdict(Figures()),
    **dict.fromkeys(("debt_in_seconds", "repaying_seconds", "debt_out_seconds", "billed_seconds", "usable_seconds"), 0),
    "carried_is_provisional": False,
    "agreed_seconds": 0,
    "approvals": [],
    "lots": [],
    "top_ups": [],
}


def balance_text(
    balance: ClientBalance, year: int | None = None, cycle: date | None = None, limit: int = BODY_LIMIT
) -> str:
    """The JSON document. Figures are always complete; if the entries do not fit, the oldest are left out."""
    document = balance_json(balance, year, cycle)
    text = _dump(document)
    while not fits(text, limit) and _leave_out_older_half(document["retainers"]):
        text = _dump(document)
    return text


def _dump(document: dict[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _leave_out_older_half(retainers: list[dict[str, Any]]) -> bool:
    """Halve the longest list of entries, which is newest first; False if there is nothing to leave out."""
    longest = max(retainers, key=lambda one: len(one["entries"]), default=None)
    if longest is None or not longest["entries"]:
        return False
    kept = len(longest["entries"]) // 2
    longest["entries_left_out"] += len(longest["entries"]) - kept
    del longest["entries"][kept:]
    return True


def balance_json(balance: ClientBalance, year: int | None = None, cycle: date | None = None) -> dict[str, Any]:
    """The document as plain values; `year` or `cycle` (its first day) selects the entries and past cycles."""
    client = balance.client
    localizer = Localizer(Formats.for_client(client))
    return {
        "client": {"name": client.name, "locale": client.locale, "currency": client.currency},
        "as_of": instant_json(balance.as_of),
        "recorded_until": day_json(balance.recorded_until),
        "retainers": [_retainer(localizer, one, year, cycle, balance.now) for one in balance.retainers],
    }


def _retainer(
    localizer: Localizer, balance: RetainerBalance, year: int | None, cycle: date | None, now: datetime | None
) -> dict[str, Any]:
    current = balance.current
    return {
        "id": balance.retainer.id.retainer,
        "title": balance.retainer.title,
        "zone": balance.retainer.zone,
        "carry_over": ""
        if current is None
        else localizer.carry_over(balance.retainer, current.terms, current.period.end),
        **(_NO_CYCLE if current is None else _cycle(balance, current, now)),
        "entries": [_entry(one, shown) for shown in balance.logged(year, cycle) for one in shown_entries(shown)],
        "entries_left_out": 0,
        "past_cycles": [_cycle(balance, one, now) for one in balance.past(year, cycle)],
    }


def _cycle(balance: RetainerBalance, statement: CycleStatement, now: datetime | None) -> dict[str, Any]:
    return {
        **statement_json(statement),
        "usable_seconds": balance.usable_seconds(statement),
        "agreed_seconds": statement.agreed_seconds,
        "approvals": [asked_json(one, now) for one in statement.approvals if now],
        "lots": [lot_json(lot) for lot in statement.lots],
        "top_ups": [top_up_json(one) for one in statement.top_ups],
    }


def _entry(accounted: AccountedEntry, statement: CycleStatement) -> dict[str, Any]:
    entry = accounted.entry
    return {
        "cycle": statement.period.start.isoformat(),
        "date": entry.date.isoformat(),
        "kind": _KINDS.get(entry.source, "work"),
        "worked_on": day_json(entry.worked_on),
        "worker": entry.worker,
        "description": entry.description,
        "project": entry.project,
        "task": entry.task,
        "work_type": entry.work_type,
        "ticket": entry.ticket,
        "pool": entry.pool.value,
        "actual_seconds": entry.seconds,
        "accounted_seconds": accounted.accounted_seconds,
        "overage_seconds": accounted.overage_seconds,
        "given_back_seconds": accounted.given_back_seconds,
        "correction_lot": accounted.correction_lot_id,
        "draws": [{"lot": draw.lot_id, "seconds": draw.seconds} for draw in accounted.draws],
    }
