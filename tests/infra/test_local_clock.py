"""The local stack's clock, which stops wherever anything is due, over a stack in memory."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest

from chalicelib.clock import real_clock
from chalicelib.services.store.tasks import Task, TaskId, TaskKind, TaskState, digest_mail
from infra.local_clock import FILE, local_now, play_to, set_clock
from infra.ministack import LocalCloudError
from tests.fakes import FakeDirectory
from tests.mail_rig import CLIENT, book
from tests.task_rig import FakeTasks

START = datetime(2098, 12, 1, 12, tzinfo=UTC)  # a Monday, after six, and far ahead: the clock only goes forward
A_MOMENT = timedelta(seconds=5)


class Stack:
    """What the scheduled functions do, and when, to the minute."""

    def __init__(self, folder: Path, *tasks: Task, steps: tuple[datetime, ...] = ()) -> None:
        self.folder = folder
        self.steps = [*steps]
        self.tasks = FakeTasks(*tasks)
        self.directory = FakeDirectory(book())
        self.ran: list[tuple[str, str]] = []
        self._plan()
        set_clock(folder, START.isoformat())

    def run(self, function: str) -> None:
        now = local_now(self.folder)
        if function == "StartRollovers":
            while self.steps and self.steps[0] <= now:
                self._did("close", now)
                self.tasks.add([task(f"after-{self.steps.pop(0):%m-%d}", now)])
            self._plan()
        if function == "WriteDigest":
            self._did("digest", now)
            self.tasks.add([digest_mail(now)])
        if function == "SweepOutbox":
            for one in self.tasks.list_waiting(now):
                self._did(one.id, now)
                self.tasks.settle(replace(one, state=TaskState.TOO_OLD if one.is_too_old(now) else TaskState.SENT))

    def play_to(self, moment: str, said: list[str] | None = None) -> datetime:
        parts = SimpleNamespace(directory=self.directory, tasks=self.tasks)
        say = said.append if said is not None else lambda _: None
        return play_to(self.folder, moment, parts, self.run, say=say, pause=lambda _: None)

    def _did(self, what: str, now: datetime) -> None:
        self.ran.append((f"{now:%m-%d %H:%M}", what))

    def _plan(self) -> None:
        due_at = self.steps[0] if self.steps else None
        of = self.directory.books[CLIENT]
        self.directory.books[CLIENT] = replace(of, head=replace(of.head, due_at=due_at))


def task(name: str, due: datetime) -> Task:
    return Task(TaskId(name), TaskKind.NEW_CYCLE, ("helpdesk",), START, CLIENT, not_before=due)


def at(day: int, hour: int = 0, minute: int = 0) -> datetime:
    return START.replace(day=day, hour=hour, minute=minute)


def test_everything_is_run_at_its_time_and_in_order_so_no_mail_is_too_old(tmp_path):
    stack = Stack(tmp_path, task("expiring", at(20, 7)), task("alert", at(2, 9, 30)), steps=(at(5), at(29)))

    stack.play_to("2098-12-30")

    assert stack.ran == [
        ("12-02 09:30", "alert"),
        ("12-05 00:00", "close"),
        ("12-05 00:00", "after-12-05"),
        ("12-08 06:00", "digest"),
        ("12-08 06:00", "digest-2098-W49"),
        ("12-15 06:00", "digest"),
        ("12-15 06:00", "digest-2098-W50"),
        ("12-20 07:00", "expiring"),
        ("12-22 06:00", "digest"),
        ("12-22 06:00", "digest-2098-W51"),
        ("12-29 00:00", "close"),
        ("12-29 00:00", "after-12-29"),
        ("12-29 06:00", "digest"),
        ("12-29 06:00", "digest-2098-W52"),
    ]
    assert {TaskState.SENT} == {one.state for one in stack.tasks.stored.values()}
    assert timedelta() <= local_now(tmp_path) - at(30) < A_MOMENT


def test_what_is_due_already_is_done_first_and_nothing_after_the_wanted_time(tmp_path):
    stack = Stack(tmp_path, task("overdue", START - timedelta(hours=1)), task("tomorrow", at(2, 9)))
    said: list[str] = []

    stack.play_to("2098-12-02T08:59", said)

    assert [("12-01 12:00", "overdue")] == stack.ran
    assert ["2098-12-01 12:00 UTC"] == said


def test_the_clock_stays_at_what_does_not_get_done(tmp_path):
    stack = Stack(tmp_path, task("stuck", at(3)))
    stack.tasks.settle = lambda _: None

    with pytest.raises(LocalCloudError, match=r"due on 2098-12-03 00:00 UTC does not get done: .+`hourtab mail list`"):
        stack.play_to("2098-12-30")

    assert timedelta() <= real_clock(str(tmp_path / FILE))() - at(3) < A_MOMENT


def test_the_clock_does_not_go_back(tmp_path):
    stack = Stack(tmp_path)

    with pytest.raises(SystemExit, match="only goes forward"):
        stack.play_to("2098-11-30")

    assert [] == stack.ran
