"""The panels on top of the page: what the client was asked about hours beyond a retainer, and how it stands.

Imported only for a page that has one.
"""

from datetime import datetime

from chalicelib.domain.approval import Approval, ApprovalState
from chalicelib.domain.cycle import CycleStatement
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.web.page.view import Panel
from chalicelib.words.approvals import ApprovalWords

_WITHOUT_EFFECT = {ApprovalState.EXPIRED, ApprovalState.WITHDRAWN}


def build_panels(
    balance: ClientBalance, shown: list[tuple[RetainerBalance, CycleStatement]], now: datetime
) -> tuple[Panel, ...]:
    """The questions about the cycles that are shown, those that wait first, then the newest.

    One that ended without an effect is left out where a later one was asked.
    """
    words = ApprovalWords(balance.client)
    found = [(one, of, statement) for of, statement in shown for one in _worth_showing(statement, now)]
    found.sort(key=lambda each: (each[0].state_at(now) is not ApprovalState.ASKED, -each[0].asked_at.timestamp()))
    return tuple(_panel(words, one, of, statement, now) for one, of, statement in found)


def _worth_showing(statement: CycleStatement, now: datetime) -> list[Approval]:
    newest = statement.approvals[-1]
    return [one for one in statement.approvals if one == newest or one.state_at(now) not in _WITHOUT_EFFECT]


def _panel(
    words: ApprovalWords, approval: Approval, of: RetainerBalance, statement: CycleStatement, now: datetime
) -> Panel:
    texts, state = words.texts, approval.state_at(now)
    comment = approval.answer.comment if approval.answer else ""
    used = sum(seconds for parts in statement.covers() for one, seconds in parts if one == approval)
    notes = (
        texts.by_mail if state is ApprovalState.ASKED else "",
        texts.comment.format(comment=comment) if comment else "",
        texts.used.format(used=words.localizer.formats.hours(used)) if state is ApprovalState.APPROVED else "",
    )
    return Panel(
        title=texts.title,
        retainer=of.retainer.title,
        sentence=approval.sentence,
        standing=words.standing(approval, of.retainer.zone, now),
        notes=tuple(filter(None, notes)),
    )
