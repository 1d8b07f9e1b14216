"""The panel on top of the page: what the client was asked, and how it stands."""

import html
import json
import re
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from chalice.test import Client

from chalicelib.domain.approval import ApprovalState
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.web.page.build_view import build_page
from tests.builders import asked, entry, hours, ledger, settled
from tests.unit.web.page.samples import ADVISORY, CLIENT, advisory, sample, seeblick
from tests.unit.web.question_samples import question

NOVEMBER = [entry("2026-11-10", "5:00"), entry("2026-11-19", "1:00"), entry("2026-11-21", "3:00")]
ASKED = asked("2026-11-20", "2:00", "95.00", of=ADVISORY)._replace(sentence="Up to 2 h at €95.")


def with_questions(*approvals, locale="en-GB"):
    """Advisory: 5 h of 5 h used, 1 h over before 20 November, and 3 h after it."""
    one = sample(advisory(), cycles=[ledger("2026-11-01", NOVEMBER, of=ADVISORY)], locale=locale)
    one.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, approvals, 1)
    return one


def panels(one, cycle=None, year=None):
    return build_page(one.balance(), one.token, year, cycle).panels


def served(one, path=""):
    with Client(one.serve()) as client:
        return client.http.get(f"/b/{one.token}{path}").body.decode()


@pytest.mark.parametrize(
    ("question_", "standing", "notes"),
    [
        (
            ASKED,
            "Waiting for your answer, which counts until 27 November 2026, 13:00 (CET).",
            ("Whoever may decide has got a mail with a link for the answer.",),
        ),
        (
            settled(ASKED),
            "Approved by Ida Berg on 20 November 2026, 14:00 (CET).",
            ("2 h of these hours are used so far.",),
        ),
        (settled(ASKED, ApprovalState.DECLINED), "Declined by Ida Berg on 20 November 2026, 14:00 (CET).", ()),
        (
            settled(ASKED, ApprovalState.WITHDRAWN),
            "Withdrawn by the sender on 20 November 2026, 14:00 (CET), so nothing was agreed.",
            (),
        ),
    ],
    ids=["asked", "approved", "declined", "withdrawn"],
)
def test_the_panel_says_what_was_asked_and_how_it_stands(question_, standing, notes):
    [panel] = panels(with_questions(question_))

    assert ("Advisory", "Up to 2 h at €95.", standing) == (panel.retainer, panel.sentence, panel.standing)
    assert notes == tuple(note.replace("\u00a0", " ") for note in panel.notes)


def test_a_question_whose_deadline_is_over_has_expired_whatever_has_run():
    one = with_questions(ASKED)
    one.now += timedelta(days=6)

    [panel] = panels(one)
    assert panel.standing.startswith("Nobody answered by 27 November 2026")


def test_those_that_wait_come_first_and_what_ended_without_effect_gives_way_to_a_later_question():
    withdrawn = settled(ASKED._replace(id="a", sentence="Withdrawn"), ApprovalState.WITHDRAWN)
    waiting = asked("2026-11-21", "1:00", name="b", of=ADVISORY)._replace(sentence="Waiting")
    newest = settled(asked("2026-11-22", "1:00", name="c", of=ADVISORY)._replace(sentence="Newest"))

    assert ["Waiting", "Newest"] == [one.sentence for one in panels(with_questions(withdrawn, waiting, newest))]


def test_a_past_cycle_has_its_own_questions_and_a_year_has_none():
    one = with_questions(settled(ASKED))
    one.now += timedelta(days=20)
    november = ASKED.cycle.start

    assert (1, ()) == (len(panels(one, november)), panels(one, year=2026))


def test_the_panel_is_above_all_figures_has_no_link_to_answer_and_names_no_address():
    one = seeblick()
    one.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, (question(one),), 1)
    page = served(one)

    assert page.index('class="asked"') < page.index('class="cards"')
    assert [] == re.findall(r"/a/|leitung@|kasse@", page)
    assert " ".join(question(one).sentence.split()) in html.unescape(" ".join(page.split())).replace("\u00a0", " ")


def test_what_was_typed_is_text_in_the_panel():
    hostile = '<script>alert(1)</script>"'
    answered = settled(ASKED, name=hostile)
    answered = answered._replace(answer=answered.answer._replace(comment=hostile))

    assert "<script" not in served(with_questions(answered))


@pytest.mark.parametrize("locale", ["de-DE", "fr-FR", "nl-NL"])
def test_the_panel_speaks_the_client_s_language(locale):
    [english], [other] = panels(with_questions(ASKED)), panels(with_questions(ASKED, locale=locale))

    assert not {english.title, *english.notes} & {other.title, *other.notes}


def test_page_json_and_invoice_agree_on_what_was_approved():
    one = with_questions(settled(ASKED))
    [current] = json.loads(served(one, "/balance.json"))["retainers"]

    assert (hours("2"), hours("4")) == (current["agreed_seconds"], current["billed_seconds"])
    assert [("approved", "Ida Berg", hours("2"))] == [
        (each["state"], each["name"], each["seconds"]) for each in current["approvals"]
    ]
    assert "approvers" not in current["approvals"][0]


def test_a_page_without_questions_loads_none_of_their_code():
    program = (
        "import sys; from tests.unit.web.page.samples import seeblick; from chalice.test import Client\n"
        "one = seeblick()\n"
        "with Client(one.serve()) as client: assert client.http.get('/b/' + one.token).status_code == 200\n"
        "print([name for name in sys.modules if 'approval_texts' in name or 'panel' in name or 'web.answer' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=Path(__file__).parents[4], capture_output=True, text=True, check=True
    )

    assert "[]" == done.stdout.strip()
