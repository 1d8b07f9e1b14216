"""Alerts: the highest level that is crossed, once for each retainer and cycle, whatever happens in between."""

from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.approval import ApprovalState
from chalicelib.domain.ids import CycleId
from chalicelib.services.mails.check_usage import CheckUsage
from chalicelib.services.mails.ports import Outcome
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.tasks import TaskKind, TaskState, usage_check
from tests.builders import asked, settled, top_up
from tests.fakes import FakeDirectory, FakeLedger, FakeQueue
from tests.mail_rig import CLIENT, HELPDESK, NOVEMBER, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk, month
from tests.task_rig import FakeTasks

NOON = SECOND_OF_NOVEMBER


class Deployment:
    """A client with 28.5 h in November, and the tasks that its checks have written."""

    def __init__(self, *retainers):
        self.directory = FakeDirectory(book(*retainers))
        self.ledger = FakeLedger(OCTOBER, directory=self.directory)
        self.tasks, self.queue, self.checks = FakeTasks(), FakeQueue(), 0

    def work(self, *durations, **changes):
        worked = replace(month("2026-11-01", *durations), **changes)
        self.ledger.cycles[CycleId(HELPDESK, NOVEMBER)] = worked
        return self

    def check_all(self):
        self.checks += 1
        check = CheckUsage(self.directory, self.ledger, self.tasks, self.queue, lambda: NOON)
        check(usage_check(CLIENT, f"import-{self.checks}", NOON))

    def check(self):
        """The alerts that this check wrote, by the ends of their ids."""
        before = set(self.alerts(TaskState.WAITING))
        self.check_all()
        return sorted(set(self.alerts(TaskState.WAITING)) - before)

    def alerts(self, state):
        return [int(one.about[2]) for one in self.tasks.stored.values() if one.state is state]


@pytest.mark.parametrize(
    ("used", "level"),
    [("21:22", []), ("21:22:30", [75]), ("25:38", [75]), ("25:39", [90]), ("28:30", [100]), ("40", [100])],
)
def test_the_highest_level_that_is_crossed_is_alerted_once(used, level):
    deployment = Deployment().work(used)

    assert level == deployment.check()
    assert [] == deployment.check()


def test_levels_are_alerted_one_after_the_other_as_work_comes_in():
    deployment = Deployment()

    assert [[], [75], [], [90], [100]] == [
        deployment.work(used).check() for used in ("10", "22:00", "23:00", "26:00", "29:00")
    ]


def test_levels_that_one_import_skips_are_never_alerted_later():
    deployment = Deployment().work("29:00")

    assert [100] == deployment.check()
    assert [75, 90] == sorted(deployment.alerts(TaskState.SKIPPED))
    assert [[], [], []] == [deployment.work(used).check() for used in ("5:00", "22:00", "26:00")]


def test_a_top_up_that_lowers_usage_below_a_level_and_new_work_above_it_alert_nobody_again():
    deployment = Deployment().work("26:00")
    assert [90] == deployment.check()

    assert [] == deployment.work("26:00", top_ups=(top_up("2026-11-02", "10:00"),)).check()
    assert [] == deployment.work("36:00", top_ups=(top_up("2026-11-02", "10:00"),)).check()


def test_a_level_whose_alert_was_skipped_because_others_held_by_then_is_announced_by_a_later_check():
    deployment = Deployment().work("29:00")
    assert [100] == deployment.check()
    [name] = [one.id for one in deployment.tasks.stored.values() if one.state is TaskState.WAITING]
    skipped = replace(deployment.tasks.read(name), state=TaskState.SKIPPED, settled_at=NOON, reason="No longer so.")
    deployment.tasks.settle(skipped)

    assert [[75], [100], []] == [deployment.work(used).check() for used in ("22:00", "29:00", "23:00")]


