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

    def __init__(self, aws: Aws) -> None:
        self._aws = aws

    def send(self, message: bytes, *, sender: str, to: str) -> str:
        """Send a MIME message once; returns SES's id of it.

        Raises:
            MailRefusedError: SES will not take it, however often it is tried.
            CloudError: SES is busy, or it is not known whether the message was taken.
        """
        with cloud_errors("ses:SendEmail"):
            try:
                answer = self._aws.client("sesv2").send_email(
                    FromEmailAddress=sender,
                    Destination={"ToAddresses": [to]},
                    Content={"Raw": {"Data": message}},
                )
            except ClientError as error:
                told = error.response["Error"]
                if told["Code"] in _FOR_GOOD:
                    raise MailRefusedError(told["Code"], told.get("Message", "")) from error
                raise
        message_id: str = answer["MessageId"]
        return message_id
