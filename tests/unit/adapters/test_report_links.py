import base64
import string
from datetime import date

import pytest

from chalicelib.adapters.links import SignedLinks, SignedReportLinks, _signer
from chalicelib.domain.ids import ImportId

KEY = "an invented key of more than 32 characters"
LINKS = SignedReportLinks(lambda: (KEY,))
IMPORT, DAY = ImportId("58cc870d675b1595"), date(2026, 11, 22)
TOKEN = LINKS.token(IMPORT, DAY)


def test_a_token_proves_its_import_the_day_on_which_it_was_made_and_how_often_it_was_revoked_before():
    assert (IMPORT, DAY, 0) == LINKS.read(TOKEN)
    assert (IMPORT, DAY, 2) == LINKS.read(LINKS.token(IMPORT, DAY, 2))


def test_a_token_of_a_report_whose_links_were_never_revoked_is_that_of_older_releases():
    assert TOKEN == _signer(KEY, "hourtab.report").sign(f"{IMPORT}.{DAY}").decode()


def test_a_token_is_safe_in_an_address():
    assert set(TOKEN) <= set(string.ascii_letters + string.digits + "-_.")


def test_no_client_s_token_opens_a_report_and_no_report_s_token_a_client_s_page():
    as_of_a_client = _signer(KEY, "hourtab.link").sign(f"{IMPORT}.{DAY}").decode()
    as_of_a_report = _signer(KEY, "hourtab.report").sign("acme.1").decode()

    assert (IMPORT, DAY, 0) == LINKS.read(_signer(KEY, "hourtab.report").sign(f"{IMPORT}.{DAY}").decode())
    assert [None, None] == [LINKS.read(as_of_a_client), SignedLinks(lambda: (KEY,)).read(as_of_a_report)]


def test_any_change_of_a_token_proves_nothing():
    changed = {TOKEN[:i] + c + TOKEN[i + 1 :] for i in range(len(TOKEN)) for c in "abAB01.-" if c != TOKEN[i]}

    assert {None} == {LINKS.read(text) for text in changed}


def test_a_signature_has_one_spelling_only():
    bits = base64.urlsafe_b64decode(f"{TOKEN.rpartition('.')[2]}=")
    same = [c for c in string.ascii_letters if base64.urlsafe_b64decode(f"{TOKEN[:-1].rpartition('.')[2]}{c}=") == bits]
    others = {TOKEN[:-1] + c for c in same} - {TOKEN} | {f"{TOKEN}=", f"{TOKEN}\n", f" {TOKEN}"}

    assert len(others) > 3
    assert {None} == {LINKS.read(text) for text in others}


@pytest.mark.parametrize("text", ["", ".", "..", IMPORT, f"{IMPORT}.2026-11-22", "ä.1.x", "\x00.1.", "a" * 5000, "💥"])
def test_malformed_text_proves_nothing(text):
    assert LINKS.read(text) is None
