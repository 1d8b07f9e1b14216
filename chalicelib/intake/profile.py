"""Who and what: all that a record says beside its time, read once for each combination that a file has."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import NamedTuple, TypeVar

from chalicelib.domain.names import tidy
from chalicelib.domain.routing import Facts
from chalicelib.intake.memo import Memo
from chalicelib.intake.source import Field, Layout, Source

_YES = frozenset(("yes", "y", "true", "1", "b", "billable", "ja", "j", "wahr", "oui", "o", "vrai", "sim"))
_NO = frozenset(("no", "n", "false", "0", "nb", "nc", "non billable", "nein", "falsch", "non", "faux", "não"))
_FACTS = (Field.CLIENT, Field.PROJECT, Field.CONTRACT, Field.TASK, Field.WORK_TYPE, Field.TICKET, Field.TAGS)
Read = TypeVar("Read")


class Worker(NamedTuple):
    """Who did the work."""

    name: str
    email: str | None


def compile_worker(layout: Layout) -> Callable[[list[str]], Worker | None]:
    """A function from a record to its worker; None where a file that names workers does not name this one's."""
    email_at = layout.columns.get(Field.EMAIL)
    parts = len(layout.worker)

    def make(cells: tuple[str, ...]) -> Worker | None:
        name = _clean(" ".join(cells[:parts]), layout.source)
        email = None if email_at is None else _clean(cells[parts], layout.source)
        return Worker(name, email) if name or not parts else None

    return _remembered((*layout.worker, email_at), make)


def compile_facts(layout: Layout) -> Callable[[list[str]], Facts]:
    """A function from a record to what routing rules may look at."""
    fields = [field for field in _FACTS if field in layout.columns]

    def make(cells: tuple[str, ...]) -> Facts:
        text = {field: _clean(cell, layout.source) for field, cell in zip(fields, cells, strict=False)}
        tags = text.get(Field.TAGS)
        return Facts(
            client=text.get(Field.CLIENT),
            project=text.get(Field.PROJECT),
            contract=text.get(Field.CONTRACT),
            task=text.get(Field.TASK),
            work_type=text.get(Field.WORK_TYPE),
            ticket=text.get(Field.TICKET),
            tags=None if tags is None else _split_tags(tags, layout.source.tag_separator),
        )

    return _remembered([layout.columns[field] for field in fields], make)


def compile_billable(layout: Layout) -> Callable[[list[str]], bool | None]:
    """A function from a record to its billable flag; None where the file does not say."""
    at = layout.columns.get(Field.BILLABLE)
    if at is None:
        return lambda _: None
    flags = Memo(_parse_flag)
    return lambda cells: flags[cells[at]]


def _remembered(columns: Sequence[int | None], make: Callable[[tuple[str, ...]], Read]) -> Callable[[list[str]], Read]:
    """`make` applied to the cells of `columns`, without those that the file lacks."""
    at = [index for index in columns if index is not None]
    if not at:
        nothing = make(())
        return lambda _: nothing
    values: Memo[tuple[str, ...], Read] = Memo(make)
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at, at[0])  # one more, as one alone gives no tuple
    return lambda cells: values[pick(cells)]


def _clean(cell: str, source: Source) -> str:
    text = tidy(cell)
    return "" if text == source.empty else text


def _split_tags(text: str, separator: str) -> tuple[str, ...]:
    return tuple(tag for part in text.split(separator) if (tag := part.strip()))


def _parse_flag(text: str) -> bool | None:
    word = text.strip().casefold()
    return True if word in _YES else False if word in _NO else None
