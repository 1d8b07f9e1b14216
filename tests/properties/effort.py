"""How many examples a property is tested with: few and quick in the suite, many in `make fuzz`."""

import os

_TIMES = int(os.environ.get("HOURTAB_FUZZ_TIMES", "1"))


def tries(examples: int) -> int:
    """The number of examples, multiplied by HOURTAB_FUZZ_TIMES."""
    return examples * _TIMES
