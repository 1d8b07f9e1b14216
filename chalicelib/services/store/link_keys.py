"""The keys that sign links: the newest signs, an older one opens what it has signed until an end date.

A function reads the keys anew after five minutes. So a new key is stored ten minutes before it signs: no function meets
a link whose key it does not know yet.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

READ_AGAIN_AFTER = timedelta(minutes=5)
SIGNS_AFTER = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class LinkKey:
    """A key; its moments are aware."""

    text: str
    signs_from: datetime | None = None
    """None: since it exists."""
    opens_until: datetime | None = None
    """None: until it is replaced."""


@dataclass(frozen=True, slots=True)
class LinkKeys:
    """All keys that still open something, oldest first."""

    keys: tuple[LinkKey, ...]

    def active(self, now: datetime) -> tuple[str, ...]:
        """The key that signs at `now`, then the others that open."""
        opening = [key for key in self.keys if key.opens_until is None or now < key.opens_until]
        signing = next(key for key in reversed(opening) if key.signs_from is None or key.signs_from <= now)
        return (signing.text, *(key.text for key in opening if key is not signing))

    def rotated(self, new: str, now: datetime, until: datetime | None) -> "LinkKeys":
        """With a new key, which signs soon; the older ones open until `until`, or, if it is None, no longer."""
        if until is None:
            return LinkKeys((LinkKey(new),))
        opening = (key for key in self.keys if key.opens_until is None or now < key.opens_until)
        older = (replace(key, opens_until=min(key.opens_until or until, until)) for key in opening)
        return LinkKeys((*older, LinkKey(new, signs_from=now + SIGNS_AFTER)))


class LinkKeyStore(Protocol):
    """Where the keys are kept: a secret, and no table."""

    def read(self) -> tuple[LinkKeys, str]:
        """The stored keys and their version."""

    def write(self, keys: LinkKeys, replaced: str) -> None:
        """Replace the keys of the version that was read. Raises StaleWriteError if somebody else has."""
