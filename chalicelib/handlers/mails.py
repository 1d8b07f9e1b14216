"""Messages of the mail queue and the sweep of the outbox; and who wakes the sender.

Logs carry ids and counts. A mail that was given up is a warning, of which the stack makes an alarm.
"""

from collections.abc import Sequence

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.queues import read_wake
from chalicelib.observability import logger
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.import_record import ImportRecord, changes_hours
from chalicelib.services.store.tasks import MailState, OutboxMail, digest_mail, mail_of_import, usage_check

GIVEN_UP = "mail given up"
"""What the log says of a mail that cannot be sent; the stack's alarm looks for these words."""


def handle_mail_message(record: SQSRecord) -> None:
    """Send the mail that a message names, if it still waits."""
    mail = wiring.send_mail().send(read_wake(record.body))
    if mail is None:
        return
    told = {"mail_id": mail.id, "kind": mail.kind.value, "state": mail.state.value}
    if mail.state in {MailState.SENT, MailState.NEEDLESS} or mail.reason == NO_SENDER:
        logger().info("mail settled", extra=told)
    else:
        logger().warning(GIVEN_UP, extra=told)


def sweep_outbox() -> dict[str, int]:
    """Wake the sender for every mail that waits: also for those whose wake-up got lost."""
    waiting = wiring.send_mail().sweep()
    logger().info("outbox swept", extra={"waiting": waiting})
    return {"waiting": waiting}


def write_digest() -> dict[str, str]:
    """Put the mail about the week that is over into the outbox, once, and wake the sender."""
    mail = digest_mail(wiring.clock())
    wiring.outbox().add([mail])
    wiring.mail_queue().wake([mail.id])
    logger().info("digest written", extra={"mail_id": mail.id})
    return {"mail": mail.id}


def wake_mails_of(record: ImportRecord) -> None:
    """Wake the sender for what an import may have written to the outbox."""
    mail = mail_of_import(record)
    checked = record.clients if changes_hours(record.cycles) else ()
    checks = [usage_check(client, record.id, record.finished_at) for client in checked]
    wake([*([mail] if mail else []), *checks])


def wake(mails: Sequence[OutboxMail]) -> None:
    """Wake the sender for these mails if their time has come; what fails here, the sweep makes good."""
    ids = [mail.id for mail in mails if mail.not_before is None]
    if not ids:
        return
    try:
        wiring.mail_queue().wake(ids)
    except CloudError as error:
        logger().warning("wake-up not sent", extra={"mail_ids": ids, "code": error.code})
