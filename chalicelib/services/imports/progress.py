"""The progress of a running import, for whoever asks before it is done."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import islice
from typing import Protocol, TypeVar

from chalicelib.clock import Clock
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ImportId
from chalicelib.services.store.import_record import DroppedFile, import_id


class Stage(StrEnum):
    """The stage of a running import."""

    READING = "reading"
    """Rows are read and sorted."""
    COMPARING = "comparing"
    """Rows are compared with counted entries."""
    WRITING = "writing"
    """Changed cycles are written; none of them counts before all of a client's are."""


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a running import."""

    id: ImportId
    file: DroppedFile
    started_at: datetime
    at: datetime
    stage: Stage
    done: int
    """Rows read, cycles compared or cycles written, depending on the stage."""
    clients_done: int = 0
    clients: int = 0
    """Clients that the file covers; 0 while it is read."""


class ProgressLog(Protocol):
    """Stores the progress of running imports until they are done."""

    def write_progress(self, progress: Progress) -> None:
        """Replace what the import last reported."""

    def end_progress(self, import_id: ImportId) -> None:
        """Delete it: the import is done."""


T = TypeVar("T")
TimeLeft = Callable[[], float]
"""Returns the seconds until the function that runs the import times out."""
_RESERVE = 15.0
"""Seconds that suffice to finish one more batch of rows or cycles and to call the next function."""
_EVERY = timedelta(seconds=5)
LOOK_EVERY = 5_000
"""The number of rows between two looks at the clock."""


class OutOfTimeError(HourTabError):
    """The function would time out before the import is done: another one has to continue."""


class Watch:
    """Receives what an import reports while it runs; this one ignores it: previews and decisions have no deadline.

    `look_every`: the number of rows between two looks at the clock.
    """

    def __init__(self, look_every: int = LOOK_EVERY) -> None:
        self._look_every = look_every

    def rows(self, rows: Iterable[T]) -> Iterator[T]:
        """The rows, counted as they pass."""
        done, left = 0, iter(rows)
        for first in left:
            self.tick(Stage.READING, done)
            done = self._look_every
            yield first
            yield from islice(left, done - 1)

    def cycles(self, cycles: Iterable[T]) -> Iterator[T]:
        """The cycles, counted as they are written."""
        for cycle in cycles:
            self.tick(Stage.WRITING, 1)
            yield cycle

    def tick(self, stage: Stage, done: int) -> None:
        """`done` more of the stage's things are done."""

    def client(self, number: int, of: int) -> None:
        """The import starts client `number` (0-based) of `of`."""


class ImportWatch(Watch):
    """Watches one run of an import: stores its progress. Every call may raise OutOfTimeError."""

    def __init__(self, file: DroppedFile, log: ProgressLog, clock: Clock, time_left: TimeLeft, look_every: int) -> None:
        super().__init__(look_every)
        self._log = log
        self._clock = clock
        self._time_left = time_left
        now = clock()
        self._progress = Progress(import_id(file), file, now, now, Stage.READING, 0)
        self._done: Counter[Stage] = Counter()

    def tick(self, stage: Stage, done: int) -> None:
        """`done` more of the stage's things are done."""
        self._done[stage] += done
        now = self._clock()
        if now - self._progress.at >= _EVERY:
            self._progress = replace(self._progress, at=now, stage=stage, done=self._done[stage])
            self._log.write_progress(self._progress)
        if self._time_left() < _RESERVE:
            raise OutOfTimeError("The import takes longer than this function may run: another one continues it.")

    def client(self, number: int, of: int) -> None:
        """The import starts client `number` (0-based) of `of`."""
        self._progress = replace(self._progress, clients_done=number, clients=of)
        self._done.clear()
        self.tick(Stage.COMPARING, 0)

    def end(self) -> None:
        """The import is done."""
        if self._progress.at > self._progress.started_at:  # it has reported something
            self._log.end_progress(self._progress.id)
