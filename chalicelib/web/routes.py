"""How a blueprint's routes are registered: errors become pages, and HEAD is answered without a body."""

from collections.abc import Callable
from functools import wraps

from chalice.app import Blueprint, Response

from chalicelib.web.errors import answers_errors

_METHODS = ["GET", "HEAD"]
_View = Callable[[str], Response]


def opens(blueprint: Blueprint, path: str, language: str = "") -> Callable[[_View], _View]:
    """Register a view of a token under `path`.

    Args:
        blueprint: whose route it is.
        path: with `{token}` in it.
        language: that of its errors' pages; "" is the visitor's.
    """

    def register(view: _View) -> _View:
        guarded = answers_errors(view, lambda: language or _accepted(blueprint))

        @wraps(guarded)
        def route(token: str) -> Response:
            response = guarded(token)
            if blueprint.current_request.method == "HEAD":
                response.body = ""
            return response

        blueprint.route(path, methods=_METHODS)(route)
        return route

    return register


def _accepted(blueprint: Blueprint) -> str:
    languages: str = blueprint.current_request.headers.get("accept-language", "")
    return languages
