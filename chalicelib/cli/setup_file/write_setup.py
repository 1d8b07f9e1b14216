"""Writes a set-up as the data of a `setup.yaml` that declares it: the reverse of `read_setup`.

Keys come from the reader's table, in its order; what has its default is left out.
"""

from dataclasses import MISSING, fields, is_dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

import yaml

from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.branding import Logo
from chalicelib.domain.parties import NO_SELLER, OperatorBilling
from chalicelib.domain.quantities import hours_in_words
from chalicelib.domain.retainer import ALERT_PAUSE, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.describe import decimal_text
from chalicelib.services.setup.written_terms import written_versions
from chalicelib.services.store.books import ClientBook, Operator

Document = dict[str, Any]
_EMPTY: tuple[object, ...] = (None, "", (), [], {})
_WIDTH = 120


class _Dumper(yaml.SafeDumper):
    """Indents the items of lists."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002 - PyYAML's
        super().increase_indent(flow, False)


def as_yaml(document: Document) -> str:
    """The text of the file."""
    return str(yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=_WIDTH))


def write_setup(setup: Setup) -> Document:
    """The whole file; a section that is None in `setup` is left out."""
    rules = setup.inbox_rules
    sections = {
        "operator": setup.operator and _operator(setup.operator, setup.billing or NO_SELLER, setup.logo),
        "sources": setup.hints and _sources(setup.hints),
        "workers": None if setup.workers is None else _renamed("workers", setup.workers),
        "inbox_rules": None if rules is None else [_rule("inbox_rules", each.rule) for each in rules],
        "clients": [_client(book) for book in setup.clients],
    }
    return {name: section for name, section in sections.items() if section is not None}


def _section(name: str, *values: object, **nested: Any) -> Document:
    """A section by its table: `nested` has what keys hold that no field of the values does."""
    written = {}
    for key, held in SECTIONS[name].items():
        value = nested[key] if key in nested else _own(held.field or key, values, even_default=held.is_needed)
        if held.is_needed or value not in _EMPTY:
            written[key] = _scalar(value)
    return written


def _own(field: str, values: tuple[object, ...], *, even_default: bool) -> Any:
    """The value of this field; None if it has its default."""
    owner = next(value for value in values if hasattr(value, field))
    value = getattr(owner, field)
    return value if even_default or value != _default(owner, field) else None


def _default(owner: object, field: str) -> Any:
    known = fields(owner) if is_dataclass(owner) else ()
    return next((each.default for each in known if each.name == field), MISSING)


def _scalar(value: Any) -> Any:
    """A value as YAML has it."""
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, Fraction):
        return decimal_text(value)
    return list(value) if isinstance(value, tuple) else value


def _operator(operator: Operator, billing: OperatorBilling, logo: Logo | None) -> Document:
    pause = operator.alert_pause_seconds
    return _section(
        "operator",
        operator,
        logo=logo.data_uri if logo else None,
        alert_pause=hours_in_words(pause) if pause != ALERT_PAUSE else None,
        billing=_section("operator.billing", billing.party, billing),
    )


def _sources(hints: SourceHints) -> Document:
    return {
        name: _section(
            "sources",
            date_order=hints.date_orders.get(name),
            zone=hints.zones.get(name),
            complete=name in hints.complete or None,
        )
        for name in sorted({*hints.date_orders, *hints.zones, *hints.complete})
    }


def _renamed(section: str, renamed: tuple[Renamed, ...]) -> list[Document]:
    return [_section(section, one) for one in renamed]


def _rule(section: str, rule: ClientRule | InboxRule) -> Document:
    columns = [_section("columns", each) for each in rule.match.columns]
    return _section(section, rule, when=_section("when", rule.match, columns=columns))


def _client(book: ClientBook) -> Document:
    billing = book.billing
    return _section(
        "clients",
        book.client,
        book,
        billing=_section("clients.billing", billing.party, billing),
        tax=_section("tax", billing.tax) if billing.tax else {},
        mails=_section("mails", book.mails),
        approvals=_section("approvals", book.approvals),
        retainers=[_retainer(each) for each in book.retainers],
        projects=_renamed("projects", book.aliases.projects),
        rules=[_rule("rules", each) for each in book.rules],
    )


def _retainer(retainer: Retainer) -> Document:
    slug = retainer.id.retainer
    return _section(
        "retainers",
        retainer,
        id=slug,
        title=retainer.title if retainer.title != slug else None,
        pauses=[_section("pauses", each) for each in retainer.pauses],
        terms=list(written_versions(retainer.terms)),
    )
