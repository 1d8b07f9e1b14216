"""Column mappings: the meaning of the columns of an unknown header, set once and stored with the operator."""

from dataclasses import replace

from chalicelib.intake.rows import ColumnMapping
from chalicelib.services.store.books import Directory
from chalicelib.services.store.conflicts import retry_stale


def save_mapping(mapping: ColumnMapping, directory: Directory) -> None:
    """Store the mapping, replacing an older one of the same header. Saving it again writes nothing."""

    def attempt() -> None:
        book = directory.read_operator()
        kept = book.hints.mappings
        if mapping not in kept:
            others = tuple(one for one in kept if one.header != mapping.header)
            directory.write_operator(replace(book, hints=replace(book.hints, mappings=(*others, mapping))))

    retry_stale(attempt)


def remove_mappings(source: str, directory: Directory) -> None:
    """Forget all mappings of a source; what was imported with them stays as it was read."""

    def attempt() -> None:
        book = directory.read_operator()
        others = tuple(one for one in book.hints.mappings if one.source != source)
        if others != book.hints.mappings:
            directory.write_operator(replace(book, hints=replace(book.hints, mappings=others)))

    retry_stale(attempt)


def list_mappings(directory: Directory) -> tuple[ColumnMapping, ...]:
    """All mappings, by the names of their sources."""
    mappings = directory.read_operator().hints.mappings
    return tuple(sorted(mappings, key=lambda one: (one.source, sorted(one.header))))
