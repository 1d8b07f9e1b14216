"""Messages of the mail queue, which name tasks; the sweep of pending tasks; and the queueing of new ones.

Logs carry ids and counts.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import TASKS
from chalicelib.handlers.watch import correlate, correlated, each_message, measure
from chalicelib.parts import Parts
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.follow_ups import after_hours_changed, after_import, after_week
from chalicelib.services.store.import_record import ImportRecord, changes_hours
from chalicelib.services.store.tasks import Task, TaskState


def run_tasks(parts: Parts, event: Any) -> Any:
    """Carry out the tasks that messages name, if they are still pending."""
    return each_message(parts, event, partial(_run, parts))


def _run(parts: Parts, record: SQSRecord, _context: LambdaContext) -> None:
    task_id = TASKS.read(record.body)
    correlate(parts, task_id)
    claimed = parts.run_task.claim(task_id)
    if not claimed:
        return
    correlate(parts, claimed[0].correlation_id)
    task = parts.run_task.carry_out(claimed)
    facts = {"mail_id": task.id, "kind": task.kind.value, "state": task.state.value}
    if task.state is TaskState.WAITING:
        parts.logger.info("mail waits", extra=facts)
    elif task.state in {TaskState.SENT, TaskState.SKIPPED} or task.reason == NO_SENDER:
        parts.logger.info("mail settled", extra=facts)
        measure(parts, MailsSent=int(task.state is TaskState.SENT))
    else:
        parts.logger.warning("mail given up", extra=facts)
        measure(parts, MailsRefused=1)


def sweep_tasks(parts: Parts, context: Any) -> dict[str, int]:
    """Queue every pending task that is due, also those whose message was lost, and measure the newest import's age."""
    with correlated(parts, context.aws_request_id):
        waiting = parts.run_task.sweep()
        if newest := parts.import_log.newest_at():
            measure(parts, DaysSinceImport=(parts.clock() - newest) / timedelta(days=1))
        parts.logger.info("tasks swept", extra={"waiting": waiting})
        measure(parts, TasksDue=waiting)  # last: its silence says that no run comes to its end
        return {"waiting": waiting}


def write_digest(parts: Parts, context: Any) -> dict[str, str]:
    """Write the task for the mail about the past week, once, and queue it; a week's later runs have no effect."""
    with correlated(parts, context.aws_request_id):
        (mail,) = after_week(parts.clock())
        parts.tasks.add([mail])
        parts.task_queue.send([mail.id])
        parts.logger.info("digest written", extra={"mail_id": mail.id})
        measure(parts, DigestsWritten=1)
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
