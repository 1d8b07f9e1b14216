"""Registers routes and maps errors to what a visitor sees. An error that is not in the table is a bug: 500."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from babel.core import negotiate_locale
from chalice.app import Blueprint, Response

from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts
from chalicelib.render.jinja import render, style_hash
from chalicelib.web.headers import content_policy, unkept
from chalicelib.words.formats import LANGUAGES
from chalicelib.words.texts import Texts, texts_in


class NothingHereError(HourTabError):
    """The address opens nothing: unknown, revoked, expired, replaced or malformed alike."""


class BusyLinkError(HourTabError):
    """More requests in this minute than one link may make."""


class TooLargeError(HourTabError):
    """The file has more entries than fit into one response."""


STATUS_OF: dict[str, HTTPStatus] = {
    "NothingHereError": HTTPStatus.NOT_FOUND,
    "BusyLinkError": HTTPStatus.TOO_MANY_REQUESTS,
    "TooLargeError": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "CloudError": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Status by the error's class name, because pages may not import the adapters that raise some of them."""


def error_page(status: HTTPStatus, accept_language: str) -> Response:
    """The error page of a status, in the visitor's language."""
    texts = texts_in(language_of(accept_language))
    title, text = _words(texts, status)
    body = render("message.html", texts=texts, title=title, text=text)
    return unkept(body, status, content_policy(style_hash()))


def language_of(accept_language: str) -> str:
    """The best supported language for an Accept-Language header; English if none matches."""
    wanted = [part.partition(";")[0].strip() for part in accept_language.split(",")[:10]]
    return negotiate_locale([*wanted, *(tag.partition("-")[0] for tag in wanted)], LANGUAGES, sep="-") or "en"


def _status_of(error: Exception) -> HTTPStatus:
    names = (kind.__name__ for kind in type(error).__mro__)
    return next((STATUS_OF[name] for name in names if name in STATUS_OF), HTTPStatus.INTERNAL_SERVER_ERROR)


def _words(texts: Texts, status: HTTPStatus) -> tuple[str, str]:
    if status is HTTPStatus.NOT_FOUND:
        return texts.missing_title, texts.missing_text
    if status is HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return texts.too_large_title, texts.too_large_text
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        return texts.retry_title, texts.retry_text
    return texts.failed_title, texts.failed_text


class LinkThrottle:
    """An `Admit` for one running function: so many requests a minute of each link, from memory.

    It makes no call, and only signed tokens reach it, so made-up ones fill no memory.
    """

    def __init__(self, clock: Callable[[], datetime], most: int) -> None:
        self._clock = clock
        self._most = most
        self._minute = 0
        self._requests: Counter[str] = Counter()

    def __call__(self, token: str) -> None:
        """Count a request. Raises BusyLinkError."""
        minute = int(self._clock().timestamp()) // 60
        if minute != self._minute:
            self._minute, self._requests = minute, Counter()
        self._requests[token] += 1
        if self._requests[token] > self._most:
            raise BusyLinkError(f"more than {self._most} requests a minute of one link")


_FORM = "application/x-www-form-urlencoded"
View = Callable[[str, Any], Response]
"""Takes the token and Chalice's request."""


def opens(
    blueprint: Blueprint, parts: Parts, path: str, view: View, language: str = "", *, takes_form: bool = False
) -> None:
    """Register a view under `path`, which contains `{token}`; every exception of the view becomes an error page.

    `language` is that of its error pages; "" for the visitor's. With `takes_form` it is what a form is sent to, and
    nothing else is: the same path can have a view for GET. A failure is logged with the id that the
    request has in the gateway's access log.
    """

    def route(token: str) -> Response:
        request = blueprint.current_request
        try:
            response = view(token, request)
        except Exception as error:
            status = _status_of(error)
            if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                with parts.logger.append_context_keys(correlation_id=request.context.get("requestId")):
                    parts.logger.exception("a page failed")
            response = error_page(status, language or request.headers.get("accept-language", ""))
        if request.method == "HEAD":
            response.body = response.body[:0]
        return response

    route.__doc__ = view.__doc__  # becomes the summary in the gateway's description
    if takes_form:
        blueprint.route(path, methods=["POST"], name=f"POST {path}", content_types=[_FORM])(route)
    else:
        blueprint.route(path, methods=["GET", "HEAD"], name=path)(route)
