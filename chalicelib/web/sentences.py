"""The terms of a retainer as plain sentences, the same on page, mail and invoice."""

from chalicelib.domain.carry_over_sentence import describe
from chalicelib.domain.retainer import CycleLength
from chalicelib.domain.terms import Overrun, Terms
from chalicelib.web.formats import Formats
from chalicelib.web.messages import Counted, Texts, texts_in


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
        words, said = self.texts.cycles[length], describe(terms.carry_over)
        kept = self.texts.carry_over[said.id].format(
            at_end=words.at_end,
            allotment=words.allotment,
            cycles=self.count(words.counted, said.cycles or 0),
            hours=self.formats.hours(said.cap_seconds or 0),
            percent=said.cap_percent,
        )
        return f"{kept}{self.texts.deduct.format(following=words.following) if said.deducts else ''}."

    def overage(self, terms: Terms) -> str:
        """What an hour beyond the retainer costs; "" where such hours are deducted or cost nothing."""
        rate = terms.price_beyond
        if terms.carry_over.overrun is Overrun.DEDUCT or rate.minor == 0:
            return ""
        sentence = self.texts.overage_rate if terms.allotment_seconds else self.texts.hourly_rate
        return sentence.format(rate=self.formats.price(rate))
