"""The provider's answers, over HTTP on loopback: what it refuses is a refusal, what it does not answer is an outage."""

from datetime import timedelta

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.cognito import CognitoPages
from chalicelib.services.access.sign_in import SignInRefusedError
from tests.access_rig import CONSOLE, SignInRig
from tests.identity_provider import CLIENT, providing


@pytest.fixture
def provider():
    with providing() as one:
        yield one


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (400, b'{"error": "invalid_grant"}', SignInRefusedError),
        (302, b"", SignInRefusedError),
        (200, b"<html>", SignInRefusedError),
        (200, b"{}", SignInRefusedError),
        (200, b'{"id_token": "no token", "access_token": "x"}', SignInRefusedError),
        (200, b"[]", SignInRefusedError),
        (503, b"", CloudError),
    ],
)
def test_an_answer_that_is_no_token_signs_nobody_in(provider, status, body, expected):
    pending, address = SignInRig(provider).use_case.begin("/console")
    provider.sign_in(address)
    provider.status, provider.body = status, body

    with pytest.raises(expected) as caught:
        CognitoPages(provider.address, CLIENT, CONSOLE).redeem("code-1", pending.verifier)

    assert [] == [secret for secret in ("code-1", pending.verifier, "invalid_grant") if secret in str(caught.value)]


def test_a_provider_that_is_not_there_is_an_outage():
    with providing() as gone:
        address = gone.address

    with pytest.raises(CloudError):
        CognitoPages(address, CLIENT, CONSOLE).redeem("code-1", "verifier")


def test_the_browser_is_sent_back_to_addresses_of_the_console_alone(provider):
    pages = CognitoPages("https://invented.auth.example", CLIENT, CONSOLE)
    pending, _ = SignInRig(provider).use_case.begin("/console")

    assert pages.sign_in_address(pending).startswith("https://invented.auth.example/oauth2/authorize?")
    assert "redirect_uri=https%3A%2F%2Fhours.fjordblick.example%2Fconsole%2Fsigned-in&" in pages.sign_in_address(
        pending
    )
    assert (
        "https://invented.auth.example/logout?client_id=invented-client"
        "&logout_uri=https%3A%2F%2Fhours.fjordblick.example%2Fconsole%2Fsigned-out"
    ) == pages.sign_out_address()


def test_how_long_ago_the_password_was_entered_is_what_the_token_says(provider):
    rig = SignInRig(provider)
    pending, address = rig.use_case.begin("/console")
    provider.sign_in(address)

    assert timedelta() == CognitoPages(provider.address, CLIENT, CONSOLE).redeem("code-1", pending.verifier).waited
