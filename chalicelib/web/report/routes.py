"""The route of an import's readable report, for the operator.

What it needs is imported at its first request: the function that answers it is the clients' page's, whose cold
start must not pay for it.
"""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.parts import Parts
from chalicelib.web.routes import opens


def reports(parts: Parts) -> Blueprint:
    """The route, over the parts that it asks."""

    def import_report(token: str, _request: Any) -> Response:
        """The report, in English: it speaks to the operator, as the command line does."""
        from chalicelib.web.report.answer_report import report_page  # noqa: PLC0415 - see above

        return report_page(parts, token)

    blueprint = Blueprint(__name__)
    opens(blueprint, "/i/{token}", import_report, language="en")
    return blueprint
