"""Sending a mail: who has it, what stops it, and that it goes once."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from chalicelib.services.mails.ports import MailRefusedError, SuppressionReason, UnwritableMailError
from chalicelib.services.mails.send import CLAIM, NO_SENDER
from chalicelib.services.store.tasks import TaskState
from tests.task_rig import NOON, letter, sending, waiting_mail


def test_a_mail_is_sent_kept_and_marked_with_the_service_s_id():
    mail = waiting_mail("a")
    use_case, tasks, post = sending(mail)

    settled = use_case.send(mail.id)

    assert replace(mail, state=TaskState.SENT, settled_at=NOON, message_id="ses-1", copy="0") == settled
    assert settled == tasks.read(mail.id)
    assert post.sent == post.kept
    assert message_from_bytes(post.sent[0], policy=policy.default)["Subject"] == "About a"


def test_a_mail_is_sent_once_however_often_it_is_asked_for():
    mail = waiting_mail("a")
    use_case, _, post = sending(mail)

    assert [True, False, False] == [use_case.send(mail.id) is not None for _ in range(3)]
    assert 1 == len(post.sent)


def test_what_another_sender_has_is_left_to_it_until_its_claim_ends():
    mail = replace(waiting_mail("a"), claimed_until=NOON + CLAIM)
    early, _, post = sending(mail)
    late, _, post_later = sending(mail, now=NOON + CLAIM)

    assert early.send(mail.id) is None
    assert [] == post.sent
    assert TaskState.SENT is late.send(mail.id).state
    assert 1 == len(post_later.sent)


def test_a_busy_service_leaves_the_mail_waiting_for_the_next_delivery():
    mail = waiting_mail("a")
    use_case, tasks, post = sending(mail)
    post.trouble = ConnectionError("busy")

    with pytest.raises(ConnectionError):
        use_case.send(mail.id)

    assert replace(mail, claimed_until=NOON + CLAIM) == tasks.read(mail.id)


@pytest.mark.parametrize(
    ("about", "trouble", "reason"),
    [
        ("a", MailRefusedError("MessageRejected", "Email address is not verified."), "Email address is not verified."),
        ("gone", None, "The import gone is not there any more."),
    ],
)
def test_what_can_never_be_sent_is_kept_with_its_reason(about, trouble, reason):
    mail = waiting_mail(about)
    use_case, tasks, post = sending(mail)
    post.trouble = trouble

    use_case.send(mail.id)

    assert TaskState.FAILED is tasks.read(mail.id).state
    assert tasks.read(mail.id).reason.endswith(reason)
    assert [] == post.sent


def test_a_deployment_without_a_sender_gives_mails_up_so_that_none_comes_late_once_it_has_one():
    mail = waiting_mail("a")
    silent, tasks, post = sending(mail, sender="")
    silent.send(mail.id)
    speaking = replace(silent, sender="hours@fjordblick.example")

    assert speaking.send(mail.id) is None
    assert (TaskState.FAILED, NO_SENDER) == (tasks.read(mail.id).state, tasks.read(mail.id).reason)
    assert 0 == speaking.sweep()
    assert [] == post.sent


def test_a_mail_that_waited_too_long_is_not_sent_until_a_person_asks_for_it():
    mail = waiting_mail("a")
    use_case, tasks, post = sending(mail, now=NOON + timedelta(days=4))

    use_case.send(mail.id)
    assert (TaskState.TOO_OLD, []) == (tasks.read(mail.id).state, post.sent)

    use_case.retry(tasks.read(mail.id))
    assert [mail.id] == post.woken
    assert TaskState.SENT is use_case.send(mail.id).state


def test_a_sweep_wakes_the_sender_for_what_waits_and_nothing_else():
    waiting, done = waiting_mail("a"), replace(waiting_mail("b"), state=TaskState.SENT)
    use_case, _, post = sending(waiting, done)

    assert 1 == use_case.sweep()
    assert [waiting.id] == post.woken


def test_a_sent_mail_cannot_be_asked_for_again():
    done = replace(waiting_mail("a"), state=TaskState.SENT)
    use_case, tasks, post = sending(done)

    assert done == use_case.retry(done) == tasks.read(done.id)
    assert [] == post.woken


def test_a_sent_mail_is_read_as_it_was_sent_and_another_as_it_would_be():
    done = waiting_mail("a")
    use_case, tasks, post = sending(done)
    use_case.send(done.id)

    assert post.sent[0] == use_case.message(tasks.read(done.id))
    assert b"About b" in use_case.message(waiting_mail("b"))
    with pytest.raises(UnwritableMailError):
        use_case.message(waiting_mail("gone"))


def test_a_check_is_made_when_its_turn_comes_and_sends_nothing_if_it_says_so():
    mail, made = waiting_mail("a"), []
    quiet, _, unsent = sending(mail, checks={mail.kind: lambda one: made.append(one.id) or "Checked."})
    loud, _, post = sending(mail, checks={mail.kind: lambda _: None})

    settled = quiet.send(mail.id)

    assert (TaskState.SKIPPED, "Checked.", [mail.id], []) == (settled.state, settled.reason, made, unsent.sent)
    assert TaskState.SENT is loud.send(mail.id).state
    assert 1 == len(post.sent)


def test_a_mail_with_nothing_left_to_tell_is_settled_and_no_failure():
    mail = waiting_mail("settled")
    use_case, _, post = sending(mail)

    settled = use_case.send(mail.id)

    assert (TaskState.SKIPPED, "It is settled by now.", []) == (settled.state, settled.reason, post.sent)


def test_a_mail_waits_for_its_day():
    mail = replace(waiting_mail("a"), not_before=NOON + timedelta(days=3))
    early, tasks, unsent = sending(mail)
    due, _, post = sending(mail, now=NOON + timedelta(days=3))

    assert early.send(mail.id) is None
    assert (0, []) == (early.sweep(), unsent.woken)
    assert mail == tasks.read(mail.id)
    assert 1 == due.sweep()
    assert TaskState.SENT is due.send(mail.id).state
    assert [mail.id] == post.woken


def test_a_mail_that_waited_for_its_day_is_not_too_old_then():
    mail = replace(waiting_mail("a"), not_before=NOON + timedelta(days=300))
    use_case, _, _ = sending(mail, now=NOON + timedelta(days=301))

    assert TaskState.SENT is use_case.send(mail.id).state


@pytest.mark.parametrize(
    ("why", "said"), [(SuppressionReason.BOUNCE, "could not be reached"), (SuppressionReason.COMPLAINT, "complained")]
)
def test_an_address_that_takes_no_mail_gets_none_and_the_reason_has_no_address(why, said):
    mail = waiting_mail("a")
    use_case, _, post = sending(mail)
    post.block("ida@example.com", why, NOON, mail.id)

    settled = use_case.send(mail.id)

    assert (TaskState.FAILED, []) == (settled.state, post.sent)
    assert said in settled.reason
    assert "hourtab mail unblock" in settled.reason
    assert "@" not in settled.reason


def test_a_copy_goes_along_unless_its_address_takes_no_mail():
    mail = waiting_mail("a")

    def compose(one):
        return replace(letter(one), copy_to="office@example.com")

    use_case, _, post = sending(mail, compose=compose)
    use_case.send(mail.id)
    blocked, _, other = sending(mail, compose=compose)
    other.block("office@example.com", SuppressionReason.BOUNCE, NOON, mail.id)
    blocked.send(mail.id)

    assert (["office@example.com"], [""]) == (post.copied_to, other.copied_to)
    assert b"office@example.com" not in post.sent[0]
