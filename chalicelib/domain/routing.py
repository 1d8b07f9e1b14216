"""Where a row counts: rules that the operator wrote down, never a guess."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.names import fold
from chalicelib.domain.plain_text import comparable
from chalicelib.domain.retainer import Client

_STEP = "Add a rule or an alias to the set-up, apply it, then retry this import."
"""What to do about a row that no rule claims."""


class Facts(NamedTuple):
    """What rules may look at. Few distinct combinations exist in a file, so decisions are remembered."""

    client: str | None = None
    project: str | None = None
    contract: str | None = None
    task: str | None = None
    work_type: str | None = None
    ticket: str | None = None
    tags: tuple[str, ...] | None = None
    columns: tuple[tuple[str, str], ...] = ()
    """The cells of the columns that rules name: the column's name, folded, and its text."""


class ColumnMatch(NamedTuple):
    """Patterns of which one must fit what a column of the file says."""

    column: str
    """Its name in the header; case does not matter."""
    patterns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Patterns that must all fit. `*` stands for anything, case does not matter; None fits everything."""

    client: str | None = None
    project: str | None = None
    contract: str | None = None
    task: str | None = None
    work_type: str | None = None
    ticket: str | None = None
    tag: str | None = None
    columns: tuple[ColumnMatch, ...] = ()


@dataclass(frozen=True, slots=True)
class ClientRule:
    """A rule of one client; of its ordered rules the first that fits decides.

    pool RETAINER: the row draws hours of `retainer`; PROJECT: it is shown next to `retainer`;
    EXCLUDED: it is kept out for `reason`. `retainer` None: the retainer whose folder the file lies in.
    """

    match: Match
    pool: Pool
    retainer: RetainerSlug | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class InboxRule:
    """A rule of the operator for files at the top of the inbox: rows that fit belong to `client`."""

    match: Match
    client: ClientId


class Route(NamedTuple):
    """The place of a row within a client: the retainer next to which it is shown, and its pool."""

    retainer: RetainerSlug
    pool: Pool = Pool.RETAINER
    reason: str | None = None


class Unrouted(NamedTuple):
    """No rule claims the row, or more than one does; it is kept and listed, never guessed."""

    reason: str
    rule: str | None = None
    """A rule for the set-up file that would claim rows like this one, its target left to fill in."""
    other: ClientId | None = None
    """The client that the row names, if the file is in the folder of another one."""


def fits(match: Match, facts: Facts, aliases: Aliases = NO_ALIASES) -> bool:
    """Whether all patterns of `match` fit. A fact that the file does not have fits no pattern.

    A pattern fits a renamed project by any of its names: a rule outlives the rename, and so do old exports.
    """
    return all(
        any(_fits_text(_folded(pattern).split("*"), _folded(fact)) for pattern in patterns for fact in known)
        for patterns, known in _pairs(match, facts, aliases)
    )


def columns_of(rules: Iterable[ClientRule | InboxRule]) -> frozenset[str]:
    """The names, folded, of the columns that the rules look at beside the facts that every file may have."""
    return frozenset(fold(each.column) for rule in rules for each in rule.match.columns)


def words_of(rules: Iterable[ClientRule | InboxRule]) -> frozenset[str]:
    """All patterns of the rules, folded: a sum that one of them names is for the rules to decide about."""
    return frozenset(_folded(pattern) for rule in rules for patterns in _given(rule.match) for pattern in patterns)


def route_in_folder(
    facts: Facts, rules: Sequence[ClientRule], retainer: RetainerSlug, aliases: Aliases = NO_ALIASES
) -> Route:
    """Where a row of a file in a retainer's own folder counts: there, unless a rule sets it apart."""
    for rule in rules:
        if rule.pool is not Pool.RETAINER and rule.retainer in {None, retainer} and fits(rule.match, facts, aliases):
            return Route(retainer, rule.pool, rule.reason)
    return Route(retainer)


def route_in_client(
    facts: Facts, rules: Sequence[ClientRule], retainers: Collection[RetainerSlug], aliases: Aliases = NO_ALIASES
) -> Route | Unrouted:
    """Where a row of a client counts by the client's rules; the first that fits decides.

    With no rule that fits, the row belongs to the client's only retainer; a client of several has to say which.
    """
    only = next(iter(retainers)) if len(retainers) == 1 else None
    rule = next((rule for rule in rules if fits(rule.match, facts, aliases)), None)
    retainer = (rule.retainer if rule else None) or only
    if rule and rule.pool is Pool.EXCLUDED and retainer is None:
        retainer = min(retainers, default=None)  # an excluded row draws nowhere; it has to be kept somewhere
    if retainer is None:
        rule_text = suggest_rule(facts, "pool: retainer, retainer: RETAINER", without=("client",))
        return Unrouted(f"No rule says which retainer of the client this row belongs to. {_STEP}", rule_text)
    return Route(retainer, rule.pool, rule.reason) if rule else Route(retainer)