def test_work_beyond_what_was_approved_is_mailed_to_the_operator_once_for_each_answer():
    deployment = Deployment().work("28:30", "3:00")
    first = settled(asked("2026-11-02", "2:00", name="first", of=HELPDESK))
    declined = settled(asked("2026-11-03", "2:00", name="second", of=HELPDESK), ApprovalState.DECLINED)

    def beyond(*approvals):
        deployment.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, approvals)
        deployment.check_all()
        return sorted(one.about[1] for one in deployment.tasks.stored.values() if one.kind is TaskKind.BEYOND)

    assert [[], ["first"], ["first"], ["first", "second"]] == [
        beyond(),
        beyond(first),
        beyond(first),
        beyond(first, declined),
    ]


def test_new_levels_in_new_terms_repeat_no_alert():
    deployment = Deployment().work("26:00")
    assert [90] == deployment.check()
    [version] = helpdesk().terms
    changed = replace(version, effective_from=NOVEMBER, alert_percents=(80, 95))
    deployment.directory = FakeDirectory(book(helpdesk(terms=(version, changed))))

    assert [] == deployment.check()
    assert [95] == deployment.work("28:00").check()


def test_a_check_that_read_an_older_state_alerts_no_lower_level():
    deployment = Deployment().work("22:00")
    slow, fast = FakeTasks(), deployment.tasks
    deployment.work("26:00").check()
    slow.stored = {}  # it read before the other one wrote
    slow.add = fast.add
    deployment.tasks = slow
    deployment.work("22:00").check()

    assert [90] == [int(one.about[2]) for one in fast.stored.values() if one.state is TaskState.WAITING]


def test_a_cycle_without_hours_one_in_backfill_and_one_that_ended_alert_nobody():
    [version] = helpdesk().terms
    empty = helpdesk(terms=(replace(version, allotment_seconds=0),))
    for one in (empty, helpdesk(live_from=None), helpdesk(ends_on=NOVEMBER)):
        deployment = Deployment(one).work("40:00")
        deployment.ledger.cycles.pop(OCTOBER.id)
        assert [] == deployment.check()


def test_an_alert_is_queued_and_the_check_says_what_it_did():
    deployment = Deployment().work("26:00")
    check = CheckUsage(deployment.directory, deployment.ledger, deployment.tasks, deployment.queue, lambda: NOON)
    task = usage_check(CLIENT, "a", NOON + timedelta(minutes=1))

    crossed = "The usage was checked, which led to the mail alert-seeblick-klinik.helpdesk.2026-11-01.90."
    assert Outcome(TaskState.SKIPPED, crossed) == check(task)
    assert ["alert-seeblick-klinik.helpdesk.2026-11-01.90"] == deployment.queue.sent
    assert {"a"} == {one.correlation_id for one in deployment.tasks.stored.values()}, "that of the import"
    assert Outcome(TaskState.SKIPPED, "The usage was checked: no alert level is newly crossed.") == check(task)


@pytest.mark.parametrize("removal", [{"counts_after": "2026-11-01~"}, {"removed": {HELPDESK.retainer: "2026-11-01~"}}])
def test_a_new_client_or_retainer_of_a_removed_one_s_id_gets_its_own_alerts_in_the_same_cycle(removal):
    deployment = Deployment().work("26:00")
    deployment.check()
    [alert] = deployment.queue.sent
    old = usage_check(CLIENT, "before the removal", NOON)

    deployment.directory.books[CLIENT] = replace(deployment.directory.books[CLIENT], **removal)
    check = CheckUsage(deployment.directory, deployment.ledger, deployment.tasks, deployment.queue, lambda: NOON)
    check(usage_check(CLIENT, "a", NOON, removed_at=removal.get("counts_after", "")))

    first, own = deployment.queue.sent
    assert (alert, alert) == (first, own.rpartition(".")[0])
    if "counts_after" in removal:
        assert Outcome(TaskState.SKIPPED, "The client no longer exists.") == check(old)
