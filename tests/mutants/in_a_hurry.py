"""A plugin of pytest for the runs on mutants: the quickest tests first, no failure is shrunk, no loop is endless.

mutmut stops at the first test that fails, so most mutants are done within milliseconds.
"""

import os
import resource
import signal

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.effort import tries

_SECONDS = 8
"""Of processor time that a test may take: three times what the slowest takes."""
_MEMORY = 4 << 30


def pytest_configure() -> None:
    """Replace the profile of `tests/conftest.py`: every run tries the same examples and remembers none."""
    settings.register_profile(
        "mutants",
        max_examples=tries(100),
        deadline=None,
        derandomize=True,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=[HealthCheck.too_slow],
    )
    settings.load_profile("mutants")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Properties run after all other tests."""
    items.sort(key=lambda item: hasattr(getattr(item, "obj", None), "hypothesis"))


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """A mutant that never ends, or takes all memory, is stopped: it counts as found."""
    if "__mutmut_" in os.environ.get("MUTANT_UNDER_TEST", ""):
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, resource.RLIM_INFINITY))
        signal.signal(signal.SIGPROF, signal.SIG_DFL)
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
