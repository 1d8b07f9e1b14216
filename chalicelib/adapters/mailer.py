"""Mails through SES, API version 2, and what it says when it will not take one."""

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.services.mail_ports import MailRefusedError

_FOR_GOOD = {
    "AccountSuspendedException",
    "BadRequestException",
    "MailFromDomainNotVerifiedException",
    "MessageRejected",  # an address that is not verified, also of a recipient while the account is in the sandbox
    "NotFoundException",
    "SendingPausedException",
}
"""Errors of SendEmail after which trying again changes nothing, until a person has mended it. Any other one
(throttling, no right, no answer) is a CloudError, and the queue delivers again."""


class SesMailer:
    """The port `Mailer` on SES."""

    def __init__(self, aws: Aws, configuration_set: str = "") -> None:
        self._aws = aws
        # Through it SES tells of bounces and complaints; without one it tells nobody.
        self._set = {"ConfigurationSetName": configuration_set} if configuration_set else {}

    def send(self, message: bytes, *, sender: str, to: str, copy_to: str = "") -> str:
        """Send a MIME message once, and to `copy_to` unseen by the other; returns SES's id of it.

        Raises:
            MailRefusedError: SES will not take it, however often it is tried.
            CloudError: SES is busy, or it is not known whether the message was taken.
        """
        with cloud_errors("ses:SendEmail"):
            try:
                answer = self._aws.client("sesv2").send_email(
                    FromEmailAddress=sender,
                    Destination={"ToAddresses": [to], **({"BccAddresses": [copy_to]} if copy_to else {})},
                    Content={"Raw": {"Data": message}},
                    **self._set,
                )
            except ClientError as error:
                told = error.response["Error"]
                if told["Code"] in _FOR_GOOD:
                    raise MailRefusedError(told["Code"], told.get("Message", "")) from error
                raise
        message_id: str = answer["MessageId"]
        return message_id
