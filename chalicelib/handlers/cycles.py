"""The schedule that queues clients with overdue cycles, and the messages that name one. Logs carry ids and counts."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from chalicelib.adapters.queues import CLIENTS
from chalicelib.handlers.mails import queue
from chalicelib.handlers.watch import correlate, correlated, each_message, measure
from chalicelib.parts import Parts
from chalicelib.services.cycles.close_due import close_due


def queue_overdue_clients(parts: Parts, context: Any) -> dict[str, int]:
    """Queue every client with an overdue step; the cost depends on what is due, not on how many clients exist."""
    with correlated(parts, context.aws_request_id):
        now = parts.clock()
        overdue = list(parts.directory.due(now))
        due = parts.client_queue.send(one.client for one in overdue)
        parts.logger.info("overdue clients queued", extra={"due": due})
        measure(parts, OldestDueCycleSeconds=(now - overdue[0].since).total_seconds() if overdue else 0)
        return {"due": due}


def close_overdue_cycles(parts: Parts, event: Any) -> Any:
    """Close the overdue cycles of the clients that messages name."""
    return each_message(parts, event, partial(_close_of_client, parts))


def _close_of_client(parts: Parts, record: SQSRecord, _context: LambdaContext) -> None:
    client = CLIENTS.read(record.body)
    correlate(parts, client)
    steps = close_due(parts.directory, parts.ledger, client, parts.clock())
    queue(parts, [task for one in steps for task in one.tasks])
    closed = [one for one in steps if one.statement is not None]
    parts.logger.info("overdue cycles closed", extra={"client": client, "steps": len(steps), "closed": len(closed)})
    measure(parts, CyclesClosed=len(closed))
