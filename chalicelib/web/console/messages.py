"""Requests as API Gateway hands them to a function, and answers as it takes them. No Chalice: the table is enough."""

from base64 import b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qs

from chalicelib.web.headers import HTML

_PREFIX = "__Host-hourtab-"
"""A browser takes such a cookie from this very host alone, and only for all its paths and if secure (RFC 6265bis)."""
_LARGEST_FORM = 64_000


@dataclass(frozen=True, slots=True)
class Request:
    """A visitor's request."""

    method: str
    path: str
    """Below the console's address, without a slash at either end."""
    query: Mapping[str, str]
    headers: Mapping[str, str]
    """By lower-case name."""
    form: Mapping[str, str]
    id: str
    """As in the gateway's access log."""

    @classmethod
    def from_event(cls, event: Mapping[str, Any]) -> "Request":
        """The request of a proxy event; what cannot be read of it is empty."""
        headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
        query = event.get("queryStringParameters") or {}
        return cls(
            method=event["httpMethod"],
            path=((event.get("pathParameters") or {}).get("proxy") or "").strip("/"),
            query=query,
            headers=headers,
            form=_form_of(event, headers.get("content-type", "")),
            id=event.get("requestContext", {}).get("requestId", ""),
        )

    def cookie(self, name: str) -> str:
        """Our cookie of this name, or ""."""
        for pair in self.headers.get("cookie", "").split(";"):
            found, _, value = pair.strip().partition("=")
            if found == _PREFIX + name:
                return value
        return ""


def _form_of(event: Mapping[str, Any], content_type: str) -> dict[str, str]:
    body = event.get("body") or ""
    if content_type.partition(";")[0].strip().lower() != "application/x-www-form-urlencoded":
        return {}
    if len(body) > _LARGEST_FORM:
        return {}
    text = b64decode(body).decode(errors="replace") if event.get("isBase64Encoded") else body
    return {name: values[0] for name, values in parse_qs(text, keep_blank_values=True).items()}


@dataclass(frozen=True, slots=True)
class Answer:
    """What the visitor gets."""

    status: HTTPStatus
    body: str = ""
    to: str = ""
    """The address that the browser is sent to."""
    cookies: Mapping[str, tuple[str, int]] = field(default_factory=dict)
    """Name → text and seconds that it is kept; "" and 0 delete it."""
    allow: str = ""
    """The method that the address takes."""

    def as_event(self, policy: str, *, has_body: bool) -> dict[str, Any]:
        """As API Gateway takes it. Nothing of the console is ever kept by a browser or a cache."""
        headers = {
            "Cache-Control": "no-store",
            "Content-Security-Policy": policy,
            "Content-Type": HTML,
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            # Not `no-referrer`, under which browsers send `Origin: null` with a form.
            "Referrer-Policy": "same-origin",
            "Strict-Transport-Security": "max-age=31536000",
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "X-Robots-Tag": "noindex, nofollow, noarchive",
        }
        if self.to:
            headers["Location"] = self.to
        if self.allow:
            headers["Allow"] = self.allow
        kept = "; Path=/; Secure; HttpOnly; SameSite=Lax"
        return {
            "statusCode": int(self.status),
            "headers": headers,
            "multiValueHeaders": {
                "Set-Cookie": [
                    f"{_PREFIX}{name}={text}; Max-Age={seconds}{kept}" for name, (text, seconds) in self.cookies.items()
                ]
            },
            "body": self.body if has_body else "",
            "isBase64Encoded": False,
        }
