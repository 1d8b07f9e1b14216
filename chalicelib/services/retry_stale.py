"""Read, decide and write again when somebody else wrote in between."""

from collections.abc import Callable
from typing import TypeVar

from chalicelib.services.ports import StaleWriteError

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
