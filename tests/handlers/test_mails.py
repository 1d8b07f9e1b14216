"""The functions that carry out tasks and sweep those that wait, as Lambda calls them."""

from dataclasses import replace

import pytest

import app
from chalicelib import wiring
from chalicelib.adapters.aws import CloudError
from chalicelib.handlers import mails as mail_events
from chalicelib.services.store.import_record import Counts, ImportReport, ImportStatus
from chalicelib.services.store.tasks import TaskState
from tests.contract.builders import record
from tests.handlers.test_imports import CONTEXT, message
from tests.task_rig import NOON, running, waiting_mail

WAITING = waiting_mail("a")


@pytest.fixture
def office(monkeypatch):
    """The use case with one mail that waits; its tasks and its post."""
    use_case, tasks, post = running(WAITING)
    monkeypatch.setattr(wiring, "run_task", lambda: use_case)
    monkeypatch.setattr(wiring, "mail_queue", lambda: post.queue)
    return tasks, post


def deliver(*mails):
    """The messages whose delivery has to be repeated."""
    messages = [message({"mail": mail}, mail) for mail in mails]
    answer = app.send_mails({"Records": messages}, CONTEXT)
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_message_has_its_task_carried_out_and_a_second_one_or_one_about_nothing_is_done_at_once(office):
    tasks, post = office

    assert [] == deliver(WAITING.id, WAITING.id, "import-none")
    assert TaskState.SENT is tasks.read(WAITING.id).state
    assert 1 == len(post.sent)


def test_only_the_message_that_met_trouble_is_delivered_again(office):
    _, post = office
    post.trouble = CloudError("ses:SendEmail", "TooManyRequestsException")

    assert [WAITING.id] == deliver(WAITING.id, "import-none")


class Log:
    """What was logged."""

    def __init__(self):
        self.lines = []

    def info(self, words, extra=None):
        self.lines.append(("info", words, extra))

    def warning(self, words, extra=None):
        self.lines.append(("warning", words, extra))


def test_only_a_mail_that_was_given_up_is_logged_in_the_alarm_s_words_and_no_line_has_an_address(office, monkeypatch):
    tasks, _ = office
    tasks.add([waiting_mail("gone")])
    log = Log()
    monkeypatch.setattr(mail_events, "logger", lambda: log)

    deliver("import-gone", WAITING.id)

    assert [
        ("warning", mail_events.GIVEN_UP, {"mail_id": "import-gone", "kind": "import", "state": "failed"}),
        ("info", "mail settled", {"mail_id": "import-a", "kind": "import", "state": "sent"}),
    ] == log.lines


def test_a_sweep_queues_what_waits(office):
    _, post = office

    assert {"waiting": 1} == app.sweep_outbox({}, CONTEXT)
    assert [WAITING.id] == post.queue.sent


def test_a_week_s_digest_is_written_once_and_queued(office, monkeypatch):
    tasks, post = office
    monkeypatch.setattr(wiring, "outbox", lambda: tasks)
    monkeypatch.setattr(wiring, "clock", lambda: NOON)

    assert {"mail": "digest-2026-W08"} == app.write_digest({}, CONTEXT) == app.write_digest({}, CONTEXT)
    assert ["digest-2026-W08"] * 2 == post.queue.sent
    assert 2 == len(tasks.stored)


def test_the_mail_of_an_import_that_leaves_something_to_do_is_queued_and_of_another_there_is_none(office):
    _, post = office
    troubled = ImportReport(ImportStatus.DONE_WITH_PROBLEMS, "toggl", Counts(rows=1, problems=1))

    mail_events.queue_tasks_of(record("clean"))
    mail_events.queue_tasks_of(replace(record("troubled"), report=troubled))

    assert ["import-troubled"] == post.queue.sent


def test_a_task_that_cannot_be_queued_does_not_fail_the_import(office):
    _, post = office
    post.queue.trouble = CloudError("sqs:SendMessageBatch", "ThrottlingException")
    refused = ImportReport(ImportStatus.REFUSED)

    mail_events.queue_tasks_of(replace(record("refused"), report=refused))
