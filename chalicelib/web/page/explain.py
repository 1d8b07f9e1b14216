"""How the number is made: the sum that leads to it, the lots, and which entries drew on which lot."""

from collections.abc import Mapping
from itertools import islice

from chalicelib.domain.calendar import period_of
from chalicelib.domain.cycle import AccountedEntry, CycleStatement, Lot, LotOrigin, LotStatement, Period
from chalicelib.domain.entry import MANUAL
from chalicelib.domain.explain import steps
from chalicelib.domain.retainer import Retainer
from chalicelib.web.page.view import DrawRow, LotRow, Making, Step
from chalicelib.words.formats import day_before
from chalicelib.words.sentences import Localizer
from chalicelib.words.work import work_of

_SIGNS = {1: "+", -1: "−", 0: "="}


def expiry_of(localizer: Localizer, lot: Lot, period: Period) -> str:
    """`until 31 Dec`, with the year if it differs from that of `period`; "" if the lot does not expire."""
    if lot.expires_on is None:
        return ""
    day = localizer.formats.day_with_year(day_before(lot.expires_on), period.start)
    return localizer.texts.lot_expires.format(day=day)


def make_number(
    localizer: Localizer, statement: CycleStatement, retainer: Retainer, most: int, *, has_ended: bool = False
) -> Making:
    """The explanation of a cycle's remaining hours; those on the clock to the second, and at most `most` entries.

    `has_ended`: the retainer has, which leaves nothing.
    """
    localizer = Localizer(localizer.formats.exactly)
    notes = _notes_of_lots(localizer, statement)
    names = {one.lot.id: _lot_name(localizer, one, statement.period, retainer, notes) for one in statement.lots}
    lots = [_lot_row(localizer, lot, statement.period, names[lot.lot.id]) for lot in statement.lots]
    if overage := statement.figures.overage_seconds:
        lots.append(LotRow(localizer.texts.lot_overage, "", "", localizer.formats.hours_cell(overage), ""))
    work = (one for one in reversed(statement.entries) if one.draws or one.overage_seconds)
    newest_first = islice(work, most)
    return Making(
        steps=_steps(localizer, statement, has_ended=has_ended),
        lots=tuple(lots),
        draws=tuple(_draw_row(localizer, one, names) for one in newest_first) if len(lots) > 1 else (),
        notes=_notes(localizer, statement),
    )


def _notes(localizer: Localizer, statement: CycleStatement) -> tuple[str, ...]:
    texts, figures = localizer.texts, statement.figures
    drawn = (*(one.drawn_seconds for one in statement.lots), figures.overage_seconds)
    rounded = texts.rounded if localizer.formats.rounding(drawn, figures.used_seconds) else ""
    is_provisional = figures.carried_seconds != 0 and statement.carried_is_provisional
    notes = (texts.making_note, texts.provisional_note if is_provisional else "", rounded)
    return tuple(filter(None, notes))


def _steps(localizer: Localizer, statement: CycleStatement, *, has_ended: bool) -> tuple[Step, ...]:
    formats, texts, names = localizer.formats, localizer.texts, localizer.figure_names()
    *parts, result = ((one.sign, names[one.figure], one.seconds) for one in steps(statement.figures))
    if has_ended and result[2] > 0:
        parts.append((-1, texts.forfeited, statement.forfeited_seconds))
        result = (0, result[1], result[2] - statement.forfeited_seconds)
    rounding = formats.rounding((sign * seconds for sign, _, seconds in parts), result[2])
    if rounding:
        parts.append((1 if rounding > 0 else -1, localizer.texts.rounding_line, abs(rounding)))
    signs = ("", *(_SIGNS[sign] for sign, _, _ in parts[1:]), _SIGNS[0])  # the first line has no sign
    made = zip(signs, (*parts, result), strict=True)
    return tuple(Step(sign, name, formats.hours_cell(seconds)) for sign, (_, name, seconds) in made)


def _notes_of_lots(localizer: Localizer, statement: CycleStatement) -> dict[str, str]:
    """The names of top-ups with a note and of corrections, by lot id."""
    name = localizer.texts.lot_top_up
    noted = {
        one.id: localizer.texts.lot_noted.format(name=name, note=one.note) for one in statement.top_ups if one.note
    }
    given = (one for one in statement.entries if one.entry.source == MANUAL and one.correction_lot_id)
    return noted | {one.correction_lot_id or "": work_of(localizer, one.entry) for one in given}


def _lot_name(
    localizer: Localizer, statement: LotStatement, period: Period, retainer: Retainer, notes: Mapping[str, str]
) -> str:
    texts, lot = localizer.texts, statement.lot
    if lot.id in notes:
        return notes[lot.id]
    if lot.origin is LotOrigin.TOP_UP:
        return texts.lot_top_up
    if lot.origin is LotOrigin.CORRECTION:
        return texts.lot_correction
    if lot.origin is LotOrigin.ALLOTMENT:
        return texts.lot_allotment.format(cycle=localizer.cycle_name(period, retainer.length))
    origin = period_of(retainer, lot.granted_in)
    cycle = localizer.cycle_name(origin, retainer.length) if origin else localizer.formats.full_day(lot.granted_in)
    return texts.lot_carried.format(cycle=cycle)


def _lot_row(localizer: Localizer, statement: LotStatement, period: Period, name: str) -> LotRow:
    lot, cell = statement.lot, localizer.formats.hours_cell
    granted, drawn, left = cell(lot.seconds), cell(statement.drawn_seconds), cell(statement.remaining_seconds)
    return LotRow(name, expiry_of(localizer, lot, period), granted, drawn, left)


def _draw_row(localizer: Localizer, accounted: AccountedEntry, names: Mapping[str, str]) -> DrawRow:
    cell = localizer.formats.hours_cell
    parts = [(names[one.lot_id], cell(one.seconds)) for one in accounted.draws]
    if accounted.overage_seconds:
        parts.append((localizer.texts.lot_overage, cell(accounted.overage_seconds)))
    return DrawRow(
        date=localizer.formats.day(accounted.entry.date),
        work=work_of(localizer, accounted.entry),
        hours=cell(accounted.accounted_seconds),
        parts=tuple(parts),
    )
