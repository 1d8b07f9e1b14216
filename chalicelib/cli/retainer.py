"""`hourtab retainer`: the retainers and their terms."""

from dataclasses import asdict
from typing import Any

import click

from chalicelib.cli.adjust import correct, top_up
from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.live import go_live_command
from chalicelib.cli.output import answer, facts, table
from chalicelib.domain.calendar import today
from chalicelib.domain.quantities import hours_in_words
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Terms
from chalicelib.domain.terms_versions import terms_at
from chalicelib.parts import Parts
from chalicelib.services.setup.describe import words_of_retainer, words_of_terms
from chalicelib.services.store.lookup import find_client, find_retainer, list_clients

retainer = Group(commands=[top_up, correct, go_live_command])


@retainer.command("list")
@click.argument("client", required=False)
@pass_parts
def list_all(parts: Parts, client: str | None) -> None:
    """List all retainers, or those of CLIENT, with today's terms."""
    books = (find_client(parts.directory, client),) if client else list_clients(parts.directory)
    retainers = [retainer for book in books for retainer in book.retainers]
    head = ("client", "retainer", "title", "length", "starts", "state", "allotment", "fee")
    rows = (_row(one, terms_at(one, today(parts.clock(), one.zone))) for one in retainers)
    answer([_as_json(one) for one in retainers], table(head, rows, right=("allotment", "fee")))


@retainer.command()
@click.argument("client")
@click.argument("retainer")
@pass_parts
def show(parts: Parts, client: str, retainer: str) -> None:
    """Show one retainer with all versions of its terms."""
    found = find_retainer(find_client(parts.directory, client), retainer)
    answer(_as_json(found), _lines(found))


def _row(retainer: Retainer, terms: Terms) -> tuple[str, ...]:
    return (
        retainer.id.client,
        retainer.id.retainer,
        retainer.title,
        retainer.length.value,
        str(retainer.starts_on),
        _state(retainer),
        hours_in_words(terms.allotment_seconds),
        f"{terms.fee.amount} {terms.fee.currency}",
    )


def _lines(retainer: Retainer) -> list[str]:
    terms = (
        (f"terms of {one.effective_from}: {key}", text)
        for one in retainer.terms
        for key, text in words_of_terms(one).items()
    )
    words = words_of_retainer(retainer)
    return facts((("retainer", str(retainer.id)), ("state", _state(retainer)), *words.items(), *terms))


def _state(retainer: Retainer) -> str:
    return f"live from {retainer.live_from}" if retainer.live_from else "backfill"


def _as_json(retainer: Retainer) -> dict[str, Any]:
    return {
        **retainer.id._asdict(),
        "title": retainer.title,
        "zone": retainer.zone,
        "length": retainer.length.value,
        "anchor_day": retainer.anchor_day,
        "starts_on": retainer.starts_on,
        "ends_on": retainer.ends_on,
        "live_from": retainer.live_from,
        "grace_days": retainer.grace_days,
        "partial": retainer.partial.value,
        "late_work": retainer.late_work.value,
        "pauses": [{"from": one.start, "until": one.end} for one in retainer.pauses],
        "terms": [_terms_as_json(terms) for terms in retainer.terms],
    }


def _terms_as_json(terms: Terms) -> dict[str, Any]:
    rule = terms.carry_over
    return {
        "effective_from": terms.effective_from,
        "currency": terms.fee.currency,
        "allotment_seconds": terms.allotment_seconds,
        "fee_minor": terms.fee.minor,
        "regular_rate_minor": terms.regular_rate.minor,
        "overage_rate_minor": terms.price_beyond.minor,
        "carry_over": {
            "unused": rule.unused.value,
            "cap_seconds": rule.cap.seconds if rule.cap else None,
            "cap_percent": rule.cap.percent if rule.cap else None,
            "expires_after_cycles": rule.expires_after,
            "overrun": rule.overrun.value,
        },
        "rounding": asdict(terms.rounding),
        "alert_percents": list(terms.alert_percents),
    }
