"""Rows that count with a warning: those that say two things about their hours, and those that nobody approved."""

from collections.abc import Callable, Iterator

from chalicelib.domain.names import fold
from chalicelib.domain.quantities import HOUR, clock
from chalicelib.intake.cells.clocking import compile_span, duration_readers
from chalicelib.intake.cells.dates import parse_time
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.evidence.captions import is_break
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import Layout

Doubt = Callable[[list[str], int], str | None]
"""From a record and its seconds to a sentence for a person; None: there is nothing to say."""
_AFTER_NOON = 13 * HOUR
_TYPES = frozenset(("type", "entry type", "kind", "category", "art", "typ", "kategorie", "type d'entrée", "catégorie"))
"""The names of columns that may say that a row is a break."""
_LONGER = 30 * MINUTE
_APPROVALS = frozenset(
    (
        *("status", "state", "approval", "approval status", "approval state", "entry status", "timesheet status"),
        *("freigabe", "freigabestatus", "genehmigung", "statut", "estado", "stato", "stav", "stan"),
    )
)
"""The names of columns with an entry's own approval: never a ticket's or a task's status."""
_NOT_APPROVED = frozenset(
    (
        *("rejected", "declined", "deleted", "draft", "abgelehnt", "zurückgewiesen", "gelöscht", "entwurf"),
        *("rejeté", "refusé", "supprimé", "brouillon", "rechazado", "eliminado", "borrador", "rifiutato", "bozza"),
        *("afgewezen", "verwijderd", "concept", "odrzucone", "usunięte", "zamítnuto", "smazáno", "avvisad", "utkast"),
        *("rejeitado", "excluído", "rascunho", "afvist", "slettet", "kladde"),
    )
)


def compile_doubts(layout: Layout, order: DateOrder | None) -> Doubt | None:
    """What deserves a look in a row that counts; None for files of known tools, which are taken at their word."""
    if not layout.is_examined:
        return None
    doubts = tuple(_doubts(layout, order))

    def doubt(cells: list[str], seconds: int) -> str | None:
        for each in doubts:
            if said := each(cells, seconds):
                return said
        return None

    return doubt if doubts else None


def _doubts(layout: Layout, order: DateOrder | None) -> Iterator[Doubt]:
    if layout.compared > 1:
        yield _compile_difference(layout)
    if layout.durations and {Field.START, Field.END} <= layout.columns.keys():
        yield _compile_length(layout, order)
    if not layout.durations and Field.END_DATE not in layout.columns:
        yield _compile_night(layout)
    kinds = {layout.columns[field] for field in (Field.WORK_TYPE, Field.TASK) if field in layout.columns}
    for at, name in enumerate(layout.normal):
        if name in _APPROVALS:
            yield _compile_approval(layout, at)
        if at in kinds or name in _TYPES:
            yield _compile_break(layout, at)


def _compile_difference(layout: Layout) -> Doubt:
    readers = duration_readers(layout)[layout.minutes is not None : layout.compared]

    def difference(cells: list[str], seconds: int) -> str | None:
        for at, _, read in readers:
            other = read[cells[at]] if cells[at].strip() else None
            if other is not None and abs(other - seconds) > layout.tolerance:
                return f"“{layout.header[at]}” says {clock(other, full=True)}; {clock(seconds, full=True)} counts."
        return None

    return difference


def _compile_length(layout: Layout, order: DateOrder | None) -> Doubt:
    span = compile_span(layout, order)

    def length(cells: list[str], seconds: int) -> str | None:
        passed = span(cells)
        if passed is None or not _is_too_long(seconds, passed, layout.step):
            return None
        return (
            f"The duration is {clock(seconds)}, and from start to end it is {clock(passed)}; "
            f"{clock(seconds)} counts. Check it at the source."
        )

    return length


def _is_too_long(seconds: int, span: int, step: int) -> bool:
    """Trackers round and people forget to stop a timer, so a little more than from start to end is nothing."""
    excess = seconds - span
    return excess >= step and (excess > HOUR or (excess > _LONGER and 2 * excess > span))


def _compile_night(layout: Layout) -> Doubt:
    start_at, end_at = layout.columns[Field.START], layout.columns[Field.END]
    times: Memo[str, int | None] = Memo(parse_time)

    def night(cells: list[str], seconds: int) -> str | None:
        start, end = times[cells[start_at]], times[cells[end_at]]
        if start is None or end is None or not end < start < _AFTER_NOON:
            return None
        return (
            f"From {cells[start_at].strip()} to {cells[end_at].strip()} it is {clock(seconds)}, past midnight; it "
            "counts as it is. If these are times of one day, write them with am and pm, or from 0 to 24."
        )

    return night


def _compile_break(layout: Layout, at: int) -> Doubt:
    breaks: Memo[str, bool] = Memo(is_break)

    def pause(cells: list[str], _: int) -> str | None:
        if not breaks[cells[at]]:
            return None
        return (
            f"“{layout.header[at]}” says {cells[at].strip()}; the row counts as it is. "
            "If breaks are no work, exclude them by a rule."
        )

    return pause


def _compile_approval(layout: Layout, at: int) -> Doubt:
    refused: Memo[str, bool] = Memo(lambda text: fold(text) in _NOT_APPROVED)

    def approval(cells: list[str], _: int) -> str | None:
        if not refused[cells[at]]:
            return None
        return f"“{layout.header[at]}” says {cells[at].strip()[:40]}; the row counts as it is. Check it at the source."

    return approval
