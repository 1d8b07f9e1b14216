"""How many examples a property is tried with, and at how many calls a process is killed: few in development, all in CI.

The environment chooses: HYPOTHESIS_PROFILE is `quick` by default, or `thorough`; HOURTAB_FUZZ_TIMES multiplies.
"""

import os

PROFILES = {"quick": 4, "thorough": 1}
"""The profiles of Hypothesis, each with the divisor of its number of examples."""
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
KILL_EVERY = PROFILES[PROFILE]
"""Tests of several hundred kills, each with a set-up of its own, kill at every so many-th call only."""
_TIMES = int(os.environ.get("HOURTAB_FUZZ_TIMES", "1"))


def times(cases: int) -> int:
    """The number of cases that every profile has."""
    return cases * _TIMES


def tries(examples: int) -> int:
    """The number of examples in the current profile."""
    return -(-times(examples) // PROFILES[PROFILE])
