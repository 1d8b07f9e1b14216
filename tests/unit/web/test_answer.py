"""The page behind a question's link: what a GET shows, what a POST decides, and what neither does."""

import html
import re
from datetime import timedelta

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.domain.approval import Answer, ApprovalState
from chalicelib.services.store.approvals import AnswerLink
from tests.builders import settled
from tests.unit.web.page.samples import CLIENT, seeblick
from tests.unit.web.question_samples import ASKED_AT, LINKS, SAME_SITE, YES, Desk

HOSTILE = '<script>alert(1)</script>"><img src=x onerror=alert(1)>\x00\u202e'


def text_of(answered) -> str:
    """The visible text, with white space folded."""
    bare = re.sub(r"<style>.*?</style>|<[^>]+>", " ", answered.body.decode(), flags=re.DOTALL)
    return html.unescape(" ".join(bare.split()))


def everything(desk):
    """All that is stored or queued."""
    one = desk.sample
    log = one.ledger.log
    return {**one.ledger.approvals}, {**log.acts}, {**log.tasks}, {**one.directory.books}, [*desk.queue.sent]


# ---------------------------------------------------------------- opening it
@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_a_link_shows_the_question_and_changes_and_notes_nothing(method):
    desk = Desk()
    before = everything(desk)
    desk.sample.ledger.answer = desk.sample.ledger.commit = None
    answered = [desk.get(path, method) for path in (desk.path(0), desk.path(0), desk.path(1))]

    assert [200, 200, 200] == [one.status_code for one in answered]
    assert before == everything(desk)


def test_the_form_has_the_sentence_the_deadline_and_whom_to_ask():
    desk = Desk()
    shown = text_of(desk.get())

    assert " ".join(desk.approval.sentence.split()) in shown
    assert "Waiting for your answer, which counts until 27 November 2026, 10:00 (CET)." in shown
    assert "Fjordblick IT · hello@fjordblick.example" in shown
    assert "Approve Decline Your answer counts once" in shown


@pytest.mark.parametrize(
    ("locale", "title", "button"),
    [
        ("de-DE", "Dürfen wir diese Stunden arbeiten?", "Freigeben"),
        ("fr-FR", "Pouvons-nous travailler ces heures\u00a0?", "Accepter"),
        ("nl-NL", "Mogen we deze uren werken?", "Goedkeuren"),
    ],
)
def test_the_form_speaks_the_client_s_language(locale, title, button):
    body = Desk(seeblick(locale=locale)).get().body.decode()

    assert f'<html lang="{locale[:2]}">' in body
    assert f"<h1>{title}</h1>" in body
    assert f'value="approve">{button}</button>' in body


def test_nothing_runs_on_the_page_nothing_is_kept_and_the_form_goes_to_ourselves_only():
    answered = Desk().get()
    policy = answered.headers["Content-Security-Policy"]

    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "script-src" not in policy
    assert "unsafe" not in policy
    assert b"<script" not in answered.body
    assert ("no-store", "no-referrer", "noindex, nofollow, noarchive") == (
        answered.headers["Cache-Control"],
        answered.headers["Referrer-Policy"],
        answered.headers["X-Robots-Tag"],
    )


@pytest.mark.parametrize("spoil", ["", "x", "other client", "other question", "later question", "no such approver"])
def test_what_no_link_of_this_question_is_opens_nothing(spoil):
    desk = Desk()
    link = AnswerLink.of(desk.approval, 0)
    others = {
        "other client": link._replace(client="nobody"),
        "other question": link._replace(approval="another"),
        "later question": link._replace(asked_at=link.asked_at + 1),
        "no such approver": link._replace(place=2),
    }
    token = LINKS.token(others[spoil]) if spoil in others else desk.path()[3:-1] + spoil

    assert [404, 404] == [desk.get(f"/a/{token}").status_code, desk.post(YES, f"/a/{token}").status_code]
    assert desk.approval == desk.stored


def test_a_client_that_was_removed_has_no_question():
    desk = Desk()
    desk.sample.directory.books.clear()

    assert 404 == desk.get().status_code


# ---------------------------------------------------------------- deciding
@pytest.mark.parametrize(
    ("decision", "state", "shown"),
    [
        ("approve", ApprovalState.APPROVED, "Approved by Ida Berg on 22 November 2026, 09:14 (CET)."),
        ("decline", ApprovalState.DECLINED, "Declined by Ida Berg on 22 November 2026, 09:14 (CET)."),
    ],
)
def test_an_answer_with_a_name_is_recorded_mailed_and_shown(decision, state, shown):
    desk = Desk()
    answered = desk.post(YES | {"decision": decision}, desk.path(1))

    answer = Answer(state is ApprovalState.APPROVED, "Ida Berg", "Before Christmas, please", "kasse@seeblick.example")
    assert desk.approval._replace(state=state, settled_at=desk.sample.now, answer=answer) == desk.stored
    assert ["answer-seeblick-klinik.helpdesk.mail-server"] == desk.queue.sent
    assert (200, True) == (answered.status_code, f"Thank you: your answer is recorded. {shown}" in text_of(answered))
    assert b"<form" not in answered.body


@pytest.mark.parametrize("place", [0, 1], ids=["the same link", "another approver's link"])
def test_answered_twice_says_how_it_stands_and_changes_nothing(place):
    desk = Desk()
    desk.post(YES)
    first = desk.stored
    again = desk.post(YES | {"name": "Jo Lund", "decision": "decline"}, desk.path(place))

    assert first == desk.stored
    assert (200, 1) == (again.status_code, len(desk.queue.sent))
    assert "Nothing has changed: this question was settled before. Approved by Ida Berg" in text_of(again)


