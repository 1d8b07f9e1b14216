"""Builds the page's view from a balance: chooses the words and formats every figure."""

from collections.abc import Iterable
from datetime import date

from chalicelib.domain.calendar import period_of
from chalicelib.domain.cycle import CycleState, CycleStatement, Lot, LotOrigin
from chalicelib.domain.explain import steps
from chalicelib.domain.pace import pace_of
from chalicelib.domain.quantities import HOUR
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms import Overrun
from chalicelib.domain.terms_versions import grant_of
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.web.page.build_work_log import ROW_LIMIT, build_logs
from chalicelib.web.page.draw_bars import draw_bar, draw_chart
from chalicelib.web.page.explain import expiry_of, make_number
from chalicelib.web.page.view import Fact, PageView, Panel, PastRow, RetainerView
from chalicelib.words.formats import Formats, day_before, in_zone
from chalicelib.words.sentences import Localizer

_INVOICED = {CycleState.SETTLING, CycleState.CLOSED}


def build_page(
    balance: ClientBalance,
    token: str,
    year: int | None = None,
    cycle: date | None = None,
    *,
    asks: bool = False,
    most: int = ROW_LIMIT,
) -> PageView:
    """The page of a client; `cycle` shows the one that began on that day, `year` a year of cycles (build_year.py).

    A day on which no cycle began is ignored. With `asks` each entry has a link to a mail to the operator about it.
    Of a retainer's entries the newest `most` are listed.
    """
    opened = [(one, found) for one in balance.retainers if (found := _begun_on(one, cycle))]
    localizer = Localizer(Formats.for_client(balance.client))
    texts, by_ticket = localizer.texts, balance.client.tickets_together
    as_of = texts.no_import
    if balance.as_of is not None:
        as_of = texts.as_of.format(instant=localizer.formats.instant(in_zone(balance.as_of, balance.zone)))
    recorded = balance.recorded_until
    return PageView(
        texts=texts,
        title=balance.client.name,
        operator=balance.operator,
        as_of=as_of,
        recorded=texts.recorded.format(day=localizer.formats.full_day(recorded)) if recorded else "",
        token=token,
        asks=asks and year is None and bool(balance.operator.email),
        chosen=_chosen(localizer, year, cycle if opened else None),
        year=None if opened else year,
        years=tuple(sorted({one for retainer in balance.retainers for one in retainer.years}, reverse=True)),
        has_invoices=balance.client.invoices_on_page
        and any(one.state in _INVOICED for retainer in balance.retainers for one in retainer.statements),
        retainers=tuple(
            _opened(localizer, retainer, statement, most, by_ticket=by_ticket) for retainer, statement in opened
        )
        or tuple(_retainer(localizer, one, most, by_ticket=by_ticket) for one in balance.retainers if year is None),
        panels=_panels(balance, opened, year),
    )


def _panels(
    balance: ClientBalance, opened: list[tuple[RetainerBalance, CycleStatement]], year: int | None
) -> tuple[Panel, ...]:
    """The questions to the client about the cycles that are shown; none on the page of a year."""
    current = [(one, each) for one in balance.retainers for each in one.logged()] if year is None else []
    asked = [(one, each) for one, each in opened or current if each.approvals]
    if not asked or balance.now is None:
        return ()
    from chalicelib.web.page.build_panel import build_panels  # noqa: PLC0415 - few pages have one

    return build_panels(balance, asked, balance.now)


def _begun_on(balance: RetainerBalance, cycle: date | None) -> CycleStatement | None:
    """The past cycle that began on that day."""
    return next((one for one in balance.statements[:-1] if one.period.start == cycle), None)


def _chosen(localizer: Localizer, year: int | None, cycle: date | None) -> str:
    if cycle is not None:
        return localizer.texts.cycle_from.format(day=localizer.formats.full_day(cycle))
    return localizer.texts.year_work.format(year=year) if year is not None else ""


