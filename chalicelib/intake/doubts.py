"""Rows that count with a warning: those that say two things about their hours, and those that nobody approved."""

from collections.abc import Callable, Iterator

from chalicelib.domain.quantities import HOUR, clock
from chalicelib.intake.cells.clocking import compile_moment, compile_off, compile_span, duration_readers
from chalicelib.intake.cells.dates import is_on_its_weekday, parse_time
from chalicelib.intake.cells.durations import MINUTE
from chalicelib.intake.cells.memo import Memo
from chalicelib.intake.evidence.captions import is_break
from chalicelib.intake.sources.captions import caption_words, words_in
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.intake.sources.source import Break, Layout

Doubt = Callable[[list[str], int], str | None]
"""From a record and its seconds to a sentence for a person; None: there is nothing to say."""
_AFTER_NOON = 13 * HOUR
_TYPES = words_in("type kind category art typ kategorie categorie tipo categoria soort rodzaj kategoria druh slag")
_BESIDE_TYPES = words_in("entry time work activity log record shift day hours")
"""The words of the names of columns that may say that a row is a break."""
_LONGEST_STATUS = 60
_LONGER = 30 * MINUTE
_LONGEST_BREAK = 5 * HOUR
_APPROVAL = words_in(
    "approval approved freigabe freigabestatus freigegeben genehmigung genehmigungsstatus genehmigt approbation "
    "approuve validation aprobacion aprobado aprovacao aprovado approvazione approvato goedkeuring goedgekeurd "
    "schvaleni schvaleno akceptacja zatwierdzenie zatwierdzono godkannande godkand godkendelse godkendt"
)
_STATUS = _APPROVAL | words_in("status state statut etat estado stato stav stan situacao")
_ENTRY = words_in(
    "entry time timesheet timecard worklog log record hours review eintrag zeiteintrag stunden of de des d"
)
"""What may stand beside such a word in the name of a column with an entry's own approval."""
_NOT_ENTRY = words_in("ticket task issue project invoice billing change request order quote expense case")
"""What may not stand beside a word for approval."""
_NOT_APPROVED = words_in(
    "rejected declined denied refused disapproved notapproved deleted void voided canceled cancelled withdrawn draft "
    "abgelehnt zuruckgewiesen nichtgenehmigt nichtfreigegeben geloscht entwurf storniert verworfen zuruckgezogen "
    "rejete rejetee refuse refusee nonapprouve nonvalide supprime supprimee brouillon annule annulee "
    "rechazado rechazada denegado noaprobado eliminado eliminada borrador anulado anulada "
    "rifiutato respinto nonapprovato eliminato cancellato bozza annullato "
    "afgewezen afgekeurd geweigerd nietgoedgekeurd verwijderd concept geannuleerd "
    "odrzucone odrzucony odrzucona odrzucono usuniete usuniety szkic anulowane anulowany "
    "zamitnuto zamitnuty neschvaleno smazano koncept zruseno avvisad avslagen nekad ejgodkand utkast raderad borttagen "
    "makulerad afvist ikkegodkendt slettet kladde annulleret "
    "rejeitado rejeitada recusado reprovado naoaprovado excluido apagado rascunho cancelado"
)
"""What such a cell says, without accents and spaces."""
_FLAGS = words_in("rejected declined deleted void voided geloscht abgelehnt storniert supprime eliminado verwijderd")
"""Names of columns that say yes or no, or when, to the same."""
_BESIDE_FLAGS = words_in("is was on at by date ist am")
_NO = words_in("no n false 0 nein non nie ne nej nao none null falsch falso faux")


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
    yield _compile_weekday(layout, order)
    if layout.compared > 1:
        yield _compile_difference(layout)
    if layout.durations and {Field.START, Field.END} <= layout.columns.keys():
        yield _compile_length(layout, order)
    if not layout.durations and Field.END_DATE not in layout.columns:
        yield _compile_night(layout)
    if layout.off and layout.off.lengths:
        yield _compile_long_break(layout.off)
    kinds = {layout.columns[field] for field in (Field.WORK_TYPE, Field.TASK) if field in layout.columns}
    for at, name in enumerate(layout.header):
        if (says := _says_not_approved(name)) is not None:
            yield _compile_approval(layout, at, says)
        words = frozenset(caption_words(name))
        if at in kinds or (words & _TYPES and words <= _TYPES | _BESIDE_TYPES):
            yield _compile_break(layout, at)


def _compile_weekday(layout: Layout, order: DateOrder | None) -> Doubt:
    date_at, moment = layout.date_columns[0], compile_moment(layout, order)

    def why(cell: str) -> str | None:
        read = moment(cell)
        if read is None or read.instant or is_on_its_weekday(cell, read.date):
            return None
        return (
            f"“{layout.header[date_at]}” says {cell.strip()[:_LONGEST_STATUS]}, and {read.date} is a {read.date:%A}; "
            "the row counts on that date. Check it at the source."
        )

    said: Memo[str, str | None] = Memo(why)
    return lambda cells, _: said[cells[date_at]]


def _compile_difference(layout: Layout) -> Doubt:
    readers = duration_readers(layout)[layout.minutes is not None : layout.compared]

    def difference(cells: list[str], seconds: int) -> str | None:
        for at, _, read in readers:
            other = read[cells[at]] if cells[at].strip() else None
            if other is not None and abs(other - seconds) > layout.tolerance:
                return (
                    f"“{layout.header[at]}” says {clock(other, full=True)}; {clock(seconds, full=True)} counts. "
                    "Check it at the source."
                )
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


def _compile_long_break(off: Break) -> Doubt:
    breaks = compile_off(off)

    def long_break(cells: list[str], seconds: int) -> str | None:
        """`12:30` may be when the break was."""
        away = breaks(cells)
        if away is None or away <= max(seconds, _LONGEST_BREAK):
            return None
        return f"The break is {clock(away)}, and the work {clock(seconds)}; it counts so. Check it at the source."

    return long_break


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


def _says_not_approved(name: str) -> Callable[[str], bool] | None:
    """What tells whether a cell of this column says that the entry was not approved; None if the column is another."""
    words = frozenset(caption_words(name))
    if (words & _STATUS and words <= _STATUS | _ENTRY) or (words & _APPROVAL and not words & _NOT_ENTRY):
        return _says_rejected
    if words & _FLAGS and words <= _FLAGS | _BESIDE_FLAGS:
        return lambda cell: bool(said := "".join(caption_words(cell))) and said not in _NO
    return None


def _says_rejected(cell: str) -> bool:
    said = caption_words(cell[:_LONGEST_STATUS])
    return bool(said) and (said[0] in _NOT_APPROVED or "".join(said) in _NOT_APPROVED)


def _compile_approval(layout: Layout, at: int, says: Callable[[str], bool]) -> Doubt:
    is_said: Memo[str, bool] = Memo(says)

    def approval(cells: list[str], _: int) -> str | None:
        if not is_said[cells[at]]:
            return None
        return (
            f"“{layout.header[at]}” says {cells[at].strip()[:40]}; the row counts as it is. "
            "If such work is not to count, exclude it by a rule for this column."
        )

    return approval
