"""Optimistic locking: a write on a version that another writer has changed is stale; read, decide and write again.

One policy for all of it: the attempts are bounded, and before each further one there is a pause that doubles and is
partly random (exponential back-off with jitter), so that writers that collided once do not collide again.
"""

import random
import time
from collections.abc import Callable, Iterator
from typing import TypeVar

from chalicelib.domain.errors import HourTabError

MAX_ATTEMPTS = 12
"""Together with the pauses 3 to 6 s, besides the attempts themselves."""
_FIRST = 0.02
_LONGEST = 1.0

Sleep = Callable[[float], object]
"""Waits for so many seconds; a test passes one that does not."""


class StaleWriteError(HourTabError):
    """Another writer was first; read again and decide anew."""


T = TypeVar("T")


def pauses() -> Iterator[float]:
    """The seconds to wait before each further attempt, one less than there are attempts."""
    for number in range(MAX_ATTEMPTS - 1):
        most = min(_LONGEST, _FIRST * 2**number)
        yield random.uniform(most / 2, most)  # noqa: S311 - it spreads writers, it keeps no secret


def retry_stale(step: Callable[[], T], sleep: Sleep = time.sleep, on: type[HourTabError] = StaleWriteError) -> T:
    """The result of `step`, which is retried while it raises `on`; the error of the last attempt is raised.

    A step does not retry on its own, or the numbers of attempts would multiply.
    """
    for pause in pauses():
        try:
            return step()
        except on:
            sleep(pause)
    return step()
