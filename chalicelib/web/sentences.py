"""The terms of a retainer as plain sentences, the same on page, mail and invoice."""

from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import CycleLength
from chalicelib.domain.terms import Cap, Overrun, Terms, Unused
from chalicelib.web.formats import Formats
from chalicelib.web.messages import Counted, CycleWords, Texts, texts_in


class Voice:
    """Words and formats of one client's language together."""

    def __init__(self, formats: Formats) -> None:
        self.formats = formats
        self.texts: Texts = texts_in(formats.locale.language)

    def count(self, sentence: Counted, count: int) -> str:
        """`{count} days left` with the right number."""
        form = sentence.one if self.formats.is_one(count) else sentence.other
        return form.format(count=self.formats.number(count))

    def carry_over(self, terms: Terms, length: CycleLength) -> str:
        """The carry-over rule: "Unused hours carry over for up to 2 months, at most 10 h."."""
        words, rule = self.texts.cycles[length], terms.carry_over
        if rule.unused is Unused.FORFEIT:
            kept = self.texts.forfeit.format(at_end=words.at_end)
        elif rule.expires_after is None:
            kept = self.texts.carry_never.format(cap=self._cap(rule.cap, words))
        else:
            count = self.count(words.counted, rule.expires_after)
            kept = self.texts.carry_for.format(count=count, cap=self._cap(rule.cap, words))
        deducts = self.texts.deduct.format(following=words.following) if rule.overrun is Overrun.DEDUCT else ""
        return f"{kept}{deducts}."

    def overage(self, terms: Terms) -> str:
        """What an hour beyond the retainer costs; "" where such hours are deducted or cost nothing."""
        rate = terms.overage_rate or terms.regular_rate
        if terms.carry_over.overrun is Overrun.DEDUCT or rate == Money(0, rate.currency):
            return ""
        sentence = self.texts.overage_rate if terms.allotment_seconds else self.texts.hourly_rate
        return sentence.format(rate=self.formats.price(rate))

    def _cap(self, cap: Cap | None, words: CycleWords) -> str:
        if cap is None:
            return ""
        if cap.seconds is not None:
            return self.texts.cap_hours.format(hours=self.formats.hours(cap.seconds))
        return self.texts.cap_percent.format(percent=cap.percent or 0, allotment=words.allotment)
