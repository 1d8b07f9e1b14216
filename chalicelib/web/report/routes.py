"""The route of an import's readable report, for the operator.

What it needs is imported at its first request: the function that answers it is the clients' page's, whose cold
start must not pay for it.
"""

from chalice.app import Blueprint, Response

from chalicelib.web.routes import opens

reports = Blueprint(__name__)


@opens(reports, "/i/{token}", language="en")
def import_report(token: str) -> Response:
    """The report, in English: it speaks to the operator, as the command line does."""
    from chalicelib.web.report.answer_report import report_page  # noqa: PLC0415 - see above

    return report_page(token)
