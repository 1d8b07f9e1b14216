"""The clock."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

Clock = Callable[[], datetime]
"""Returns an aware instant in UTC."""


def real_clock(ahead_file: str = "") -> Clock:
    """The machine's clock, ahead by the number of seconds in `ahead_file` if that is set and exists."""
    if not ahead_file:
        return lambda: datetime.now(UTC)
    return lambda: datetime.now(UTC) + _ahead(Path(ahead_file))


def _ahead(file: Path) -> timedelta:
    try:
        return timedelta(seconds=int(file.read_text()))
    except FileNotFoundError:
        return timedelta()
