"""Optimistic locking: a write on a version that somebody else has changed is stale; read, decide and write again."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.errors import HourTabError


class StaleWriteError(HourTabError):
    """Somebody else wrote first; read again and decide anew."""


T = TypeVar("T")

_TRIES = 5


def retry_stale(step: Callable[[], T], tries: int = _TRIES) -> T:
    """What `step` returns; it is run anew while its write is stale, and the last time the error goes on."""
    for _ in range(tries - 1):
        try:
            return step()
        except StaleWriteError:
            continue
    return step()
