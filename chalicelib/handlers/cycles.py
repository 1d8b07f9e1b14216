"""The schedule that queues clients with overdue cycles, and the messages that name one. Logs carry ids and counts."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.adapters.queues import CLIENTS
from chalicelib.handlers.batch import each_message
from chalicelib.handlers.mails import queue
from chalicelib.parts import Parts
from chalicelib.services.cycles.close_due import close_due


def queue_overdue_clients(parts: Parts) -> dict[str, int]:
    """Queue every client with an overdue step; the cost depends on what is due, not on how many clients exist."""
    due = parts.client_queue.send(parts.directory.due(parts.clock()))
    parts.logger.info("overdue clients queued", extra={"due": due})
    return {"due": due}


def close_overdue_cycles(parts: Parts, event: Any) -> Any:
    """Close the overdue cycles of the clients that messages name."""
    return each_message(event, partial(_close_of_client, parts))


def _close_of_client(parts: Parts, record: SQSRecord) -> None:
    client = CLIENTS.read(record.body)
    steps = close_due(parts.directory, parts.ledger, client, parts.clock())
    queue(parts, [task for one in steps for task in one.tasks])
    closed = [one for one in steps if one.statement is not None]
    parts.logger.info("overdue cycles closed", extra={"client": client, "steps": len(steps), "closed": len(closed)})
