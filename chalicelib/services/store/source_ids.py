"""Where the ids of a source stand: an index per client and source, kept by the commits that change cycles.

A tool's id names one piece of work wherever it goes: a row of a file can belong to work that stands months away, in
another retainer or out of the pool, where nothing else of the file leads to (docs/decisions/0021-source-ids.md).

An id is kept as a hash of 32 bits. Two ids with one hash make an import read a cycle more, and nothing else: rows are
compared by the ids themselves.
"""

from array import array
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeAlias
from zlib import crc32

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import ClientId, CycleId

Hashes: TypeAlias = "array[int]"
"""The hashes of some ids."""
_AT_ONCE = 50_000


def hash_of(source_id: str) -> int:
    """The hash under which an id is found."""
    return crc32(source_id.encode())


def hashes_of(entries: Iterable[Entry] = ()) -> Hashes:
    """The hashes of the entries' ids, sorted; empty if they have none."""
    return array("I", sorted({hash_of(entry.source_id) for entry in entries if entry.source_id}))


def cycles_with(hashes: Hashes, held: Mapping[CycleId, Hashes]) -> set[CycleId]:
    """The cycles that hold one of these hashes."""
    found: set[CycleId] = set()
    for first in range(0, len(hashes), _AT_ONCE):  # a set of a million would need 60 MB
        wanted = set(hashes[first : first + _AT_ONCE])
        found |= {cycle for cycle in held.keys() - found if not wanted.isdisjoint(held[cycle])}
    return found


@dataclass(frozen=True, slots=True)
class SourceIds:
    """The index of one client and source. `version` 0: nothing is stored yet."""

    client: ClientId
    source: str
    version: int = 0
    cycles: Mapping[CycleId, Hashes] = field(default_factory=dict)
    """The cycles in which ids of the source stand; of a closed one, as exports report it by now."""

    def after(self, changed: Mapping[CycleId, Hashes]) -> "SourceIds":
        """The index with the ids of these cycles as they are from now on."""
        return replace(self, cycles={cycle: held for cycle, held in {**self.cycles, **changed}.items() if held})


def ids_in(ledger: CycleLedger, source: str) -> Hashes:
    """The ids of a source that stand in a cycle."""
    return hashes_of(entry for entry in ledger.latest_reported if entry.source == source)
