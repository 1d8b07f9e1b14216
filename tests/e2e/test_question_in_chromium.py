"""A question's form and its panel in a real browser: a person answers, on a phone and wide, light and dark."""

from itertools import product

import pytest

from chalicelib.domain.approval import ApprovalState
from tests.axe import violations
from tests.browser import Visit, open_chromium
from tests.builders import settled
from tests.e2e.test_page_in_chromium import OUTSIDE
from tests.page_server import serving
from tests.unit.web.page.samples import seeblick
from tests.unit.web.question_samples import Desk

LONG = "Wiederherstellung des Speicherverbunds " * 6 + "x" * 80


@pytest.fixture(scope="module")
def chromium():
    with open_chromium() as browser:
        yield browser


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "fr-FR", "nl-NL"])
def test_form_answer_and_panel_fit_the_smallest_phone_and_axe_finds_nothing(chromium, locale):
    found = {}
    for state in ApprovalState:
        desk = Desk(seeblick(locale=locale, name="מרפאת הים"), reason=LONG)
        desk.put(desk.approval if state is ApprovalState.ASKED else settled(desk.approval, state))
        paths = [desk.path(), f"/b/{desk.sample.token}"]
        with serving(desk.serve()) as home:
            for path in paths:
                with Visit(chromium, f"{home}{path}") as visit:
                    for width, scheme in product((320, 1280), ("light", "dark")):
                        visit.page.set_viewport_size({"width": width, "height": 900})
                        visit.page.emulate_media(color_scheme=scheme)
                        problems = (violations(visit.page), visit.page.evaluate(OUTSIDE), visit.complaints)
                        found[state, path[:3], width, scheme] = problems

    assert {} == {case: problems for case, problems in found.items() if problems != ([], [], [])}


def test_a_person_types_a_name_and_approves_and_the_page_says_so(chromium):
    desk = Desk()
    with serving(desk.serve()) as home, Visit(chromium, f"{home}{desk.path()}") as visit:
        visit.page.get_by_role("button", name="Approve").click()  # without a name the browser asks for one
        assert ApprovalState.ASKED is desk.stored.state
        visit.page.get_by_label("Your name").fill("Ida Berg")
        visit.page.get_by_label("Comment").fill("Before Christmas, please")
        visit.page.get_by_role("button", name="Approve").click()
        visit.page.get_by_text("Thank you: your answer is recorded.").wait_for()
        assert [] == visit.complaints

        visit.page.goto(f"{home}/b/{desk.sample.token}")
        shown = visit.page.locator(".asked").inner_text()

    assert ("Ida Berg", "Before Christmas, please") == desk.stored.answer[1:3]
    assert "Approved by Ida Berg" in shown
    assert "Comment: Before Christmas, please" in shown


def test_a_form_of_another_site_decides_nothing(chromium):
    desk = Desk()
    with serving(desk.serve()) as home, Visit(chromium, "about:blank") as visit:
        form = f'<form method="post" action="{home}{desk.path()}"><input name="name" value="Eve">'
        visit.page.set_content(f'{form}<button name="decision" value="approve">Win</button></form>')
        visit.page.get_by_role("button").click()
        visit.page.get_by_text("Nothing was decided").wait_for()

    assert desk.approval == desk.stored
