"""Column mappings: the meaning of the columns of an unknown header, set once and stored with the operator."""

from dataclasses import replace
from typing import BinaryIO

from chalicelib.intake.propose_mapping import Proposal, Said, propose_mapping
from chalicelib.intake.rows import ColumnMapping, Refusal
from chalicelib.services.store.books import Directory
from chalicelib.services.store.conflicts import retry_stale


class MapSource:
    """The use cases for mappings, which the directory stores."""

    def __init__(self, directory: Directory) -> None:
        self._directory = directory

    def propose(self, file: BinaryIO, said: Said) -> Proposal | Refusal:
        """A mapping for the header of `file` (seekable): what the operator has `said`, and guesses for the rest."""
        return propose_mapping(file, said)

    def save(self, mapping: ColumnMapping) -> None:
        """Store the mapping, replacing an older one of the same header. Saving it again writes nothing."""
        retry_stale(lambda: self._save(mapping))

    def list_mappings(self) -> tuple[ColumnMapping, ...]:
        """All mappings, by the names of their sources."""
        mappings = self._directory.read_operator().hints.mappings
        return tuple(sorted(mappings, key=lambda one: (one.source, sorted(one.header))))

    def _save(self, mapping: ColumnMapping) -> None:
        book = self._directory.read_operator()
        kept = book.hints.mappings
        if mapping not in kept:
            others = tuple(one for one in kept if one.header != mapping.header)
            hints = replace(book.hints, mappings=(*others, mapping))
            self._directory.write_operator(replace(book, hints=hints))
