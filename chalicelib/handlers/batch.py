"""Processes messages of a queue one by one: the answer names those that failed, and only they are delivered again."""

from collections.abc import Callable
from typing import Any


def each_message(event: Any, handle: Callable[..., None]) -> Any:
    """Answer Lambda for a Chalice event with messages; `handle` processes one of them (and takes `lambda_context`)."""
    from aws_lambda_powertools.utilities.batch import (  # noqa: PLC0415 - a function without a queue does not need it
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    return process_partial_response(
        event=event.to_dict(),
        record_handler=handle,
        processor=BatchProcessor(event_type=EventType.SQS),
        context=event.context,
    )
