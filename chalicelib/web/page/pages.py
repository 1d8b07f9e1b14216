"""The routes behind a client's link: the page and its two files.

The views are thin: verify the token and read (services/cycles/read_balance.py), build, respond. Their dependencies
come from the parts, on the first request.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib.parts import Parts
from chalicelib.render.jinja import render, style_hash
from chalicelib.services.cycles.read_balance import Asked, ClientBalance, read_balance
from chalicelib.services.store.lookup import Admit
from chalicelib.web.headers import BODY_LIMIT, HTML, answer, content_policy, download, fits
from chalicelib.web.page.balance_json import balance_text
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.build_work_log import ROW_LIMIT
from chalicelib.web.page.view import PageView
from chalicelib.web.page.work_log_csv import work_log_text
from chalicelib.web.routes import NothingHereError, TooLargeError, opens

_NO_STYLE = "'none'"
_FEWER_ROWS = (ROW_LIMIT, 50, 5, 0)
"""How many entries of a retainer are listed; fewer where they are so long that the page does not fit (whole mails)."""


@dataclass(frozen=True, slots=True)
class ClientPages:
    """The page and its files."""

    parts: Parts
    admit: Admit
    body_limit: int = BODY_LIMIT
    """The most bytes of a file that fit into one response."""

    def blueprint(self) -> Blueprint:
        """The routes."""
        blueprint = Blueprint(__name__)
        opens(blueprint, self.parts, "/b/{token}", self.page)
        opens(blueprint, self.parts, "/b/{token}/balance.json", self.balance_file)
        opens(blueprint, self.parts, "/b/{token}/work-log.csv", self.work_log_file)
        opens(blueprint, self.parts, "/d/{token}", self.invoice_file)
        return blueprint

    def page(self, token: str, request: Any) -> Response:
        """The page: every retainer side by side."""
        asked, wanted = _asked(request), request.query_params or {}
        asks = "ask" in wanted
        balance = self._balance(token, asked)
        if "invoices" in wanted and balance.client.invoices_on_page:
            return self._list_invoices(balance, token, request)
        views = (build_page(balance, token, asked.year, asked.cycle, asks=asks, most=most) for most in _FEWER_ROWS)
        for view in views:
            query = "" if not view.chosen else f"?year={asked.year}" if view.year else f"?cycle={asked.cycle}"
            years = _years(balance, view.year)
            template = "year.html" if years else "page.html"
            body = self._body(view, template, years=years, query=query)
            if fits(body, self.body_limit):
                break
        return self._page(view, body, request)

    def _body(self, view: PageView, template: str, **values: Any) -> str:
        logo, accent = view.operator.logo, view.operator.accent
        image = self.parts.directory.read_logo(logo) if logo else None
        return render(template, accent=accent, page=view, texts=view.texts, logo=image, **values)

    def _page(self, view: PageView, body: str, request: Any) -> Response:
        if not fits(body, self.body_limit):
            raise TooLargeError(f"{len(body)} characters do not fit into one response")
        return answer(body, HTML, content_policy(style_hash(accent=view.operator.accent)), request.headers)

    def _list_invoices(self, balance: ClientBalance, token: str, request: Any) -> Response:
        # Imported on request, as all that has to do with invoices: a page's cold start stays short.
        from chalicelib.services.invoices.offer import offer_invoices  # noqa: PLC0415 - see above
        from chalicelib.web.page.build_invoices import build_invoices  # noqa: PLC0415 - see above

        view, client, parts = build_page(balance, token), balance.client, self.parts
        view = view._replace(chosen=view.texts.invoices)
        offer = offer_invoices(client, parts.clock(), links=parts.invoice_links, invoices=parts.invoices)
        listed = build_invoices(client, view.texts.language, offer)
        return self._page(view, self._body(view, "invoices.html", invoices=listed, query=""), request)

    def invoice_file(self, token: str, _request: Any) -> Response:
        """An issued invoice as PDF."""
        from chalicelib.documents.pdf import file_name, render_pdf  # noqa: PLC0415 - see above
        from chalicelib.services.invoices.offer import open_invoice  # noqa: PLC0415 - see above

        opened = open_invoice(
            token,
            self.parts.clock(),
            links=self.parts.invoice_links,
            directory=self.parts.directory,
            invoices=self.parts.invoices,
            admit=self.admit,
        )
        if opened is None:
            raise NothingHereError("the token opens nothing")
        document, book = opened
        # Without the link to the page: whoever the invoice is passed on to is not meant to read the hours.
        logo = self.parts.directory.read_printed_logo(document.logo)
        printed = render_pdf(document, accent=book.operator.accent, logo=logo)
        return download(printed, "application/pdf", file_name(document))

    def balance_file(self, token: str, request: Any) -> Response:
        """The figures as JSON (docs/balance-json.md)."""
        asked = _asked(request)
        body = balance_text(self._balance(token, asked), asked.year, asked.cycle, self.body_limit)
        return self._file(body, "application/json", request)

    def work_log_file(self, token: str, request: Any) -> Response:
        """The work log as CSV."""
        asked = _asked(request)
        balance = self._balance(token, asked)
        name = "-".join(str(part) for part in (balance.client.id, "work-log", asked.cycle or asked.year) if part)
        body = work_log_text(balance, asked.year, asked.cycle)
        return self._file(body, "text/csv; charset=utf-8", request, name=f"{name}.csv")

    def _file(self, body: str, content_type: str, request: Any, name: str = "") -> Response:
        if not fits(body, self.body_limit):
            raise TooLargeError(f"{len(body)} characters do not fit into one response")
        return answer(body, content_type, content_policy(_NO_STYLE), request.headers, name=name)

    def _balance(self, token: str, asked: Asked) -> ClientBalance:
        balance = read_balance(
            token,
            self.parts.clock(),
            links=self.parts.links,
            directory=self.parts.directory,
            ledger=self.parts.ledger,
            asked=asked,
            admit=self.admit,
        )
        if balance is None:
            raise NothingHereError("the token opens nothing")
        return balance


def _years(balance: ClientBalance, year: int | None) -> tuple[Any, ...]:
    if year is None:
        return ()
    from chalicelib.web.page.build_year import build_year  # noqa: PLC0415 - few pages are of a year

    return build_year(balance, year)


def _asked(request: Any) -> Asked:
    query = request.query_params or {}
    return Asked(_year(query.get("year") or ""), _cycle(query.get("cycle") or ""))


def _year(text: str) -> int | None:
    """The requested year; an invalid one is ignored, so a truncated link still works."""
    is_year = len(text) == len("2026") and text.isascii() and text.isdecimal() and int(text) > 0
    return int(text) if is_year else None


def _cycle(text: str) -> date | None:
    """The first day of the requested cycle; an invalid date is ignored, too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None
