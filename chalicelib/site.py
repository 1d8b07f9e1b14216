"""All routes and the parts that they use."""

from collections.abc import Callable, Mapping
from typing import Any

from chalice.app import Blueprint, Chalice, Response

from chalicelib.parts import Parts
from chalicelib.web.headers import BODY_LIMIT
from chalicelib.web.page.pages import ClientPages
from chalicelib.web.routes import LinkThrottle, opens

_LINK_REQUESTS = 60


def make_site(parts: Parts, body_limit: int = BODY_LIMIT) -> Chalice:
    """The app with every route; app.py adds the event functions."""
    app = Chalice(app_name="hourtab", configure_logs=False)  # its handler would repeat each line of our logger
    throttle = LinkThrottle(parts.clock, int(parts.settings.link_requests or _LINK_REQUESTS))
    app.register_blueprint(ClientPages(parts, throttle, body_limit).blueprint())
    app.register_blueprint(_reports(parts, throttle))
    app.register_blueprint(_questions(parts, throttle))
    return app


def make_console(parts: Parts) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """What answers the console's requests, in a function of its own (docs/decisions/0038)."""
    from chalicelib.web.console.site import ConsoleSite  # noqa: PLC0415 - no other function pays for it

    return ConsoleSite(parts).answer


def _reports(parts: Parts, throttle: LinkThrottle) -> Blueprint:
    def import_report(token: str, _request: Any) -> Response:
        """The report, in English: like the command line, it is for the operator."""
        # Imported on the first request: it shares the function with the client's page, whose cold start stays short.
        from chalicelib.web.report import report_page  # noqa: PLC0415 - see above

        return report_page(parts, token, throttle)

    blueprint = Blueprint(__name__)
    opens(blueprint, parts, "/i/{token}", import_report, language="en")
    return blueprint


def _questions(parts: Parts, throttle: LinkThrottle) -> Blueprint:
    """What the link of a question opens. On AWS a function of its own answers it, with a role of its own (app.py)."""

    def question(token: str, _request: Any) -> Response:
        """A question about hours beyond a retainer, and how it stands."""
        from chalicelib.web.answer import question_page  # noqa: PLC0415 - as above

        return question_page(parts, token, throttle)

    def answer(token: str, request: Any) -> Response:
        """The client's answer to it."""
        from chalicelib.web.answer import answer_page  # noqa: PLC0415 - as above

        return answer_page(parts, token, request, throttle)

    blueprint = Blueprint(__name__)
    opens(blueprint, parts, "/a/{token}", question)
    opens(blueprint, parts, "/a/{token}", answer, takes_form=True)
    return blueprint
