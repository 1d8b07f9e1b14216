"""Clients with their retainers, and which mails and invoices they get unasked: what the set-up declares."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from chalicelib.domain.ids import ClientId, RetainerId
from chalicelib.domain.terms import Terms


class CycleLength(StrEnum):
    """How long a cycle is."""

    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


class PartialCycle(StrEnum):
    """What a first or last cycle of fewer days grants: everything, or its share by days."""

    FULL = "full"
    PRORATED = "prorated"


class HoursFormat(StrEnum):
    """How hours are shown everywhere: `6.75 h` or `6:45 h`."""

    DECIMAL = "decimal"
    CLOCK = "clock"


class LateEntryRule(StrEnum):
    """What happens to late entries: work of a closed cycle."""

    POST = "post"
    """The difference is posted to the cycle that is open then."""
    WRITE_OFF = "write_off"
    """It is listed and charged to nobody."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Days on which a retainer grants and charges nothing."""

    start: date
    end: date | None = None
    """First day that is served again; None: until further notice."""


@dataclass(frozen=True, slots=True)
class Link:
    """The state of a client's bookmarkable link. The token signs client and version; the table holds no secret."""

    version: int = 1
    revoked: bool = False
    expires_at: datetime | None = None
    """An aware instant from which on the link is dead, or None."""


@dataclass(frozen=True, slots=True)
class Client:
    """The operator's customer."""

    id: ClientId
    name: str
    locale: str = "en"
    """A BCP 47 tag such as `de-DE`; decides formats and words on the page."""
    currency: str = "EUR"
    aliases: tuple[str, ...] = ()
    """Further names under which exports speak of this client."""
    hours_format: HoursFormat = HoursFormat.DECIMAL
    link: Link = Link()
    tickets_together: bool = False
    """Whether the page lists the entries of one ticket together."""
    invoices_on_page: bool = True
    """Whether the page offers the issued invoices."""


class Issuing(StrEnum):
    """What becomes of the draft of an invoice."""

    VERIFY = "verify"
    """It waits until the operator has looked at it."""
    AUTOMATIC = "automatic"
    """It is issued and mailed as soon as its cycle is closed."""


ALERT_PAUSE = 30 * 60
"""The default of `alert_pause`, in seconds: how long after hours changed usage is checked."""


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


@dataclass(frozen=True, slots=True)
class ApprovalRules:
    """Who approves hours beyond a client's retainers, and how long a question stands."""

    approvers: tuple[str, ...] = ()
    """E-mail addresses; none: the address that the client's invoices go to."""
    decide_days: int = 7
    """How long an answer counts; it ends in any case when the cycle's close is due."""
    link_days: int = 14
    """How long the link of the mail opens the question; an answer needs it."""


BY_THE_BUYER = ApprovalRules()


@dataclass(frozen=True, slots=True)
class Retainer:
    """One bucket of hours per cycle for one client."""

    id: RetainerId
    title: str
    zone: str
    """IANA time zone in which every boundary and "today" are read."""
    starts_on: date
    terms: tuple[Terms, ...]
    """All versions, oldest first; the first is effective on or before `starts_on`."""
    length: CycleLength = CycleLength.MONTH
    anchor_day: int | None = None
    """Day of the month (1–31) on which cycles begin; None: the day of `starts_on`."""
    ends_on: date | None = None
    """First day that is no longer served, or None."""
    live_from: date | None = None
    """First day of the first cycle that is invoiced; None while the retainer is in backfill."""
    partial: PartialCycle = PartialCycle.FULL
    grace_days: int = 3
    late_work: LateEntryRule = LateEntryRule.POST
    pauses: tuple[Pause, ...] = ()
    """Oldest first; no two share a day."""
    hidden: bool = False
    """Whether it is left out of lists and of the client's page once it has ended and is settled."""
