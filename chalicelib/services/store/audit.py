"""The audit trail: changes of set-up, links, invoices and cycles other than imports, by whom and with the reasons."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

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
    SET_UP = "set_up"
    CHANGE_LINK = "change_link"
    ASK_APPROVAL = "ask_approval"
    APPROVE = "approve"
    DECLINE = "decline"
    WITHDRAW_APPROVAL = "withdraw_approval"
    EXPIRE_APPROVAL = "expire_approval"


DEPLOYMENT = ClientId("-")
"""Not a slug: whose acts are those that concern more than one client."""


class DoneBy(NamedTuple):
    """Who does something, and how; empty if it is not known."""

    who: str = ""
    """A person or a role, as AWS or the console names it; or a function."""
    via: str = ""
    """`command line` or `function`."""


UNKNOWN = DoneBy()


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One act, never modified. One on a client's data is written in the transaction of its change."""

    id: str
    """Derived from the act: an idempotency key, so that a repeated act is one record."""
    client: ClientId
    at: datetime
    act: Act
    about: str
    """The retainer, cycle, invoice or import, or the key."""
    details: str = ""
    """The text for people: amounts, the reason, what it was before and after."""
    by: DoneBy = UNKNOWN
    """Filled in when it is written (adapters/audit_trail.py); release 0.1 did not record it."""
