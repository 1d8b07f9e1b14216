"""Who and what: everything in a record except its time, read once for each combination in the file."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from chalicelib.domain.names import fold, tidy
from chalicelib.domain.plain_text import TEXTS, plain_text
from chalicelib.domain.routing import Facts
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import Layout, Source

_YES = frozenset(
    (
        *("yes", "y", "true", "t", "1", "b", "billable", "ja", "j", "wahr", "abrechenbar", "verrechenbar", "waar"),
        *("oui", "o", "vrai", "facturable", "sim", "verdadeiro", "sí", "si", "verdadero", "sì", "vero"),
    )
)

_NO = frozenset(
    (
        *("no", "n", "false", "f", "0", "nb", "nc", "non billable", "non-billable", "not billable", "do not bill"),
        *("no charge", "nein", "falsch", "nicht abrechenbar", "nicht verrechenbar", "nee", "onwaar"),
        *("non", "faux", "non facturable", "não", "falso"),
    )
)

_JOINT = " › "
_FACTS = (Field.CLIENT, Field.PROJECT, Field.CONTRACT, Field.TASK, Field.WORK_TYPE, Field.TICKET, Field.TAGS)
Read = TypeVar("Read")


class Worker(NamedTuple):
    """Who did the work."""

    name: str
    email: str | None


def compile_worker(layout: Layout) -> Callable[[list[str]], Worker | None]:
    """A function from a record to its worker; None if the file names workers but this record does not."""
    email_at = layout.columns.get(Field.EMAIL)
    parts = len(layout.worker)

    def make(cells: tuple[str, ...]) -> Worker | None:
        name = clean(" ".join(cells[:parts]), layout.source)
        email = None if email_at is None else _address(clean(cells[parts], layout.source))
        return Worker(name, email) if name or not parts else None

    return _remembered((*layout.worker, email_at), make)


def compile_facts(layout: Layout) -> Callable[[list[str]], Facts]:
    """A function from a record to the facts that routing rules look at."""
    source = layout.source
    fields = [field for field in _FACTS if field in layout.columns]
    plain = () if layout.is_first_grammar else TEXTS
    parts = [(field, at) for field in fields for at in (layout.columns[field], *layout.joined.get(field, ()))]

    def make(cells: tuple[str, ...]) -> Facts:
        text: dict[str, Any] = {}
        for (field, _), cell in zip(parts, cells, strict=False):
            read = _plain(cell) if field in plain else cell
            text[field] = _JOINT.join(filter(None, (text.get(field), clean(read, source))))
        tags = text.pop(Field.TAGS, None)
        split = None if tags is None else tuple(filter(None, map(str.strip, tags.split(source.tag_separator))))
        return Facts(**text, tags=split)

    return _remembered([at for _, at in parts], make)


def compile_billable(layout: Layout) -> Callable[[list[str]], bool | None]:
    """A function from a record to its billable flag; None if the file does not say."""
    for field, parse in _FLAGS.items():
        at = layout.columns.get(field)
        if at is not None:
            return _compile_flag(at, parse)
    return lambda _: None


def compile_description(layout: Layout) -> Callable[[str], str]:
    """A function from a cell to the description that its author wrote."""
    source, read = layout.source, tidy if layout.is_first_grammar else _plain
    if source.formula_guard:
        return lambda cell: without_formula_guard(read(cell))
    return read if source.empty is None else lambda cell: clean(read(cell), source)


def clean(cell: str, source: Source) -> str:
    """A cell's text, tidied; "" if it is the source's sign for an empty cell."""
    text = tidy(cell)
    return "" if text == source.empty else text


def _plain(cell: str) -> str:
    return tidy(plain_text(cell) if "<" in cell or "&" in cell else cell)


def _compile_flag(at: int, parse: Callable[[str], bool | None]) -> Callable[[list[str]], bool | None]:
    flags = Memo(parse)
    return lambda cells: flags[cells[at]]


def _remembered(columns: Sequence[int | None], make: Callable[[tuple[str, ...]], Read]) -> Callable[[list[str]], Read]:
    """`make`, memoised, applied to the cells of those `columns` that the file has."""
    at = [index for index in columns if index is not None]
    if not at:
        nothing = make(())
        return lambda _: nothing
    values: Memo[tuple[str, ...], Read] = Memo(make)
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at, at[0])  # one extra: a single one gives no tuple
    return lambda cells: values[pick(cells)]


def _parse_flag(text: str) -> bool | None:
    word = fold(text)
    return True if word in _YES else False if word in _NO else None


def _parse_opposite_flag(text: str) -> bool | None:
    flag = _parse_flag(text)
    return None if flag is None else not flag


def _parse_amount(text: str) -> bool:
    """Whether an amount of any currency and format is more than zero."""
    return any(digit in text for digit in "123456789")


def _address(text: str) -> str:
    """The text if it is an e-mail address; a user name that is not one cannot be an alias."""
    return text if "@" in text else ""


_FLAGS = {
    Field.BILLABLE: _parse_flag,
    Field.NON_BILLABLE: _parse_opposite_flag,
    Field.BILLABLE_AMOUNT: _parse_amount,
}

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def without_formula_guard(text: str) -> str:
    """`text` as its author wrote it: Kimai prefixes `' ` to text that a spreadsheet might run as a formula."""
    bare = text.removeprefix("' ")
    return bare if bare.startswith(_FORMULA_STARTS) or "DDE" in bare else text
