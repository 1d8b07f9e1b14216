"""Messages of the topic on which SES tells of bounces and complaints. Logs carry ids and counts, never addresses.

The function can be invoked by its topic only, and the topic can be written to by SES only (infra/template.yaml).
Beyond that a message counts only if it names a mail of ours with the very id that SES gave it when it was sent.
"""

from typing import Any

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.ses import Feedback, read_feedback
from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts
from chalicelib.services.store.tasks import MailState


class NotYetSentError(HourTabError):
    """The mail that came back is not marked as sent yet; SNS asks again in a minute."""


def note_bounces(parts: Parts, event: Any) -> dict[str, int]:
    """Block the addresses that a message names; says how many are newly blocked.

    Raises:
        NotYetSentError: the bounce came before the sender had marked its mail.
        CloudError: the store does not answer.
    """
    blocked = sum(_note(parts, _message(record)) for record in event.get("Records", ()))
    return {"blocked": blocked}


def _note(parts: Parts, message: str) -> int:
    feedback = read_feedback(message)
    if feedback is None:
        parts.logger.info("feedback of no effect")
        return 0
    if not _is_ours(parts, feedback):
        parts.logger.warning("feedback of no mail of ours")
        return 0
    told = [parts.blocks.block(address, feedback.reason, feedback.at, feedback.mail) for address in feedback.addresses]
    written = [mail.id for mail in told if mail]
    parts.logger.info(
        "address blocked", extra={"mail_id": feedback.mail, "reason": feedback.reason.value, "new": len(written)}
    )
    try:
        parts.mail_queue.wake(written)
    except CloudError as error:  # the sweep makes it good
        parts.logger.warning("wake-up not sent", extra={"code": error.code})
    return len(written)


def _is_ours(parts: Parts, feedback: Feedback) -> bool:
    mail = parts.outbox.read(feedback.mail)
    if mail is not None and mail.state is MailState.WAITING:
        raise NotYetSentError(f"The mail {feedback.mail} is not marked as sent yet.")
    return mail is not None and mail.message_id == feedback.message_id


def _message(record: Any) -> str:
    """The text of a notification; "" of anything in another shape."""
    sns = record.get("Sns") if isinstance(record, dict) else None
    message = sns.get("Message") if isinstance(sns, dict) else None
    return message if isinstance(message, str) else ""
