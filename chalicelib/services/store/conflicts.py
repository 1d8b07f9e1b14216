"""Optimistic locking: a write on a version that another writer has changed is stale; read, decide and write again."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.domain.errors import HourTabError


class StaleWriteError(HourTabError):
    """Another writer was first; read again and decide anew."""


T = TypeVar("T")
_TRIES = 5


def retry_stale(step: Callable[[], T], tries: int = _TRIES) -> T:
    """The result of `step`, which is retried while its write is stale; the error of the last attempt is raised."""
    for _ in range(tries - 1):
        try:
            return step()
        except StaleWriteError:
            continue
    return step()
