"""Which mails a client gets, and whether its invoices wait for a person: choices of the set-up."""

from dataclasses import dataclass
from enum import StrEnum


class Issuing(StrEnum):
    """What becomes of the draft of an invoice."""

    VERIFY = "verify"
    """It waits until the operator has looked at it."""
    AUTOMATIC = "automatic"
    """It is issued and mailed as soon as its cycle is closed."""


@dataclass(frozen=True, slots=True)
class ClientMails:
    """Which mails a client gets, at the address that its invoices go to; without an address none."""

    new_cycle: bool = True
    """A cycle has begun: these are its hours."""
    alerts: bool = True
    """So much of the hours is used. Without it the operator gets the mail instead."""
    expiring: bool = True
    """Carried hours are about to expire."""


ALL_MAILS = ClientMails()
