"""The route of an import's readable report, for the operator.

What it needs is imported on its first request: it shares the function with the client's page, whose cold start must
not get slower.
"""

from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.parts import Parts
from chalicelib.web.routes import opens


def reports(parts: Parts) -> Blueprint:
    """The route of the report."""

    def import_report(token: str, _request: Any) -> Response:
        """The report, in English: like the command line, it is for the operator."""
        from chalicelib.web.report.answer_report import report_page  # noqa: PLC0415 - see above

        return report_page(parts, token)

    blueprint = Blueprint(__name__)
    opens(blueprint, "/i/{token}", import_report, language="en")
    return blueprint
