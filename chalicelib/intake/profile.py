"""Who and what: everything in a record except its time, read once for each combination in the file."""

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from itertools import repeat
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar

from chalicelib.domain.names import fold, tidy
from chalicelib.domain.plain_text import TEXTS, plain_text
from chalicelib.domain.routing import Facts
from chalicelib.intake.cells.memo import Each, Memo, each
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


def compile_worker(layout: Layout) -> Each[Worker | None]:
    """Who did the work; None if the file names workers but the record does not."""
    email_at = layout.columns.get(Field.EMAIL)
    parts = len(layout.worker)

    def make(cells: tuple[str, ...]) -> Worker | None:
        name = clean(" ".join(cells[:parts]), layout.source)
        email = None if email_at is None else _address(clean(cells[parts], layout.source))
        return Worker(name, email) if name or not parts else None

    return _remembered((*layout.worker, email_at), make)


def compile_facts(layout: Layout) -> Each[Facts]:
    """The facts that routing rules look at."""
    source = layout.source
    fields = [field for field in _FACTS if field in layout.columns]
    plain = () if layout.is_first_grammar else TEXTS
    parts = [(field, at) for field in fields for at in (layout.columns[field], *layout.joined.get(field, ()))]

    def make(cells: tuple[str, ...]) -> Facts:
        text: dict[str, Any] = {}
        for (field, _), cell in zip(parts, cells, strict=False):
            read = plain_text(cell) if field in plain else cell
            text[field] = _JOINT.join(filter(None, (text.get(field), clean(read, source))))
        tags = text.pop(Field.TAGS, None)
        split = None if tags is None else tuple(filter(None, map(str.strip, tags.split(source.tag_separator))))
        return Facts(**text, tags=split)

    return _remembered([at for _, at in parts], make)


def compile_billable(layout: Layout) -> Each[bool | None]:
    """The billable flag; None if the file does not say."""
    for field, parse in _FLAGS.items():
        at = layout.columns.get(field)
        if at is not None:
            return each(Memo(parse), at)
    return _nothing


def compile_id(layout: Layout) -> Each[str | None]:
    """The id that the tool gave to the entry; None for an empty one."""
    at = layout.columns.get(Field.SOURCE_ID)
    return _nothing if at is None else lambda records: [clean(cells[at], layout.source) or None for cells in records]


def compile_description(layout: Layout) -> Each[str | None]:
    """The description that its author wrote; None if the file has none."""
    at, source = layout.columns.get(Field.DESCRIPTION), layout.source
    if at is None:
        return _nothing
    read = tidy if source.empty is None else partial(clean, source=source)

    def descriptions(records: Sequence[list[str]]) -> Iterable[str]:
        cells = [*map(itemgetter(at), records)]
        together = "".join(cells)
        has_markup = not layout.is_first_grammar and ("<" in together or "&" in together)
        texts = map(read, map(plain_text, cells) if has_markup else cells)
        return map(without_formula_guard, texts) if source.formula_guard else texts

    return descriptions


def _nothing(records: Sequence[list[str]]) -> Iterable[None]:
    return repeat(None, len(records))


def clean(cell: str, source: Source) -> str:
    """A cell's text, tidied; "" if it is the source's sign for an empty cell."""
    text = tidy(cell)
    return "" if text == source.empty else text


def _remembered(columns: Sequence[int | None], make: Callable[[tuple[str, ...]], Read]) -> Each[Read]:
    """`make`, memoised, applied to each record's cells of those `columns` that the file has."""
    at = [index for index in columns if index is not None]
    if not at:
        nothing = make(())
        return lambda records: repeat(nothing, len(records))
    values: Memo[tuple[str, ...], Read] = Memo(make)
    look_up = values.__getitem__
    pick: Callable[[list[str]], tuple[str, ...]] = itemgetter(*at, at[0])  # one extra: a single one gives no tuple
    return lambda records: map(look_up, map(pick, records))


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
