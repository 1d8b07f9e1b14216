"""Messages of the mail queue and the sweep of the outbox; and who wakes the sender.

Logs carry ids and counts. A mail that was given up is a warning, of which the stack makes an alarm.
"""

from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord

from chalicelib import wiring
from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.mail_queue import read_wake
from chalicelib.observability import logger
from chalicelib.services.import_record import ImportRecord
from chalicelib.services.outbox import MailState, digest_mail, mail_of_import
from chalicelib.services.send_mail import NO_SENDER

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


def wake_mail_of(record: ImportRecord) -> None:
    """Wake the sender for the mail of an import, if there is one; what fails here, the sweep makes good."""
    mail = mail_of_import(record)
    if mail is None:
        return
    try:
        wiring.mail_queue().wake([mail.id])
    except CloudError as error:
        logger().warning("wake-up not sent", extra={"mail_id": mail.id, "code": error.code})