def _opened(
    localizer: Localizer, balance: RetainerBalance, statement: CycleStatement, most: int, *, by_ticket: bool
) -> RetainerView:
    """A past cycle, a closed one as it closed; where work is dated a day ahead, also the one that still runs."""
    retainer, period = balance.retainer, statement.period
    big, caption = _left_of(localizer, statement)
    days, state = localizer.formats.days(period.start, period.end), _state(localizer, balance, statement)
    rules = (*_terms(localizer, retainer, statement), *localizer.pauses(retainer, period.start, period.end))
    return RetainerView(
        slug=retainer.id.retainer,
        title=retainer.title,
        dates=" · ".join(filter(None, (days, state))),
        big=big,
        caption=caption,
        is_over=statement.figures.is_over,
        bar=draw_bar(localizer, statement),
        facts=(*_facts(localizer, statement), *(_ends(localizer, statement) if balance.today >= period.end else ())),
        rules=rules,
        logs=build_logs(localizer, balance, period.start, by_ticket=by_ticket, most=most),
        making=make_number(localizer, statement, retainer, most),
    )


def _retainer(localizer: Localizer, balance: RetainerBalance, most: int, *, by_ticket: bool) -> RetainerView:
    texts, length, current = localizer.texts, balance.retainer.length, balance.current
    full_day = localizer.formats.full_day
    running = current if balance.has_begun else None
    big, caption = _headline(localizer, balance)
    past = balance.past()
    charted = (*past[::-1], current) if current is not None else past[::-1]
    return RetainerView(
        slug=balance.retainer.id.retainer,
        title=balance.retainer.title,
        dates=_dates(localizer, balance),
        big=big,
        caption=caption,
        is_over=running is not None and running.figures.is_over,
        bar=draw_bar(localizer, running) if running else None,
        facts=_current_facts(localizer, balance, running) if running else (),
        rules=_rules(localizer, balance),
        logs=build_logs(localizer, balance, by_ticket=by_ticket, most=most) if balance.has_begun else (),
        making=make_number(localizer, running, balance.retainer, most, has_ended=balance.has_ended)
        if running
        else None,
        outlook=_outlook(localizer, balance, running) if running else "",
        note="" if balance.has_begun else texts.starts_note.format(day=full_day(balance.retainer.starts_on)),
        past_title=texts.cycles[length].past,
        past=tuple(_past_row(localizer, balance, one) for one in past),
        chart=draw_chart(localizer, charted, length) if len(charted) > 1 else None,
    )


def _headline(localizer: Localizer, balance: RetainerBalance) -> tuple[str, str]:
    """The number in large type, and its caption."""
    hours, current = localizer.formats.hours, balance.current
    if current is None or not balance.has_begun:
        granted = current.figures.allotment_seconds if current is not None else 0
        day = localizer.formats.full_day(balance.retainer.starts_on)
        return hours(granted), localizer.texts.from_day.format(day=day)
    if balance.has_ended and current.figures.granted_seconds > 0 and not current.figures.is_over:
        return hours(0), localizer.used_of(current.figures)
    return _left_of(localizer, current)


def _left_of(localizer: Localizer, statement: CycleStatement) -> tuple[str, str]:
    """The hours left of a cycle, or those over; if it had no hours, the hours used."""
    texts, hours, figures = localizer.texts, localizer.formats.hours, statement.figures
    if figures.granted_seconds <= 0:
        return hours(figures.used_seconds), texts.used_so_far
    if figures.is_over:
        return _over(localizer, statement), localizer.used_of(figures)
    return hours(figures.remaining_seconds), texts.left_of.format(hours=hours(figures.available_seconds))


def _over(localizer: Localizer, statement: CycleStatement) -> str:
    return localizer.texts.over.format(hours=localizer.formats.hours(-statement.figures.remaining_seconds))


