"""From a balance to the page's view: chooses the words and formats every figure."""

from chalicelib.domain.cycle import CycleStatement, LotOrigin
from chalicelib.domain.explain import steps
from chalicelib.domain.retainer import CycleLength
from chalicelib.services.show_balance import ClientBalance, RetainerBalance
from chalicelib.web.build_work_log import build_logs
from chalicelib.web.draw_bars import draw_bar, draw_chart
from chalicelib.web.explain import expiry_of, make_number
from chalicelib.web.formats import Formats, in_zone
from chalicelib.web.names import cycle_name, day_before, expired_words, figure_names
from chalicelib.web.sentences import Voice
from chalicelib.web.view import Fact, PageView, PastRow, RetainerView


def build_page(balance: ClientBalance, token: str, year: int | None = None) -> PageView:
    """The page of a client; `year` shows the cycles that began in it."""
    voice = Voice(Formats.for_client(balance.client))
    texts = voice.texts
    as_of = texts.no_import
    if balance.as_of is not None:
        as_of = texts.as_of.format(instant=voice.formats.instant(in_zone(balance.as_of, balance.zone)))
    return PageView(
        texts=texts,
        title=balance.client.name,
        operator=balance.operator,
        as_of=as_of,
        token=token,
        year=year,
        years=tuple(sorted({one for retainer in balance.retainers for one in retainer.years}, reverse=True)),
        retainers=tuple(_retainer(voice, retainer, year) for retainer in balance.retainers),
    )


def _retainer(voice: Voice, balance: RetainerBalance, year: int | None) -> RetainerView:
    texts, length, current = voice.texts, balance.retainer.length, balance.current
    runs = current is not None and balance.has_begun
    big, beside = _headline(voice, balance)
    past = balance.past(year)
    charted = (*past[::-1], current) if current is not None and year is None else past[::-1]
    logs = build_logs(voice, balance, year) if balance.has_begun else ()
    return RetainerView(
        slug=balance.retainer.id.retainer,
        title=balance.retainer.title,
        dates=_dates(voice, balance),
        big=big,
        beside=beside,
        is_over=runs and current is not None and _is_over(current),
        bar=draw_bar(voice, current) if runs and current is not None else None,
        facts=_facts(voice, current, length) if runs and current is not None else (),
        rules=_rules(voice, balance),
        note=""
        if balance.has_begun
        else texts.starts_note.format(day=voice.formats.full_day(balance.retainer.starts_on)),
        logs=logs,
        making=make_number(voice, current, length) if runs and current is not None else None,
        past_title=texts.cycles[length].past,
        past=tuple(_past_row(voice, balance, one) for one in past),
        chart=draw_chart(voice, charted, length) if len(charted) > 1 else None,
        year_note=texts.year_empty.format(year=year) if year is not None and not balance.logged(year) else "",
    )


def _is_over(statement: CycleStatement) -> bool:
    return statement.figures.remaining_seconds < 0 < statement.figures.available_seconds


def _headline(voice: Voice, balance: RetainerBalance) -> tuple[str, str]:
    """The number in large type, and the words beside it."""
    texts, hours, current = voice.texts, voice.formats.hours, balance.current
    if current is None or not balance.has_begun:
        granted = current.figures.allotment_seconds if current is not None else 0
        return hours(granted), texts.from_day.format(day=voice.formats.full_day(balance.retainer.starts_on))
    figures, available = current.figures, current.figures.available_seconds
    used_of = texts.used_of.format(used=hours(figures.used_seconds), available=hours(available))
    if available <= 0:
        return hours(figures.used_seconds), texts.used_so_far
    if _is_over(current):
        return texts.over.format(hours=hours(-figures.remaining_seconds)), used_of
    if balance.has_ended:
        return hours(0), used_of
    return hours(figures.remaining_seconds), texts.left_of.format(hours=hours(available))


def _dates(voice: Voice, balance: RetainerBalance) -> str:
    if balance.current is None:
        return ""
    period = balance.current.period
    days = voice.formats.days(period.start, period.end)
    if not balance.has_begun:
        return days
    if balance.has_ended and balance.retainer.ends_on is not None:
        ended = voice.texts.ended.format(day=voice.formats.full_day(day_before(balance.retainer.ends_on)))
        return f"{days} · {ended}"
    left = (period.end - balance.today).days - 1
    return f"{days} · {voice.count(voice.texts.days_left, left) if left else voice.texts.last_day}"


def _facts(voice: Voice, statement: CycleStatement, length: CycleLength) -> tuple[Fact, ...]:
    texts, figures = voice.texts, statement.figures
    facts = [_fact(voice, texts.cycles[length].this, figures.allotment_seconds)]
    if carried := _carried(voice, statement):
        note = texts.provisional if statement.carried_is_provisional else ""
        facts.append(Fact(texts.carried, carried, note, "carried"))
    names = figure_names(texts)
    own = {"allotment", "carried", "used", "remaining"}
    facts += [
        _fact(voice, names[one.figure], one.seconds, kind="expired" if one.figure == "expired" else "")
        for one in steps(figures)
        if one.figure not in own
    ]
    facts.append(_fact(voice, texts.used, figures.used_seconds, kind="used"))
    if figures.project_seconds:
        facts.append(_fact(voice, texts.project, figures.project_seconds, note=texts.project_note))
    if statement.debt_out_seconds:
        facts.append(_fact(voice, texts.debt, statement.debt_out_seconds))
    return tuple(facts)


def _fact(voice: Voice, name: str, seconds: int, *, note: str = "", kind: str = "") -> Fact:
    return Fact(name, ((voice.formats.hours(seconds), ""),), note, kind)


def _carried(voice: Voice, statement: CycleStatement) -> tuple[tuple[str, str], ...]:
    """The carried hours by expiry, soonest first."""
    by_expiry: dict[str, int] = {}
    for lot in (one.lot for one in statement.lots if one.lot.origin is LotOrigin.CARRIED):
        expiry = expiry_of(voice, lot, statement.period) or voice.texts.carried_forever
        by_expiry[expiry] = by_expiry.get(expiry, 0) + lot.seconds
    return tuple((voice.formats.hours(seconds), expiry) for expiry, seconds in by_expiry.items())


def _rules(voice: Voice, balance: RetainerBalance) -> tuple[str, ...]:
    if balance.current is None or balance.has_ended:
        return ()
    terms = balance.current.terms
    carry_over = voice.carry_over(terms, balance.retainer.length) if terms.allotment_seconds else ""
    return tuple(sentence for sentence in (carry_over, voice.overage(terms)) if sentence)


def _past_row(voice: Voice, balance: RetainerBalance, statement: CycleStatement) -> PastRow:
    cell, figures = voice.formats.hours_cell, statement.figures
    is_over = _is_over(statement)
    left = max(figures.remaining_seconds, 0)
    return PastRow(
        name=cycle_name(voice, statement.period, balance.retainer.length),
        is_settling=balance.is_awaited(statement),
        available=cell(figures.available_seconds),
        used=cell(figures.used_seconds),
        left=voice.texts.over.format(hours=voice.formats.hours(-figures.remaining_seconds)) if is_over else cell(left),
        is_over=is_over,
        expired=expired_words(voice, figures),
    )
