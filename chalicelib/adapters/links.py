"""Tokens of clients' links: a signature over client and link version (docs/security.md, "Links").

A token reads `client.version.signature`. The signature is HMAC-SHA256 under a key from Secrets Manager, so the tables
hold nothing from which a token can be made, mails can still print one, and the next version invalidates the last.
"""

from collections.abc import Callable
from datetime import date
from functools import cache
from hashlib import sha256
from hmac import compare_digest

from itsdangerous import BadSignature, Signer

from chalicelib.adapters.aws import Aws, cloud_errors
from chalicelib.domain.ids import ClientId, ImportId

_LONGEST = 200
"""No token of ours is longer: a slug has at most 63 letters."""


class SignedLinks:
    """The port `Links` over a key that is read with the first token, once per container.

    Args:
        read_key: Returns the key, at least 32 characters from the stack's generator.
    """

    def __init__(self, read_key: Callable[[], str]) -> None:
        self._signer = cache(lambda: make_signer(read_key(), salt="hourtab.link"))

    def token(self, client: ClientId, version: int) -> str:
        """The token for this version of the client's link: URL-safe, and always the same."""
        return self._signer().sign(f"{client}.{version}").decode()

    def read(self, token: str) -> tuple[ClientId, int] | None:
        """The client and version that the token proves, or None; never raises, whatever the text."""
        if (text := _proven(token, self._signer)) is None:
            return None
        client, version = text.split(".")
        return ClientId(client), int(version)


class SignedReportLinks:
    """The port `ReportLinks` over a key that is read with the first token, once per container."""

    def __init__(self, read_key: Callable[[], str]) -> None:
        self._signer = cache(lambda: make_signer(read_key(), salt="hourtab.report"))

    def token(self, import_id: ImportId, made_on: date) -> str:
        """The token for this import: URL-safe, and the same all day."""
        return self._signer().sign(f"{import_id}.{made_on.isoformat()}").decode()

    def read(self, token: str) -> tuple[ImportId, date] | None:
        """The import that the token proves and the day on which it was created, or None; never raises."""
        if (text := _proven(token, self._signer)) is None:
            return None
        import_id, made_on = text.split(".")
        return ImportId(import_id), date.fromisoformat(made_on)


def key_in_secret(aws: Aws, secret_id: str) -> Callable[[], str]:
    """A `read_key` that creates a Secrets Manager client only when the key is needed."""

    def read_key() -> str:
        with cloud_errors("GetSecretValue"):
            key: str = aws.client("secretsmanager").get_secret_value(SecretId=secret_id)["SecretString"]
        return key

    return read_key


def make_signer(key: str, salt: str) -> Signer:
    """Signs with a key derived for each salt: a signature made with one salt proves nothing with another."""
    return Signer(key, salt=salt, key_derivation="hmac", digest_method=sha256)


def _proven(token: str, signer: Callable[[], Signer]) -> str | None:
    """The text that we signed, or None; the key is read only if the token could be one of ours."""
    if len(token) > _LONGEST or not token.isascii():
        return None
    try:
        text = signer().unsign(token)
    except BadSignature:
        return None
    # Base64 can spell one signature in several ways; only the one that we print is a token.
    return text.decode() if compare_digest(signer().sign(text), token.encode()) else None
