"""Carrying out a task: the handler of its kind, who has claimed it, and that it is done once."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.services.mails.ports import MailRefusedError, NotYetError, Outcome
from chalicelib.services.mails.run_task import CLAIM, RunTask, handlers_of
from chalicelib.services.mails.send import NO_SENDER
from chalicelib.services.store.tasks import Task, TaskId, TaskKind, TaskState
from tests.fakes import FakeQueue
from tests.task_rig import NOON, SENDER, FakeTasks, running, waiting_mail

_NO_MAIL_FIRST = {TaskKind.CHECK_USAGE: "check", TaskKind.ISSUE_DRAFT: "issue", TaskKind.NO_ANSWER: "expiry"}


@pytest.mark.parametrize(("kind", "handled"), [(kind, _NO_MAIL_FIRST.get(kind, "mail")) for kind in TaskKind])
def test_the_kind_of_a_task_alone_chooses_its_handler(kind, handled):
    def handler(name):
        return lambda task: Outcome(TaskState.SKIPPED, f"{name} {task.id}")

    handlers = handlers_of(
        send_mail=handler("mail"),
        check_usage=handler("check"),
        issue_draft=handler("issue"),
        note_expiry=handler("expiry"),
    )
    table = FakeTasks(Task(TaskId("a"), kind, (), NOON))

    settled = RunTask(table, handlers, FakeQueue(), lambda: NOON).run(TaskId("a"))

    assert (TaskState.SKIPPED, f"{handled} a", NOON) == (settled.state, settled.reason, settled.settled_at)
    assert settled == table.read(TaskId("a"))


def test_a_mail_is_sent_and_its_task_settled_with_the_service_s_id():
    mail = waiting_mail("a")
    use_case, tasks, post = running(mail)

    settled = use_case.run(mail.id)

    assert replace(mail, state=TaskState.SENT, settled_at=NOON, message_id="ses-1", copy="0") == settled
    assert settled == tasks.read(mail.id)
    assert 1 == len(post.sent)


def test_a_task_is_carried_out_once_however_often_its_message_comes():
    mail = waiting_mail("a")
    use_case, _, post = running(mail)

    assert [True, False, False] == [use_case.run(mail.id) is not None for _ in range(3)]
    assert 1 == len(post.sent)


def test_a_task_claimed_by_another_function_is_left_to_it_until_the_claim_ends():
    mail = replace(waiting_mail("a"), claimed_until=NOON + CLAIM)
    early, _, post = running(mail)
    late, _, post_later = running(mail, now=NOON + CLAIM)

    assert early.run(mail.id) is None
    assert [] == post.sent
    assert TaskState.SENT is late.run(mail.id).state
    assert 1 == len(post_later.sent)


def test_a_busy_service_leaves_the_task_pending_for_the_next_delivery():
    mail = waiting_mail("a")
    use_case, tasks, post = running(mail)
    post.trouble = ConnectionError("busy")

    with pytest.raises(ConnectionError):
        use_case.run(mail.id)

    assert replace(mail, claimed_until=NOON + CLAIM) == tasks.read(mail.id)


def test_a_task_for_which_it_is_too_early_stays_pending_for_a_later_sweep():
    mail = waiting_mail("a")
    use_case, tasks, post = running(mail)
    post.trouble = NotYetError("not yet")

    assert TaskState.WAITING is use_case.run(mail.id).state
    assert replace(mail, claimed_until=NOON + CLAIM) == tasks.read(mail.id)
    assert 1 == use_case.sweep()


def test_a_mail_that_can_never_be_sent_is_kept_with_its_reason():
    mail = waiting_mail("a")
    use_case, tasks, post = running(mail)
    post.trouble = MailRefusedError("MessageRejected", "Email address is not verified.")

    use_case.run(mail.id)

    assert TaskState.FAILED is tasks.read(mail.id).state
    assert tasks.read(mail.id).reason.endswith("Email address is not verified.")


def test_a_deployment_without_a_sender_gives_mails_up_so_that_none_is_sent_late_once_it_has_one():
    mail = waiting_mail("a")
    silent, given_up, _ = running(mail, sender="")
    silent.run(mail.id)
    speaking, tasks, post = running(given_up.read(mail.id), sender=SENDER)

    assert speaking.run(mail.id) is None
    assert (TaskState.FAILED, NO_SENDER) == (tasks.read(mail.id).state, tasks.read(mail.id).reason)
    assert 0 == speaking.sweep()
    assert [] == post.sent


def test_a_task_that_waited_too_long_is_not_carried_out_until_a_person_retries_it():
    mail = waiting_mail("a")
    use_case, tasks, post = running(mail, now=NOON + timedelta(days=4))

    use_case.run(mail.id)
    assert (TaskState.TOO_OLD, []) == (tasks.read(mail.id).state, post.sent)

    use_case.retry(tasks.read(mail.id))
    assert [mail.id] == post.queue.sent
    assert TaskState.SENT is use_case.run(mail.id).state


def test_a_sweep_queues_the_pending_tasks_and_no_others():
    waiting, done = waiting_mail("a"), replace(waiting_mail("b"), state=TaskState.SENT)
    use_case, _, post = running(waiting, done)

    assert 1 == use_case.sweep()
    assert [waiting.id] == post.queue.sent


def test_a_task_that_is_done_cannot_be_retried():
    done = replace(waiting_mail("a"), state=TaskState.SENT)
    use_case, tasks, post = running(done)

    assert done == use_case.retry(done) == tasks.read(done.id)
    assert [] == post.queue.sent


def test_a_task_scheduled_for_a_day_is_not_carried_out_before_it():
    mail = replace(waiting_mail("a"), not_before=NOON + timedelta(days=3))
    early, tasks, unsent = running(mail)
    due, _, post = running(mail, now=NOON + timedelta(days=3))

    assert early.run(mail.id) is None
    assert (0, []) == (early.sweep(), unsent.queue.sent)
    assert mail == tasks.read(mail.id)
    assert 1 == due.sweep()
    assert TaskState.SENT is due.run(mail.id).state
    assert [mail.id] == post.queue.sent


def test_a_task_scheduled_for_a_day_is_not_too_old_on_that_day():
    mail = replace(waiting_mail("a"), not_before=NOON + timedelta(days=300))
    use_case, _, _ = running(mail, now=NOON + timedelta(days=301))

    assert TaskState.SENT is use_case.run(mail.id).state
