"""The page of an import's report: verify the token and read (services/imports/read_report.py), build, respond."""

from http import HTTPStatus

from chalice.app import Response

from chalicelib.parts import Parts
from chalicelib.render.jinja import render, style_hash
from chalicelib.services.imports.read_report import ExpiredReport, read_report
from chalicelib.services.store.lookup import Admit
from chalicelib.web.headers import content_policy, unkept
from chalicelib.web.routes import NothingHereError
from chalicelib.words.formats import Formats, locale_of
from chalicelib.words.import_report import view_of
from chalicelib.words.texts import texts_in

_STYLE = "report.css"
_FORMATS = Formats(locale_of("en-GB"))


def report_page(parts: Parts, token: str, admit: Admit) -> Response:
    """The page behind a report's address; if that has expired, one that says how to get a new address."""
    opened = read_report(token, parts.clock(), links=parts.report_links, log=parts.import_log, admit=admit)
    if opened is None:
        raise NothingHereError("the token opens nothing")
    texts = texts_in("en")
    if isinstance(opened, ExpiredReport):
        text = f"The report itself is kept: hourtab import show {opened.import_id} prints it with a new address."
        body = render("message.html", texts=texts, title="This address has expired", text=text)
        return unkept(body, HTTPStatus.GONE, content_policy(style_hash()))
    body = render(
        "report.html",
        more_style=_STYLE,
        texts=texts,
        page=view_of(opened.record),
        ends=f"This address works until {_FORMATS.full_day(opened.last_day)}; "
        f"`hourtab import show {opened.record.id}` makes a new one.",
    )
    return unkept(body, HTTPStatus.OK, content_policy(style_hash(_STYLE)))
