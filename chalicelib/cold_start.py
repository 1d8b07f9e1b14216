"""What keeps a cold start short: garbage is not looked for in what lives as long as the process."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def kept_for_good() -> Iterator[None]:
    """Within this block something is made that lives as long as the process.

    To look for garbage in it is a twentieth of a cold start for the modules, and a third for a client of the SDK.
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
    """Rows and entries never refer to each other in circles: to look for circles among them is a third of an import."""
    gc.set_threshold(50_000, 20, 1_000)
