"""What the link of a question's mail opens. To open it changes nothing: scanners of mails open every link."""

from datetime import datetime
from typing import NamedTuple, Protocol

from chalicelib.domain.approval import Approval
from chalicelib.domain.retainer import Retainer
from chalicelib.services.store.approvals import AnswerLink
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import Admit, admit_all


class AnswerLinks(Protocol):
    """Makes and reads the tokens of answers. The key is a secret that no table holds."""

    def token(self, link: AnswerLink) -> str:
        """The token for this link."""

    def read(self, token: str) -> AnswerLink | None:
        """The link that the token proves; None for anything else."""


class OpenedQuestion(NamedTuple):
    """A question, behind the link of one of its approvers."""

    book: ClientBook
    retainer: Retainer
    approval: Approval
    link_of: str
    """The address that the link was sent to."""


def open_question(
    token: str,
    now: datetime,
    *,
    links: AnswerLinks,
    directory: Directory,
    ledger: Ledger,
    admit: Admit = admit_all,
) -> OpenedQuestion | None:
    """The question behind a link, settled or not; None if the token proves nothing, or its client or retainer is gone.

    `token` comes from the visitor's address and may be any text. At `now` the link may have ended
    (`Approval.link_until`).
    """
    proven = links.read(token)
    if proven is None:
        return None
    admit(token)
    book = directory.read_client(proven.client)
    approval = ledger.read_approvals(proven.client).find(proven.approval) if book else None
    if book is None or approval is None or AnswerLink.of(approval, proven.place) != proven:
        return None
    retainer = next((one for one in book.visible(now).retainers if one.id == approval.cycle.retainer), None)
    if retainer is None or proven.place >= len(approval.approvers):
        return None
    return OpenedQuestion(book, retainer, approval, approval.approvers[proven.place])
