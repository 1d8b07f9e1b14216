"""Messages of the mail queue, which name tasks; the sweep of those that wait; and the queueing of new ones.

Logs carry ids and counts. A mail that was given up is a warning, of which the stack makes an alarm.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import TASKS
from chalicelib.handlers.batch import each_message
from chalicelib.parts import Parts
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.follow_ups import after_hours_changed, after_import, after_week
from chalicelib.services.store.import_record import ImportRecord
from chalicelib.services.store.tasks import Task, TaskState

GIVEN_UP = "mail given up"
"""What the log says of a mail that cannot be sent; the stack's alarm looks for these words."""


def run_tasks(parts: Parts, event: Any) -> Any:
    """Carry out the tasks that messages name, if they still wait."""
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
    """Queue every task that waits: also those whose message got lost."""
    waiting = parts.run_task.sweep()
    parts.logger.info("tasks swept", extra={"waiting": waiting})
    return {"waiting": waiting}


def write_digest(parts: Parts) -> dict[str, str]:
    """Write the mail about the week that is over, once, and queue it."""
    (mail,) = after_week(parts.clock())
    parts.tasks.add([mail])
    parts.task_queue.send([mail.id])
    parts.logger.info("digest written", extra={"mail_id": mail.id})
    return {"mail": mail.id}


def queue_tasks_of(parts: Parts, record: ImportRecord) -> None:
    """Queue what may follow from an import; a message of a task that was not written has no effect."""
    by, at = record.id, record.finished_at
    checks = [
        check
        for client in record.clients
        for check in after_hours_changed(client, by, record.cycles, at, has_live_retainer=True)
    ]
    queue(parts, [*after_import(record, is_first_run=True), *checks])


def queue(parts: Parts, tasks: Sequence[Task]) -> None:
    """Queue these tasks if their time has come; what fails here, the sweep makes good."""
    ids = [task.id for task in tasks if task.not_before is None]
    if not ids:
        return
    try:
        parts.task_queue.send(ids)
    except CloudError as error:
        parts.logger.warning("tasks not queued", extra={"mail_ids": ids, "code": error.code})
