"""Every key that `setup.yaml` may have, by section, with its type; docs/setup.md explains each of them.

The readers refuse any other key, json_schema.py builds the editors' JSON Schema from this table, and a test checks
that the readers accept for each key exactly what is declared here.
"""

from enum import Enum, auto
from typing import Any, NamedTuple

from chalicelib.cli.setup_file import billing_scalars as billing
from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.scalars import integer, one_of, text
from chalicelib.cli.setup_file.shaped import Scalar
from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import CycleLength, HoursFormat, Issuing, LateEntryRule, PartialCycle
from chalicelib.domain.terms import Overrun, RoundingLevel, Unused
from chalicelib.intake.sources.columns import DateOrder


class Form(Enum):
    """How many values a key holds."""

    ONE = auto()
    LIST = auto()
    BY_NAME = auto()
    """A mapping whose keys the operator chooses."""


class Key(NamedTuple):
    """One key of a section."""

    holds: Scalar[Any] | str
    """A single value, or the name of a section."""
    form: Form = Form.ONE
    is_needed: bool = False
    """Whether it is required; a required list must not be empty."""


def _need(holds: Scalar[Any] | str, form: Form = Form.ONE) -> Key:
    return Key(holds, form, is_needed=True)


_MONEY = scalars.money_in("EUR")  # amounts have the same shape in every currency
_RENAMED = {"name": _need(text), "aliases": _need(text, Form.LIST)}

SECTIONS = {
    "the file": {
        "operator": Key("operator"),
        "sources": Key("sources", Form.BY_NAME),
        "workers": Key("workers", Form.LIST),
        "inbox_rules": Key("inbox_rules", Form.LIST),
        "clients": Key("clients", Form.LIST),
    },
    "operator": {
        "name": _need(text),
        "email": _need(scalars.email),
        "billing": Key("operator.billing"),
    },
    "operator.billing": {
        "name": Key(text),
        "address": Key(text, Form.LIST),
        "country": Key(billing.country),
        "vat_id": Key(billing.vat_id),
        "tax_number": Key(text),
        "iban": Key(billing.iban),
        "bic": Key(billing.bic),
        "series": Key(billing.series),
        "payment_days": Key(billing.payment_days),
        "note": Key(text),
    },
    "sources": {
        "date_order": Key(one_of(DateOrder)),
        "complete": Key(scalars.yes_no),
    },
    "workers": _RENAMED,
    "inbox_rules": {
        "when": _need("when"),
        "client": _need(scalars.slug),
    },
    "clients": {
        "id": _need(scalars.slug),
        "name": _need(text),
        "aliases": Key(text, Form.LIST),
        "locale": Key(scalars.locale),
        "currency": Key(scalars.currency),
        "hours_format": Key(one_of(HoursFormat)),
        "billing": Key("clients.billing"),
        "tax": Key("tax"),
        "invoices": Key(one_of(Issuing)),
        "mails": Key("mails"),
        "retainers": _need("retainers", Form.LIST),
        "projects": Key("projects", Form.LIST),
        "rules": Key("rules", Form.LIST),
    },
    "clients.billing": {
        "name": Key(text),
        "address": Key(text, Form.LIST),
        "country": Key(billing.country),
        "vat_id": Key(billing.vat_id),
        "tax_number": Key(text),
        "email": Key(scalars.email),
        "payment_days": Key(billing.payment_days),
    },
    "tax": {
        "percent": _need(billing.percent),
        "category": Key(billing.category),
        "reason": Key(text),
    },
    "mails": dict.fromkeys(("new_cycle", "alerts", "expiring"), Key(scalars.yes_no)),
    "projects": _RENAMED,
    "retainers": {
        "id": _need(scalars.slug),
        "title": Key(text),
        "zone": _need(scalars.zone),
        "length": Key(one_of(CycleLength)),
        "anchor_day": Key(integer(1, 31)),
        "starts_on": _need(scalars.day),
        "ends_on": Key(scalars.day),
        "grace_days": Key(integer(0, 31)),
        "partial": Key(one_of(PartialCycle)),
        "late_work": Key(one_of(LateEntryRule)),
        "pauses": Key("pauses", Form.LIST),
        "terms": _need("terms", Form.LIST),
    },
    "pauses": {
        "from": _need(scalars.day),
        "until": Key(scalars.day),
    },
    "terms": {
        "effective_from": Key(scalars.day),
        "allotment": _need(scalars.seconds),
        "fee": _need(_MONEY),
        "regular_rate": _need(_MONEY),
        "overage_rate": Key(_MONEY),
        "carry_over": Key("carry_over"),
        "rounding": Key("rounding"),
        "alerts": Key(integer(1, 1000), Form.LIST),
    },
    "carry_over": {
        "unused": Key(one_of(Unused)),
        "cap": Key(scalars.cap),
        "expires": Key(scalars.expiry),
        "overrun": Key(one_of(Overrun)),
    },
    "rounding": {
        "increment": Key(scalars.seconds),
        "minimum": Key(scalars.seconds),
        "level": Key(one_of(RoundingLevel)),
        "multipliers": Key(scalars.factor, Form.BY_NAME),
    },
    "rules": {
        "when": _need("when"),
        "pool": _need(one_of(Pool)),
        "retainer": Key(scalars.slug),
        "reason": Key(text),
    },
    "when": dict.fromkeys(("client", "project", "contract", "task", "work_type", "ticket", "tag"), Key(text)),
}
