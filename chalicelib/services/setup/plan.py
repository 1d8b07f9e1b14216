"""The plan of applying a set-up: pure functions of the file and the stored set-up.

Whatever is stored but not in the file is listed and not changed: a client is never removed because a line is missing. A
retainer's `live_from` is decided once, when it is created (docs/concepts.md, "Cycles").
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar

from chalicelib.domain.calendar import period_of, today
from chalicelib.domain.ids import ClientId
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import terms_at
from chalicelib.services.setup.caused_mails import CausedMail
from chalicelib.services.setup.check_ids import renamed_client
from chalicelib.services.setup.declared import Setup, SetupProblem
from chalicelib.services.setup.describe import (
    Words,
    words_of_client,
    words_of_hints,
    words_of_inbox_rules,
    words_of_notices,
    words_of_operator,
    words_of_renamed,
    words_of_retainer,
    words_of_rules,
    words_of_terms,
)
from chalicelib.services.store.books import ClientBook, Operator
from chalicelib.services.store.operator_book import OperatorBook

BookT = TypeVar("BookT")


class Action(StrEnum):
    """What `apply` does with one item."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    LEFT_ALONE = "left alone"
    """Stored, and not in the file."""


class FieldChange(NamedTuple):
    """A key with its text before and after; empty if it has no value."""

    key: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a plan, such as `changed retainer acme/support`, with the keys that differ."""

    action: Action
    kind: str
    name: str
    fields: tuple[FieldChange, ...] = ()


@dataclass(frozen=True, slots=True)
class BookPlan(Generic[BookT]):
    """A client's or the operator's share of a plan. `book` is what to write, or None if nothing changes."""

    book: BookT | None
    changes: tuple[Change, ...]
    mails: tuple[CausedMail, ...] = ()
    """The mails that writing it causes."""


def plan_client(
    declared: ClientBook, stored: ClientBook | None, operator: OperatorBook, now: datetime
) -> BookPlan[ClientBook]:
    """The client's new state: as declared, with its existing link, head and `live_from` dates.

    `operator` is the new state of the operator's book, from which each client's book copies some data.
    """
    before = {retainer.id: retainer for retainer in stored.retainers} if stored else {}
    kept = [retainer for key, retainer in before.items() if key not in {r.id for r in declared.retainers}]
    retainers = tuple(_with_life(retainer, before.get(retainer.id), now) for retainer in declared.retainers)
    current = stored or declared
    book = replace(
        declared,
        client=replace(declared.client, link=current.client.link),
        retainers=(*retainers, *kept),
        head=current.head,
        version=current.version,
        counts_after=current.counts_after,
        removed=current.removed,
        operator=operator_of(operator),
        aliases=replace(declared.aliases, workers=operator.workers),
    )
    name = book.client.id
    projects = declared.aliases.projects
    rules_before, projects_before = (stored.rules, stored.aliases.projects) if stored else ((), ())
    changes = (
        _change("client", name, _words_of_client(stored) if stored else None, _words_of_client(book)),
        *(_retainer_change(retainer, before.get(retainer.id)) for retainer in retainers),
        *_order_change(book, stored),
        *(Change(Action.LEFT_ALONE, "retainer", str(retainer.id)) for retainer in kept),
        *_change_of_list("rules", name, words_of_rules(rules_before), words_of_rules(declared.rules)),
        *_change_of_list("projects", name, words_of_renamed(projects_before), words_of_renamed(projects)),
    )
    return BookPlan(None if book == stored else book, changes)


def plan_operator(setup: Setup, stored: OperatorBook) -> BookPlan[OperatorBook]:
    """The new state of the operator's book; a section that the file lacks does not change."""
    before = operator_of(stored)
    operator = setup.operator or before
    billing = stored.billing if setup.billing is None else setup.billing
    rules = stored.inbox_rules if setup.inbox_rules is None else tuple(each.rule for each in setup.inbox_rules)
    # Mappings are saved by `hourtab source map`; the file does not contain them.
    hints = stored.hints if setup.hints is None else replace(setup.hints, mappings=stored.hints.mappings)
    workers = stored.workers if setup.workers is None else setup.workers
    kept = replace(stored, inbox_rules=rules, hints=hints, workers=workers)
    book = replace(kept, **operator._asdict(), billing=billing)
    current = words_of_operator(before, stored.billing) if before.name or before.email else {}
    sections: tuple[tuple[str, object, Words, Words], ...] = (
        ("operator", setup.operator, current, words_of_operator(operator, billing)),
        ("sources", setup.hints, words_of_hints(stored.hints), words_of_hints(hints)),
        ("workers", setup.workers, words_of_renamed(stored.workers), words_of_renamed(workers)),
        ("inbox rules", setup.inbox_rules, words_of_inbox_rules(stored.inbox_rules), words_of_inbox_rules(rules)),
    )
    changes = tuple(
        change
        for kind, declared, old, new in sections
        for change in _change_of_list(kind, "", old, None if declared is None else new)
    )
    return BookPlan(None if book == stored else book, changes)


