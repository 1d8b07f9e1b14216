"""Labels, and the terms of a retainer as plain sentences: the same on page, mails and invoices."""

from datetime import date
from typing import NamedTuple

from chalicelib.domain.calendar import is_last
from chalicelib.domain.cycle import Figures, Period
from chalicelib.domain.retainer import CycleLength, Pause, Retainer
from chalicelib.domain.terms import CarryOver, Overrun, Rounding, Terms, Unused
from chalicelib.words.formats import Formats, day_before
from chalicelib.words.texts import Counted, Texts, texts_in


class Localizer:
    """The texts and formats of one client's locale."""

    def __init__(self, formats: Formats) -> None:
        self.formats = formats
        self.texts: Texts = texts_in(formats.locale.language)

    def count(self, sentence: Counted, count: int) -> str:
        """`{count} days left` in the language's plural form."""
        return sentence.form(self.formats.category(count)).format(count=self.formats.number(count))

    def figure_names(self) -> dict[str, str]:
        """The labels of the amounts of a balance, by their names in `Figures`."""
        texts = self.texts
        return {
            "allotment": texts.included,
            "carried": texts.carried,
            "topped_up": texts.topped_up,
            "corrected": texts.corrected,
            "deducted": texts.deducted,
            "expired": texts.expired,
            "used": texts.used,
            "remaining": texts.remaining,
        }

    def expired(self, figures: Figures) -> str:
        """`3 h expired`; "" if nothing did."""
        expired = figures.expired_seconds
        return self.texts.hours_expired.format(hours=self.formats.hours(expired)) if expired else ""

    def used_of(self, figures: Figures) -> str:
        """`26.75 h used of 20 h`; only the used hours if the cycle has none."""
        hours = self.formats.hours
        used, available = hours(figures.used_seconds), hours(figures.available_seconds)
        return self.texts.used_of.format(used=used, available=available) if figures.granted_seconds > 0 else used

    def cycle_name(self, period: Period, length: CycleLength) -> str:
        """`November 2026` if the cycle is a calendar month, else its days."""
        is_month = length is CycleLength.MONTH and period.start.day == period.end.day == 1
        return self.formats.month(period.start) if is_month else self.formats.days(period.start, period.end)

    def days_left(self, period: Period, today: date) -> str:
        """`8 days left` after today, or `last day`."""
        left = (period.end - today).days - 1
        return self.count(self.texts.days_left, left) if left else self.texts.last_day

    def carry_over(self, retainer: Retainer, terms: Terms, end: date) -> str:
        """The carry-over rule in a cycle with this end: "Unused hours carry over for up to 2 months, at most 10 h.".

        In the retainer's last cycle: what becomes of unused hours and of debt there.
        """
        words, sentence = self.texts.cycles[retainer.length], describe(terms.carry_over)
        if is_last(retainer, end):
            return f"{self.texts.last_unused}{self.texts.last_debt if sentence.deducts else ''}."
        kept = self.texts.carry_over[sentence.id].format(
            at_end=words.at_end,
            allotment=words.allotment,
            cycles=self.count(words.counted, sentence.cycles or 0),
            hours=self.formats.hours(sentence.cap_seconds or 0),
            percent=sentence.cap_percent,
        )
        return f"{kept}{self.texts.deduct.format(following=words.following) if sentence.deducts else ''}."

    def rounding(self, rounding: Rounding) -> tuple[str, ...]:
        """How worked time becomes accounted time: "Each entry is rounded up to a multiple of 15 minutes."."""
        increment, minimum = (one if one > 1 else 0 for one in (rounding.increment_seconds, rounding.minimum_seconds))
        what = "both" if increment and minimum > increment else "increment" if increment else "minimum"
        step = self.texts.rounding[f"{rounding.level.value}.{what}"].format(
            increment=self._minutes(increment), minimum=self._minutes(minimum)
        )
        factors = ", ".join(f"{kind} × {self.formats.factor(by)}" for kind, by in rounding.multipliers.items())
        of_kinds = self.texts.multipliers.format(factors=factors)
        return tuple(text for text, is_set in ((step, increment or minimum), (of_kinds, factors)) if is_set)

    def _minutes(self, seconds: int) -> str:
        minutes, rest = divmod(seconds, 60)
        return f"{self.formats.exact_hours(None, seconds)} h" if rest else self.count(self.texts.minutes, minutes)

    def pauses(self, retainer: Retainer, since: date, until: date | None = None) -> tuple[str, ...]:
        """The pauses that overlap `[since, until)`, where `until` may be open: "Paused from 1 August to 14 August."."""
        overlapping = (
            pause
            for pause in retainer.pauses
            if (pause.end is None or pause.end > since) and (until is None or pause.start < until)
        )
        return tuple(self._pause(pause) for pause in overlapping)

    def _pause(self, pause: Pause) -> str:
        start = self.formats.full_day(pause.start)
        if pause.end is None:
            return self.texts.paused_on.format(start=start)
        return self.texts.paused.format(start=start, last=self.formats.full_day(day_before(pause.end)))

    def overage(self, retainer: Retainer, terms: Terms, end: date) -> str:
        """What an hour beyond the retainer costs; "" if such hours are taken off later ones or cost nothing.

        `end` is that of the cycle: in the last one they are billed, whatever the rule.
        """
        rate = terms.price_beyond
        if (terms.carry_over.overrun is Overrun.DEDUCT and not is_last(retainer, end)) or rate.minor == 0:
            return ""
        sentence = self.texts.overage_rate if terms.allotment_seconds else self.texts.hourly_rate
        return sentence.format(rate=self.formats.price(rate))


class CarryOverSentence(NamedTuple):
    """A sentence by its message id, with its parameters; those that it does not use are None."""

    id: str
    """`forfeit`, or `carry` followed by `.expires` and by `.cap_hours` or `.cap_percent` if the rule has them."""
    deducts: bool
    """Whether it also says that overruns are deducted from later allotments."""
    cap_seconds: int | None = None
    cap_percent: int | None = None
    cycles: int | None = None
    """A lot can still be drawn in this many cycles after the one that granted it."""


def describe(rule: CarryOver) -> CarryOverSentence:
    """The sentence that describes this rule."""
    deducts = rule.overrun is Overrun.DEDUCT
    if not carries(rule):
        return CarryOverSentence("forfeit", deducts)
    cap_seconds, cap_percent = (rule.cap.seconds, rule.cap.percent) if rule.cap else (None, None)
    parts = ["carry"]
    if rule.expires_after is not None:
        parts.append("expires")
    if rule.cap is not None:
        parts.append("cap_hours" if cap_seconds is not None else "cap_percent")
    return CarryOverSentence(".".join(parts), deducts, cap_seconds, cap_percent, rule.expires_after)


def carries(rule: CarryOver) -> bool:
    """Whether unused hours can reach a later cycle at all."""
    is_capped_to_nothing = rule.cap is not None and not (rule.cap.seconds or rule.cap.percent)
    return rule.unused is Unused.CARRY and rule.expires_after != 0 and not is_capped_to_nothing
