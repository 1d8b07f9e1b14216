"""Rows that are sums: their words are just “Total”, “Tagessumme” or “Sous-total”."""

from collections.abc import Callable

from chalicelib.domain.names import fold
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import Layout

_TOTALS = frozenset(
    (
        *("total", "totals", "subtotal", "sub-total", "sub total", "grand total", "day total", "daily total"),
        *("week total", "weekly total", "month total", "monthly total", "total hours", "total time", "sum"),
        *("summe", "gesamt", "gesamtsumme", "zwischensumme", "tagessumme", "wochensumme", "monatssumme", "insgesamt"),
        *("sous-total", "total général", "total du jour", "totale", "subtotale", "totaal", "subtotaal", "suma"),
        *("razem", "celkem", "součet", "summa", "soma", "subtotal geral", "total geral", "i alt"),
    )
)
_LONGEST = 40
_WORDS = (Field.DESCRIPTION, Field.PROJECT, Field.TASK)


def says_total(cell: str) -> bool:
    """Whether the cell is just a word for a sum."""
    return len(cell) <= _LONGEST and fold(cell).rstrip(": ") in _TOTALS


def compile_sum(layout: Layout) -> Callable[[list[str]], bool]:
    """A function that finds sums among the records of a file that no known tool wrote.

    A known tool's sums are known, too (`Shape`). What a rule names is no sum: the rule decides where it counts.
    """
    columns = (*(layout.columns[field] for field in _WORDS if field in layout.columns), *layout.worker)
    totals: Memo[str, bool] = Memo(lambda cell: says_total(cell) and fold(cell) not in layout.words_of_rules)

    def is_sum(cells: list[str]) -> bool:
        for at in columns:  # noqa: SIM110  `any` is twice as slow, for every row
            if totals[cells[at]]:
                return True
        return False

    return is_sum
