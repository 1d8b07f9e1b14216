"""Who and what: all that a record says beside its time, read once for each combination that a file has."""

from collections.abc import Callable, Mapping
from operator import itemgetter
from typing import NamedTuple

from chalicelib.domain.routing import Facts
from chalicelib.intake.memo import Memo
from chalicelib.intake.source import Field, Layout, Source
from chalicelib.intake.text import fold

_YES = frozenset(("yes", "y", "true", "1", "b", "billable", "ja", "j", "wahr", "oui", "o", "vrai", "sim"))
_NO = frozenset(("no", "n", "false", "0", "nb", "nc", "non billable", "nein", "falsch", "non", "faux", "não"))
_FIELDS = (
    *(Field.EMAIL, Field.CLIENT, Field.PROJECT, Field.CONTRACT, Field.TASK),
    *(Field.WORK_TYPE, Field.TICKET, Field.TAGS, Field.BILLABLE),
)


class Profile(NamedTuple):
    """What a record says about anything but its time and its description."""

    worker: str
    email: str | None
    facts: Facts
    billable: bool | None


def compile_profile(layout: Layout) -> Callable[[list[str]], Profile | None]:
    """A function from a record to its profile; None where a file that names workers does not name this one's."""
    fields = [field for field in _FIELDS if field in layout.columns]
    at = (*layout.worker, *(layout.columns[field] for field in fields))
    name_cells = len(layout.worker)

    def make(cells: tuple[str, ...]) -> Profile | None:
        worker = _clean(" ".join(cells[:name_cells]), layout.source)
        texts = dict(zip(fields, cells[name_cells:], strict=False))
        return _make_profile(worker, texts, layout.source) if worker or not name_cells else None

    profiles = Memo(make)
    if len(at) < 2:  # noqa: PLR2004  an itemgetter gives a tuple only for two columns or more
        return lambda cells: profiles[tuple(cells[index] for index in at)]
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at)
    return lambda cells: profiles[pick(cells)]


def _make_profile(worker: str, cells: Mapping[Field, str], source: Source) -> Profile:
    text = {field: _clean(cell, source) for field, cell in cells.items()}
    tags = text.get(Field.TAGS)
    facts = Facts(
        client=text.get(Field.CLIENT),
        project=text.get(Field.PROJECT),
        contract=text.get(Field.CONTRACT),
        task=text.get(Field.TASK),
        work_type=text.get(Field.WORK_TYPE),
        ticket=text.get(Field.TICKET),
        tags=None if tags is None else _split_tags(tags, source.tag_separator),
    )
    return Profile(worker, text.get(Field.EMAIL), facts, _parse_flag(text.get(Field.BILLABLE, "")))


def _clean(cell: str, source: Source) -> str:
    text = fold(cell)
    return "" if text == source.empty else text


def _split_tags(text: str, separator: str) -> tuple[str, ...]:
    return tuple(tag for part in text.split(separator) if (tag := part.strip()))


def _parse_flag(text: str) -> bool | None:
    word = text.casefold()
    return True if word in _YES else False if word in _NO else None
