"""Which imports would be read or routed otherwise after a set-up was applied.

They keep to the rules that they were read by: applying a set-up moves no hours, `hourtab import retry` does.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.domain.routing import NameIndex, index_names
from chalicelib.services.setup.apply import SetupPlan
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.plan import Action, plan_client, plan_operator
from chalicelib.services.store.books import Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.reading import Rules, hints_of, rules_of_client

_CLIENTS = 100
"""The most clients that are looked at."""
_IMPORTS = 400
"""The most imports of a client that are looked at, the newest: one page of a query."""
_OF_ALL = {"client", "sources", "workers", "inbox rules"}
"""Changes that concern the imports of every client, such as a name that a routed file may have."""
_OF_ONE = {"retainer", "rules", "projects"}
_CHANGED = {Action.CREATED, Action.CHANGED}


class ReadOtherwise(NamedTuple):
    """A client's imports that would now be read or routed otherwise, oldest first."""

    client: ClientId
    imports: tuple[ImportId, ...]
    is_cut: bool
    """Whether older imports of the client were not looked at."""


class Affected(NamedTuple):
    """What a set-up makes differ from the rules that imports were read by."""

    clients: tuple[ReadOtherwise, ...] = ()
    is_cut: bool = False
    """Whether there are clients whose imports were not looked at."""


def read_otherwise(setup: Setup, plan: SetupPlan, now: datetime, directory: Directory, log: ImportLog) -> Affected:
    """The imports of the file's clients that a set-up makes differ, before or after it is applied; bounded."""
    clients = _concerned(setup, plan)
    if not clients:
        return Affected()
    operator = directory.read_operator()
    operator = plan_operator(setup, operator).book or operator
    names = index_names({each.client.id: (each.client.name, *each.client.aliases) for each in setup.clients})
    declared = {each.client.id: each for each in setup.clients}
    found: list[ReadOtherwise] = []
    for client in clients[:_CLIENTS]:
        stored = directory.read_client(client)
        if stored is None or not stored.head.recent:
            continue
        book = plan_client(declared[client], stored, operator, now).book or stored
        today = rules_of_client(book, operator.hints, operator.inbox_rules)
        found += _of_client(client, today, names, declared.keys(), log)
    return Affected(tuple(found), is_cut=len(clients) > _CLIENTS)


def _concerned(setup: Setup, plan: SetupPlan) -> list[ClientId]:
    """The clients of the file whose imports the plan's changes may concern."""
    changed = [change for change in plan.changes if change.action in _CHANGED]
    clients = [each.client.id for each in setup.clients]
    if any(change.kind in _OF_ALL for change in changed):
        return clients
    named = {change.name.split("/")[0] for change in changed if change.kind in _OF_ONE}
    return [client for client in clients if client in named]


def _of_client(
    client: ClientId, today: Rules, names: NameIndex, declared: Collection[ClientId], log: ImportLog
) -> Iterator[ReadOtherwise]:
    lines = log.list_of_client(client, newest=_IMPORTS)
    readings = {(line.reading.rules, line.source) for line in lines if line.reading and line.source}
    rules = {key: log.read_rules(key) for key in {key for key, _ in readings}}
    differing = set()
    for key, source in readings:
        as_of_today = replace(today, hints=hints_of(today.hints, source))
        if _differ(rules[key], _as_of(rules[key], as_of_today, client, names, declared), source):
            differing.add((key, source))
    imports = tuple(line.id for line in lines if line.reading and (line.reading.rules, line.source) in differing)
    if imports:
        yield ReadOtherwise(client, imports, is_cut=len(lines) == _IMPORTS)


def _as_of(kept: Rules, today: Rules, own: ClientId, names: NameIndex, declared: Collection[ClientId]) -> Rules:
    """Today's rules for the same file: only names that the file has, only inbox rules if they were looked at."""
    clients = _known(kept.clients, names, declared) if kept.clients is not None else None
    if clients is not None and not kept.is_routed:
        clients = {name: () if own in meant else meant for name, meant in clients.items()}
    return replace(
        today,
        is_routed=kept.is_routed,
        inbox_rules=today.inbox_rules if kept.is_routed else kept.inbox_rules,
        clients=clients,
        absent=kept.absent.difference(declared),
        hours=kept.hours,
    )


def _known(
    kept: Mapping[str, tuple[ClientId, ...]], names: NameIndex, declared: Collection[ClientId]
) -> Mapping[str, tuple[ClientId, ...]]:
    """Whom the names mean now: clients that the set-up file does not have keep theirs."""
    return {
        name: tuple(sorted({*(one for one in clients if one not in declared), *names.get(name, ())}))
        for name, clients in kept.items()
    }


def _differ(kept: Rules, today: Rules, source: str) -> bool:
    """Whether rows may be read or routed otherwise; what is done about late entries moves none."""
    return _without_late_work(replace(kept, hints=hints_of(kept.hints, source))) != _without_late_work(today)


def _without_late_work(rules: Rules) -> Rules:
    retainers = tuple(one._replace(late_work=LateEntryRule.POST) for one in rules.retainers)
    return replace(rules, retainers=retainers)
