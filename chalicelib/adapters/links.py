"""Tokens of links: a signature over what opens: a client's page, a report, an invoice, or a question to answer.

docs/security.md, "Links", says what each opens.

A token reads `client.version.signature`. The signature is HMAC-SHA256 under a key from Secrets Manager, so the tables
hold nothing from which a token can be made, mails can still print one, and the next version invalidates the last.
"""

import json
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from uuid import UUID, uuid5

from itsdangerous import BadSignature, Signer

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors
from chalicelib.adapters.codec import from_document, to_document
from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.store.approvals import AnswerLink
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.link_keys import READ_AGAIN_AFTER, LinkKey, LinkKeys

_OF_CLIENTS = "hourtab.link"
_OF_REPORTS = "hourtab.report"
_OF_INVOICES = "hourtab.invoice"
_OF_ANSWERS = "hourtab.answer"
_PAUSE = timedelta(minutes=1)
_SUCCESSORS = UUID("0d5f7f0e-5a0b-4a36-9d52-3f3c1a4d3c52")
_REPLACED = "the key of all links was replaced by somebody else meanwhile: see `hourtab audit`, then decide again"
_LONGEST = 250
"""No token of ours is longer: a slug has at most 63 letters, and the ids of invoices and answers have two of them."""
Keys = Callable[[], Sequence[str]]
"""Returns the keys that open at present, each at least 32 characters; the first one signs."""


class SignedLinks:
    """The port `Links` over keys that are read with the first token."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, client: ClientId, version: int) -> str:
        """The token for this version of the client's link: URL-safe, and the same as long as the same key signs."""
        return _signer(self._keys()[0], _OF_CLIENTS).sign(f"{client}.{version}").decode()

    def read(self, token: str) -> tuple[ClientId, int] | None:
        """The client and version that the token proves, or None; never raises, whatever the text."""
        if (text := _proven(token, self._keys, _OF_CLIENTS)) is None:
            return None
        client, version = text.split(".")
        return ClientId(client), int(version)


class SignedReportLinks:
    """The port `ReportLinks` over keys that are read with the first token."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, import_id: ImportId, made_on: date, version: int = 0) -> str:
        """The token for this import: URL-safe, and the same all day. Version 0 is not spelled out."""
        text = f"{import_id}.{made_on.isoformat()}" + (f".{version}" if version else "")
        return _signer(self._keys()[0], _OF_REPORTS).sign(text).decode()

    def read(self, token: str) -> tuple[ImportId, date, int] | None:
        """The import that the token proves, the day on which it was created and its version; None; never raises."""
        if (text := _proven(token, self._keys, _OF_REPORTS)) is None:
            return None
        import_id, made_on, *version = text.split(".")
        return ImportId(import_id), date.fromisoformat(made_on), int(version[0]) if version else 0


class SignedInvoiceLinks:
    """The port `InvoiceLinks` over keys that are read with the first token."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, invoice: str, version: int, last_day: date) -> str:
        """The token for this invoice: URL-safe, as no id contains a `~`, and the same for the same day."""
        text = f"{invoice.replace('/', '~')}.{version}.{last_day.isoformat()}"
        return _signer(self._keys()[0], _OF_INVOICES).sign(text).decode()

    def read(self, token: str) -> tuple[str, int, date] | None:
        """The invoice that the token proves, the version of its page's link and its last day; None; never raises."""
        if (text := _proven(token, self._keys, _OF_INVOICES)) is None:
            return None
        invoice, version, last_day = text.split(".")
        return invoice.replace("~", "/"), int(version), date.fromisoformat(last_day)


class SignedAnswerLinks:
    """The port `AnswerLinks` over keys that are read with the first token."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def token(self, link: AnswerLink) -> str:
        """The token for this link: URL-safe, and the same as long as the same key signs."""
        return _signer(self._keys()[0], _OF_ANSWERS).sign(".".join(map(str, link))).decode()

    def read(self, token: str) -> AnswerLink | None:
        """The link that the token proves, or None; never raises, whatever the text."""
        if (text := _proven(token, self._keys, _OF_ANSWERS)) is None:
            return None
        client, approval, asked_at, place = text.split(".")
        return AnswerLink(ClientId(client), approval, int(asked_at), int(place))


class SecretLinkKeys:
    """The port `LinkKeyStore` on a secret: the text that the stack generated, or, once rotated, a JSON document."""

    def __init__(self, aws: Aws, secret_id: str, clock: Callable[[], datetime]) -> None:
        self._aws = aws
        self._secret_id = secret_id
        self._clock = clock
        self._known: LinkKeys | None = None
        self._read_at = self._tried_at = clock()

    def active(self) -> Sequence[str]:
        """As `Keys`; the secret is read on first use and again after five minutes.

        If it cannot be read again, the keys that are known go on, and it is tried again after a minute.
        """
        now = self._clock()
        if self._known is None:
            self._known, self._read_at = self.read()[0], now
        elif now - self._read_at >= READ_AGAIN_AFTER and now - self._tried_at >= _PAUSE:
            self._tried_at = now
            with suppress(CloudError):
                self._known, self._read_at = self.read()[0], now
        return self._known.active(now)

    def read(self) -> tuple[LinkKeys, str]:
        """The stored keys, and the id of the secret's version."""
        with cloud_errors("GetSecretValue"):
            found = self._aws.client("secretsmanager").get_secret_value(SecretId=self._secret_id)
        return _keys_in(found["SecretString"]), found["VersionId"]

    def write(self, keys: LinkKeys, replaced: str) -> None:
        """Replace those of the version `replaced`, whose successor has an id that follows from it.

        Secrets Manager takes no condition, but refuses another text for a version that exists. Raises StaleWriteError.
        """
        successor, document = str(uuid5(_SUCCESSORS, replaced)), json.dumps(to_document(keys))
        try:
            with cloud_errors("PutSecretValue"):
                self._aws.client("secretsmanager").put_secret_value(
                    SecretId=self._secret_id, SecretString=document, ClientRequestToken=successor
                )
        except CloudError as error:
            if error.code == "ResourceExistsException":
                raise StaleWriteError(_REPLACED) from error
            raise


def _keys_in(text: str) -> LinkKeys:
    """The keys of a secret's text; one that was generated may begin like a document, as the local cloud's do."""
    try:
        document = json.loads(text)
    except ValueError:
        document = None
    return from_document(LinkKeys, document) if isinstance(document, dict) else LinkKeys((LinkKey(text),))


def _signer(key: str, salt: str) -> Signer:
    """Signs with a key derived for each salt: a signature made with one salt proves nothing with another."""
    return Signer(key, salt=salt, key_derivation="hmac", digest_method=sha256)


def _proven(token: str, keys: Keys, salt: str) -> str | None:
    """The text that we signed, or None; the keys are read only if the token could be one of ours."""
    if len(token) > _LONGEST or not token.isascii() or "." not in token:
        return None
    for signer in (_signer(key, salt) for key in keys()):
        try:
            text = signer.unsign(token)
        except BadSignature:
            continue
        # Base64 can spell one signature in several ways; only the one that we print is a token.
        return text.decode() if compare_digest(signer.sign(text), token.encode()) else None
    return None
