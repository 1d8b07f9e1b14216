"""The headers of every response, and responses that a browser may cache but must revalidate (RFC 9110, 9111)."""

import json
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

from chalice.app import Response

HTML = "text/html; charset=utf-8"
_Headers = dict[str, str | list[str]]
_COMMON: _Headers = {
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
_FRESH = "private, no-cache"
"""The visitor's browser may cache the response and has to revalidate it before each use."""


_LONGEST_ESCAPE = len(json.dumps("\N{GRINNING FACE}")) - 2
BODY_LIMIT = 5_500_000
"""Bytes of a response body. A Lambda response is at most 6 MB of JSON, of which the body is one string."""


def fits(body: str, limit: int = BODY_LIMIT) -> bool:
    """Whether the body fits into a Lambda response: escaped as JSON, where a quote or a line break takes two bytes."""
    return len(body) * _LONGEST_ESCAPE <= limit or len(json.dumps(body)) <= limit


def content_policy(style_source: str, forms: str = "'none'") -> str:
    """Nothing may be loaded or run; only the style sheet with this hash applies. `forms`: where a form may be sent."""
    return (
        f"default-src 'none'; style-src {style_source}; img-src data:; "
        f"base-uri 'none'; form-action {forms}; frame-ancestors 'none'"
    )


def answer(body: str, content_type: str, policy: str, asked: Mapping[str, str], *, name: str = "") -> Response:
    """A 200 with its entity tag, or a 304 without a body if the visitor already has exactly this body.

    Args:
        body: the text to send.
        content_type: with its charset.
        policy: the Content-Security-Policy.
        asked: the request's headers, by lower-case name.
        name: file name for a download.
    """
    # Only the body, not the URL: two addresses of the same figures share their tag.
    tag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    headers: _Headers = {**_COMMON, "Content-Security-Policy": policy, "Cache-Control": _FRESH, "ETag": tag}
    if _has(asked.get("if-none-match", ""), tag):
        return Response(body="", status_code=304, headers=headers)
    headers["Content-Type"] = content_type
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body=body, status_code=200, headers=headers)


class FileResponse(Response):
    """Bytes, which the gateway decodes whatever the request accepts (`BinaryMediaTypes` in infra/template.yaml).

    Chalice's own types would refuse a visitor who does not say that they accept them.
    """

    def to_dict(self, binary_types: list[str] | None = None) -> dict[str, Any]:
        """What the gateway takes."""
        coded = b64encode(self.body).decode()
        return {**super().to_dict(binary_types), "body": coded, "isBase64Encoded": True}


def download(body: bytes, content_type: str, name: str) -> FileResponse:
    """A file that no browser or cache may store of itself: its address ends."""
    headers: _Headers = {
        **_COMMON,
        "Content-Security-Policy": content_policy("'none'"),
        "Cache-Control": "no-store",
        "Content-Type": content_type,
        "Content-Disposition": f'attachment; filename="{name}"',
    }
    return FileResponse(body=body, status_code=200, headers=headers)


def unkept(body: str, status: int, policy: str) -> Response:
    """A page that no browser or cache may store: an error page, which reveals nothing, or a report."""
    headers: _Headers = {
        **_COMMON,
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Content-Type": HTML,
    }
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers["Retry-After"] = "60"
    return Response(body=body, status_code=status, headers=headers)


def _has(if_none_match: str, tag: str) -> bool:
    """Weak comparison (RFC 9110, section 13.1.2), because a gateway that compresses weakens tags."""
    known = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return tag in known or "*" in known
