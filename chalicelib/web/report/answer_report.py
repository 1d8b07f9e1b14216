"""Answers an import's readable report: prove and read (services/imports/read_report.py), build, answer."""

from http import HTTPStatus

from chalice.app import Response

from chalicelib.parts import Parts
from chalicelib.render.jinja import render, style_hash
from chalicelib.services.imports.read_report import ExpiredReport, show_report
from chalicelib.web.headers import content_policy, unkept
from chalicelib.web.report.build_page import build_report_page
from chalicelib.web.routes import NothingHereError
from chalicelib.words.texts import texts_in

_STYLE = "report.css"


def report_page(parts: Parts, token: str) -> Response:
    """The page behind a report's address, or one that says how to get a new address."""
    opened = show_report(token, parts.clock(), links=parts.report_links, log=parts.import_log)
    if opened is None:
        raise NothingHereError("the token opens nothing")
    texts = texts_in("en")
    if isinstance(opened, ExpiredReport):
        text = f"The report itself is kept: hourtab import show {opened.import_id} prints it with a new address."
        body = render("message.html", texts=texts, title="This address has ended", text=text)
        return unkept(body, HTTPStatus.GONE, content_policy(style_hash()))
    body = render("report.html", more_style=_STYLE, texts=texts, page=build_report_page(opened))
    return unkept(body, HTTPStatus.OK, content_policy(style_hash(_STYLE)))
