"""Messages of the mail queue and the sweep of the outbox; and who wakes the sender.

Logs carry ids and counts. A mail that was given up is a warning, of which the stack makes an alarm.
"""

from collections.abc import Sequence
from functools import partial
from typing import Any

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import read_wake
from chalicelib.handlers.batch import each_message
from chalicelib.parts import Parts
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.import_record import ImportRecord, changes_hours
from chalicelib.services.store.tasks import MailState, OutboxMail, digest_mail, mail_of_import, usage_check

GIVEN_UP = "mail given up"
"""What the log says of a mail that cannot be sent; the stack's alarm looks for these words."""


def send_mails(parts: Parts, event: Any) -> Any:
    """Send the mails that messages name, if they still wait."""
    return each_message(event, partial(_send, parts))


def _send(parts: Parts, record: SQSRecord) -> None:
    mail = parts.send_mail.send(read_wake(record.body))
    if mail is None:
        return
    told = {"mail_id": mail.id, "kind": mail.kind.value, "state": mail.state.value}
    if mail.state in {MailState.SENT, MailState.NEEDLESS} or mail.reason == NO_SENDER:
        parts.logger.info("mail settled", extra=told)
    else:
        parts.logger.warning(GIVEN_UP, extra=told)


def sweep_outbox(parts: Parts) -> dict[str, int]:
    """Wake the sender for every mail that waits: also for those whose wake-up got lost."""
    waiting = parts.send_mail.sweep()
    parts.logger.info("outbox swept", extra={"waiting": waiting})
    return {"waiting": waiting}


def write_digest(parts: Parts) -> dict[str, str]:
    """Put the mail about the week that is over into the outbox, once, and wake the sender."""
    mail = digest_mail(parts.clock())
    parts.outbox.add([mail])
    parts.mail_queue.wake([mail.id])
    parts.logger.info("digest written", extra={"mail_id": mail.id})
    return {"mail": mail.id}


def wake_mails_of(parts: Parts, record: ImportRecord) -> None:
    """Wake the sender for what an import may have written to the outbox."""
    mail = mail_of_import(record)
    checked = record.clients if changes_hours(record.cycles) else ()
    checks = [usage_check(client, record.id, record.finished_at) for client in checked]
    wake(parts, [*([mail] if mail else []), *checks])


def wake(parts: Parts, mails: Sequence[OutboxMail]) -> None:
    """Wake the sender for these mails if their time has come; what fails here, the sweep makes good."""
    ids = [mail.id for mail in mails if mail.not_before is None]
    if not ids:
        return
    try:
        parts.mail_queue.wake(ids)
    except CloudError as error:
        parts.logger.warning("wake-up not sent", extra={"mail_ids": ids, "code": error.code})
