"""What two entries have in common, when one file had columns that the other lacked."""

from collections.abc import Hashable, Iterable
from functools import cache

from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.entry import Entry
from chalicelib.domain.names import tidy
from chalicelib.domain.plain_text import TEXTS, comparable, plain_text

CONTENT = ("date", "start", "seconds", "project", "task", "description", "work_type", "ticket", "tags")
"""What makes an entry what it is, besides its worker. Amounts, rates and the billable flag do not."""
Shape = frozenset[str]
"""The columns that an entry's file had, of those that a file may lack."""
_MAY_LACK = ("source_id", "worker", "worker_email", *CONTENT[1:2], *CONTENT[3:], "billable")


class Workers:
    """Who is who: names are compared without case, and an e-mail address is an alias of the name next to it.

    What the operator declared about renamed workers goes before what the files say; renamed projects are
    known here too, so that the content of entries is compared under the names of today.
    """

    def __init__(self, aliases: Aliases = NO_ALIASES) -> None:
        self._aliases = aliases
        self._workers = aliases.by_worker()
        self._of_email: dict[str, str] = {}
        self._identities: dict[str, str] = {}
        self._identify()

    def learn(self, entries: Iterable[Entry]) -> None:
        """Take note of the names next to e-mail addresses; of several names the first, whatever came first."""
        for name, email in {(entry.worker, entry.worker_email) for entry in entries if entry.worker_email}:
            if name and email:
                address, worker = email.casefold(), name.casefold()
                self._of_email[address] = min(worker, self._of_email.get(address, worker))
        self._identify()

    def _identify(self) -> None:
        """Whom each name and address means that does not mean itself."""
        declared = {name: worker.name.casefold() for name, worker in self._workers.items()}
        learned = {address: declared.get(name, name) for address, name in self._of_email.items()}
        self._identities = learned | {name: learned.get(worker, worker) for name, worker in declared.items()}

    def key(self, entry: Entry) -> str:
        """The worker's identity; "" where the file names nobody."""
        name = (entry.worker or entry.worker_email or "").casefold()
        return self._identities.get(name, name)

    def of_name(self, name: str) -> str:
        """The identity of a worker of whom only the name is at hand; "" stays ""."""
        name = name.casefold()
        return self._identities.get(name, name)

    def today(self, entry: Entry) -> Entry:
        """The entry under the declared names of its worker and project: to be compared, never to be kept."""
        if self._workers and (worker := self._workers.get(entry.worker.casefold())):
            entry = entry._replace(worker=worker.name)
        return self.with_project(entry)

    def with_project(self, entry: Entry) -> Entry:
        """The entry under the declared name of its project."""
        if not self._aliases.projects or not entry.project:
            return entry
        return entry._replace(project=self._aliases.project(entry.project))


def shape(entry: Entry) -> Shape:
    """The columns that the entry's file had. A file without a worker column names nobody."""
    return _interned(
        tuple(name for name in _MAY_LACK if getattr(entry, name) is not None and (name != "worker" or entry.worker))
    )


@cache
def _interned(names: tuple[str, ...]) -> Shape:
    return frozenset(names)


def shared_columns(one: Shape, other: Shape) -> tuple[str, ...]:
    """The content columns that can be compared between entries of these shapes, the worker among them."""
    both = one & other
    named = ("worker",) if _names_worker(one) and _names_worker(other) else ()
    return (*named, "date", "seconds", *(name for name in CONTENT if name in both))


def _names_worker(columns: Shape) -> bool:
    return bool(columns & {"worker", "worker_email"})


def content(entry: Entry, columns: Iterable[str], workers: Workers) -> Hashable:
    """The entry's values in these columns, in a form that can be compared."""
    entry = workers.with_project(entry)
    return tuple(_value(entry, name, workers) for name in columns)


def _value(entry: Entry, name: str, workers: Workers) -> Hashable:
    if name == "worker":
        return workers.key(entry)
    value = getattr(entry, name)
    return comparable(value) if value and name in TEXTS else value


def same_content(one: Entry, other: Entry, workers: Workers) -> bool:
    """Whether nothing that both files contain differs."""
    columns = shared_columns(shape(one), shape(other))
    return content(one, columns, workers) == content(other, columns, workers)


def with_plain_text(entry: Entry, other: Entry) -> Entry:
    """`entry` with the plain text of `other`, where its own has markup: an older release kept it as the file had it."""
    for name in TEXTS:
        own, plain = getattr(entry, name), getattr(other, name)
        if own and own != plain == tidy(plain_text(own)):
            entry = entry._replace(**{name: plain})
    return entry


def filled(entry: Entry, other: Entry) -> Entry:
    """`entry` with the columns that its file lacked taken from `other`, which speaks of the same work.

    Where the other knows a column that this one lacks, its pool is taken, too: the rule that chose it saw more.
    """
    missing = shape(other) - shape(entry)
    if not missing:
        return entry
    known = {name: getattr(other, name) for name in missing}
    if missing & _RULED:
        known |= {"pool": other.pool, "pool_reason": other.pool_reason}
    return entry._replace(**known)


_RULED = frozenset({"project", "task", "work_type", "ticket", "tags"})
"""Columns that a rule may look at."""


def stable_key(entry: Entry) -> tuple[Hashable, ...]:
    """Sorts entries in an order that no file and no import decides. Equal keys: equal entries."""
    return tuple("" if value is None else f"{value!s:>20}" for value in entry)
