"""The schedule of rollovers, and the messages that ask for one client's. Logs carry ids and counts."""

from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.adapters.queues import CLIENTS
from chalicelib.handlers.batch import each_message
from chalicelib.handlers.mails import queue
from chalicelib.parts import Parts
from chalicelib.services.cycles.close_due import close_due


def start_rollovers(parts: Parts) -> dict[str, int]:
    """Queue every client that has a step to make; the work is that of what is due, not of what there is."""
    due = parts.client_queue.send(parts.directory.due(parts.clock()))
    parts.logger.info("rollovers started", extra={"due": due})
    return {"due": due}


def roll_clients(parts: Parts, event: Any) -> Any:
    """Make the overdue steps of the clients that messages name."""
    return each_message(event, partial(_roll_client, parts))


def _roll_client(parts: Parts, record: SQSRecord) -> None:
    client = CLIENTS.read(record.body)
    made = close_due(parts.directory, parts.ledger, client, parts.clock())
    queue(parts, [task for one in made for task in one.tasks])
    closed = [one for one in made if one.statement is not None]
    parts.logger.info("rolled over", extra={"client": client, "steps": len(made), "closed": len(closed)})
