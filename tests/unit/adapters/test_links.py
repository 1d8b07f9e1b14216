import base64
import string
from types import SimpleNamespace

import pytest

from chalicelib.adapters.links import SignedLinks, key_in_secret
from chalicelib.domain.ids import ClientId

KEY = "an invented key of more than 32 characters"
ACME = ClientId("acme-dental")


def test_a_token_proves_its_client_and_version():
    links = SignedLinks(lambda: KEY)

    assert links.read(links.token(ACME, 3)) == (ACME, 3)


def test_a_signature_has_256_bits():
    signature = SignedLinks(lambda: KEY).token(ACME, 1).rpartition(".")[2]

    assert len(base64.urlsafe_b64decode(signature + "==")) * 8 == 256


def test_a_token_is_safe_in_an_address():
    token = SignedLinks(lambda: KEY).token(ACME, 1)

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_another_key_proves_nothing():
    token = SignedLinks(lambda: KEY).token(ACME, 1)

    assert SignedLinks(lambda: KEY + "!").read(token) is None


def test_any_change_of_a_token_proves_nothing():
    links = SignedLinks(lambda: KEY)
    token = links.token(ACME, 1)
    changed = {token[:i] + c + token[i + 1 :] for i in range(len(token)) for c in "abAB01.-" if c != token[i]}

    assert {links.read(text) for text in changed} == {None}


@pytest.mark.parametrize(
    "text", ["", ".", "..", "acme", "a.b.c", "%00", "ä.1.x", "\x00.1.", "a" * 5000, "💥", "acme.1."]
)
def test_malformed_text_proves_nothing(text):
    assert SignedLinks(lambda: KEY).read(text) is None


def test_the_key_is_read_on_first_use_and_once():
    reads = []
    links = SignedLinks(lambda: reads.append(1) or KEY)
    before = list(reads)
    links.read(links.token(ACME, 1))
    links.read("anything.1.else")

    assert (before, reads) == ([], [1])


def test_the_key_comes_from_the_named_secret():
    class Secrets:
        def get_secret_value(self, *, SecretId):  # noqa: N803 - the SDK's own spelling
            return {"SecretString": f"the text of {SecretId}"}

    aws = SimpleNamespace(client={"secretsmanager": Secrets()}.get)

    assert key_in_secret(aws, "stack/link-key")() == "the text of stack/link-key"


def test_a_signature_has_one_spelling_only():
    links = SignedLinks(lambda: KEY)
    token = links.token(ACME, 1)
    signature = token.rpartition(".")[2]
    bits = base64.urlsafe_b64decode(f"{signature}=")
    same = [c for c in string.ascii_letters if base64.urlsafe_b64decode(f"{signature[:-1]}{c}=") == bits]
    others = {token[:-1] + c for c in same} - {token} | {f"{token}=", f"{token}\n", f" {token}"}

    assert len(others) > 3
    assert {links.read(text) for text in others} == {None}
