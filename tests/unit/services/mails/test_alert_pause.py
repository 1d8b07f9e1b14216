"""An alert level is announced only when it still holds after the operator's pause: import, undo, redo, check."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.mails.check_usage import CheckUsage
from chalicelib.services.mails.run_task import RunTask, handlers_of
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.import_record import Verb
from chalicelib.services.store.tasks import TaskKind, TaskState
from tests.builders import retainer
from tests.fakes import FakeQueue
from tests.import_rig import NOW, Rig, book, row
from tests.task_rig import FakeTasks, Post, send_mail

HALF_AN_HOUR, MINUTE = timedelta(minutes=30), timedelta(minutes=1)


class Deployment(Rig):
    """A client with 10 h a month since November, whose tasks are carried out by the sweep."""

    def __init__(self, pause_seconds=HALF_AN_HOUR.seconds):
        one = book()
        operator = one.operator._replace(alert_pause_seconds=pause_seconds)
        live = retainer(starts="2026-11-01", retainer_id=one.retainers[0].id)
        head = ClientHead(due_at=NOW + timedelta(days=9))
        super().__init__(replace(one, retainers=(live,), head=head, operator=operator))
        self.now = NOW
        clock = lambda: self.now  # noqa: E731
        ports = ImportPorts(self.directory, self.ledger, self.log, self.files, clock, self.progress)
        self.imports, self.tasks, self.queue = RunImport(ports), FakeTasks(), FakeQueue()
        self.tasks.stored = self.log.tasks
        check = CheckUsage(self.directory, self.ledger, self.tasks, self.queue, clock)
        send = send_mail(Post())
        self.run_task = RunTask(
            self.tasks,
            handlers_of(send_mail=send, check_usage=check, issue_draft=send, note_expiry=send),
            self.queue,
            clock,
        )

    def after(self, pause):
        """Let time pass, then sweep; returns the alerts that exist by then."""
        self.now += pause
        for task in self.tasks.list_waiting(self.now):
            if task.kind is TaskKind.CHECK_USAGE:
                self.run_task.run(task.id)
        return [task.about[2] for task in self.log.tasks.values() if task.kind is TaskKind.ALERT]


def test_a_level_that_an_import_crosses_is_announced_when_it_still_holds_after_the_pause():
    at = Deployment()
    at.drop(row("2026-11-05", "8:00"))

    assert [] == at.after(HALF_AN_HOUR - MINUTE)
    assert ["75"] == at.after(MINUTE)


@pytest.mark.parametrize("later", [MINUTE, HALF_AN_HOUR - MINUTE])
def test_an_import_that_is_undone_within_the_pause_announces_nothing(later):
    at = Deployment()
    record = at.drop(row("2026-11-05", "8:00"))

    at.after(later)
    at.imports.decide(record, Verb.UNDO)

    assert [] == at.after(HALF_AN_HOUR) == at.after(HALF_AN_HOUR)
    checks = [task for task in at.log.tasks.values() if task.kind is TaskKind.CHECK_USAGE]
    assert [TaskState.SKIPPED] * 2 == [task.state for task in checks], "each act had a check, and both are done"


def test_a_redo_long_after_is_announced_after_a_pause_of_its_own():
    at = Deployment()
    record = at.drop(row("2026-11-05", "8:00"))
    undone = at.imports.decide(record, Verb.UNDO).record
    assert [] == at.after(HALF_AN_HOUR + MINUTE)

    at.imports.decide(undone, Verb.REDO)

    assert [] == at.after(MINUTE)
    assert ["75"] == at.after(HALF_AN_HOUR)


def live(at, **changes):
    mine = at.directory.books["acme"]
    at.directory.books["acme"] = replace(mine, retainers=(replace(mine.retainers[0], **changes),))


@pytest.mark.parametrize("changes", [{}, {"ends_on": date(2026, 12, 1)}], ids=["goes on", "ends"])
def test_a_level_that_is_crossed_within_the_last_half_hour_of_a_cycle_is_announced_when_it_is_over(changes):
    at = Deployment()
    live(at, **changes)
    at.now = datetime(2026, 11, 30, 22, 50, tzinfo=UTC)  # ten minutes before December in Berlin
    at.drop(row("2026-11-05", "8:00"))

    assert [] == at.after(HALF_AN_HOUR - MINUTE)
    assert ["75"] == at.after(MINUTE)
    assert ["2026-11-01"] == [task.about[1] for task in at.log.tasks.values() if task.state is TaskState.WAITING]


def test_an_import_of_the_last_week_that_comes_after_the_cycle_announces_nothing():
    at = Deployment()
    at.now = datetime(2026, 11, 30, 23, 10, tzinfo=UTC)
    at.drop(row("2026-11-05", "8:00"))

    assert [] == at.after(HALF_AN_HOUR)


def test_without_a_pause_a_level_is_announced_at_once():
    at = Deployment(pause_seconds=0)
    at.drop(row("2026-11-05", "8:00"))

    assert ["75"] == at.after(timedelta(0))
