"""What a cookie holds is ours or nothing: whatever is changed about it, it opens nothing."""

import json
from datetime import UTC, datetime
from hashlib import sha256

import pytest
from itsdangerous import URLSafeSerializer

from chalicelib.adapters.sessions import SignedValues
from chalicelib.services.access.actor import Role, UserId
from chalicelib.services.access.sign_in import PendingSignIn, Session

KEY, OTHER = "an invented key of more than 32 characters", "the key of another stack, as long as that one"
AT = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
SESSION = Session(UserId("1-2"), "ida@fjordblick.example", Role.OWNER, "0.0", AT, "csrf", AT, AT)
PENDING = PendingSignIn("state", "nonce", "verifier", "/console", AT)


def signing(*keys):
    return SignedValues(lambda: keys)


@pytest.mark.parametrize("value", [SESSION, PENDING])
def test_what_was_signed_is_read_back_and_is_plain_text_for_a_cookie(value):
    text = signing(KEY).text(value)

    assert value == signing(KEY).read(type(value), text)
    assert value == signing(OTHER, KEY).read(type(value), text)
    assert set(text) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.")
    assert len(text) < 1_000


def test_a_text_of_another_key_or_kind_opens_nothing():
    text = signing(KEY).text(SESSION)

    assert signing(OTHER).read(Session, text) is None
    assert signing(KEY).read(PendingSignIn, text) is None
    assert signing(KEY).read(Session, signing(KEY).text(PENDING)) is None


class OfAnotherPurpose(Session):
    """A value with the same fields."""


def test_a_text_that_was_signed_for_another_purpose_opens_nothing_even_if_its_fields_are_the_same():
    text = signing(KEY).text(OfAnotherPurpose(**{name: getattr(SESSION, name) for name in Session.__slots__}))

    assert signing(KEY).read(OfAnotherPurpose, text)
    assert signing(KEY).read(Session, text) is None


def test_no_changed_character_and_no_missing_end_is_read():
    text = signing(KEY).text(SESSION)
    changed = [text[:at] + ("A" if text[at] != "A" else "B") + text[at + 1 :] for at in range(0, len(text) - 1, 7)]

    assert [None] == list({signing(KEY).read(Session, one) for one in [*changed, text[:-2], text + "x"]})


@pytest.mark.parametrize("text", ["", ".", "a.b", "é" * 20, "x" * 5_000, '{"role":"owner"}', "..."])
def test_any_text_is_answered_without_an_error(text):
    assert signing(KEY).read(Session, text) is None


def test_what_a_release_with_other_fields_signed_opens_nothing():
    serializer = URLSafeSerializer(
        KEY,
        salt="hourtab.console.Session",
        serializer=json,
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )

    assert signing(KEY).read(Session, serializer.dumps({"user": "1-2", "role": "owner"})) is None
