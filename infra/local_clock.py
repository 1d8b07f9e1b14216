"""The clock of the local stack: set it forward to play through a year in a minute.

The functions read the offset from a file, which the stack on AWS does not have. The clock is never set back: use
`make reset` to start over.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

from chalicelib.clock import real_clock

FILE = "clock"
"""Relative to the folder of the local stack."""


def local_now(folder: Path) -> datetime:
    """The present instant of the local stack, in UTC."""
    return real_clock(str(folder / FILE))()


def set_clock(folder: Path, moment: str) -> datetime:
    """Set the local stack's clock to `moment` (a date or an instant, in UTC)."""
    wanted = datetime.fromisoformat(moment)
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    if wanted < local_now(folder):
        sys.exit(f"The local clock is already later than {moment} and only goes forward: `make reset` starts over.")
    (folder / FILE).write_text(str(round((wanted - datetime.now(UTC)).total_seconds())))
    return wanted
