"""A question about hours beyond a retainer in the client's language: the same on page, form, mail and invoice."""

from datetime import datetime
from fractions import Fraction

from chalicelib.domain.approval import Approval, ApprovalState
from chalicelib.domain.cycle import Period
from chalicelib.domain.quantities import HOUR, Money, decimal_that_multiplies
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.words.approval_texts import ApprovalTexts, approval_texts_in
from chalicelib.words.formats import Formats, in_zone
from chalicelib.words.sentences import Localizer


class ApprovalWords:
    """The words about questions to one client."""

    def __init__(self, client: Client) -> None:
        self.localizer = Localizer(Formats.for_client(client))
        self.texts: ApprovalTexts = approval_texts_in(self.localizer.texts.language)

    def hours(self, approval: Approval) -> str:
        """The hours that were asked for, as they multiply out with the rate: `20 h`, `1.3333 h`."""
        exact = decimal_that_multiplies(Fraction(approval.seconds, HOUR), approval.rate, most_of(approval))
        return f"{self.localizer.formats.exact_hours(exact, approval.seconds)}\u00a0h"

    def standing(self, approval: Approval, zone: str, now: datetime) -> str:
        """How it stands at `now`: "Approved by Ida Berg on November 5, 2026, 9:14 AM (CET)."."""
        state = approval.state_at(now)
        at = approval.settled_at if approval.settled_at and state is not ApprovalState.EXPIRED else approval.decide_by
        name = approval.answer.name if approval.answer else ""
        return self.texts.states[state].format(name=name, at=self.instant(at, zone))

    def instant(self, at: datetime, zone: str) -> str:
        """A moment in the retainer's zone."""
        return self.localizer.formats.instant(in_zone(at, zone))


def most_of(approval: Approval) -> Money:
    """What the hours cost if all of them are worked, before tax."""
    return approval.rate.times(Fraction(approval.seconds, HOUR))


def word_sentence(client: Client, retainer: Retainer, period: Period, approval: Approval) -> str:
    """What the client agrees to by approving, with every figure."""
    words = ApprovalWords(client)
    formats = words.localizer.formats
    return words.texts.sentence.format(
        client=client.name,
        hours=words.hours(approval),
        retainer=retainer.title,
        cycle=words.localizer.cycle_name(period, retainer.length),
        day=formats.full_day(approval.asked_on),
        rate=formats.price(approval.rate),
        amount=formats.money(most_of(approval)),
        reason=approval.reason,
    )
