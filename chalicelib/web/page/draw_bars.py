"""The geometry of the page's two graphics: the bar of a cycle and the chart of past cycles."""

from collections.abc import Callable, Sequence
from datetime import date
from itertools import accumulate
from operator import attrgetter

from chalicelib.domain.cycle import CycleStatement, Figures
from chalicelib.domain.retainer import CycleLength
from chalicelib.web.page.view import Bar, Chart, Column, Segment
from chalicelib.words.sentences import Localizer

_COLUMN = 30
_TOP, _FLOOR = 6, 66
"""The vertical range of the columns in the chart; the labels are below it."""


def draw_bar(localizer: Localizer, statement: CycleStatement) -> Bar | None:
    """The bar of a cycle: what is used of the available hours; None if it has none, or if none are left to show."""
    figures = statement.figures
    if figures.granted_seconds <= 0 or figures.available_seconds + figures.used_seconds <= 0:
        return None
    over = max(-figures.remaining_seconds, 0)
    parts = (
        ("used", figures.used_seconds - over),
        ("expired", figures.expired_seconds),
        ("left", max(figures.remaining_seconds, 0)),
        ("over", over),
    )
    return Bar(_segments([part for part in parts if part[1] > 0]), _words(localizer, statement))


def _segments(parts: Sequence[tuple[str, int]]) -> tuple[Segment, ...]:
    *starts, total = accumulate((seconds for _, seconds in parts), initial=0)
    return tuple(
        Segment(kind, f"{start * 100 / total:.2f}%", f"{seconds * 100 / total:.2f}%")
        for (kind, seconds), start in zip(parts, starts, strict=True)
    )


def _words(localizer: Localizer, statement: CycleStatement) -> str:
    texts, hours, figures = localizer.texts, localizer.formats.hours, statement.figures
    used, available = hours(figures.used_seconds), hours(figures.available_seconds)
    if figures.remaining_seconds < 0:
        sentence = texts.bar_over.format(used=used, available=available, over=hours(-figures.remaining_seconds))
    else:
        sentence = texts.bar.format(used=used, available=available, left=hours(figures.remaining_seconds))
    expired = localizer.expired(figures)
    return " ".join(part for part in (sentence, f"{expired}." if expired else "") if part)


def draw_chart(
    localizer: Localizer,
    oldest_first: Sequence[CycleStatement],
    length: CycleLength,
    marked: Callable[[Figures], int] = attrgetter("available_seconds"),
) -> Chart | None:
    """The chart of these cycles, with a mark at the available or other hours; None if none were used in them."""
    most = max((one.figures.used_seconds for one in oldest_first), default=0)
    if most <= 0:
        return None
    scale = max(most, *(marked(one.figures) for one in oldest_first))
    columns = tuple(
        _column(one, place, scale, marked(one.figures), _label(localizer, one.period.start, length))
        for place, one in enumerate(oldest_first)
    )
    words = localizer.texts.chart.format(
        first=localizer.formats.month(oldest_first[0].period.start),
        last=localizer.formats.month(oldest_first[-1].period.start),
        most=localizer.formats.hours(most),
    )
    return Chart(_COLUMN * len(columns), columns, words)


def _label(localizer: Localizer, start: date, length: CycleLength) -> str:
    return str(start.year) if length is CycleLength.YEAR else localizer.formats.short_month(start)


def _column(statement: CycleStatement, place: int, scale: int, marked: int, label: str) -> Column:
    top = _height(statement.figures.used_seconds, scale)
    covered = statement.figures.used_seconds - max(-statement.figures.remaining_seconds, 0)
    within = _height(covered, scale)
    return Column(
        x=place * _COLUMN + 5,
        y=_FLOOR - within,
        height=within,
        over_y=_FLOOR - top,
        over_height=top - within,
        mark=_FLOOR - _height(marked, scale),
        label=label,
    )


def _height(seconds: int, scale: int) -> int:
    return max(seconds, 0) * (_FLOOR - _TOP) // scale
