"""The set-up in the words of `setup.yaml`: what a plan shows as before and after.

Each function returns every key of a section with its text; different values have different texts.
"""

from collections.abc import Mapping
from dataclasses import asdict, fields
from decimal import Decimal
from fractions import Fraction

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.parties import NO_BUYER, NO_SELLER, ClientBilling, OperatorBilling, Party
from chalicelib.domain.quantities import Money, hours_in_words
from chalicelib.domain.retainer import ApprovalRules, Client, ClientMails, Issuing, Pause, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.domain.terms import Cap, Terms
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.books import Operator

Words = Mapping[str, str]
"""Key → text; an empty text if the key has no value."""


def words_of_operator(operator: Operator, billing: OperatorBilling = NO_SELLER) -> Words:
    """The section `operator`."""
    return {
        **_words(operator, "name", "email", "phone", "web", "accent", "logo"),
        "alert_pause": hours_in_words(operator.alert_pause_seconds),
        **_words_of_party(billing.party),
        **_words(billing, "series", "payment_days", "note", prefix="billing."),
        **{f"billing.notes.{language}": note for language, note in billing.notes.items()},
        "billing.comparison": "" if billing.compares else "no",
    }


def words_of_hints(hints: SourceHints) -> Words:
    """The section `sources`: the name of each source with its settings."""
    names = sorted({*hints.date_orders, *hints.zones, *hints.complete})
    return {name: _words_of_source(hints, name) for name in names}


def words_of_renamed(renamed: tuple[Renamed, ...]) -> Words:
    """The section `workers` or `projects`: each name with its aliases."""
    return {one.name: _quoted(one.aliases) for one in renamed}


def words_of_client(client: Client, billing: ClientBilling = NO_BUYER) -> Words:
    """The keys of a client itself."""
    tax = billing.tax
    return {
        **_words(client, "name", "aliases", "locale", "currency", "hours_format"),
        "tickets_together": "yes" if client.tickets_together else "",
        "invoices_on_page": "" if client.invoices_on_page else "no",
        **_words_of_party(billing.party),
        **_words(billing, "payment_days", "purchase_order", "reference", prefix="billing."),
        "billing.work_log": "yes" if billing.work_log else "",
        "billing.one_invoice": "yes" if billing.one_invoice else "",
        "tax.percent": f"{decimal_text(tax.percent)} %" if tax else "",
        "tax.category": tax.category if tax else "",
        "tax.reason": tax.reason if tax else "",
    }


def words_of_notices(issuing: Issuing, mails: ClientMails, approvals: ApprovalRules) -> Words:
    """The keys of a client that choose its mails, and who is asked for approval."""
    sent = {key: "yes" if wanted else "no" for key, wanted in asdict(mails).items()}
    return {
        "invoices": issuing.value,
        **{f"mails.{key}": text for key, text in sent.items()},
        **_words(approvals, "approvers", "decide_days", "link_days", prefix="approvals."),
    }


def words_of_retainer(retainer: Retainer) -> Words:
    """The keys of a retainer, without its terms."""
    keys = ("title", "zone", "length", "anchor_day", "starts_on", "ends_on", "grace_days", "partial", "late_work")
    pauses = ", ".join(map(_pause, retainer.pauses))
    return {**_words(retainer, *keys), "pauses": pauses, "hidden": "yes" if retainer.hidden else ""}


def words_of_terms(terms: Terms) -> Words:
    """The keys of one version of the terms; those of its sections with a dot."""
    rule, rounding = terms.carry_over, terms.rounding
    return {
        "allotment": hours_in_words(terms.allotment_seconds),
        "fee": _amount(terms.fee),
        "regular_rate": _amount(terms.regular_rate),
        "overage_rate": "" if terms.overage_rate is None else _amount(terms.overage_rate),
        "carry_over.unused": rule.unused.value,
        "carry_over.cap": _cap(rule.cap),
        "carry_over.expires": "never" if rule.expires_after is None else f"after {rule.expires_after} cycles",
        "carry_over.overrun": rule.overrun.value,
        "rounding.increment": hours_in_words(rounding.increment_seconds),
        "rounding.minimum": hours_in_words(rounding.minimum_seconds),
        "rounding.level": rounding.level.value,
        "rounding.multipliers": ", ".join(f"{kind} × {decimal_text(by)}" for kind, by in rounding.multipliers.items()),
        "alerts": ", ".join(f"{percent} %" for percent in terms.alert_percents),
    }


def words_of_rules(rules: tuple[ClientRule, ...]) -> Words:
    """A client's rules in their order."""
    return {f"rule {number}": _words_of_rule(rule) for number, rule in enumerate(rules, 1)}


def words_of_inbox_rules(rules: tuple[InboxRule, ...]) -> Words:
    """The rules for files at the top of the inbox, in their order."""
    return {f"rule {number}": f"{_when(rule.match)} → {rule.client}" for number, rule in enumerate(rules, 1)}


def _words(value: object, *names: str, prefix: str = "") -> Words:
    """The texts of these fields."""
    return {f"{prefix}{name}": _text(getattr(value, name)) for name in names}


def _text(value: object) -> str:
    if isinstance(value, tuple):
        return _quoted(value)
    return "" if value is None else str(value)


def _pause(pause: Pause) -> str:
    return f"from {pause.start}" + (f" until {pause.end}" if pause.end else "")


def _quoted(names: tuple[str, ...]) -> str:
    return ", ".join(f"“{name}”" for name in names)


def _words_of_party(party: Party) -> Words:
    return _words(party, *(field.name for field in fields(party)), prefix="billing.")


def _words_of_source(hints: SourceHints, name: str) -> str:
    order = hints.date_orders.get(name)
    said = [f"date_order {order.value}"] if order else []
    said += [f"zone {hints.zones[name]}"] if name in hints.zones else []
    return ", ".join([*said, *(["complete"] if name in hints.complete else [])])


def _words_of_rule(rule: ClientRule) -> str:
    target = f" {rule.retainer}" if rule.retainer else ""
    reason = f" ({rule.reason})" if rule.reason else ""
    return f"{_when(rule.match)} → {rule.pool.value}{target}{reason}"


def _when(match: Match) -> str:
    keys = ("client", "project", "contract", "task", "work_type", "ticket", "tag")
    said = [f"{key} “{getattr(match, key)}”" for key in keys if getattr(match, key) is not None]
    said += [f"column “{each.column}” {' or '.join(f'“{one}”' for one in each.patterns)}" for each in match.columns]
    return ", ".join(said) or "every row"


def _amount(money: Money) -> str:
    return f"{money.amount} {money.currency}"


def _cap(cap: Cap | None) -> str:
    if cap is None:
        return "none"
    return f"{cap.percent} %" if cap.percent is not None else hours_in_words(cap.seconds or 0)


def decimal_text(factor: Fraction) -> str:
    """A rate or factor as it is typed: 7.7."""
    return str(Decimal(factor.numerator) / Decimal(factor.denominator))
