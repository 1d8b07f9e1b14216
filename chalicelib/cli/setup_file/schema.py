"""Every key that `setup.yaml` may have, by section, with its type; docs/setup.md explains each of them.

Sections are read by this table (sections.py), which refuses any other key, and infra/setup_schema.py builds the
editors' JSON Schema from it.
"""

from datetime import date
from enum import Enum, auto
from fractions import Fraction
from functools import partial
from typing import Any, NamedTuple

from chalicelib.cli.setup_file import billing_scalars as billing
from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.scalars import integer, one_of, or_none, text
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
    is_needed_first: bool = False
    """Whether the first version of the terms requires it; a later one inherits it."""
    stand_in: Any = None
    """Taken for an absent or invalid value, so that the rest of the file is checked."""
    field: str = ""
    """The field of our own that it fills, where that has another name."""
    hint: str = ""
    """Added to the problem that it is absent."""


_need = partial(Key, is_needed=True)
_need_first = partial(
    Key, is_needed_first=True, hint=" The first version states it; a later one inherits it if it leaves the key out."
)
_MONEY = scalars.money_in("EUR")  # amounts have the same shape in every currency
_RENAMED = {
    "name": _need(text, stand_in=""),
    "aliases": _need(text, form=Form.LIST, hint=" List the other names that exports use for it."),
}
_WHEN = _need("when", hint=" `when: {}` matches every row.")

SECTIONS = {
    "the file": {
        "operator": Key("operator"),
        "sources": Key("sources", Form.BY_NAME),
        "workers": Key("workers", Form.LIST),
        "inbox_rules": Key("inbox_rules", Form.LIST),
        "clients": Key("clients", Form.LIST),
    },
    "operator": {
        "name": _need(text, stand_in=""),
        "email": _need(scalars.email, stand_in=""),
        "phone": Key(scalars.phone),
        "web": Key(scalars.web),
        "logo": Key(scalars.logo),
        "accent": Key(scalars.accent),
        "alert_pause": Key(scalars.seconds, field="alert_pause_seconds"),
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
        "notes": Key(text, Form.BY_NAME),
        "comparison": Key(scalars.yes_no, field="compares"),
    },
    "sources": {
        "date_order": Key(one_of(DateOrder)),
        "zone": Key(scalars.zone),
        "complete": Key(scalars.yes_no),
    },
    "workers": _RENAMED,
    "inbox_rules": {
        "when": _WHEN,
        "client": _need(scalars.slug, stand_in=""),
    },
    "clients": {
        "id": _need(scalars.slug, stand_in=""),
        "name": _need(text, stand_in=""),
        "aliases": Key(text, Form.LIST),
        "locale": Key(scalars.locale),
        "currency": Key(scalars.currency),
        "hours_format": Key(one_of(HoursFormat)),
        "tickets_together": Key(scalars.yes_no),
        "invoices_on_page": Key(scalars.yes_no),
        "billing": Key("clients.billing"),
        "tax": Key("tax"),
        "invoices": Key(one_of(Issuing), field="issuing"),
        "mails": Key("mails"),
        "approvals": Key("approvals"),
        "retainers": _need("retainers", form=Form.LIST),
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
        "purchase_order": Key(text),
        "reference": Key(text),
        "work_log": Key(scalars.yes_no),
        "one_invoice": Key(scalars.yes_no),
    },
    "tax": {
        "percent": _need(billing.percent, stand_in=Fraction(0)),
        "category": Key(billing.category),
        "reason": Key(text),
    },
    "mails": dict.fromkeys(("new_cycle", "alerts", "expiring"), Key(scalars.yes_no)),
    "approvals": {
        "approvers": Key(scalars.email, Form.LIST),
        "decide_days": Key(integer(1, 90)),
        "link_days": Key(integer(1, 90)),
    },
    "projects": _RENAMED,
    "retainers": {
        "id": _need(scalars.slug, stand_in=""),
        "title": Key(text),
        "zone": _need(scalars.zone, stand_in="UTC"),
        "length": Key(one_of(CycleLength)),
        "anchor_day": Key(integer(1, 31)),
        "starts_on": _need(scalars.day, stand_in=date.min),
        "ends_on": Key(scalars.day),
        "hidden": Key(scalars.yes_no),
        "grace_days": Key(integer(0, 31)),
        "partial": Key(one_of(PartialCycle)),
        "late_work": Key(one_of(LateEntryRule)),
        "pauses": Key("pauses", Form.LIST),
        "terms": _need("terms", form=Form.LIST),
    },
    "pauses": {
        "from": _need(scalars.day, stand_in=date.min, field="start"),
        "until": Key(scalars.day, field="end"),
    },
    "terms": {
        "effective_from": Key(scalars.day),
        "allotment": _need_first(scalars.seconds, field="allotment_seconds"),
        "fee": _need_first(_MONEY),
        "regular_rate": _need_first(_MONEY),
        "overage_rate": Key(or_none(_MONEY)),
        "carry_over": Key("carry_over"),
        "rounding": Key("rounding"),
        "alerts": Key(integer(1, 1000), Form.LIST, field="alert_percents"),
    },
    "carry_over": {
        "unused": Key(one_of(Unused)),
        "cap": Key(scalars.cap),
        "expires": Key(scalars.expiry, field="expires_after"),
        "overrun": Key(one_of(Overrun)),
    },
    "rounding": {
        "increment": Key(or_none(scalars.seconds), field="increment_seconds"),
        "minimum": Key(or_none(scalars.seconds), field="minimum_seconds"),
        "level": Key(one_of(RoundingLevel)),
        "multipliers": Key(or_none(scalars.factor), Form.BY_NAME),
    },
    "rules": {
        "when": _WHEN,
        "pool": _need(one_of(Pool), stand_in=Pool.RETAINER),
        "retainer": Key(scalars.slug),
        "reason": Key(text),
    },
    "when": {
        **dict.fromkeys(("client", "project", "contract", "task", "work_type", "ticket", "tag"), Key(text)),
        "columns": Key("columns", Form.LIST),
    },
    "columns": {
        "column": _need(text, stand_in=""),
        "is": _need(text, form=Form.LIST, field="patterns"),
    },
}

ITEMS = {
    "workers": "a worker",
    "inbox_rules": "an inbox rule",
    "clients": "a client",
    "projects": "a project",
    "columns": "a column",
    "retainers": "a retainer",
    "pauses": "a pause",
    "terms": "a version of the terms",
    "rules": "a rule",
}
"""What messages call one section of a list; any other section goes by its key."""
