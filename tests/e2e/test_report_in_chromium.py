"""The report of an import in a real browser: narrow and wide, light and dark, in print."""

import pytest

from tests.axe import violations
from tests.browser import DESK, Visit, open_chromium
from tests.page_server import serving
from tests.unit.web.report_samples import Desk, done, refused, routed, troubled, undone

NARROW = {"width": 360, "height": 780}
RECORDS = {"done": done(), "many": troubled(230), "refused": refused(), "undone": undone(), "routed": routed()}


@pytest.fixture(scope="module")
def chromium():
    with open_chromium() as browser:
        yield browser


@pytest.mark.parametrize(("size", "scheme"), [(NARROW, "dark"), (DESK, "light")], ids=["narrow", "desk"])
@pytest.mark.parametrize("name", RECORDS)
def test_a_report_is_accessible_quiet_and_fits(chromium, name, size, scheme):
    desk = Desk(RECORDS[name])
    with (
        serving(desk.serve()) as address,
        Visit(chromium, address + desk.path, viewport=size, color_scheme=scheme) as visit,
    ):
        widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

        assert ([], [address + desk.path]) == (visit.complaints, visit.requests)
        assert widths[0] <= widths[1]
        assert [] == violations(visit.page)


def test_an_expired_address_is_an_accessible_page(chromium):
    desk = Desk(done(), made_on=done().finished_at.date().replace(year=2025))
    with (
        serving(desk.serve()) as address,
        Visit(chromium, address + desk.path, viewport=NARROW, locale="de-DE") as visit,
    ):
        assert "This address has expired" == visit.page.locator("h1").inner_text()
        assert [] == violations(visit.page)


def test_a_command_is_copied_as_it_is_typed_however_narrow_the_screen(chromium):
    desk = Desk(troubled())
    with (
        serving(desk.serve()) as address,
        Visit(chromium, address + desk.path, viewport=NARROW) as visit,
    ):
        select = "e => { getSelection().selectAllChildren(e); return getSelection().toString() }"
        copied = visit.page.locator("pre").first.evaluate(select)

    assert f"hourtab apply setup.yaml\nhourtab import retry {desk.record.id}" == copied


def test_in_print_a_report_is_dark_on_white(chromium):
    desk = Desk(done())
    with (
        serving(desk.serve()) as address,
        Visit(chromium, address + desk.path, color_scheme="dark") as visit,
    ):
        visit.page.emulate_media(media="print", color_scheme="dark")
        colours = visit.page.evaluate("(s => [s.color, s.backgroundColor])(getComputedStyle(document.documentElement))")

    assert ["rgb(0, 0, 0)", "rgb(255, 255, 255)"] == colours
