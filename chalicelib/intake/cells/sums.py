"""Rows that are sums: their words are just “Total”, “Summe KW 40” or “Total Mira”, a name of the rows above."""

from collections.abc import Callable, Iterable
from operator import itemgetter

from chalicelib.domain.names import fold
from chalicelib.intake.cells.dates import MONTHS
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.sources.captions import UNIT_WORDS, caption_words, words_in
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import Layout

_SUMS = words_in(
    "totals sum gesamt insgesamt gesamtstunden gesamtzeit gesamtergebnis zwischenergebnis saldo ubertrag totaux totale "
    "totali subtotale suma razem celkem soucet summa delsumma soma"
)
"""Without accents."""
_SUM_ENDS = ("total", "totaal", "summe")
"""The same as the last part of a word: `Tagestotal`, `Zwischensumme`."""
_BESIDE = words_in(
    "sub sous grand general generale geral overall of for the per time period day daily week weekly month "
    "monthly wk cw von vom bis fur der des tag woche monat kw zeit du de la le des jour journee semaine mois "
    "del dia semana mes di della giorno settimana mese per voor van dag week maand dla za dnia "
    "dzien tydzien miesiac den tyden mesic vecka manad uge maned"
).union(*UNIT_WORDS.values(), *map(caption_words, MONTHS))
"""What may stand beside such a word, with figures."""
_PARTS = ("tot", "sum", "gesamt", "ergebnis", "saldo", "trag", "raz", "cel", "sou", "som", "i alt", "forw")
"""A part of each: most cells have none, and are done with."""
_IN_TWO_WORDS = frozenset((("i", "alt"), ("w", "sumie"), ("carried", "forward"), ("brought", "forward")))
_LONGEST = 40
_OWN_WORDS = (Field.DESCRIPTION, Field.TASK)
_NAMES = (Field.PROJECT, Field.CLIENT)
_JUST: frozenset[str] = frozenset()
FindSum = Callable[[int, list[str]], int | None]
"""From a record, with its line, to the column that says that it is a sum; None: it is none."""


def says_total(cell: str) -> bool:
    """Whether the cell is just words for a sum."""
    return _beside_total(cell) == _JUST


def _beside_total(cell: str) -> frozenset[str] | None:
    """The words beside those for a sum, which begin or end the cell: names; None if it is no sum."""
    if not cell or len(cell) > _LONGEST or not _may_be_sum(cell.casefold()):
        return None
    words = caption_words(cell)
    if words in _IN_TWO_WORDS:
        return _JUST
    said = [word for word in words if word not in _BESIDE]
    if not said or not (_is_sum(said[0]) or _is_sum(said[-1])):
        return None
    return frozenset(word for word in said if not _is_sum(word) and not word.isdigit())


def _may_be_sum(cell: str) -> bool:
    for part in _PARTS:  # noqa: SIM110  `any` is three times as slow, for every different cell
        if part in cell:
            return True
    return False


def _is_sum(word: str) -> bool:
    return word in _SUMS or word.endswith(_SUM_ENDS)


def compile_sum(layout: Layout) -> FindSum:
    """A function that finds sums among the records of a file that no known tool wrote, by the column that says so.

    The rows above have to be known to it: “Total Mira” is a sum if Mira has worked, and nothing else is said about what
    was done. A known tool's sums are known, too (`Shape`). What a rule names is no sum: the rule says where it counts.
    """
    own = [layout.columns[field] for field in _OWN_WORDS if field in layout.columns]
    named = [layout.columns[field] for field in _NAMES if field in layout.columns] + [*layout.worker]
    columns = tuple({*own, *named} - {layout.columns.get(Field.CLIENT)})
    totals: Memo[str, frozenset[str] | None] = Memo(
        lambda cell: None if fold(cell) in layout.words_of_rules else _beside_total(cell)
    )
    above = _NamesAbove()
    pick: Callable[[list[str]], tuple[str, ...]] = (
        itemgetter(*named) if len(named) > 1 else lambda cells: tuple(cells[at] for at in named)
    )

    def find_sum(line: int, cells: list[str]) -> int | None:
        for at in columns:
            beside = totals[cells[at]]
            if beside is None:
                continue
            is_bare = not any(cells[other].strip() for other in own if other != at)
            if not beside or (is_bare and above.know(beside, line)):
                return at
        above.see(pick(cells), line)
        return None

    return find_sum


class _NamesAbove:
    """The words in names of workers, projects and clients, each with its first line; a record may be seen again."""

    def __init__(self) -> None:
        self._seen: Memo[tuple[str, ...], None] = Memo(lambda _: None)
        self._lines: dict[str, int] = {}

    def know(self, words: Iterable[str], line: int) -> bool:
        """Whether all of the words stand above this line."""
        return all(self._lines.get(word, line) < line for word in words)

    def see(self, names: tuple[str, ...], line: int) -> None:
        """Remember the names of a record."""
        if names in self._seen or len(self._lines) >= _MOST_WORDS:
            return
        self._seen[names]
        for word in {word for name in names if _beside_total(name) is None for word in caption_words(name)}:
            self._lines.setdefault(word, line)


_MOST_WORDS = 10_000
"""Names that are remembered; no file of one team has more."""
