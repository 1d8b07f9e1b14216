"""The HTML of every mail as a phone shows it."""

import pytest

from chalicelib.mails.client_mails import Recipient, invoice_mail
from chalicelib.services.store.tasks import new_cycle_mail
from tests.axe import violations
from tests.browser import open_chromium
from tests.mail_rig import NOVEMBER, OCTOBER, OPERATOR, SECOND_OF_NOVEMBER, book, helpdesk, mails
from tests.unit.documents.samples import invoice
from tests.unit.mails.samples import client_samples, operator_samples

_TITLES = ", ".join(f"Fernwartung {n}" for n in range(40))
_OF_MANY = invoice("de-DE", retainer_title=_TITLES, purchase_order="Beschaffungsauftrag" * 3)
_LONG = book(helpdesk(title="Fernwartungsdienstleistungsgrundpauschalenvertrag" * 2))
SAMPLES = {
    **client_samples("de-DE"),  # the longest words
    **operator_samples(),
    "invoice of many": invoice_mail(Recipient(_LONG.client, "kasse@a.example", OPERATOR, None), _OF_MANY),
    "long title": mails(_LONG, OCTOBER)(new_cycle_mail(helpdesk(), NOVEMBER, SECOND_OF_NOVEMBER)),
}
SMALL = {"width": 320, "height": 640}
_NOT_OF_MAILS = {"landmark-one-main", "region"}
"""Rules for pages: a mail program shows a mail inside a page of its own."""


@pytest.fixture(scope="module")
def browser():
    with open_chromium() as browser:
        yield browser


@pytest.mark.parametrize("name", SAMPLES)
def test_a_mail_fits_the_screen_fetches_nothing_and_is_accessible(browser, name):
    page = browser.new_page(viewport=SMALL)
    asked = []
    page.on("request", lambda request: asked.append(request.url))

    page.set_content(SAMPLES[name].html)

    assert [] == asked
    assert page.evaluate("document.documentElement.scrollWidth") <= SMALL["width"]
    assert [] == [one for one in violations(page) if one.partition(":")[0] not in _NOT_OF_MAILS]
    page.close()
