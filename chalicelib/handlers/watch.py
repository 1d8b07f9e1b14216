"""What functions log and measure: one correlation id in every line, a traceback once, metrics without personal data.

The correlation id leads from a dropped file to the mails that follow from it: the id of the import, which is derived
from the file's bucket, key and version; of other tasks it is `Task.correlation_id`, of scheduled runs the request's id.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts

METRICS: Mapping[str, str] = {
    "ImportsDone": "Count",
    "ImportsWithProblems": "Count",
    "ImportsRefused": "Count",
    "ImportRows": "Count",
    "ImportProblems": "Count",
    "SecondsToBalance": "Seconds",
    "DaysSinceImport": "None",
    "CyclesClosed": "Count",
    "OldestDueCycleSeconds": "Seconds",
    "TasksDue": "Count",
    "DigestsWritten": "Count",
    "MailsSent": "Count",
    "MailsRefused": "Count",
    "AddressesSuppressed": "Count",
}
"""The unit of each metric. Their only dimension is `service`; the namespace is the stack's name."""

Handle = Callable[[SQSRecord, LambdaContext], None]


class RunFailedError(HourTabError):
    """A run failed; its traceback is in the log under the correlation id that this message ends with."""

    def __init__(self, error: Exception, correlation_id: str) -> None:
        super().__init__(f"{type(error).__name__}: {error} (correlation id {correlation_id})")


@contextmanager
def correlated(parts: Parts, correlation_id: str) -> Iterator[None]:
    """Every line of the block carries the id, or a later one that `correlate` sets.

    Raises:
        RunFailedError: the block failed. Lambda logs what a function raises: this error has no traceback to repeat.
    """
    with parts.logger.append_context_keys(correlation_id=correlation_id):
        try:
            yield
        except Exception as error:
            parts.logger.exception("run failed")
            raise RunFailedError(error, parts.logger.get_correlation_id() or correlation_id) from None


def correlate(parts: Parts, correlation_id: str) -> None:
    """The lines from here to the end of the block carry this id."""
    parts.logger.append_keys(correlation_id=correlation_id)


def measure(parts: Parts, **values: float) -> None:
    """Write the values of metrics to the log, in CloudWatch's embedded metric format."""
    for name, value in values.items():
        parts.metrics.add_metric(name, METRICS[name], value)
    parts.metrics.add_metadata("correlation_id", parts.logger.get_correlation_id())
    parts.metrics.flush_metrics()


def each_message(parts: Parts, event: Any, handle: Handle) -> Any:
    """Process the messages of a Chalice event one by one: only those that failed are delivered again."""
    from aws_lambda_powertools.utilities.batch import (  # noqa: PLC0415 - a function without a queue does not need it
        BatchProcessor,
        EventType,
        process_partial_response,
    )

    def correlated_handle(record: SQSRecord, lambda_context: LambdaContext) -> None:
        with correlated(parts, record.message_id):
            handle(record, lambda_context)

    return process_partial_response(
        event=event.to_dict(),
        record_handler=correlated_handle,
        processor=BatchProcessor(event_type=EventType.SQS),
        context=event.context,
    )
