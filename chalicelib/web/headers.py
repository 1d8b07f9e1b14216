"""The headers of every answer, and answers that a browser may keep only if it asks again (RFC 9110, 9111)."""

import json
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus

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
"""A browser may keep the answer for its owner and has to ask before it shows it again."""


BODY_LIMIT = 5_500_000
"""Bytes of a body on its way out. Lambda answers with at most 6 MB of JSON, of which the body is one string."""


def fits(body: str, limit: int = BODY_LIMIT) -> bool:
    """Whether Lambda can answer with the body: escaped as JSON, where a quote or a line break takes two bytes."""
    return len(json.dumps(body)) <= limit


def content_policy(style_source: str) -> str:
    """Nothing may be loaded or run; only the style sheet with this hash applies."""
    return (
        f"default-src 'none'; style-src {style_source}; img-src data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def answer(body: str, content_type: str, policy: str, asked: Mapping[str, str], *, name: str = "") -> Response:
    """A 200 with its entity tag, or a 304 without a body where the visitor has this very body already.

    Args:
        body: the text to send.
        content_type: with its charset.
        policy: the Content-Security-Policy.
        asked: the request's headers, by lower-case name.
        name: file name for a download.
    """
    # Not the request's address: a tag must not differ between two ways to the same figures.
    tag = f'"{sha256(body.encode()).hexdigest()[:32]}"'
    headers: _Headers = {**_COMMON, "Content-Security-Policy": policy, "Cache-Control": _FRESH, "ETag": tag}
    if _has(asked.get("if-none-match", ""), tag):
        return Response(body="", status_code=304, headers=headers)
    headers["Content-Type"] = content_type
    if name:
        headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return Response(body=body, status_code=200, headers=headers)


def unkept(body: str, status: int, policy: str) -> Response:
    """A page that no browser and no cache may keep: an error's, whose bytes tell nothing, or a report's."""
    headers: _Headers = {
        **_COMMON,
        "Content-Security-Policy": policy,
        "Cache-Control": "no-store",
        "Content-Type": HTML,
    }
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        headers["Retry-After"] = "60"
    return Response(body=body, status_code=status, headers=headers)


def _has(if_none_match: str, tag: str) -> bool:
    """Compares weakly, as RFC 9110 section 13.1.2 has it: a gateway that compresses weakens tags."""
    known = {candidate.strip().removeprefix("W/") for candidate in if_none_match.split(",")}
    return tag in known or "*" in known
