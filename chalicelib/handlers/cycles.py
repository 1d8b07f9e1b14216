"""The schedule of rollovers, and the messages that ask for one client's. Logs carry ids and counts."""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.adapters.queues import CLIENTS
from chalicelib.handlers.mails import queue
from chalicelib.observability import logger
from chalicelib.services.cycles.close_due import close_due


def start_rollovers() -> dict[str, int]:
    """Queue every client that has a step to make; the work is that of what is due, not of what there is."""
    due = wiring.rollover_queue().send(wiring.directory().due(wiring.clock()))
    logger().info("rollovers started", extra={"due": due})
    return {"due": due}


def handle_rollover_message(record: SQSRecord) -> None:
    """Make the steps that are due of the client that a message names."""
    client = CLIENTS.read(record.body)
    made = close_due(wiring.directory(), wiring.ledger(), client, wiring.clock())
    queue([task for one in made for task in one.tasks])
    closed = [one for one in made if one.statement is not None]
    logger().info("rolled over", extra={"client": client, "steps": len(made), "closed": len(closed)})
