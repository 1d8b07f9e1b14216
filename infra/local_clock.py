"""The clock of the local stack: set it forward to play through a year in minutes.

The functions read the offset from a file, which the stack on AWS does not have. The clock is never set back: use
`make reset` to start over.
"""

import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from math import ceil
from pathlib import Path

from chalicelib.clock import real_clock
from chalicelib.parts import Parts
from infra.ministack import LocalCloudError

FILE = "clock"
"""Relative to the folder of the local stack."""
_STEPS, _DIGEST = ("StartRollovers", "SweepOutbox"), "WriteDigest"
"""The scheduled functions by their names in the template: those that find what is due, and that of Monday at six."""
_LOOKS, _PAUSE_SECONDS, _AGAIN = 240, 0.25, 40
"""How often it is looked whether all that is due is done, after which pause, and how often it is run again."""


def local_now(folder: Path) -> datetime:
    """The present instant of the local stack, in UTC."""
    return real_clock(str(folder / FILE))()


def set_clock(folder: Path, moment: str) -> datetime:
    """Set the local stack's clock to `moment` (a date or an instant, in UTC); nothing that is due by then is run."""
    wanted = _later(folder, moment)
    _move(folder, wanted)
    return wanted


def play_to(
    folder: Path,
    moment: str,
    parts: Parts,
    run: Callable[[str], None],
    *,
    say: Callable[[str], None] = lambda _: None,
    pause: Callable[[float], None] = time.sleep,
) -> datetime:
    """Set the clock to `moment`, stopping at each time at which a step, a task or a digest is due, until that is done.

    So cycles close and mails are sent in order, each at its time. `run` runs a scheduled function, given its name in
    the template; `say` reports each stop.

    Raises:
        LocalCloudError: something that is due does not get done; the clock stays there.
    """
    until, since = _later(folder, moment), local_now(folder)
    while at := _next_due(parts, since, until):
        since = max(since, at)
        _move(folder, since)
        say(f"{since:%Y-%m-%d %H:%M} UTC")
        if at == _next_digest(at - timedelta(seconds=1)):
            run(_DIGEST)
        _run_until_done(folder, parts, run, pause)
    _move(folder, until)
    return until


def _later(folder: Path, moment: str) -> datetime:
    wanted = datetime.fromisoformat(moment)
    wanted = wanted if wanted.tzinfo else wanted.replace(tzinfo=UTC)
    if wanted < local_now(folder):
        sys.exit(f"The local clock is already later than {moment} and only goes forward: `make reset` starts over.")
    return wanted


def _move(folder: Path, wanted: datetime) -> None:
    """Set the clock to `wanted` or up to a second later, but not back."""
    if wanted > local_now(folder):
        (folder / FILE).write_text(str(ceil((wanted - datetime.now(UTC)).total_seconds())))


def _next_due(parts: Parts, since: datetime, until: datetime) -> datetime | None:
    """The earliest moment by `until` at which anything is due, also if it is past; None if nothing is."""
    due = [one.since for one in parts.directory.due(until)][:1]
    due += [task.due_at for task in parts.tasks.list_waiting(until)][:1]
    return min((at for at in (*due, _next_digest(since)) if at <= until), default=None)


def _next_digest(since: datetime) -> datetime:
    """The first Monday at 6:00 UTC after `since`, as the template's schedule."""
    day = since.astimezone(UTC).replace(hour=6, minute=0, second=0, microsecond=0)
    monday = day + timedelta(days=-day.weekday() % 7)
    return monday if monday > since else monday + timedelta(days=7)


def _run_until_done(folder: Path, parts: Parts, run: Callable[[str], None], pause: Callable[[float], None]) -> None:
    for look in range(_LOOKS):
        if not look % _AGAIN:
            for name in _STEPS:
                run(name)
        now = local_now(folder)
        if not any(parts.directory.due(now)) and not parts.tasks.list_waiting(now):
            return
        pause(_PAUSE_SECONDS)
    raise LocalCloudError(
        f"What is due on {local_now(folder):%Y-%m-%d %H:%M} UTC does not get done: see `hourtab rollover --dry-run`, "
        "`hourtab mail list` and .local/ministack.log."
    )
