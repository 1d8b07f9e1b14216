"""Sending the mail of a task: what is sent and kept, and what prevents it."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from chalicelib.services.mails.mime import UnwritableMailError
from chalicelib.services.mails.ports import MailRefusedError, Outcome, SuppressionReason
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.tasks import TaskState
from tests.task_rig import NOON, Post, composed, send_mail, waiting_mail

MAIL = waiting_mail("a")


def test_a_mail_is_sent_as_it_is_kept_and_the_outcome_has_the_service_s_id():
    post = Post()

    assert Outcome(TaskState.SENT, None, "ses-1", "0") == send_mail(post)(MAIL)
    assert 1 == len(post.sent)
    assert post.sent == post.kept
    assert message_from_bytes(post.sent[0], policy=policy.default)["Subject"] == "About a"


@pytest.mark.parametrize(
    ("about", "trouble", "reason"),
    [
        ("a", MailRefusedError("MessageRejected", "Email address is not verified."), "Email address is not verified."),
        ("gone", None, "The import gone no longer exists."),
    ],
)
def test_a_mail_that_can_never_be_sent_fails_with_its_reason(about, trouble, reason):
    post = Post(trouble=trouble)

    outcome = send_mail(post)(waiting_mail(about))

    assert TaskState.FAILED is outcome.state
    assert outcome.reason.endswith(reason)
    assert [] == post.sent


def test_a_transient_error_is_raised_to_the_caller():
    with pytest.raises(ConnectionError):
        send_mail(Post(trouble=ConnectionError("busy")))(MAIL)


def test_without_a_sender_nothing_is_sent_or_kept():
    post = Post()

    assert Outcome(TaskState.FAILED, NO_SENDER) == send_mail(post, sender="")(MAIL)
    assert ([], []) == (post.sent, post.kept)


def test_a_mail_that_has_become_unnecessary_is_skipped_without_failing():
    post = Post()

    assert Outcome(TaskState.SKIPPED, "It is settled by now.") == send_mail(post)(waiting_mail("settled"))
    assert [] == post.sent


def test_a_sent_mail_is_shown_as_it_was_sent_and_an_unsent_one_as_it_would_be():
    post = Post()
    send = send_mail(post)
    outcome = send(MAIL)

    assert post.sent[0] == send.message(replace(MAIL, copy=outcome.copy))
    assert b"About b" in send.message(waiting_mail("b"))
    with pytest.raises(UnwritableMailError):
        send.message(waiting_mail("gone"))


@pytest.mark.parametrize(
    ("why", "said"), [(SuppressionReason.BOUNCE, "could not be reached"), (SuppressionReason.COMPLAINT, "complained")]
)
def test_a_suppressed_address_gets_no_mail_and_the_reason_has_no_address(why, said):
    post = Post()
    post.suppression_list.add("ida@example.com", why, NOON, MAIL.id)

    outcome = send_mail(post)(MAIL)

    assert (TaskState.FAILED, []) == (outcome.state, post.sent)
    assert said in outcome.reason
    assert f"`hourtab mail retry {MAIL.id}`" in outcome.reason
    assert "hourtab mail unblock" in outcome.reason
    assert "@" not in outcome.reason


def test_the_copy_is_sent_too_unless_its_address_is_suppressed():
    def compose(task):
        return replace(composed(task), copy_to="office@example.com")

    post, other = Post(), Post()
    other.suppression_list.add("office@example.com", SuppressionReason.BOUNCE, NOON, MAIL.id)
    for each in (post, other):
        send_mail(each, compose=compose)(MAIL)

    assert (["office@example.com"], [""]) == (post.copied_to, other.copied_to)
    assert b"office@example.com" not in post.sent[0]