def _outlook(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement) -> str:
    """How long the hours last, or what becomes of an overrun that is deducted; "" if nothing can be said."""
    texts, formats, retainer = localizer.texts, localizer.formats, balance.retainer
    if pace := pace_of(statement, retainer, balance.today):
        if pace.spare_seconds < HOUR:
            return texts.pace_until.format(day=formats.long_day(pace.lasts_until))
        spare = formats.hours(pace.spare_seconds // HOUR * HOUR)
        return texts.pace_spare.format(hours=spare, at_end=texts.cycles[retainer.length].at_end)
    following = period_of(retainer, statement.period.end)
    if following is None or not statement.debt_out_seconds:
        return ""
    allotment, debt = grant_of(retainer, following).allotment_seconds, statement.debt_out_seconds
    sentence = texts.overrun_next if debt <= allotment else texts.overrun_beyond if allotment else ""
    return sentence.format(
        debt=formats.hours(debt),
        allotment=formats.hours(allotment),
        rest=formats.hours(allotment - debt),
        more=formats.hours(debt - allotment),
    )


def _dates(localizer: Localizer, balance: RetainerBalance) -> str:
    if balance.current is None:
        return ""
    period = balance.current.period
    days = localizer.formats.days(period.start, period.end)
    if not balance.has_begun:
        return days
    if balance.has_ended and balance.retainer.ends_on is not None:
        ended = localizer.texts.ended.format(day=localizer.formats.full_day(day_before(balance.retainer.ends_on)))
        return f"{days} · {ended}"
    return f"{days} · {localizer.days_left(period, balance.today)}"


def _current_facts(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement) -> tuple[Fact, ...]:
    """Those of the current cycle; of a retainer that has ended, also what becomes of the hours that were left."""
    facts = _facts(localizer, statement)
    return (*facts, *_ends(localizer, statement)) if balance.has_ended else facts


def _facts(localizer: Localizer, statement: CycleStatement) -> tuple[Fact, ...]:
    """What leads to the hours left, which stand above, or are taken apart by what ends them."""
    texts, figures = localizer.texts, statement.figures
    facts = [_fact(localizer, texts.included, figures.allotment_seconds)]
    if carried := _carried(localizer, statement):
        note = texts.provisional if statement.carried_is_provisional else ""
        facts.append(Fact(texts.carried, carried, note))
    names = localizer.figure_names()
    own = {"allotment", "carried", "deducted", "used", "remaining"}
    facts += [
        _fact(localizer, names[one.figure], one.seconds, kind="expired" if one.figure == "expired" else "")
        for one in steps(figures)
        if one.figure not in own
    ]
    facts += _debt(localizer, statement)
    facts.append(_fact(localizer, texts.used, figures.used_seconds, kind="used"))
    if figures.granted_seconds > 0:  # without hours the figure above is the used ones themselves
        parts = (one.sign * one.seconds for one in steps(figures) if one.figure != "carried")
        in_parts = _carried_by_expiry(localizer, statement).values()
        facts += _rounding(localizer, (*in_parts, *parts), figures.remaining_seconds)
    if figures.project_seconds:
        facts.append(_fact(localizer, texts.project, figures.project_seconds, note=texts.project_note))
    return tuple(facts)


def _debt(localizer: Localizer, statement: CycleStatement) -> tuple[Fact, ...]:
    """What is owed for overruns, and what becomes of it: taken off this cycle's hours, off later ones, or billed."""
    texts, is_closed = localizer.texts, statement.state is CycleState.CLOSED
    deducted = statement.figures.deducted_seconds
    deducts = statement.debt_in_seconds or statement.terms.carry_over.overrun is Overrun.DEDUCT
    amounts = (
        (texts.owed, statement.debt_in_seconds if statement.debt_in_seconds != deducted else 0),
        (texts.deducted, deducted),
        (texts.repaying, statement.repaying_seconds),
        (texts.debt, statement.debt_out_seconds),
        (texts.billed if is_closed else texts.to_be_billed, statement.billed_seconds if deducts else 0),
    )
    return tuple(_fact(localizer, name, seconds) for name, seconds in amounts if seconds)


def _ends(localizer: Localizer, statement: CycleStatement) -> tuple[Fact, ...]:
    """What the cycle close did, or will do, with the remaining hours."""
    texts = localizer.texts
    amounts = (
        (texts.carried_on, sum(lot.seconds for lot in statement.carried_out)),
        (texts.forfeited, statement.forfeited_seconds),
        (texts.capped, statement.capped_seconds),
    )
    ends = [_fact(localizer, name, seconds) for name, seconds in amounts if seconds]
    left = statement.figures.remaining_seconds + statement.figures.overage_seconds
    return (*ends, *_rounding(localizer, (seconds for _, seconds in amounts), left)) if ends else ()


def _rounding(localizer: Localizer, parts: Iterable[int], total: int) -> tuple[Fact, ...]:
    """What figures lack to their total, as they are shown; nothing where they add up."""
    lacking = localizer.formats.rounding(parts, total)
    return (_fact(localizer, localizer.texts.rounding_line, lacking),) if lacking else ()


def _fact(localizer: Localizer, name: str, seconds: int, *, note: str = "", kind: str = "") -> Fact:
    return Fact(name, ((localizer.formats.hours(seconds), ""),), note, kind)


def _carried(localizer: Localizer, statement: CycleStatement) -> tuple[tuple[str, str], ...]:
    """The carried hours with their expiry, soonest first."""
    by_expiry = _carried_by_expiry(localizer, statement)
    return tuple((localizer.formats.hours(seconds), expiry) for expiry, seconds in by_expiry.items())


def _carried_by_expiry(localizer: Localizer, statement: CycleStatement) -> dict[str, int]:
    """The seconds of the carried hours by the words of their expiry, soonest first."""
    by_expiry: dict[str, int] = {}
    for lot in (one.lot for one in statement.lots if _is_carried(one.lot, statement)):
        expiry = expiry_of(localizer, lot, statement.period) or localizer.texts.carried_forever
        by_expiry[expiry] = by_expiry.get(expiry, 0) + lot.seconds
    return by_expiry


def _is_carried(lot: Lot, statement: CycleStatement) -> bool:
    """Whether an earlier cycle has left it; hours that were bought then stay a top-up."""
    return lot.origin is LotOrigin.CARRIED or lot.granted_in < statement.period.start


def _rules(localizer: Localizer, balance: RetainerBalance) -> tuple[str, ...]:
    if balance.current is None or balance.has_ended:
        return ()
    pauses = localizer.pauses(balance.retainer, balance.current.period.start)
    return (*_terms(localizer, balance.retainer, balance.current), *pauses)


def _terms(localizer: Localizer, retainer: Retainer, statement: CycleStatement) -> tuple[str, ...]:
    terms, end = statement.terms, statement.period.end
    carry_over = localizer.carry_over(retainer, terms, end) if terms.allotment_seconds else ""
    return tuple(
        filter(None, (carry_over, *localizer.rounding(terms.rounding), localizer.overage(retainer, terms, end)))
    )


def _state(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement) -> str:
    """The state of a past cycle in words; "" if its close is overdue."""
    if balance.is_awaited(statement):
        return localizer.texts.settling_tag
    tags = {CycleState.CLOSED: localizer.texts.closed_tag, CycleState.BACKFILL: localizer.texts.backfill_tag}
    return tags.get(statement.state, "")


def _past_row(localizer: Localizer, balance: RetainerBalance, statement: CycleStatement) -> PastRow:
    cell, figures = localizer.formats.hours_cell, statement.figures
    return PastRow(
        name=localizer.cycle_name(statement.period, balance.retainer.length),
        start=statement.period.start.isoformat(),
        state=_state(localizer, balance, statement),
        available=cell(figures.available_seconds),
        used=cell(figures.used_seconds),
        left=_over(localizer, statement) if figures.is_over else cell(max(figures.remaining_seconds, 0)),
        is_over=figures.is_over,
        notes=tuple(filter(None, (localizer.expired(figures), _went_on(localizer, statement)))),
    )


def _went_on(localizer: Localizer, statement: CycleStatement) -> str:
    seconds = sum(lot.seconds for lot in statement.carried_out)
    return localizer.texts.went_on.format(hours=localizer.formats.hours_cell(seconds)) if seconds else ""
