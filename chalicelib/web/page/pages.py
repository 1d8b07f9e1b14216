"""The routes behind a client's link: the page and its two files.

The views are thin: prove and read (services/cycles/read_balance.py), build, answer. What they need from the
outside is asked of the composition root at the first request.
"""

from datetime import date, datetime
from typing import Any

from chalice.app import Blueprint, Response

from chalicelib import wiring
from chalicelib.render.jinja import render, style_hash
from chalicelib.services.cycles.read_balance import Asked, ClientBalance, show_balance
from chalicelib.web.headers import HTML, answer, content_policy, fits
from chalicelib.web.page.balance_json import balance_text
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.work_log_csv import work_log_text
from chalicelib.web.routes import NothingHereError, TooLargeError, opens

pages = Blueprint(__name__)

_NO_STYLE = "'none'"


@opens(pages, "/b/{token}")
def client_page(token: str) -> Response:
    """The page: every retainer side by side."""
    year, cycle = _year(), _cycle()
    view = build_page(_balance(token), token, year, cycle)
    query = "" if not view.chosen else f"?year={year}" if view.year else f"?cycle={cycle}"
    body = render("page.html", page=view, texts=view.texts, query=query)
    return answer(body, HTML, content_policy(style_hash()), _headers())


@opens(pages, "/b/{token}/balance.json")
def balance_file(token: str) -> Response:
    """The figures, for programs (docs/balance-json.md)."""
    return _file(balance_text(_balance(token), _year(), _cycle()), "application/json")


@opens(pages, "/b/{token}/work-log.csv")
def work_log_file(token: str) -> Response:
    """The work log, for spreadsheets."""
    balance, year, cycle = _balance(token), _year(), _cycle()
    name = "-".join(str(part) for part in (balance.client.id, "work-log", cycle or year) if part)
    return _file(work_log_text(balance, year, cycle), "text/csv; charset=utf-8", name=f"{name}.csv")


def _file(body: str, content_type: str, name: str = "") -> Response:
    if not fits(body):
        raise TooLargeError(f"{len(body)} characters are more than one answer can carry")
    return answer(body, content_type, content_policy(_NO_STYLE), _headers(), name=name)


def _balance(token: str) -> ClientBalance:
    balance = show_balance(
        token,
        _now(),
        links=wiring.links(),
        directory=wiring.directory(),
        ledger=wiring.ledger(),
        asked=Asked(_year(), _cycle()),
    )
    if balance is None:
        raise NothingHereError("the token opens nothing")
    return balance


def _now() -> datetime:
    return wiring.clock()


def _headers() -> Any:
    return pages.current_request.headers


def _year() -> int | None:
    """The year that was asked for; what is not a year is not heeded, so a torn address still shows the balance."""
    text = _asked("year")
    is_year = len(text) == len("2026") and text.isascii() and text.isdecimal() and int(text) > 0
    return int(text) if is_year else None


def _cycle() -> date | None:
    """The cycle that was asked for by its first day; what is not a day is not heeded either."""
    text = _asked("cycle")
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.isoformat() == text else None


def _asked(name: str) -> str:
    asked: Any = pages.current_request.query_params or {}
    return asked.get(name) or ""