@pytest.mark.parametrize(
    ("state", "after", "status", "shown"),
    [
        (ApprovalState.ASKED, 8, 200, "Nobody answered by 27 November 2026, 10:00 (CET), so nothing was agreed."),
        (ApprovalState.WITHDRAWN, 2, 200, "Withdrawn by the sender on 20 November 2026, 11:00 (CET)"),
        (ApprovalState.DECLINED, 2, 200, "Declined by Ida Berg"),
        (ApprovalState.APPROVED, 2, 200, "Approved by Ida Berg"),
        (ApprovalState.APPROVED, 14, 410, "This link has ended"),
        (ApprovalState.ASKED, 14, 410, "This link has ended"),
    ],
    ids=["late", "withdrawn", "declined", "forwarded", "the link has ended", "late, and the link has ended"],
)
def test_a_link_to_a_settled_question_says_how_it_stands_and_takes_no_answer(state, after, status, shown):
    desk = Desk()
    desk.put(desk.approval if state is ApprovalState.ASKED else settled(desk.approval, state))
    desk.sample.now = ASKED_AT + timedelta(days=after)
    before = desk.stored
    opened, sent = desk.get(), desk.post(YES)

    assert (status, status, before) == (opened.status_code, sent.status_code, desk.stored)
    assert all(shown in text_of(one) and b"<form" not in one.body for one in (opened, sent))
    assert [] == desk.queue.sent


def test_the_page_of_a_link_that_has_ended_does_not_say_what_was_asked():
    desk = Desk()
    desk.sample.now = ASKED_AT + timedelta(days=14)

    assert "mail server" not in text_of(desk.get())


@pytest.mark.parametrize(
    ("form", "status", "problem"),
    [
        ({"name": ""}, 400, "Please write your name"),
        ({"name": " \t\n "}, 400, "Please write your name"),
        ({"name": "\u200b\u202e"}, 400, "Please write your name"),
        ({"decision": ""}, 400, "Please press one of the two buttons."),
        ({"decision": "maybe"}, 400, "Please press one of the two buttons."),
        ({"name": "n" * 101}, 400, "a name has at most 100 characters, a comment 1000."),
        ({"comment": "c" * 1001}, 400, "a name has at most 100 characters"),
        ({"comment": "c" * 16_000}, 413, "a name has at most 100 characters"),
        (b"", 400, "Please write your name"),
        (b"\xff=\xfe", 400, "Please write your name"),
        (b"name=%ff&decision=approve", 400, "Please write your name"),
        (b"&".join(b"a%d=1" % n for n in range(50)), 400, "Please write your name"),
    ],
)
def test_a_form_that_is_incomplete_or_too_large_decides_nothing_and_can_be_sent_again(form, status, problem):
    desk = Desk()
    answered = desk.post(form if isinstance(form, bytes) else YES | form)

    assert (status, desk.approval, []) == (answered.status_code, desk.stored, desk.queue.sent)
    assert problem in text_of(answered)
    assert b"<form" in answered.body


def test_what_was_typed_is_still_there_when_something_is_wrong():
    body = Desk().post(YES | {"decision": ""}).body.decode()

    assert 'value="Ida Berg"' in body
    assert ">\nBefore Christmas, please</textarea>" in body


def test_a_name_and_a_comment_as_long_as_they_may_be_are_kept_whole():
    desk = Desk()
    desk.post(YES | {"name": "🚑" * 100, "comment": "ü" * 1_000})

    assert ("🚑" * 100, "ü" * 1_000) == desk.stored.answer[1:3]


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "null"}, 200),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "same-site", "Origin": "https://hours.example"}, 403),
        ({"Sec-Fetch-Site": "none"}, 403),
        ({"Origin": "https://evil.example", "Host": "hours.example"}, 403),
        ({"Origin": "https://hours.example", "Host": "hours.example"}, 200),
        ({"Origin": "null", "Host": "hours.example"}, 200),
        ({"Host": "hours.example"}, 200),
    ],
)
def test_a_form_of_another_site_decides_nothing(headers, status):
    desk = Desk()

    assert status == desk.post(YES, **headers).status_code
    assert (status == 200) is (desk.stored.state is ApprovalState.APPROVED)


def test_only_a_form_is_taken():
    desk = Desk()

    assert [405, 405, 415] == [
        desk.get(method="put").status_code,
        desk.get(method="delete").status_code,
        desk.post(YES, **SAME_SITE, **{"Content-Type": "application/json"}).status_code,
    ]
    assert desk.approval == desk.stored


def test_whatever_is_typed_or_asked_is_text_on_the_page():
    desk = Desk(reason=HOSTILE)
    pages = [desk.get(), desk.post(YES | {"name": HOSTILE, "decision": ""}), desk.post(YES | {"name": HOSTILE})]

    for page in pages:
        assert b"<script" not in page.body
        assert b"<img" not in page.body
    assert "\x00" not in desk.stored.answer.name
    assert "\u202e" not in desk.stored.answer.name


def test_the_mail_is_left_to_the_sweep_if_it_cannot_be_queued():
    desk = Desk()
    desk.queue.trouble = CloudError("SendMessage", "Throttled")

    assert 200 == desk.post(YES).status_code
    assert "answer-seeblick-klinik.helpdesk.mail-server" in desk.sample.ledger.log.tasks
    assert CLIENT == desk.sample.ledger.log.acts["approve-mail-server"].client
