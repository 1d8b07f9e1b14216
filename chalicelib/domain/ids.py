"""Identities, as types that cannot be mixed up by accident.

A *slug* is lower-case letters, digits and hyphens: it is what an operator types as a folder name.
"""

import re
from datetime import date
from typing import NamedTuple, NewType

ClientId = NewType("ClientId", str)
"""A client's slug, unique in a deployment."""
RetainerSlug = NewType("RetainerSlug", str)
"""A retainer's slug, unique within its client."""
ImportId = NewType("ImportId", str)
"""Names one version of one dropped file, and nothing else, however often it is delivered."""
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")


def is_slug(text: str) -> bool:
    """Whether `text` can name a client or a retainer."""
    return SLUG.fullmatch(text) is not None


class RetainerId(NamedTuple):
    """One retainer of one client."""

    client: ClientId
    retainer: RetainerSlug

    def __str__(self) -> str:
        return f"{self.client}/{self.retainer}"


class CycleId(NamedTuple):
    """One cycle of one retainer, named by its first day."""

    retainer: RetainerId
    start: date
