"""A source with those that read its files in older releases: their entries are compared as its own.

A file that one source reads today may have been read by another one before. Its rows are paired with entries of both,
and what is paired becomes an entry of today's source. What is left of a predecessor's is not missing: most of it may be
of other files, which that source still reads.
"""

from collections.abc import Collection, Mapping
from typing import NamedTuple


class Lineage(NamedTuple):
    """The sources whose entries a file is compared with."""

    source: str
    """That of the file."""
    predecessors: frozenset[str] = frozenset()

    @property
    def sources(self) -> frozenset[str]:
        """All of them."""
        return self.predecessors | {self.source}


def related(source: str, present: Collection[str], predecessors: Mapping[str, frozenset[str]]) -> frozenset[str]:
    """The sources whose imports have to be replayed with those of `source`.

    Args:
        source: the one whose imports are replayed.
        present: the sources of the client's imports.
        predecessors: of each source that has any.
    """
    links = [{name, *before} for name, before in predecessors.items() if name == source or name in present]
    found = {source}
    while reached := [link for link in links if not link.isdisjoint(found) and not link <= found]:
        found.update(*reached)
    return frozenset(found)
