"""Set-up for all tests: the profiles of Hypothesis, and what the processes of a run share."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers
from xdist.scheduler import LoadScopeScheduling

from tests.effort import PROFILE, tries
from tests.shared import begin_run, end_run

if TYPE_CHECKING:
    from tests.local_stack import LocalStack

# No test judges by the clock: a busy machine is no failure. In CI nothing is left to chance: `make fuzz` looks further.
settings.register_profile(
    PROFILE,
    max_examples=tries(100),
    deadline=None,
    derandomize=PROFILE == "thorough",
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile(PROFILE)
# Else the examples of a derandomized test depend on which modules the process has read: their constants are used.
assert callable(providers.is_local_module_file)
providers.is_local_module_file = lambda _: False  # type: ignore[attr-defined]

_TESTS = Path(__file__).parent
_LONG = ("e2e", "simulation", "contract", "properties", "infra", "acceptance")
"""Folders whose tests take longest: they start first, so that the last tests are short."""


@pytest.fixture(scope="session")
def local_stack() -> "LocalStack":
    """The stack that all tests of a run share."""
    from tests.local_stack import shared_stack  # noqa: PLC0415 - unit tests need none of it

    return shared_stack()


def pytest_configure(config: pytest.Config) -> None:
    """The main process begins the run; its worker processes inherit it."""
    if not hasattr(config, "workerinput"):
        begin_run()


def pytest_unconfigure(config: pytest.Config) -> None:
    """The main process ends the run after its workers."""
    if not hasattr(config, "workerinput"):
        end_run()


class ByModule(LoadScopeScheduling):
    """A module's tests run in one process; so do all tests on the shared stack, which has one operator."""

    def _split_scope(self, nodeid: str) -> str:
        module = nodeid.partition("::")[0]
        return "stack" if "local_stack" in (_TESTS.parent / module).read_text() else module


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByModule:
    """Assign modules to the processes in the order of the next function."""
    config.option.loadscopereorder = False
    return ByModule(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The longest modules come first, so that no process is left alone with one at the end."""
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    folder = item.path.relative_to(_TESTS).parts[0]
    return _LONG.index(folder) if folder in _LONG else len(_LONG)