def operator_of(book: OperatorBook) -> Operator:
    """The operator's data that each client's book copies."""
    return Operator(*(getattr(book, name) for name in Operator._fields))


def conflicts(setup: Setup, names: Mapping[ClientId, tuple[str, ...]]) -> Iterator[SetupProblem]:
    """Conflicts of the file with the clients that are stored (`names`)."""
    declared = {each.client.id for each in setup.clients}
    missing = {client: own for client, own in names.items() if client not in declared}
    owners = {fold(name): client for client, own in missing.items() for name in (client, *own)}
    for each in setup.clients:
        if each.client.id not in names and (text := renamed_client(each.client, missing)):
            yield SetupProblem(setup.place_of(each.client.id), text)
            continue
        for name in (each.client.id, each.client.name, *each.client.aliases):
            if owner := owners.get(fold(name)):
                yield SetupProblem(setup.place_of(each.client.id), shared_name(each.client.id, owner, name))
    known = sorted({*declared, *names})
    for rule in setup.inbox_rules or ():
        if rule.rule.client not in known:
            near = get_close_matches(rule.rule.client, known, n=1)
            hint = f" Did you mean `{near[0]}`?" if near else " Add it to `clients`."
            yield SetupProblem(rule.place, f"There is no client `{rule.rule.client}`.{hint}")


def shared_name(client: ClientId, owner: ClientId, name: str) -> str:
    """The conflict of a declared client with a stored one."""
    return f"`{client}` and the stored client `{owner}` share the name `{name}`; rename one of them."


def _words_of_client(book: ClientBook) -> Words:
    return {**words_of_client(book.client, book.billing), **words_of_notices(book.issuing, book.mails, book.approvals)}


def _with_life(declared: Retainer, stored: Retainer | None, now: datetime) -> Retainer:
    if stored is not None:
        return replace(declared, live_from=stored.live_from)
    first = period_of(declared, declared.starts_on)
    is_past = first is not None and first.end <= today(now, declared.zone)
    return replace(declared, live_from=None if is_past else declared.starts_on)


def _retainer_change(retainer: Retainer, stored: Retainer | None) -> Change:
    own = _differences(words_of_retainer(stored) if stored else {}, words_of_retainer(retainer))
    fields = (*own, *_changes_of_terms(retainer, stored))
    if stored is not None:
        return Change(Action.CHANGED if fields else Action.UNCHANGED, "retainer", str(retainer.id), fields)
    life = f"live from {retainer.live_from}" if retainer.live_from else "in backfill, its start is in the past"
    return Change(Action.CREATED, "retainer", str(retainer.id), (*fields, FieldChange("state", "", life)))


def _changes_of_terms(retainer: Retainer, stored: Retainer | None) -> Iterator[FieldChange]:
    """What is different from each day on which a version begins: compared with the stored terms of that day.

    Of a new retainer, all keys of the first version, and then what differs from the version before.
    """
    begins = {terms.effective_from for terms in (*retainer.terms, *(stored.terms if stored else ()))}
    if stored:
        yield from _differences(*({"terms": _beginnings(one)} for one in (stored, retainer)))
    before: Words = {}
    for day in sorted(begins):
        old = words_of_terms(terms_at(stored, day)) if stored else before
        before = words_of_terms(terms_at(retainer, day))
        for field in _differences(old, before):
            yield field._replace(key=f"terms of {day}: {field.key}")


def _beginnings(retainer: Retainer) -> str:
    return ", ".join(f"from {terms.effective_from}" for terms in retainer.terms)


def _order_change(book: ClientBook, stored: ClientBook | None) -> tuple[Change, ...]:
    if stored is None:
        return ()
    before = [retainer.id.retainer for retainer in stored.retainers]
    after = [retainer.id.retainer for retainer in book.retainers if retainer.id.retainer in before]
    if before == after:
        return ()
    field = FieldChange("order", ", ".join(before), ", ".join(after))
    return (Change(Action.CHANGED, "order of retainers", book.client.id, (field,)),)


def _change(kind: str, name: str, before: Words | None, after: Words) -> Change:
    fields = _differences(before or {}, after)
    if before is None:
        return Change(Action.CREATED, kind, name, fields)
    return Change(Action.CHANGED if fields else Action.UNCHANGED, kind, name, fields)


def _change_of_list(kind: str, name: str, before: Words, after: Words | None) -> tuple[Change, ...]:
    """Like `_change`, for an optional item; `after` None: the file does not contain it."""
    if after is None:
        return (Change(Action.LEFT_ALONE, kind, name),) if before else ()
    return (_change(kind, name, before or None, after),) if before or after else ()


def _differences(before: Words, after: Words) -> tuple[FieldChange, ...]:
    keys = dict.fromkeys((*before, *after))
    pairs = ((key, before.get(key, ""), after.get(key, "")) for key in keys)
    return tuple(FieldChange(key, old, new) for key, old, new in pairs if old != new)
