"""The console in a real browser, which keeps its cookies, sends its origin and applies its policy."""

from datetime import timedelta

import pytest

from tests.access_rig import NOON
from tests.axe import violations
from tests.browser import open_chromium
from tests.console_rig import serving_console
from tests.identity_provider import providing

WIDTHS = [(320, "light"), (390, "dark"), (1280, "light"), (1280, "dark")]


@pytest.fixture(scope="module")
def browser():
    with open_chromium() as one:
        yield one


@pytest.fixture
def rig():
    with providing() as provider, serving_console(provider) as one:
        yield one


def visit(browser, **context):
    """A browser of its own, and what it complains about."""
    page = browser.new_context(**context).new_page()
    complaints = []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    return page, complaints


def test_a_person_signs_in_looks_around_and_out_and_the_old_cookies_open_nothing(browser, rig):
    page, complaints = visit(browser)
    page.goto(f"{rig.base}/console/account")
    assert f"{rig.base}/console/account" == page.url
    kept = page.context.cookies()
    assert [("__Host-hourtab-session", True, True, "Lax")] == [
        (one["name"], one["secure"], one["httpOnly"], one["sameSite"]) for one in kept
    ]
    assert "" == page.evaluate("document.cookie")

    page.get_by_role("link", name="Today").click()
    rows = [text.split("\n") for text in page.get_by_role("rowheader").all_inner_texts()]
    assert [["Seeblick Klinik", "Advisory"], ["Seeblick Klinik", "Helpdesk"]] == rows
    page.get_by_role("button", name="Sign out").click()
    assert "You are signed out" == page.get_by_role("heading").text_content()
    assert [] == page.context.cookies()
    assert ["/logout"] == [path for path, _ in rig.provider.seen if path == "/logout"]

    page.context.add_cookies(kept)
    rig.provider.user = {"sub": "nobody", "email": "nobody@fjordblick.example"}
    page.goto(f"{rig.base}/console/account")
    assert "You are not signed in" == page.get_by_role("heading").text_content()
    assert [] == [text for text in complaints if "400" not in text]


def test_an_owner_confirms_the_password_and_ends_all_sessions(browser, rig):
    page, complaints = visit(browser)
    other, _ = visit(browser)
    for one in (page, other):
        one.goto(f"{rig.base}/console/account")
    rig.now += timedelta(minutes=6)
    rig.provider.authenticated_at = int(rig.now.timestamp())
    page.reload()
    page.get_by_role("button", name="End all sessions").click()
    assert f"{rig.base}/console/account" == page.url
    assert {} == dict(rig.versions.ended)

    page.get_by_role("button", name="End all sessions").click()
    assert f"{rig.base}/console/signed-out" == page.url
    rig.provider.user = {"sub": "nobody", "email": "nobody@fjordblick.example"}
    other.reload()
    assert "You are not signed in" == other.get_by_role("heading").text_content()
    assert [] == complaints


@pytest.mark.parametrize(("width", "scheme"), WIDTHS)
@pytest.mark.parametrize("path", ["", "/account", "/signed-out"])
def test_every_page_is_accessible_and_fits_the_screen(browser, rig, path, width, scheme):
    page, complaints = visit(browser, viewport={"width": width, "height": 800}, color_scheme=scheme)
    page.goto(f"{rig.base}/console")
    page.goto(f"{rig.base}/console{path}")

    assert width >= page.evaluate("document.documentElement.scrollWidth")
    assert [] == violations(page)
    assert [] == complaints
    assert rig.now == NOON
