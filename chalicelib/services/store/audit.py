"""The audit trail: who did what to a client's cycles beside the imports, and why."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from chalicelib.domain.ids import ClientId


class Act(StrEnum):
    """What was done."""

    CLOSE = "close"
    TOP_UP = "top_up"
    CORRECT = "correct"
    GO_LIVE = "go_live"
    ADJUST_INVOICE = "adjust_invoice"
    ISSUE_INVOICE = "issue_invoice"
    VOID_INVOICE = "void_invoice"


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """One act. Records are written with what they tell of, and never changed."""

    id: str
    """Named by the act, so that an act that is repeated is one record."""
    client: ClientId
    at: datetime
    act: Act
    about: str
    """The retainer, cycle or invoice."""
    details: str = ""
    """What a person reads: amounts, the reason."""


class AuditTrail(Protocol):
    """What was done to clients' cycles."""

    def newest(self, client: ClientId, limit: int) -> Sequence[AuditRecord]:
        """The client's newest acts, newest first."""
