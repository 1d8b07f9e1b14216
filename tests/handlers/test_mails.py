"""The functions that carry out tasks and sweep pending ones, as Lambda calls them."""

import json
from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.handlers.mails import queue_tasks_of, run_tasks, sweep_tasks, write_digest
from chalicelib.handlers.watch import RunFailedError
from chalicelib.services.health import SCHEDULED
from chalicelib.services.mails.ports import NotYetError
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.import_record import Counts, CycleChange, ImportReport, ImportStatus
from chalicelib.services.store.tasks import TaskState
from tests.contract.builders import record
from tests.fakes import FakeDirectory, FakeImportLog
from tests.handlers.test_imports import CONTEXT, message, messages
from tests.import_rig import book
from tests.parts import Log, parts_with
from tests.task_rig import NOON, running, waiting_mail

WAITING = waiting_mail("a")


@pytest.fixture
def office():
    """The use case with one pending mail; its tasks and its mail service."""
    use_case, tasks, post = running(WAITING)
    office = parts_with(
        run_task=use_case,
        tasks=tasks,
        task_queue=post.queue,
        import_log=FakeImportLog(),
        clock=lambda: NOON,
        logger=Log(),
    )
    office.post = post
    return office


def deliver(office, *mails):
    """The messages that must be delivered again."""
    answer = run_tasks(office, messages(*(message({"mail": mail}, mail) for mail in mails)))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_message_carries_out_its_task_and_a_repeated_or_unknown_one_is_done_at_once(office):
    assert [] == deliver(office, WAITING.id, WAITING.id, "import-none")
    assert TaskState.SENT is office.tasks.read(WAITING.id).state
    assert 1 == len(office.post.sent)


def test_only_the_message_that_failed_is_delivered_again(office):
    office.post.trouble = CloudError("ses:SendEmail", "TooManyRequestsException")

    assert [WAITING.id] == deliver(office, WAITING.id, "import-none")


def test_a_mail_that_was_given_up_is_a_warning_and_no_line_has_an_address(office):
    office.tasks.add([waiting_mail("gone")])

    deliver(office, "import-gone", WAITING.id)

    assert [
        ("warning", "mail given up", {"mail_id": "import-gone", "kind": "import", "state": "failed"}),
        ("info", "mail settled", {"mail_id": "import-a", "kind": "import", "state": "sent"}),
    ] == office.logger.lines


def test_a_task_for_which_it_is_too_early_is_no_warning_and_delivered_once(office):
    office.post.trouble = NotYetError("not yet")

    assert [] == deliver(office, WAITING.id)
    assert [
        ("info", "mail waits", {"mail_id": "import-a", "kind": "import", "state": "waiting"})
    ] == office.logger.lines


def test_a_sweep_queues_the_pending_tasks(office):
    assert {"waiting": 1} == sweep_tasks(office, CONTEXT)
    assert [WAITING.id] == office.task_queue.sent


def test_a_sweep_that_does_not_come_to_its_end_measures_nothing_that_its_alarm_takes_for_a_run(office, capsys):
    office.import_log.newest_at = lambda: 1 / 0

    with pytest.raises(RunFailedError):
        sweep_tasks(office, CONTEXT)
    assert SCHEDULED["SweepOutbox"].metric not in capsys.readouterr().out


def test_a_sweep_measures_the_age_of_the_newest_import_in_days_if_there_is_one(office, capsys):
    sweep_tasks(office, CONTEXT)
    office.import_log.records["a"] = replace(record("a"), finished_at=NOON - timedelta(days=3, hours=12))
    sweep_tasks(office, CONTEXT)

    written = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [[3.5]] == [one["DaysSinceImport"] for one in written if "DaysSinceImport" in one]


def test_a_week_s_digest_is_written_once_and_queued(office):
    assert {"mail": "digest-2026-W08"} == write_digest(office, CONTEXT) == write_digest(office, CONTEXT)
    assert ["digest-2026-W08"] * 2 == office.task_queue.sent
    assert 2 == len(office.tasks.stored)


def test_an_import_that_needs_attention_queues_its_mail_and_another_queues_none(office):
    troubled = ImportReport(ImportStatus.DONE_WITH_PROBLEMS, "toggl", Counts(rows=1, problems=1))

    queue_tasks_of(office, record("clean"))
    queue_tasks_of(office, replace(record("troubled"), report=troubled))

    assert ["import-troubled"] == office.task_queue.sent


def test_a_task_that_cannot_be_queued_does_not_fail_the_import(office):
    office.task_queue.trouble = CloudError("sqs:SendMessageBatch", "ThrottlingException")
    refused = ImportReport(ImportStatus.REFUSED)

    queue_tasks_of(office, replace(record("refused"), report=refused))


@pytest.mark.parametrize(("pause", "queued"), [(0, ["usage-acme.worked"]), (60, [])])
def test_the_usage_check_of_an_import_is_queued_at_once_only_where_the_operator_lets_it_wait_for_nothing(
    office, pause, queued
):
    one = book()
    operator = one.operator._replace(alert_pause_seconds=pause)
    office.directory = FakeDirectory(replace(one, head=ClientHead(due_at=NOON), operator=operator))
    change = CycleChange(one.retainers[0].id, date(2026, 3, 1), 0, 3600)
    worked = ImportReport(ImportStatus.DONE, "toggl", Counts(rows=1, new=1), cycles=(change,))

    queue_tasks_of(office, replace(record("worked"), report=worked, clients=(one.client.id,)))

    assert queued == office.task_queue.sent
