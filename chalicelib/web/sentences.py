"""The terms of a retainer as plain sentences, the same on page, mail and invoice."""

from datetime import date, timedelta

from chalicelib.domain.carry_over_sentence import describe
from chalicelib.domain.retainer import CycleLength, Pause, Retainer
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

    def pauses(self, retainer: Retainer, since: date, until: date | None = None) -> tuple[str, ...]:
        """The pauses that touch the days from `since` on, or `[since, until)`: "Paused from 1 August to 14 August."."""
        touching = (
            pause
            for pause in retainer.pauses
            if (pause.end is None or pause.end > since) and (until is None or pause.start < until)
        )
        return tuple(self._pause(pause) for pause in touching)

    def _pause(self, pause: Pause) -> str:
        start = self.formats.full_day(pause.start)
        if pause.end is None:
            return self.texts.paused_on.format(start=start)
        return self.texts.paused.format(start=start, last=self.formats.full_day(pause.end - timedelta(days=1)))

    def overage(self, terms: Terms) -> str:
        """What an hour beyond the retainer costs; "" where such hours are deducted or cost nothing."""
        rate = terms.price_beyond
        if terms.carry_over.overrun is Overrun.DEDUCT or rate.minor == 0:
            return ""
        sentence = self.texts.overage_rate if terms.allotment_seconds else self.texts.hourly_rate
        return sentence.format(rate=self.formats.price(rate))
