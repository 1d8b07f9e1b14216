"""The clock of the local stack: set forward, a demo lives through a year in a minute.

The functions read how far it is ahead from a file, which the stack on AWS does not have. It is never set back while
the stack runs: `make reset` begins anew.
"""

import sys
from datetime import UTC, datetime
from pathlib import Path

FILE = "clock"
"""Below the folder of the local stack."""


def set_clock(folder: Path, moment: str) -> datetime:
    """Let it be `moment` (a date or an instant, in UTC) now in the local stack."""
    wanted = datetime.fromisoformat(moment)
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    ahead = round((wanted - datetime.now(UTC)).total_seconds())
    if ahead < _ahead(folder):
        sys.exit(f"The local clock is later than {moment} already and only goes forward: `make reset` begins anew.")
    (folder / FILE).write_text(str(ahead))
    return wanted


def _ahead(folder: Path) -> int:
    try:
        return int((folder / FILE).read_text())
    except FileNotFoundError:
        return 0
