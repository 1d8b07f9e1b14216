import string
from datetime import date

import pytest

from chalicelib.adapters.links import SignedInvoiceLinks, SignedLinks, SignedReportLinks, _signer

KEY = "an invented key of more than 32 characters"
LINKS = SignedInvoiceLinks(lambda: (KEY,))
INVOICE, DAY = "acme/support/2026-01-01/2/credit", date(2026, 11, 23)
TOKEN = LINKS.token(INVOICE, 3, DAY)
SLUG = 63 * "a"


@pytest.mark.parametrize("invoice", [INVOICE, "acme/2026-01-31", f"{SLUG}/{SLUG}/2026-01-01/99/credit"])
def test_a_token_proves_its_invoice_the_version_of_the_page_s_link_and_its_last_day(invoice):
    assert (invoice, 1234, DAY) == LINKS.read(LINKS.token(invoice, 1234, DAY))


def test_a_token_is_safe_in_an_address():
    assert set(TOKEN) <= set(string.ascii_letters + string.digits + "-_.~")


def test_a_token_of_one_kind_proves_nothing_of_another():
    of_page, of_report = SignedLinks(lambda: (KEY,)), SignedReportLinks(lambda: (KEY,))
    text = TOKEN.rpartition(".")[0]

    assert LINKS.read(_signer(KEY, "hourtab.invoice").sign(text).decode())
    assert {None} == {LINKS.read(_signer(KEY, f"hourtab.{kind}").sign(text).decode()) for kind in ("link", "report")}
    assert {None} == {other.read(TOKEN) for other in (of_page, of_report)}


def test_any_change_of_a_token_proves_nothing():
    changed = {TOKEN[:i] + c + TOKEN[i + 1 :] for i in range(len(TOKEN)) for c in "abAB01.-~" if c != TOKEN[i]}

    assert {None} == {LINKS.read(text) for text in changed}


@pytest.mark.parametrize("text", ["", ".", "..", INVOICE, "acme~support~2026-01-01.1.2026-11-23", "a" * 5000, "💥"])
def test_malformed_text_proves_nothing(text):
    assert LINKS.read(text) is None
