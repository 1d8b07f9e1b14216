"""The port `Tasks`, and a task that is killed before and after each of the calls to AWS that carry it out."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

import pytest

from chalicelib.adapters.dynamo import bind
from chalicelib.adapters.objects import MAILS
from chalicelib.adapters.queues import TASKS, SqsQueue
from chalicelib.adapters.ses import SesMailer
from chalicelib.adapters.tables import ActivityItem
from chalicelib.adapters.tasks import task_item
from chalicelib.domain.ids import ImportId, RetainerId, RetainerSlug
from chalicelib.services.mails.check_usage import CheckUsage
from chalicelib.services.mails.find_occasion import FindOccasion
from chalicelib.services.mails.ports import MailRefusedError
from chalicelib.services.mails.run_task import CLAIM, RunTask
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.tasks import TaskKind, TaskState, import_mail_id, new_cycle_mail, usage_check
from tests.aws_calls import record_calls
from tests.contract.builders import NOON, record
from tests.contract.conftest import Store
from tests.mail_rig import CLIENT, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk, month
from tests.task_rig import SENDER, composed, waiting_mail

_MOST_CALLS = 20
_LATER = CLAIM + timedelta(seconds=1)
_DAY = timedelta(days=1)


class Killed(BaseException):
    """The process was killed here."""


def killer(call: int):
    """A hook that kills at its n-th call."""
    made = 0

    def hook(_: str) -> None:
        nonlocal made
        made += 1
        if made == call:
            raise Killed

    return hook


def put(store: Store, mail):
    """Write the mail together with its import, as in production."""
    known = store.import_log.read(ImportId(mail.about[0]))
    store.import_log.write(known or record(*mail.about), [mail])


def ids(mails):
    return [mail.id for mail in mails]


def sent(mail):
    return replace(mail, state=TaskState.SENT, settled_at=NOON, message_id="ses-1", copy="mails/1")


def failed(mail):
    return replace(mail, state=TaskState.FAILED, settled_at=NOON, reason="SES refused it.")


def test_a_mail_comes_back_as_it_was_written(store: Store):
    mail = waiting_mail("a")

    put(store, mail)

    assert mail == store.tasks.read(mail.id)
    assert store.tasks.read(import_mail_id(ImportId("b"))) is None


def test_writing_a_task_again_does_not_change_it(store: Store):
    mail = waiting_mail("a")
    put(store, mail)
    store.tasks.settle(sent(mail))

    put(store, waiting_mail("a", minutes=7))

    assert sent(mail) == store.tasks.read(mail.id)
    assert [] == store.tasks.list_waiting(NOON + _DAY)


def test_a_record_and_its_mail_are_one_write(store: Store):
    with record_calls() as calls:
        store.import_log.write(record("a"), [waiting_mail("a")])

    assert ["dynamodb:TransactWriteItems"] == calls.names()
    assert waiting_mail("a") == store.tasks.read(waiting_mail("a").id)
    assert record("a") == store.import_log.read(record("a").id)


def test_pending_tasks_are_listed_oldest_first_and_settled_ones_cost_a_sweep_nothing(store: Store):
    mails = [waiting_mail(name, minutes=minute) for minute, name in enumerate("abcd")]
    for mail in reversed(mails):
        put(store, mail)
    store.tasks.settle(sent(mails[1]))
    store.tasks.settle(failed(mails[2]))

    assert ids([mails[0], mails[3]]) == ids(store.tasks.list_waiting(NOON + _DAY))
    assert ids(reversed(mails)) == ids(store.tasks.list_recent(10))
    assert ids([mails[3], mails[2]]) == ids(store.tasks.list_recent(2))
    with record_calls() as calls:
        for mail in (mails[0], mails[3]):
            store.tasks.settle(sent(mail))
        assert [] == store.tasks.list_waiting(NOON + _DAY)
    assert ["dynamodb:UpdateItem"] * 2 + ["dynamodb:Query"] == calls.names()


def test_of_many_functions_one_holds_the_task_until_its_claim_ends(store: Store):
    mail = waiting_mail("a")
    put(store, mail)

    with ThreadPoolExecutor(8) as senders:
        claims = list(senders.map(lambda _: store.tasks.claim(mail.id, NOON, NOON + CLAIM), range(8)))

    assert [replace(mail, claimed_until=NOON + CLAIM)] == [claim for claim in claims if claim]
    assert store.tasks.claim(mail.id, NOON + _LATER, NOON + 2 * _LATER)


def test_a_settled_task_is_neither_claimed_nor_settled_again(store: Store):
    mail = waiting_mail("a")
    put(store, mail)
    store.tasks.settle(sent(mail))

    store.tasks.settle(failed(mail))

    assert store.tasks.claim(mail.id, NOON, NOON + CLAIM) is None
    assert store.tasks.claim(waiting_mail("none").id, NOON, NOON + CLAIM) is None
    assert sent(mail) == store.tasks.read(mail.id)


def test_only_a_mail_that_was_given_up_becomes_pending_again(store: Store):
    lost, kept = waiting_mail("lost"), waiting_mail("kept")
    for mail in (lost, kept):
        put(store, mail)
    store.tasks.settle(failed(lost))
    store.tasks.settle(sent(kept))

    again = store.tasks.reopen(lost.id, NOON + _LATER)

    assert replace(lost, retried_at=NOON + _LATER) == again
    assert store.tasks.reopen(kept.id, NOON + _LATER) is None
    assert [lost.id] == ids(store.tasks.list_waiting(NOON + _DAY))


def test_a_skipped_task_becomes_pending_again_only_if_that_state_is_asked_for(store: Store):
    mail = waiting_mail("skipped")
    put(store, mail)
    store.tasks.settle(replace(mail, state=TaskState.SKIPPED, settled_at=NOON, reason="Nothing to say."))

    assert store.tasks.reopen(mail.id, NOON + _LATER) is None
    assert replace(mail, retried_at=NOON + _LATER) == store.tasks.reopen(mail.id, NOON + _LATER, (TaskState.SKIPPED,))
    assert store.tasks.reopen(mail.id, NOON + _LATER, (TaskState.SKIPPED,)) is None


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
def test_a_sweep_of_two_thousand_waiting_mails_makes_at_most_250_calls(store: Store):
    items = bind(ActivityItem, store.tables, store.names["activity"])
    with items.batch_write() as batch:
        for number in range(2000):
            batch.save(task_item(items, waiting_mail(f"m{number}")))
    sqs = CountedSqs()
    sweep = RunTask(store.tasks, {}, SqsQueue(sqs, "queue", TASKS), lambda: NOON).sweep

    with record_calls() as calls:
        assert 2000 == sweep()

    assert {"dynamodb:Query": 1, "dynamodb:BatchGetItem": 20} == Counter(calls.names())
    assert [10] * 200 == sqs.batches, "221 calls in all"


class CountedSqs:
    """Takes every batch; moto needs a minute for 200 of them."""

    def __init__(self):
        self.batches = []

    def client(self, _):
        return self

    def send_message_batch(self, *, QueueUrl, Entries):  # noqa: ARG002, N803 - botocore's names
        self.batches.append(len(Entries))
        return {}


def test_every_task_of_a_sweep_is_a_message_of_the_queue(store: Store):
    mails = [waiting_mail(str(number)).id for number in range(23)]

    assert 23 == store.task_queue.send(mails)

    sqs, taken = store.cloud.client("sqs"), []
    while answer := sqs.receive_message(QueueUrl=store.queue_url, MaxNumberOfMessages=10).get("Messages"):
        taken += [TASKS.read(message["Body"]) for message in answer]
    assert sorted(mails) == sorted(taken)


@pytest.fixture
def run_task(store: Store):
    """The use case over this engine, with its clock in `now`."""
    store.cloud.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    now = [NOON]
    return running(store, SENDER, now), now


def running(store: Store, sender: str, now: list[datetime]) -> RunTask:
    send_mail = SendMail(
        compose=composed,
        mailer=SesMailer(store.cloud),
        keep_copy=partial(store.objects.put, MAILS),
        read_copy=store.objects.get,
        suppression_list=store.suppression_list,
        sender=sender,
        clock=lambda: now[0],
    )
    return RunTask(store.tasks, {TaskKind.IMPORT: send_mail}, store.task_queue, lambda: now[0])


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_mail_killed_at_any_call_is_sent_once_or_twice_if_killed_between_ses_and_the_mark(
    store: Store, run_task, when: str
):
    use_case, now = run_task
    for call in range(1, _MOST_CALLS):
        mail = waiting_mail(f"{when}-{call}")
        put(store, mail)
        now[0] = NOON
        with record_calls(**{when: killer(call)}) as first:
            try:
                use_case.run(mail.id)
            except Killed:
                pass
            else:
                assert call > 4, "the calls are counted"
                return
        names = first.names()
        if names:
            assert use_case.run(mail.id) is None, "the claim holds, or the mail is settled"
        now[0] = NOON + _LATER
        with record_calls() as second:
            use_case.run(mail.id)

        in_the_window = "sesv2:SendEmail" in names and names.count("dynamodb:UpdateItem") == 1
        made = [*names, *second.names()].count("sesv2:SendEmail")
        assert (2 if in_the_window else 1) == made
        assert TaskState.SENT is store.tasks.read(mail.id).state
    pytest.fail("a mail makes more calls than this test kills")


def test_a_mail_that_ses_rejects_for_good_is_settled_with_the_reason(store: Store, run_task):
    _, now = run_task
    mail = waiting_mail("refused")
    put(store, mail)
    stranger = running(store, "stranger@elsewhere.example", now)

    kept = stranger.run(mail.id)

    assert TaskState.FAILED is kept.state is store.tasks.read(mail.id).state
    assert kept.reason.startswith("SES refused the mail (MessageRejected)")
    with pytest.raises(MailRefusedError):
        SesMailer(store.cloud).send(b"", sender="stranger@elsewhere.example", to="ida@example.com")


def test_a_mail_scheduled_for_a_day_is_neither_listed_nor_claimed_before_it(store: Store):
    mail = replace(waiting_mail("a"), not_before=NOON + _DAY)
    soon = waiting_mail("b")

    store.tasks.add([mail, soon])

    assert mail == store.tasks.read(mail.id)
    assert [soon.id] == ids(store.tasks.list_waiting(NOON))
    assert store.tasks.claim(mail.id, NOON, NOON + CLAIM) is None
    assert [soon.id, mail.id] == ids(store.tasks.list_waiting(NOON + _DAY))
    assert store.tasks.claim(mail.id, NOON + _DAY, NOON + _DAY + CLAIM)


def test_tasks_are_added_in_one_transaction_and_existing_ones_do_not_change(store: Store):
    there, new = waiting_mail("there"), waiting_mail("new")
    store.tasks.add([there])
    store.tasks.settle(sent(there))

    with record_calls() as calls:
        store.tasks.add([new, replace(there, state=TaskState.SKIPPED)])

    assert ["dynamodb:TransactWriteItems"] == calls.names()
    assert sent(there) == store.tasks.read(there.id)
    assert [new.id] == ids(store.tasks.list_waiting(NOON))
    assert {there.id, new.id} == store.tasks.known([there.id, new.id, waiting_mail("none").id])


def test_a_task_that_is_added_as_skipped_is_never_carried_out_and_not_added_again(store: Store):
    mark = replace(waiting_mail("a"), state=TaskState.SKIPPED)
    store.tasks.add([mark])
    store.tasks.add([waiting_mail("a")])

    assert mark == store.tasks.read(mark.id)
    assert [] == store.tasks.list_waiting(NOON + _DAY)
    assert store.tasks.claim(mark.id, NOON, NOON + CLAIM) is None
    assert [mark.id] == ids(store.tasks.list_recent(10))


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_check_killed_at_any_call_leaves_each_alert_once(store: Store, when: str):
    store.directory.write_client(replace(book(), version=0))
    worked = month("2026-11-01", "26:00")
    stored = store.directory.read_client(CLIENT)
    store.ledger.commit(LedgerCommit(CLIENT, stored.head, [replace(one, version=0) for one in (OCTOBER, worked)]))
    check = CheckUsage(store.directory, store.ledger, store.tasks, store.task_queue, lambda: SECOND_OF_NOVEMBER)
    mail = usage_check(CLIENT, ImportId("a"), SECOND_OF_NOVEMBER)
    for call in range(1, _MOST_CALLS):
        with record_calls(**{when: killer(call)}) as calls:
            try:
                check(mail)
            except Killed:
                continue
        assert call > 3, "the calls are counted"
        assert "sqs:SendMessageBatch" not in calls.names(), "an earlier call has written the alert"
        break
    states = {one.about[2]: one.state for one in store.tasks.list_recent(10)}
    assert {"90": TaskState.WAITING, "75": TaskState.SKIPPED} == states


@pytest.mark.parametrize("when", ["before", "after"])
def test_the_tasks_of_an_occasion_are_one_mail_wherever_its_sender_is_killed(store: Store, run_task, when: str):
    """A second copy is sent only if it is killed between SES and the marks."""
    use_case, now = run_task
    retainers = (helpdesk(), helpdesk(id=RetainerId(CLIENT, RetainerSlug("advisory"))))
    store.directory.write_client(replace(book(*retainers), version=0))
    together = replace(
        use_case,
        handlers={TaskKind.NEW_CYCLE: use_case.handlers[TaskKind.IMPORT]},
        occasion=FindOccasion(store.directory, store.tasks, lambda: now[0]),
    )
    for call in range(1, _MOST_CALLS):
        now[0] = SECOND_OF_NOVEMBER + call * _DAY
        mails = [new_cycle_mail(retainer, now[0].date(), now[0]) for retainer in retainers]
        store.tasks.add(mails)
        with record_calls(**{when: killer(call)}) as first, suppress(Killed):
            together.run(mails[0].id)
        now[0] += _LATER
        with record_calls() as second:
            for mail in mails:
                together.run(mail.id)

        names = first.names()
        made = [*names, *second.names()].count("sesv2:SendEmail")
        is_in_the_window = "sesv2:SendEmail" in names and names.count("dynamodb:UpdateItem") < 2 * len(mails)
        assert (2 if is_in_the_window else 1) == made
        settled = [store.tasks.read(mail.id) for mail in mails]
        assert [TaskState.SENT] * 2 == [one.state for one in settled]
        if len(names) < call:
            assert 1 == len({one.message_id for one in settled})
            return
    pytest.fail("the mail makes more calls than this test kills")
