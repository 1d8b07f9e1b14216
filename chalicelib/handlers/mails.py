"""Messages of the mail queue, which name tasks; the sweep of pending tasks; and the queueing of new ones.

Logs carry ids and counts. A mail that was given up is logged as a warning, on which the stack raises an alarm.
"""

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import TASKS
from chalicelib.handlers.batch import each_message
from chalicelib.parts import Parts
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.follow_ups import after_hours_changed, after_import, after_week
from chalicelib.services.store.import_record import ImportRecord, changes_hours
from chalicelib.services.store.tasks import Task, TaskState

GIVEN_UP = "mail given up"
"""The log message for a mail that cannot be sent; the stack's alarm matches it."""


def run_tasks(parts: Parts, event: Any) -> Any:
    """Carry out the tasks that messages name, if they are still pending."""
    return each_message(event, partial(_run, parts))


def _run(parts: Parts, record: SQSRecord) -> None:
    task = parts.run_task.run(TASKS.read(record.body))
    if task is None:
        return
    facts = {"mail_id": task.id, "kind": task.kind.value, "state": task.state.value}
    if task.state in {TaskState.SENT, TaskState.SKIPPED} or task.reason == NO_SENDER:
        parts.logger.info("mail settled", extra=facts)
    else:
        parts.logger.warning(GIVEN_UP, extra=facts)


def sweep_tasks(parts: Parts) -> dict[str, int]:
    """Queue every pending task that is due, including those whose message was lost."""
    waiting = parts.run_task.sweep()
    parts.logger.info("tasks swept", extra={"waiting": waiting})
    return {"waiting": waiting}


def write_digest(parts: Parts) -> dict[str, str]:
    """Write the task for the mail about the past week, once, and queue it."""
    (mail,) = after_week(parts.clock())
    parts.tasks.add([mail])
    parts.task_queue.send([mail.id])
    parts.logger.info("digest written", extra={"mail_id": mail.id})
    return {"mail": mail.id}


def queue_tasks_of(parts: Parts, record: ImportRecord) -> None:
    """Queue the tasks that an import may have written; a message for a task that was not written has no effect."""
    queue(parts, [*after_import(record, is_first_run=True), *_checks_of(parts, record)])


def _checks_of(parts: Parts, record: ImportRecord) -> Iterator[Task]:
    """The usage checks that an import may have written; none where the operator lets them wait."""
    for client in record.clients if changes_hours(record.cycles) else ():
        book = parts.directory.read_client(client)
        if book is None or book.operator.alert_pause_seconds:
            return
        yield from after_hours_changed(book, record.id, record.cycles, record.finished_at, is_first_run=True)


def queue(parts: Parts, tasks: Sequence[Task]) -> None:
    """Queue those of the tasks that are due; if this fails, the sweep queues them later."""
    now = parts.clock()
    ids = [task.id for task in tasks if task.due_at <= now]
    if not ids:
        return
    try:
        parts.task_queue.send(ids)
    except CloudError as error:
        parts.logger.warning("tasks not queued", extra={"mail_ids": ids, "code": error.code})
