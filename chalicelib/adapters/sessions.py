"""Sessions of the console: signed texts for cookies, and in the activity table how often sessions were ended."""

import json
from collections.abc import Callable, Sequence
from hashlib import sha256
from typing import TypeVar

from itsdangerous import BadData, Signer, URLSafeSerializer

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.codec import UnknownFormatError, from_document, to_document
from chalicelib.adapters.dynamo import bind, read_together, write_when_free
from chalicelib.adapters.tables import ActivityItem
from chalicelib.services.access.actor import UserId

_T = TypeVar("_T")
_LONGEST = 4_000
"""Browsers keep at most 4,096 bytes of a cookie with its name and attributes (RFC 6265, section 6.1)."""
_EVERYBODY = UserId("all")


class SignedValues:
    """Values as signed texts. A text of one kind is none of another kind, nor of another deployment's key."""

    def __init__(self, keys: Callable[[], Sequence[str]]) -> None:
        """`keys` are those that open; the first one signs."""
        self._keys = keys

    def text(self, value: object) -> str:
        """The signed text, which can stand in a cookie as it is."""
        return str(_serializer(self._keys()[0], type(value)).dumps(to_document(value)))

    def read(self, kind: type[_T], text: str) -> _T | None:
        """The value of `kind`, or None if the text is none that we signed; never raises, whatever the text."""
        if not 0 < len(text) <= _LONGEST or not text.isascii():
            return None
        for key in self._keys():
            try:
                return from_document(kind, _serializer(key, kind).loads(text))
            except (BadData, UnknownFormatError, ValueError, TypeError, KeyError):
                continue  # another key's, or a release's that had other fields
        return None


def _serializer(key: str, kind: type) -> URLSafeSerializer:
    return URLSafeSerializer(
        key,
        salt=f"hourtab.console.{kind.__name__}",
        serializer=json,
        signer=Signer,
        signer_kwargs={"key_derivation": "hmac", "digest_method": sha256},
    )


class DynamoSessionVersions:
    """The port `SessionVersions` on the activity table."""

    def __init__(self, aws: Aws, table: str) -> None:
        self._items = bind(ActivityItem, aws, table)

    def read(self, user: UserId) -> str:
        """As the port says; one round trip."""
        found = {item.pk: int(item.version) for item in read_together(self._items, [_key(user), _key(_EVERYBODY)])}
        return ".".join(str(found.get(_key(one)[0], 0)) for one in (user, _EVERYBODY))

    def end(self, user: UserId) -> None:
        """As the port says."""
        item = self._items(*_key(user))
        write_when_free("dynamodb:UpdateItem", lambda: item.update([self._items.version.add(1)]))

    def end_all(self) -> None:
        """As the port says."""
        self.end(_EVERYBODY)


def _key(user: UserId) -> tuple[str, str]:
    return f"session#{user}", "version"
