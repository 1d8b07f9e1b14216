"""How often a lost write is tried again, and what passes in between."""

import pytest

from chalicelib.domain.errors import HourTabError
from chalicelib.services.store.conflicts import MAX_ATTEMPTS, StaleWriteError, retry_stale


class Contested:
    """A step that is stale so many times."""

    def __init__(self, times, error=StaleWriteError):
        self.attempts = 0
        self._times = times
        self._error = error

    def __call__(self):
        self.attempts += 1
        if self.attempts <= self._times:
            raise self._error(f"attempt {self.attempts}")
        return "written"


def test_a_step_is_repeated_until_it_is_not_stale():
    step, waits = Contested(2), []

    assert "written" == retry_stale(step, waits.append)
    assert (3, 2) == (step.attempts, len(waits))


def test_attempts_are_bounded_and_the_pauses_between_them_double_up_to_a_second():
    step, waits = Contested(1000), []

    with pytest.raises(StaleWriteError, match=f"attempt {MAX_ATTEMPTS}"):
        retry_stale(step, waits.append)

    most = [0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1, 1, 1, 1, 1]
    assert (MAX_ATTEMPTS, len(most)) == (step.attempts, len(waits))
    assert all(longest / 2 <= wait <= longest for wait, longest in zip(waits, most, strict=True))


def test_two_writers_that_collided_do_not_wait_equally_long():
    one, other = [], []
    for waits in (one, other):
        with pytest.raises(StaleWriteError):
            retry_stale(Contested(1000), waits.append)

    assert one != other


def test_another_error_ends_it_at_once():
    step, waits = Contested(1, HourTabError), []

    with pytest.raises(HourTabError):
        retry_stale(step, waits.append)
    assert (1, []) == (step.attempts, waits)
