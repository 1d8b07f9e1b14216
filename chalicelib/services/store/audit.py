"""The audit trail: changes to a client's cycles other than imports, and to links, with the reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.ids import ClientId


class Act(StrEnum):
    """The kind of act."""

    CLOSE = "close"
    TOP_UP = "top_up"
    CORRECT = "correct"
    GO_LIVE = "go_live"
    ADJUST_INVOICE = "adjust_invoice"
    ISSUE_INVOICE = "issue_invoice"
    VOID_INVOICE = "void_invoice"
    REMOVE = "remove"
    ROTATE_KEY = "rotate_key"
    REVOKE_REPORT = "revoke_report"
    ASK_APPROVAL = "ask_approval"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW_APPROVAL = "withdraw_approval"
    EXPIRE_APPROVAL = "expire_approval"


DEPLOYMENT = ClientId("-")
"""Not a slug: whose acts are those that concern more than one client."""


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One act, never modified. One on a client's cycles is written in the transaction of its change."""

    id: str
    """Derived from the act: an idempotency key, so that a repeated act is one record."""
    client: ClientId
    at: datetime
    act: Act
    about: str
    """The retainer, cycle, invoice or import, or the key."""
    details: str = ""
    """The text for people: amounts, the reason."""
