"""The pages of the console, in English: like the command line, they are for the operator."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from chalicelib.parts import Parts
from chalicelib.render.jinja import render
from chalicelib.services.access.actor import Role
from chalicelib.services.access.sign_in import Session
from chalicelib.services.cycles.read_overview import RunningRetainer, read_overview
from chalicelib.web.console.messages import Answer
from chalicelib.web.page.draw_bars import draw_bar
from chalicelib.web.page.view import Bar
from chalicelib.words.formats import Formats, day_before, locale_of
from chalicelib.words.sentences import Localizer
from chalicelib.words.texts import texts_in

STYLE = "console.css"
NAVIGATION = {"Today": "/console", "Your account": "/console/account"}
_ENGLISH = "en-GB"


@dataclass(frozen=True, slots=True)
class TodayRow:
    """A retainer on the first page."""

    client: str
    retainer: str
    bar: Bar | None
    used: str
    left: str
    """Or how much is over."""
    is_over: bool
    lasts_until: str
    """The last day that the hours cover at this pace; "" where nothing is known."""
    ends: str
    """The cycle's last day."""
    last_import: str


def today_page(parts: Parts, session: Session, base: str) -> Answer:
    """All running retainers, the most urgent first."""
    now = parts.clock()
    found = read_overview(session.actor, now, directory=parts.directory, ledger=parts.ledger)
    return _page("console_today.html", session, base, "/console", rows=[today_row(one) for one in found])


def today_row(one: RunningRetainer) -> TodayRow:
    """The row of a retainer, in English and in the client's own format of hours."""
    formats = Formats(locale_of(_ENGLISH), one.client.client.hours_format)
    localizer = Localizer(formats)
    figures, last, today = one.current.figures, one.lasts_until, one.retainer.today
    end = day_before(one.current.period.end)
    lasts_until = "" if last is None else "the end" if last >= end else formats.day_with_year(last, today)
    return TodayRow(
        client=one.client.client.name,
        retainer=one.retainer.retainer.title,
        bar=draw_bar(localizer, one.current),
        used=localizer.used_of(figures),
        left=formats.hours(abs(figures.remaining_seconds)),
        is_over=figures.is_over,
        lasts_until=lasts_until,
        ends=formats.day_with_year(end, today),
        last_import=formats.day_with_year(one.client.as_of.date(), today) if one.client.as_of else "never",
    )


def account_page(parts: Parts, session: Session, base: str) -> Answer:
    """Who is signed in, and how to end that."""
    formats = Formats(locale_of(_ENGLISH))
    return _page(
        "console_account.html",
        session,
        base,
        "/console/account",
        since=formats.instant(session.begun_at),
        confirmed=parts.sign_in.is_confirmed(session),
        is_owner=session.role is Role.OWNER,
    )


def message_page(status: HTTPStatus, title: str, text: str, *, base: str = "", allow: str = "") -> Answer:
    """A page that says one thing; with `base` it leads back to the sign-in."""
    body = render("console_message.html", more_style=STYLE, texts=texts_in("en"), title=title, text=text, base=base)
    return Answer(status, body, allow=allow)


def _page(template: str, session: Session, base: str, path: str, **values: Any) -> Answer:
    frame: dict[str, Any] = {
        "texts": texts_in("en"),
        "base": base,
        "session": session,
        "navigation": NAVIGATION,
        "path": path,
    }
    return Answer(HTTPStatus.OK, render(template, more_style=STYLE, **frame, **values))
