"""Names and texts that nobody would choose, in a real browser: nothing leaves the smallest phone."""

import pytest

from chalicelib.domain.cycle import TopUp
from chalicelib.domain.entry import MANUAL
from chalicelib.domain.retainer import HoursFormat
from tests.browser import Visit, open_chromium
from tests.builders import day, entry, hours, ledger, rounding, rule, terms
from tests.e2e.test_page_in_chromium import OPEN_ALL, OUTSIDE, SMALL
from tests.page_server import serving
from tests.unit.web.page.samples import HELPDESK, Sample, branded, helpdesk, sample

TEXTS = {
    "one-word": "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft" * 2,
    "right-to-left": "\u202eמרפאת הים \u2067" + "א" * 120,
    "emoji": "👩‍👩‍👧‍👦" * 40,
    "markup": "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{7*7}}{% raw %}",
}


def everywhere(text: str, locale: str, hours_format: HoursFormat) -> Sample:
    """The text wherever a set-up or an export can bring one to the page."""
    carry = rule(carry=True, cap="500", expires_after=2)
    version = terms("2025-12-01", allotment="200", carry_over=carry, rounded=rounding("0:15", multipliers={text: "2"}))
    named = {"description": text, "work_type": text, "ticket": text, "project": text, "task": text}
    work = [entry("2026-11-05", "1:15:20", text, **named), entry("2026-11-19", "-0:30", text, source=MANUAL, **named)]
    bought = [TopUp("one", hours("123:20"), day("2026-11-03"), day("2027-01-01"), note=text)]
    cycles = [ledger(f"2026-{month:02}-01", [entry(f"2026-{month:02}-12", "212:30", text)]) for month in range(1, 11)]
    made = sample(
        helpdesk(title=text, terms=(version,)),
        cycles=[
            *(ledger(str(one.id.start), one.entries, of=HELPDESK) for one in cycles),
            ledger("2026-11-01", work, top_ups=bought, of=HELPDESK),
        ],
        locale=locale,
        hours_format=hours_format,
        name=text,
    )
    return branded(made, text)


@pytest.fixture(scope="module")
def chromium():
    with open_chromium() as browser:
        yield browser


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR"])
@pytest.mark.parametrize("text", TEXTS)
def test_nothing_leaves_the_smallest_phone_and_nothing_runs(chromium, text, locale):
    one = everywhere(TEXTS[text], locale, HoursFormat.CLOCK if locale == "de-DE" else HoursFormat.DECIMAL)
    found = {}
    with serving(one.serve()) as home:
        for query in ("", "?year=2026", "?cycle=2026-09-01", "?ask=1"):
            with Visit(chromium, f"{home}/b/{one.token}{query}", viewport=SMALL) as visit:
                visit.page.evaluate(OPEN_ALL)
                found[query] = (visit.page.evaluate(OUTSIDE), visit.complaints, len(visit.requests))

    assert {} == {query: each for query, each in found.items() if each != ([], [], 1)}
