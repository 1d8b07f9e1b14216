"""A client with several retainers gets one mail per occasion; each task keeps its id, old ones too."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_bytes, policy

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.domain.closing_position import start_of_day
from chalicelib.domain.ids import RetainerId, RetainerSlug
from chalicelib.services.mails.find_occasion import FindOccasion
from chalicelib.services.mails.ports import MailRefusedError
from chalicelib.services.mails.run_task import RunTask, handlers_of
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.tasks import TaskState, alert_mail, expiring_mail, import_mail, new_cycle_mail
from tests.builders import day
from tests.fakes import FakeDirectory
from tests.mail_rig import (
    CLIENT,
    HELPDESK,
    NOVEMBER,
    OCTOBER,
    OPERATOR,
    SECOND_OF_NOVEMBER,
    book,
    helpdesk,
    mails,
    month,
)
from tests.task_rig import SENDER, FakeTasks, Post

NOON = SECOND_OF_NOVEMBER
ADVISORY = RetainerId(CLIENT, RetainerSlug("advisory"))


def advisory(**changes):
    return helpdesk(id=ADVISORY, title="Advisory", **changes)


class MailService(Post):
    """Takes mails to anybody."""

    def send(self, message, *, sender, to, copy_to=""):
        assert (SENDER, "kasse@seeblick.example") == (sender, to)
        self.copied_to.append(copy_to)
        if self.trouble:
            raise self.trouble
        self.sent.append(message_from_bytes(message, policy=policy.default)["Subject"])
        return f"ses-{len(self.sent)}"


class Deployment:
    """A client with two retainers, and these tasks."""

    def __init__(self, *tasks, retainers=(), work=()):
        of = book(*(retainers or (helpdesk(), advisory())))
        self.directory = directory = FakeDirectory(of, operator=OPERATOR)
        self.tasks, self.post, self.now = FakeTasks(*tasks), MailService(), NOON
        compose = mails(None, OCTOBER, *work, directory=directory, tasks=self.tasks)
        clock, self.ledger = (lambda: self.now), compose.ledger
        send = SendMail(compose, self.post, self.post.keep, self.post.read, self.post.suppression_list, SENDER, clock)
        handlers = handlers_of(send_mail=send, check_usage=send, issue_draft=send, note_expiry=send)
        occasion = FindOccasion(directory, self.tasks, clock)
        self.run_task = RunTask(self.tasks, handlers, self.post.queue, clock, occasion)

    def run(self, *tasks):
        for task in tasks:
            self.run_task.run(task.id)
        return self.post.sent

    def states(self):
        return [(task.state, task.message_id) for task in self.tasks.stored.values()]


NEW_CYCLES = (new_cycle_mail(helpdesk(), NOVEMBER, NOON), new_cycle_mail(advisory(), NOVEMBER, NOON))
BOTH_NEW = "Seeblick Klinik · Advisory: 40 h for November 2026; Helpdesk: 28.50 h for November 2026"


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_the_cycles_that_begin_together_are_one_mail_whichever_task_comes_first(order):
    at = Deployment(*NEW_CYCLES)

    assert [BOTH_NEW] == at.run(*(NEW_CYCLES[number] for number in order))
    assert [(TaskState.SENT, "ses-1")] * 2 == at.states()
    assert [BOTH_NEW] == at.run(*NEW_CYCLES), "a repeated message sends nothing"


def test_the_levels_that_one_check_found_are_one_mail_and_those_of_another_check_are_another():
    work = (month("2026-11-01", "29:00"), replace_retainer(month("2026-11-01", "39:00")))
    together = (alert_mail(HELPDESK, NOVEMBER, 100, NOON), alert_mail(ADVISORY, NOVEMBER, 90, NOON))
    later = alert_mail(HELPDESK, NOVEMBER, 75, NOON + timedelta(hours=1))
    at = Deployment(*together, later, work=work)

    [subject] = at.run(together[0])
    assert "Seeblick Klinik · Advisory: 97% of the hours are used; Helpdesk: 0.50 h over" == subject
    at.ledger.cycles[work[0].id] = month("2026-11-01", "22:00")
    assert 2 == len(at.run(together[1], later))


def test_the_alerts_of_cycles_that_have_ended_meanwhile_are_one_mail():
    work = (month("2026-11-01", "29:00"), replace_retainer(month("2026-11-01", "39:00")))
    after = start_of_day(day("2026-12-01"), "Europe/Berlin") + timedelta(minutes=20)
    together = (alert_mail(HELPDESK, NOVEMBER, 100, after), alert_mail(ADVISORY, NOVEMBER, 90, after))
    at = Deployment(*together, work=work)
    at.now = after

    assert 1 == len(at.run(*together))


def replace_retainer(worked):
    return replace(worked, id=worked.id._replace(retainer=ADVISORY))


def test_hours_that_expire_on_one_day_are_one_mail():
    expiring = [expiring_mail(one, day("2026-12-01"), NOON) for one in (helpdesk(), advisory())]
    at = Deployment(*expiring)
    at.now += timedelta(days=15, hours=1)

    [subject] = at.run(*expiring)
    assert 2 == subject.count("expire after 30 November 2026")


def test_tasks_of_an_older_release_whose_cycles_were_announced_together_are_one_mail():
    old = [replace(mail, not_before=None) for mail in NEW_CYCLES]

    assert [BOTH_NEW] == Deployment(*old).run(*old)


def test_other_moments_kinds_and_retainers_have_mails_of_their_own():
    elsewhere = advisory(zone="America/New_York")
    apart = (NEW_CYCLES[0], new_cycle_mail(elsewhere, NOVEMBER, NOON))
    assert 2 == len(Deployment(*apart, retainers=(helpdesk(), elsewhere)).run(*apart))
    assert 1 == len(Deployment(NEW_CYCLES[0], retainers=(helpdesk(),)).run(NEW_CYCLES[0]))
    occasion = FindOccasion(FakeDirectory(book()), FakeTasks(), lambda: NOON)
    assert ("import-a",) == occasion(import_mail("a", NOON).id)


def test_what_no_longer_has_anything_to_say_is_left_out_of_the_mail():
    ended = advisory(ends_on=NOVEMBER)

    at = Deployment(*NEW_CYCLES, retainers=(helpdesk(), ended))

    assert ["Seeblick Klinik · Helpdesk: 28.50 h for November 2026"] == at.run(*NEW_CYCLES)
    assert [(TaskState.SENT, "ses-1"), (TaskState.SKIPPED, None)] == at.states()


def test_an_alert_that_the_mail_of_its_occasion_leaves_out_is_skipped_and_can_still_be_announced():
    work = (month("2026-11-01", "29:00"), replace_retainer(month("2026-11-01", "5:00")))
    together = (alert_mail(HELPDESK, NOVEMBER, 100, NOON), alert_mail(ADVISORY, NOVEMBER, 90, NOON))
    at = Deployment(*together, work=work)

    assert ["Seeblick Klinik · Helpdesk: 0.50 h over"] == at.run(*together)
    assert [(TaskState.SENT, "ses-1"), (TaskState.SKIPPED, None)] == at.states()


def test_what_waits_for_a_removed_client_or_retainer_is_not_sent_to_a_new_one_of_its_id():
    new = replace(book(helpdesk(), advisory()), removed={ADVISORY.retainer: "2026-11-01~"})
    own = new_cycle_mail(advisory(), NOVEMBER, NOON, "2026-11-01~")
    at = Deployment(*NEW_CYCLES, own)
    at.directory.books[CLIENT] = new

    assert [BOTH_NEW] == at.run(*NEW_CYCLES, own)
    assert [TaskState.SENT, TaskState.SKIPPED, TaskState.SENT] == [state for state, _ in at.states()]


def test_two_functions_at_once_send_one_mail_and_a_killed_one_s_tasks_are_sent_when_its_claim_has_ended():
    """The one that holds the first task of the occasion takes the others; the other one leaves them to it."""
    at = Deployment(*NEW_CYCLES)
    first = min(mail.id for mail in NEW_CYCLES)
    at.tasks.claim(first, NOON, NOON + timedelta(minutes=2))  # and then killed

    assert [] == at.run(*NEW_CYCLES)
    at.now += timedelta(minutes=3)
    assert [BOTH_NEW] == at.run(*NEW_CYCLES)


def test_a_busy_mail_service_leaves_all_of_them_pending_and_a_refusal_gives_all_of_them_up():
    at = Deployment(*NEW_CYCLES)
    at.post.trouble = CloudError("ses:SendEmail", "TooManyRequestsException")
    with pytest.raises(CloudError):
        at.run(NEW_CYCLES[0])
    assert [TaskState.WAITING] * 2 == [state for state, _ in at.states()]

    at.now += timedelta(minutes=3)
    at.post.trouble = MailRefusedError("MessageRejected", "not verified")
    at.run(NEW_CYCLES[0])
    assert [TaskState.FAILED] * 2 == [state for state, _ in at.states()]
