"""Messages of the topic on which SES reports bounces and complaints. Logs carry ids and counts, never addresses.

Only its topic can invoke the function, and only SES can publish to the topic (infra/template.yaml). In addition, a
message counts only if it names a mail of ours with the id that SES gave it when it was sent.
"""

from typing import Any

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.ses import Feedback, read_feedback
from chalicelib.domain.errors import HourTabError
from chalicelib.handlers.watch import correlate, correlated, measure
from chalicelib.parts import Parts
from chalicelib.services.store.tasks import TaskState


class NotYetSentError(HourTabError):
    """The mail that bounced is not marked as sent yet; SNS retries in a minute."""


def note_bounces(parts: Parts, event: Any, context: Any) -> dict[str, int]:
    """Suppress the addresses that a message names; returns how many are newly suppressed.

    Raises:
        RunFailedError: the bounce came before the sender had marked its mail, or the store does not answer.
    """
    with correlated(parts, context.aws_request_id):
        added = sum(_note(parts, _message(record)) for record in event.get("Records", ()))
        return {"blocked": added}


def _note(parts: Parts, message: str) -> int:
    feedback = read_feedback(message)
    if feedback is None:
        parts.logger.info("feedback without effect")
        return 0
    correlate(parts, feedback.mail)
    if not _is_ours(parts, feedback):
        parts.logger.warning("feedback about an unknown mail")
        return 0
    reason, at, returned = feedback.reason, feedback.at, feedback.mail
    added = [parts.suppression_list.add(address, reason, at, returned) for address in feedback.addresses]
    written = [mail.id for mails in added for mail in mails]
    parts.logger.info("address suppressed", extra={"mail_id": returned, "reason": reason.value, "new": len(written)})
    measure(parts, AddressesSuppressed=len(added))
    try:
        parts.task_queue.send(written)
    except CloudError as error:  # the sweep will queue it
        parts.logger.warning("tasks not queued", extra={"code": error.code})
    return len(written)


def _is_ours(parts: Parts, feedback: Feedback) -> bool:
    mail = parts.tasks.read(feedback.mail)
    if mail is not None and mail.state is TaskState.WAITING:
        raise NotYetSentError(f"The mail {feedback.mail} is not marked as sent yet.")
    return mail is not None and mail.message_id == feedback.message_id


def _message(record: Any) -> str:
    """The text of a notification; "" for any other shape."""
    sns = record.get("Sns") if isinstance(record, dict) else None
    message = sns.get("Message") if isinstance(sns, dict) else None
    return message if isinstance(message, str) else ""
