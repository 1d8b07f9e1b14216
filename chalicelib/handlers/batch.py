"""Messages of a queue, one by one: what fails is named in the answer and delivered again, the others are done."""

from collections.abc import Callable
from typing import Any


def each_message(event: Any, handle: Callable[..., None]) -> Any:
    """Answer Lambda for an event of Chalice's with messages; `handle` takes one of them (and `lambda_context`)."""
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