NameIndex = Mapping[str, Collection[ClientId]]
"""Clients by each of their names, folded."""


def folded_names(client: ClientId, names: Iterable[str]) -> list[str]:
    """What a client with this slug and these names and aliases can be called in a file, folded; each once."""
    return [*dict.fromkeys(map(fold, (client, *names)))]


def names_of(client: Client) -> list[str]:
    """What the client can be called in a file, folded: its slug, its name and its aliases."""
    return folded_names(client.id, (client.name, *client.aliases))


def index_names(names: Mapping[ClientId, Iterable[str]]) -> NameIndex:
    """Clients by each of their names, folded."""
    index: dict[str, set[ClientId]] = defaultdict(set)
    for client, own in names.items():
        for name in folded_names(client, own):
            index[name].add(client)
    return index


def client_of(facts: Facts, rules: Sequence[InboxRule], named: Collection[ClientId]) -> ClientId | Unrouted:
    """The client of a row in a file at the top of the inbox: by its name or alias, then by the operator's rules.

    `named` are the clients that are called as the row's client.
    """
    if len(named) == 1:
        return next(iter(named))
    if named:
        return Unrouted(
            f"Several clients are called “{facts.client}”: {', '.join(sorted(named))}. Give them names of their own."
        )
    rule = next((rule for rule in rules if fits(rule.match, facts)), None)
    if rule is not None:
        return rule.client
    what = f"No client is called “{facts.client}”" if facts.client else "The row names no client"
    return Unrouted(f"{what}, and no inbox rule fits. {_STEP}", suggest_rule(facts, "client: CLIENT"))


def of_other_client(name: str, other: ClientId, folder: ClientId) -> Unrouted:
    """A row that names another client of the set-up than the one in whose folder its file is: no rule takes it in."""
    return Unrouted(
        f"The row names the client “{name}” ({other}), and the file is in the folder of {folder}. "
        f"Drop the file at inbox/, where each row goes to its client, or such rows in inbox/{other}/.",
        other=other,
    )


def suggest_rule(facts: Facts, target: str, without: Collection[str] = ()) -> str | None:
    """A line for the set-up file whose pattern is the first fact that the row has; None if it has none."""
    known = {**facts._asdict(), "tag": facts.tags[0] if facts.tags else None}
    for name in ("client", "project", "contract", "work_type", "task", "tag", "ticket"):
        value = known[name]
        if value and name not in without:
            return f"- {{when: {{{name}: {json.dumps(value, ensure_ascii=False)}}}, {target}}}"
    return None


_SINGLE = ("client", "project", "contract", "task", "work_type", "ticket")


def _pairs(match: Match, facts: Facts, aliases: Aliases) -> Iterator[tuple[tuple[str, ...], tuple[str, ...]]]:
    """The given patterns of each kind, one of which must fit, with what the row says."""
    for name in _SINGLE:
        if (pattern := getattr(match, name)) is not None:
            fact = getattr(facts, name)
            known = () if fact is None else (fact,) if name != "project" else aliases.project_names(fact)
            yield (pattern,), known
    if match.tag is not None:
        yield (match.tag,), facts.tags or ()
    for each in match.columns:
        yield each.patterns, tuple(text for column, text in facts.columns if column == fold(each.column))


def _given(match: Match) -> Iterator[tuple[str, ...]]:
    yield tuple(pattern for name in (*_SINGLE, "tag") if (pattern := getattr(match, name)) is not None)
    yield from (each.patterns for each in match.columns)


def _folded(text: str) -> str:
    """Patterns and cells are compared without markup, which older releases kept in facts."""
    return fold(comparable(text))


def _fits_text(pieces: list[str], text: str) -> bool:
    """Whether `text` is the pieces with anything between them; in linear time, whatever the cell holds."""
    if len(pieces) == 1:
        return text == pieces[0]
    first, *middle, last = pieces
    if not text.startswith(first):
        return False
    at = len(first)
    for piece in middle:
        found = text.find(piece, at)
        if found < 0:
            return False
        at = found + len(piece)
    return len(text) - at >= len(last) and text.endswith(last)
