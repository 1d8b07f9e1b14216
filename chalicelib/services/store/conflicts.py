"""Optimistic locking: a write on a version that another writer has changed is stale; read, decide and write again."""

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from chalicelib.domain.errors import HourTabError


class StaleWriteError(HourTabError):
    """Another writer was first; read again and decide anew."""


T = TypeVar("T")


def retry_stale(step: Callable[[], T], tries: int = 5, on: type[HourTabError] = StaleWriteError) -> T:
    """The result of `step`, which is retried while its write is stale; the error of the last attempt is raised."""
    for _ in range(tries - 1):
        with suppress(on):
            return step()
    return step()
