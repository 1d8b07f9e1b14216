"""The client's page in a real browser: narrow and wide, light and dark, in print."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from chalicelib.domain.retainer import HoursFormat
from tests.axe import violations
from tests.browser import CHROMIUM, DESK, FLAGS, PHONE, Visit, open_chromium
from tests.page_server import serving
from tests.unit.web.page.samples import advisory_work, branded, every_kind, helpdesk_work, many, seeblick

FONTS = Path(__file__).parents[2] / "chalicelib" / "documents" / "fonts"
SMALL = {"width": 320, "height": 640}
OUTSIDE = """[...document.querySelectorAll('body *')]
    .filter(each => each.getBoundingClientRect().right > innerWidth || each.scrollWidth > each.clientWidth + 1
        && each.clientWidth && getComputedStyle(each).overflow !== 'hidden')
    .map(each => each.outerHTML.slice(0, 80))"""
"""What leaves the window, or the element that it is in."""
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


@pytest.fixture(scope="module")
def chromium():
    with open_chromium() as browser:
        yield browser


@pytest.fixture
def served():
    one = seeblick()
    with serving(one.serve()) as address:
        yield f"{address}/b/{one.token}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [PHONE, DESK], ids=["phone", "desk"])
def test_the_page_is_accessible_quiet_and_fits(chromium, served, size, scheme):
    with Visit(chromium, served, viewport=size, color_scheme=scheme) as visit:
        visit.page.evaluate(OPEN_ALL)
        widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

        assert ([], [served]) == (visit.complaints, visit.requests)
        assert widths[0] <= widths[1]
        assert [] == violations(visit.page)


@pytest.mark.parametrize("hours_format", HoursFormat)
@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "nl-NL"])
def test_nothing_leaves_the_smallest_phone(chromium, locale, hours_format):
    outside = {}
    for name, (one, query) in every_kind(locale=locale, hours_format=hours_format).items():
        with serving(one.serve()) as home, Visit(chromium, f"{home}/b/{one.token}{query}", viewport=SMALL) as visit:
            visit.page.evaluate(OPEN_ALL)
            outside[name] = visit.page.evaluate(OUTSIDE)

    assert {} == {name: found for name, found in outside.items() if found}


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "nl-NL"])
def test_axe_finds_nothing_at_any_width_in_any_scheme_with_names_from_right_to_left(chromium, locale):
    one = branded(seeblick(locale=locale, name="מרפאת הים"), "عيادة كستريل")
    sizes = [(width, scheme) for width in (320, 640, 1920) for scheme in ("light", "dark")]  # 640: 1280 at 200 %
    found = {}
    with serving(one.serve()) as address, Visit(chromium, f"{address}/b/{one.token}?ask=1") as visit:
        visit.page.evaluate(OPEN_ALL)
        for width, scheme in sizes if locale == "en-GB" else sizes[:2]:
            visit.page.set_viewport_size({"width": width, "height": 900})
            visit.page.emulate_media(color_scheme=scheme)
            found[width, scheme] = (violations(visit.page), visit.page.evaluate(OUTSIDE))
        visit.page.emulate_media(media="print")
        found["print"] = (violations(visit.page), [])

    assert {} == {case: problems for case, problems in found.items() if problems != ([], [])}


@pytest.mark.parametrize("family", ["Inter", "Noto Sans", "Liberation Sans"])
def test_the_type_is_a_good_one_where_there_is_one(chromium, tmp_path, family):
    """Our own document font, renamed, beside DejaVu Sans, which Linux calls its sans-serif."""
    font = TTFont(FONTS / "SourceSansPro-Regular.ttf")
    for record in font["name"].names:
        record.string = family if record.nameID in {1, 4, 16} else record.string
    font.save(tmp_path / "one.ttf")
    (tmp_path / "fonts.conf").write_text(
        f"<fontconfig><dir>/usr/share/fonts</dir><dir>{tmp_path}</dir><cachedir>{tmp_path}/c</cachedir></fontconfig>"
    )
    one, env = seeblick(), {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "fonts.conf")}
    with (
        serving(one.serve()) as address,
        chromium.browser_type.launch(executable_path=CHROMIUM, args=FLAGS, env=env) as browser,
        Visit(browser, f"{address}/b/{one.token}") as visit,
    ):
        tools = visit.page.context.new_cdp_session(visit.page)
        tools.send("DOM.enable")
        tools.send("CSS.enable")
        root = tools.send("DOM.getDocument")["root"]["nodeId"]
        number = tools.send("DOM.querySelector", {"nodeId": root, "selector": ".big strong"})["nodeId"]
        fonts = tools.send("CSS.getPlatformFontsForNode", {"nodeId": number})["fonts"]

    assert [family] == [each["familyName"] for each in fonts]


def test_the_number_comes_before_everything_else_of_its_retainer(chromium, served):
    with Visit(chromium, served, viewport=PHONE) as visit:
        numbers = visit.page.locator(".big").all_inner_texts()
        sizes = visit.page.eval_on_selector_all(".big strong", "all => all.map(e => getComputedStyle(e).fontSize)")

    assert ["6.75 h left of 23 h", "1.50 h over 6.50 h used of 5 h"] == [" ".join(each.split()) for each in numbers]
    assert {"41.25px"} == set(sizes)


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "nl-NL"])
def test_the_work_of_all_weeks_stands_in_one_line(chromium, locale):
    """Days of one digit and of two, in tables of their own."""
    one = seeblick(locale=locale)
    with serving(one.serve()) as home, Visit(chromium, f"{home}/b/{one.token}?ask=1", viewport=PHONE) as visit:
        edges = visit.page.eval_on_selector_all(
            "tr:has(time) .w", "all => all.map(e => Math.round(e.getBoundingClientRect().left))"
        )

    assert 1 == len(set(edges))


def test_the_style_sheet_passes_the_pages_own_policy(chromium, served):
    with Visit(chromium, served, viewport=DESK) as visit:
        corner = visit.page.eval_on_selector("section", "e => getComputedStyle(e).borderTopLeftRadius")

    assert "12px" == corner


def test_a_year_is_one_click_away_and_so_is_the_way_back(chromium, served):
    with Visit(chromium, served, viewport=PHONE) as visit:
        visit.page.get_by_role("link", name="2026", exact=True).click()
        opened = visit.page.get_by_text("used, 220 h included").is_visible()
        violated = violations(visit.page)
        visit.page.get_by_role("link", name="Back to today").click()

        assert (True, [], served) == (opened, violated, visit.page.url)


def test_the_months_below_the_columns_can_be_read_on_the_smallest_phone(chromium, served):
    with Visit(chromium, f"{served}?year=2026", viewport=SMALL) as visit:
        sizes = visit.page.eval_on_selector_all(
            ".chart text",
            """all => all.filter(each => each.checkVisibility()).map(each => parseFloat(getComputedStyle(each).fontSize)
                * each.ownerSVGElement.clientWidth / each.ownerSVGElement.viewBox.baseVal.width)""",
        )

    assert (6 + 7, True) == (len(sizes), min(sizes) >= 10), "every second of eleven; all of seven"


def test_a_past_month_opens_from_the_list_of_past_months(chromium, served):
    with Visit(chromium, served, viewport=PHONE) as visit:
        visit.page.evaluate(OPEN_ALL)
        visit.page.get_by_role("link", name="March 2026").click()
        visit.page.wait_for_url("**?cycle=2026-03-01")
        visit.page.evaluate(OPEN_ALL)
        opened = [
            " ".join(text.split()) for text in visit.page.locator("header + .head strong, h2, .big").all_inner_texts()
        ]
        widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

        assert ["Period from 1 March 2026", "Helpdesk", "9 h left of 26 h"] == opened
        assert ([], f"{served}?cycle=2026-03-01") == (violations(visit.page), visit.page.url)
        assert widths[0] <= widths[1]


def test_the_work_log_is_downloaded_under_the_clients_name(chromium, served):
    with Visit(chromium, served) as visit:
        with visit.page.expect_download() as download:
            visit.page.get_by_role("link", name="Work log (spreadsheet)").click()

        assert "seeblick-klinik-work-log.csv" == download.value.suggested_filename


def test_a_month_of_3000_entries_stays_usable_on_a_phone(chromium):
    one = many(3_000)
    with (
        serving(one.serve()) as address,
        Visit(chromium, f"{address}/b/{one.token}", viewport=PHONE) as visit,
    ):
        rows = visit.page.locator("tr:has(time)").count()
        widths = visit.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")

    assert 300 == rows
    assert widths[0] <= widths[1]


def test_a_link_that_does_not_work_is_an_accessible_page(chromium, served):
    with Visit(chromium, f"{served}x", viewport=SMALL, locale="de-DE") as visit:
        assert "Dieser Link funktioniert nicht" == visit.page.locator("h1").inner_text()
        assert ([], []) == (violations(visit.page), visit.page.evaluate(OUTSIDE))


def test_in_print_everything_folded_is_open(chromium, served):
    with Visit(chromium, served) as visit:
        visit.page.emulate_media(media="print")
        height = visit.page.locator("details").first.bounding_box()["height"]

    assert height > 60  # a line is 30


def test_on_paper_each_piece_of_work_is_printed_once_with_all_weeks(chromium, served, tmp_path):
    with Visit(chromium, served) as visit:
        visit.page.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = subprocess.run(["pdftotext", "-layout", tmp_path / "page.pdf", "-"], capture_output=True, check=True)
    text = " ".join(printed.stdout.decode().split())

    assert [1] * 14 == [text.count(one.description[:30]) for one in (*helpdesk_work(), *advisory_work())]
    assert printed.stdout.count(b"\f") <= 3
    assert "address of this page" not in text, "a sheet of paper has none"


def test_three_hundred_entries_are_at_most_nine_sheets_of_paper(chromium, tmp_path):
    one = many(300)
    with serving(one.serve()) as address, Visit(chromium, f"{address}/b/{one.token}") as visit:
        visit.page.pdf(path=tmp_path / "page.pdf", format="A4")
    printed = subprocess.run(["pdfinfo", tmp_path / "page.pdf"], capture_output=True, check=True, text=True)
    [sheets] = re.findall(r"^Pages:\s+(\d+)$", printed.stdout, re.MULTILINE)

    assert int(sheets) <= 9


def test_a_year_of_two_retainers_is_two_pages_of_paper(chromium, served, tmp_path):
    with Visit(chromium, f"{served}?year=2026") as visit:
        visit.page.pdf(path=tmp_path / "year.pdf", format="A4")
    printed = subprocess.run(["pdftotext", "-layout", tmp_path / "year.pdf", "-"], capture_output=True, check=True)
    first, second = printed.stdout.decode().removesuffix("\f").split("\f")

    assert ("Helpdesk" in first, "By ticket" in first, "Advisory" in second) == (True, True, True)
