import string

import pytest

from chalicelib.adapters.links import SignedAnswerLinks, SignedLinks, SignedReportLinks, _signer
from chalicelib.services.store.approvals import AnswerLink
from tests.builders import asked

KEY = "an invented key of more than 32 characters"
LINKS = SignedAnswerLinks(lambda: (KEY,))
ASKED = asked("2026-01-10", "5:00")
LINK = AnswerLink.of(ASKED, 1)
TOKEN = LINKS.token(LINK)


def test_a_token_proves_its_question_and_its_approver():
    assert ("acme", "migration", int(ASKED.asked_at.timestamp()), 1) == LINKS.read(TOKEN)
    assert set(TOKEN) <= set(string.ascii_letters + string.digits + "-_.")


def test_the_longest_names_fit():
    longest = AnswerLink("c" * 63, "q" * 63, 4_000_000_000, 99)

    assert longest == LINKS.read(LINKS.token(longest))


def test_a_later_question_of_the_same_id_and_another_approver_have_other_links():
    later = AnswerLink.of(asked("2026-01-11", "5:00"), 1)

    assert 3 == len({LINKS.token(one) for one in (LINK, later, LINK._replace(place=0))})


def test_neither_a_client_s_page_nor_a_report_nor_a_question_opens_with_another_one_s_token():
    text = TOKEN.rpartition(".")[0]
    others = [_signer(KEY, salt).sign(text).decode() for salt in ("hourtab.link", "hourtab.report")]

    assert [None, None] == [LINKS.read(one) for one in others]
    assert [None, None] == [kind(lambda: (KEY,)).read(TOKEN) for kind in (SignedLinks, SignedReportLinks)]


def test_any_change_of_a_token_proves_nothing():
    changed = {TOKEN[:i] + c + TOKEN[i + 1 :] for i in range(len(TOKEN)) for c in "abAB01.-" if c != TOKEN[i]}

    assert {None} == {LINKS.read(text) for text in changed}


@pytest.mark.parametrize("text", ["", ".", "a.b.1.2", "ä.1.x", "\x00.1.", "a" * 5000, "💥"])
def test_malformed_text_proves_nothing(text):
    assert LINKS.read(text) is None
