import base64
import string
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.adapters.links import SecretLinkKeys, SignedLinks
from chalicelib.domain.ids import ClientId
from chalicelib.services.store.conflicts import StaleWriteError

KEY = "an invented key of more than 32 characters"
NEW = "another invented key of more than 32 characters"
NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = ClientId("acme-dental")


def test_a_token_proves_its_client_and_version():
    links = SignedLinks(lambda: (KEY,))

    assert links.read(links.token(ACME, 3)) == (ACME, 3)


def test_a_signature_has_256_bits():
    signature = SignedLinks(lambda: (KEY,)).token(ACME, 1).rpartition(".")[2]

    assert len(base64.urlsafe_b64decode(signature + "==")) * 8 == 256


def test_a_token_is_safe_in_an_address():
    token = SignedLinks(lambda: (KEY,)).token(ACME, 1)

    assert set(token) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.")


def test_another_key_proves_nothing():
    token = SignedLinks(lambda: (KEY,)).token(ACME, 1)

    assert SignedLinks(lambda: (KEY + "!",)).read(token) is None


def test_any_change_of_a_token_proves_nothing():
    links = SignedLinks(lambda: (KEY,))
    token = links.token(ACME, 1)
    changed = {token[:i] + c + token[i + 1 :] for i in range(len(token)) for c in "abAB01.-" if c != token[i]}

    assert {links.read(text) for text in changed} == {None}


@pytest.mark.parametrize(
    "text", ["", ".", "..", "acme", "a.b.c", "%00", "ä.1.x", "\x00.1.", "a" * 5000, "💥", "acme.1."]
)
def test_malformed_text_proves_nothing(text):
    assert SignedLinks(lambda: (KEY,)).read(text) is None


def test_the_first_key_signs_and_each_opens():
    before, during = SignedLinks(lambda: (KEY,)), SignedLinks(lambda: (NEW, KEY))
    after = SignedLinks(lambda: (NEW,))
    old, new = before.token(ACME, 1), during.token(ACME, 1)

    assert [(ACME, 1), (ACME, 1), None] == [links.read(old) for links in (before, during, after)]
    assert [None, (ACME, 1), (ACME, 1)] == [links.read(new) for links in (before, during, after)]


class Secrets:
    """Secrets Manager with one secret, and the calls that it got."""

    def __init__(self, text):
        self.text = text
        self.calls = []
        self.is_down = False

    def get_secret_value(self, *, SecretId):  # noqa: N803 - the SDK's own spelling
        self.calls.append(("get", SecretId))
        if self.is_down:
            raise ClientError({"Error": {"Code": "InternalServiceError"}}, "GetSecretValue")
        return {"SecretString": self.text, "VersionId": self.text}

    def put_secret_value(self, *, SecretId, SecretString, ClientRequestToken):  # noqa: ARG002, N803 - the SDK's own
        self.calls.append(("put", SecretId))
        self.text = SecretString


class Function:
    """A function that runs on while the clock does."""

    def __init__(self, secrets):
        self.now = NOW
        aws = SimpleNamespace(client={"secretsmanager": secrets}.get)
        self.keys = SecretLinkKeys(aws, "stack/link-key", lambda: self.now)

    def active_after(self, **time):
        self.now += timedelta(**time)
        return self.keys.active()


def test_the_secret_is_read_on_first_use_and_again_after_five_minutes():
    secrets = Secrets(KEY)
    function = Function(secrets)
    before = list(secrets.calls)
    active = [function.active_after(seconds=wait) for wait in (0, 1, 298, 1)]

    assert ([], [(KEY,)] * 4) == (before, active)
    assert [("get", "stack/link-key")] * 2 == secrets.calls


@pytest.mark.parametrize("text", ["{" + 63 * "k", "7" * 64, "[" + 62 * "1" + "]", f'"{62 * "k"}"'])
def test_a_generated_key_is_the_key_whatever_it_looks_like(text):
    assert (text,) == Function(Secrets(text)).active_after()


def test_text_that_cannot_be_a_token_of_ours_reads_no_secret():
    links = SignedLinks(lambda: pytest.fail("read"))

    assert [None] * 3 == [links.read(text) for text in ("nothing", "ä.1.x", "a." * 5000)]


def test_a_rotation_takes_effect_in_a_running_function_and_no_function_ever_signs_what_another_does_not_open():
    secrets = Secrets(KEY)
    old, late = Function(secrets), Function(secrets)
    old.active_after()
    late.active_after(minutes=4)
    operator = Function(secrets).keys
    stored, version = operator.read()
    operator.write(stored.rotated(NEW, NOW, NOW + timedelta(days=90)), version)
    seen = {}
    for minute in range(1, 16):
        seen[minute] = (old.active_after(minutes=1), late.active_after(minutes=1))

    assert {(KEY,), (KEY, NEW)} == {keys for minute in range(1, 6) for keys in seen[minute]}
    assert {(KEY, NEW)} == {keys for minute in range(6, 10) for keys in (seen[minute][0],)}
    assert ((NEW, KEY), (NEW, KEY)) == seen[15]
    assert (NEW,) == old.active_after(days=90)
    signing = {keys[0] for pair in seen.values() for keys in pair}
    assert {KEY, NEW} == signing
    assert all(one[0] in other for pair in seen.values() for one in pair for other in pair)


def test_of_two_rotations_at_once_the_second_is_refused_and_the_first_one_s_key_stays():
    with mock_aws():  # the local cloud takes another text for a version that exists
        aws = Aws("eu-central-1", keys=("key", "secret"))
        aws.client("secretsmanager").create_secret(Name="stack/link-key", SecretString=KEY)
        keys = SecretLinkKeys(aws, "stack/link-key", lambda: NOW)
        stored, version = keys.read()
        keys.write(stored.rotated(NEW, NOW, None), version)

        with pytest.raises(StaleWriteError, match="was replaced by somebody else meanwhile"):
            keys.write(stored.rotated(f"another {NEW}", NOW, None), version)
        assert (NEW,) == keys.active()
        keys.write(stored.rotated(f"another {NEW}", NOW, None), keys.read()[1])
        assert f"another {NEW}" == keys.read()[0].keys[-1].text


def test_while_the_secret_cannot_be_read_again_the_known_keys_go_on_and_it_is_asked_for_once_a_minute():
    secrets = Secrets(KEY)
    function = Function(secrets)
    function.active_after()
    secrets.is_down = True
    active = {function.active_after(seconds=10) for _ in range(42)}

    assert {(KEY,)} == active
    assert 1 + 3 == len(secrets.calls)


def test_a_secret_that_cannot_be_read_at_first_is_an_error():
    secrets = Secrets(KEY)
    secrets.is_down = True

    with pytest.raises(CloudError, match="InternalServiceError"):
        Function(secrets).active_after()


def test_a_signature_has_one_spelling_only():
    links = SignedLinks(lambda: (KEY,))
    token = links.token(ACME, 1)
    signature = token.rpartition(".")[2]
    bits = base64.urlsafe_b64decode(f"{signature}=")
    same = [c for c in string.ascii_letters if base64.urlsafe_b64decode(f"{signature[:-1]}{c}=") == bits]
    others = {token[:-1] + c for c in same} - {token} | {f"{token}=", f"{token}\n", f" {token}"}

    assert len(others) > 3
    assert {links.read(text) for text in others} == {None}
