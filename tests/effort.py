"""How many examples a property is tried with: few at the desk, more in `.ci/run`, and any number of times as many.

The environment chooses: HYPOTHESIS_PROFILE is `quick`, unless it is said to be `thorough`; HOURTAB_FUZZ_TIMES
multiplies.
"""

import os

PROFILES = {"quick": 4, "thorough": 1}
"""The profiles of Hypothesis, each with what it divides the number of examples by."""
PROFILE = os.environ.get("HYPOTHESIS_PROFILE", "quick")
_TIMES = int(os.environ.get("HOURTAB_FUZZ_TIMES", "1"))


def times(cases: int) -> int:
    """The number of cases that every profile has."""
    return cases * _TIMES


def tries(examples: int) -> int:
    """The number of examples, of which the quick profile has its share."""
    return -(-times(examples) // PROFILES[PROFILE])
