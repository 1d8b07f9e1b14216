"""The table of the console's routes, and the gate before them: every request is answered here.

A request that changes something must come from a page of ours (its Origin, and the token of its form), from a session
that the user pool still knows, of a role that may, and, where it is dangerous, of somebody who has just entered the
password. The use cases check the role again.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode, urlsplit

from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts
from chalicelib.render.jinja import style_hash
from chalicelib.services.access.actor import NotAllowedError, Role
from chalicelib.services.access.sign_in import (
    SESSION_LASTS,
    SIGN_IN_LASTS,
    PendingSignIn,
    Session,
    SignInRefusedError,
)
from chalicelib.web.console.messages import Answer, Request
from chalicelib.web.console.pages import STYLE, account_page, message_page, today_page

SESSION, SIGN_IN = "session", "sign-in"
"""The names of the two cookies."""
_ADDRESS = re.compile(r"/console(/[a-z0-9-]{1,64}){0,6}")


class NotOursError(HourTabError):
    """A change that no page of ours asked for: a foreign or missing Origin, or a form without its token."""


class SignedOutError(HourTabError):
    """A change without a session that holds."""


@dataclass(frozen=True, slots=True)
class Route:
    """An address of the console, and who may ask for it."""

    method: str
    """GET, which changes nothing, or POST."""
    path: str
    role: Role | None
    """The role that it needs; None: it is open to everybody."""
    is_dangerous: bool = False
    """Whether the password must have been entered lately."""


ROUTES: tuple[Route, ...] = (
    Route("GET", "", Role.VIEWER),
    Route("GET", "account", Role.VIEWER),
    Route("GET", "confirm", Role.VIEWER),
    Route("GET", "sign-in", None),
    Route("GET", "signed-in", None),
    Route("GET", "signed-out", None),
    Route("POST", "sign-out", Role.VIEWER),
    Route("POST", "end-sessions", Role.OWNER, is_dangerous=True),
)


def path_to(text: str) -> str:
    """`text` if it is the path of a page of the console, else that of the first page: no redirect leads elsewhere."""
    return text if _ADDRESS.fullmatch(text) else "/console"


class ConsoleSite:
    """Answers the requests of the console's function."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._base = parts.settings.need("base_url")
        self._origin = _origin_of(self._base)
        # A form's own redirect counts, too: signing out ends at the provider.
        forms = f"'self' {_origin_of(parts.settings.need('sign_in_url'))}"
        self._policy = (
            f"default-src 'none'; style-src {style_hash(STYLE)}; img-src data:; base-uri 'none'; "
            f"form-action {forms}; frame-ancestors 'none'"
        )
        self._views: Mapping[str, Callable[[Request, Session], Answer]] = {
            "": self._today,
            "account": self._account,
            "confirm": self._confirm,
            "sign-out": self._sign_out,
            "end-sessions": self._end_sessions,
        }

    def answer(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The answer to a proxy event of API Gateway. Every error is a page."""
        request = Request.from_event(event)
        try:
            answer = self._answer(request)
        except Exception as error:
            answer = _refusal(error)
            if answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
                with self._parts.logger.append_context_keys(correlation_id=request.id):
                    self._parts.logger.exception("a page of the console failed")
        return answer.as_event(self._policy, has_body=request.method != "HEAD")

    def _answer(self, request: Request) -> Answer:
        method = "GET" if request.method == "HEAD" else request.method
        known = [route for route in ROUTES if route.path == request.path]
        route = next((route for route in known if route.method == method), None)
        if not known:
            return message_page(HTTPStatus.NOT_FOUND, "Nothing here", "This address does not lead to a page.")
        if route is None:
            text = "This address only takes what a form on a page of the console sends."
            return message_page(HTTPStatus.METHOD_NOT_ALLOWED, "That did not work", text, allow=known[0].method)
        if route.role is None:
            return self._open(request)
        is_change = method == "POST"
        if is_change and request.headers.get("origin") != self._origin:
            raise NotOursError("a foreign origin")
        session = self._session(request, is_change=is_change)
        if session is None:
            if is_change:
                raise SignedOutError("no session")
            return self._goto("/console/sign-in", to=path_to(f"/console/{request.path}".rstrip("/")))
        if is_change and not compare_digest(request.form.get("csrf", "").encode(), session.csrf.encode()):
            raise NotOursError("a form without its token")
        session.actor.require(route.role)
        if route.is_dangerous and not self._parts.sign_in.is_confirmed(session):
            return self._goto("/console/confirm", to="/console/account")
        return self._views[route.path](request, session)

    def _session(self, request: Request, *, is_change: bool) -> Session | None:
        """The session of the request's cookie, if it still holds."""
        session = self._parts.session_values.read(Session, request.cookie(SESSION))
        return session if session and self._parts.sign_in.holds(session, is_change=is_change) else None

    def _goto(self, path: str, **query: str) -> Answer:
        return Answer(HTTPStatus.SEE_OTHER, to=f"{self._base}{path}" + (f"?{urlencode(query)}" if query else ""))

    # ------------------------------------------------------------ open to everybody
    def _open(self, request: Request) -> Answer:
        match request.path:
            case "sign-in":
                return self._begin(path_to(request.query.get("to", "")))
            case "signed-in":
                return self._complete(request)
            case _:
                text = "Your session has ended, and all others of yours on other devices, too."
                return message_page(HTTPStatus.OK, "You are signed out", text, base=self._base)

    def _begin(self, to: str, session: Session | None = None) -> Answer:
        pending, address = self._parts.sign_in.begin(to, session.user if session else None)
        kept = self._parts.session_values.text(pending), int(SIGN_IN_LASTS.total_seconds())
        return Answer(HTTPStatus.SEE_OTHER, to=address, cookies={SIGN_IN: kept})

    def _complete(self, request: Request) -> Answer:
        pending = self._parts.session_values.read(PendingSignIn, request.cookie(SIGN_IN))
        try:
            answered = request.query.get("state", ""), request.query.get("code", "")
            session = self._parts.sign_in.complete(pending, *answered)
        except SignInRefusedError as error:
            self._parts.logger.info("a sign-in was refused", extra={"reason": str(error)})
            text = f"This sign-in does not count: {error}."
            page = message_page(HTTPStatus.BAD_REQUEST, "You are not signed in", text, base=self._base)
            return Answer(page.status, page.body, cookies={SIGN_IN: ("", 0)})
        kept = self._parts.session_values.text(session), int(SESSION_LASTS.total_seconds())
        to = path_to(pending.to if pending else "")
        return Answer(HTTPStatus.SEE_OTHER, to=f"{self._base}{to}", cookies={SESSION: kept, SIGN_IN: ("", 0)})

    # ------------------------------------------------------------ for whoever is signed in
    def _today(self, _request: Request, session: Session) -> Answer:
        return today_page(self._parts, session, self._base)

    def _account(self, _request: Request, session: Session) -> Answer:
        return account_page(self._parts, session, self._base)

    def _confirm(self, request: Request, session: Session) -> Answer:
        return self._begin(path_to(request.query.get("to", "")), session)

    def _sign_out(self, _request: Request, session: Session) -> Answer:
        to = self._parts.sign_in.sign_out(session.actor)
        return Answer(HTTPStatus.SEE_OTHER, to=to, cookies={SESSION: ("", 0)})

    def _end_sessions(self, _request: Request, session: Session) -> Answer:
        self._parts.sign_in.end_all(session.actor)
        return Answer(HTTPStatus.SEE_OTHER, to=f"{self._base}/console/signed-out", cookies={SESSION: ("", 0)})


def _origin_of(address: str) -> str:
    """Scheme, host and port of an address: what a browser calls its origin."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def _refusal(error: Exception) -> Answer:
    """The page of an error."""
    names = {kind.__name__ for kind in type(error).__mro__}  # pages may not import the adapters that raise some
    if isinstance(error, NotAllowedError):
        return message_page(HTTPStatus.FORBIDDEN, "You may not do that", str(error))
    if isinstance(error, NotOursError):
        text = "The request did not come from a page of the console: open the page again and repeat it there."
        return message_page(HTTPStatus.FORBIDDEN, "Nothing was changed", text)
    if isinstance(error, SignedOutError):
        text = "Your session has ended: sign in again and repeat it."
        return message_page(HTTPStatus.UNAUTHORIZED, "Nothing was changed", text)
    if "CloudError" in names:
        text = "AWS does not answer at present. Please try again in a minute."
        return message_page(HTTPStatus.SERVICE_UNAVAILABLE, "One moment", text)
    text = "The fault is ours, and it has been noted. Please try again in a few minutes."
    return message_page(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong", text)
