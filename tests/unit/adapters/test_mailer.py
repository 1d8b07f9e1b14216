"""The errors of SES and the number of requests, which no local engine shows."""

from collections.abc import Callable, Iterator
from traceback import format_exception

import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError
from botocore.httpsession import URLLib3Session

from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.adapters.ses import SesMailer
from chalicelib.services.mails.ports import MailRefusedError


class Answers:
    """The transport: counts the requests, and answers each with an error of SES."""

    def __init__(self) -> None:
        self.requests = 0
        self.code = "TooManyRequestsException"
        self.status = 429

    def send(self) -> AWSResponse:
        self.requests += 1
        if not self.code:
            raise ReadTimeoutError(endpoint_url="https://email.us-east-1.amazonaws.com")
        headers = {"x-amzn-errortype": self.code, "content-type": "application/json"}
        response = AWSResponse("https://email.us-east-1.amazonaws.com", self.status, headers, None)
        response._content = b'{"message": "Email address is not verified: ida@example.com"}'
        return response


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Iterator[Answers]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    answers = Answers()
    monkeypatch.setattr(URLLib3Session, "send", lambda *_: answers.send())
    return answers


@pytest.fixture
def send() -> Callable[[], str]:
    mailer = SesMailer(Aws("us-east-1"))
    return lambda: mailer.send(b"To: ida@example.com\r\n\r\nHello", sender="hours@example.com", to="ida@example.com")


@pytest.mark.parametrize(
    "code", ["MessageRejected", "MailFromDomainNotVerifiedException", "SendingPausedException", "BadRequestException"]
)
def test_a_permanent_rejection_by_ses_keeps_its_code_and_message(answers: Answers, send, code: str):
    answers.code, answers.status = code, 400

    with pytest.raises(MailRefusedError, match=rf"\({code}\): Email address is not verified") as refused:
        send()

    assert code == refused.value.code


@pytest.mark.parametrize(
    ("code", "status"), [("TooManyRequestsException", 429), ("AccessDeniedException", 403), ("InternalFailure", 500)]
)
def test_a_transient_error_of_ses_is_left_to_the_next_delivery(answers: Answers, send, code: str, status: int):
    answers.code, answers.status = code, status

    with pytest.raises(CloudError) as error:
        send()

    assert code == error.value.code
    assert "is not verified: ida@" not in "".join(format_exception(error.value)), "its traceback is logged"


@pytest.mark.parametrize(("code", "status"), [("", 0), ("InternalFailure", 500), ("TooManyRequestsException", 429)])
def test_the_sdk_never_retries_a_mail_because_the_first_attempt_may_have_been_sent(
    answers: Answers, send, code: str, status: int
):
    answers.code, answers.status = code, status

    with pytest.raises(CloudError):
        send()

    assert 1 == answers.requests
