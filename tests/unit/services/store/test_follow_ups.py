"""Which task follows from which change, for whom, and when it is due."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.cycle import Period
from chalicelib.domain.ids import ClientId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import ClientMails
from chalicelib.domain.statements import statements
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.store import follow_ups
from chalicelib.services.store.books import ALERT_PAUSE, ClientHead, Operator
from chalicelib.services.store.follow_ups import (
    after_answer,
    after_ask,
    after_beyond,
    after_bounce,
    after_close,
    after_correction,
    after_crossing,
    after_hours_changed,
    after_import,
    after_issue,
    after_open,
    after_top_up,
    after_week,
)
from chalicelib.services.store.import_record import (
    Counts,
    CycleChange,
    ImportPart,
    ImportReport,
    ImportStatus,
    LateEntry,
    LikelyDuplicate,
)
from chalicelib.services.store.tasks import TaskId, TaskKind, TaskState
from tests.builders import asked, day, ledgers, rule, terms
from tests.contract.builders import record
from tests.invoice_rig import draft
from tests.mail_rig import CLIENT, HELPDESK, NOVEMBER, OCTOBER, SECOND_OF_NOVEMBER, book, helpdesk

NOW = SECOND_OF_NOVEMBER
CYCLE = Period(NOVEMBER, day("2026-12-01"), 1)
_RETAINER = RetainerId(ClientId("acme"), RetainerSlug("support"))
_DUPLICATE = LikelyDuplicate(_RETAINER, date(2026, 3, 2), "Ada Byron", 3600, "Backup", _RETAINER, "harvest")
_WRITTEN_OFF = LateEntry(_RETAINER, date(2026, 3, 2), "Ada Byron", 3600, None)
_MORE_HOURS = (CycleChange(HELPDESK, NOVEMBER, 0, 3600),)


def closed(retainer):
    return statements(retainer, ledgers(OCTOBER), day("2026-11-04"))[0]


def closing(of=None, retainer=None, invoice=None, at=NOW):
    retainer = retainer or helpdesk()
    return after_close(of or book(retainer), retainer, closed(retainer), invoice, at)


def imported(*, duplicates=(), late=(), status=ImportStatus.DONE, refusal=None, **counts):
    report = ImportReport(status, "toggl", Counts(**counts), duplicates=duplicates, late=late, refusal=refusal)
    return replace(record("a"), report=report)


def live(pause_seconds=ALERT_PAUSE, due_at=NOW):
    """A client with a step to come, whose operator waits this long before usage is checked."""
    operator = Operator("Fjordblick IT", "ida@fjordblick.example", pause_seconds)
    return replace(book(), head=ClientHead(due_at=due_at), operator=operator)


_ASKED = asked("2026-11-02", "5:00", of=HELPDESK)
REFUSED = imported(status=ImportStatus.REFUSED, refusal=Refusal(RefusalKind.EMPTY, "The file has no text."))

OCCASIONS = {
    "after_import": lambda: after_import(REFUSED, is_first_run=True),
    "after_hours_changed": lambda: after_hours_changed(live(), ImportId("a"), _MORE_HOURS, NOW, is_first_run=True),
    "after_correction": lambda: after_correction(live(), "correction-a", NOW),
    "after_crossing": lambda: after_crossing(book(), HELPDESK, NOVEMBER, (75, 90), NOW),
    "after_open": lambda: after_open(book(), helpdesk(), CYCLE, NOW),
    "after_close": lambda: closing(invoice=draft()),
    "after_top_up": lambda: after_top_up(book(), helpdesk(), day("2026-12-24"), NOW),
    "after_ask": lambda: after_ask(book(), _ASKED),
    "after_answer": lambda: after_answer(book(), _ASKED, NOW),
    "after_beyond": lambda: after_beyond(book(), _ASKED, NOW),
    "after_issue": lambda: after_issue(book(), draft(), NOW),
    "after_week": lambda: after_week(NOW),
    "after_bounce": lambda: after_bounce("key", TaskId("import-a"), NOW),
}


def test_the_table_lists_every_occasion_and_together_they_lead_to_every_kind_of_task():
    public = [name for name in vars(follow_ups) if name.startswith("after_")]

    assert public == re.findall(r"\| (after_\w+) *\|$", follow_ups.__doc__, re.MULTILINE) == list(OCCASIONS)
    of_a_person = {TaskKind.LINK}
    assert set(TaskKind) - of_a_person == {task.kind for tasks in OCCASIONS.values() for task in tasks()}


@pytest.mark.parametrize("name", OCCASIONS)
def test_the_same_occasion_always_leads_to_the_same_tasks(name):
    first, again = OCCASIONS[name](), OCCASIONS[name]()

    assert [task.id for task in first] == [task.id for task in again]
    assert len({task.id for task in first}) == len(first)


_OF_A_CLIENT = {
    "after_hours_changed": lambda of: after_hours_changed(of, ImportId("a"), _MORE_HOURS, NOW, is_first_run=True),
    "after_correction": lambda of: after_correction(of, "correction-a", NOW),
    "after_crossing": lambda of: after_crossing(of, HELPDESK, NOVEMBER, (75, 90), NOW),
    "after_open": lambda of: after_open(of, helpdesk(), CYCLE, NOW),
    "after_close": lambda of: closing(of=of, invoice=draft()),
    "after_top_up": lambda of: after_top_up(of, helpdesk(), day("2026-12-24"), NOW),
    "after_ask": lambda of: after_ask(of, _ASKED),
    "after_answer": lambda of: after_answer(of, _ASKED, NOW),
    "after_beyond": lambda of: after_beyond(of, _ASKED, NOW),
}


@pytest.mark.parametrize("name", _OF_A_CLIENT)
def test_the_tasks_of_a_new_client_are_not_those_of_a_removed_one_of_its_id(name):
    tasks = [_OF_A_CLIENT[name](replace(live(), counts_after=at)) for at in ("", "2026-11-01~", "2026-11-02~")]
    ids = [{task.id for task in of_one} for of_one in tasks]

    assert ids[0] == {task.id for task in OCCASIONS[name]()}, "ids that are stored today stay what they are"
    assert 3 * len(ids[0]) == len(set.union(*ids))
    assert {task.id.rpartition(".r")[0] for task in tasks[1]} == ids[0]


@pytest.mark.parametrize(
    "one",
    [
        REFUSED,
        imported(rows=2, new=1, problems=1, status=ImportStatus.DONE_WITH_PROBLEMS),
        imported(rows=2, new=1, unrouted=1, status=ImportStatus.DONE_WITH_PROBLEMS),
        imported(rows=1, unchanged=1, missing=1),
        imported(rows=1, new=1, duplicates=(_DUPLICATE,)),
        imported(rows=1, new=1, late=(_WRITTEN_OFF,)),
    ],
    ids=["refused", "problems", "unrouted", "missing", "likely duplicates", "written off"],
)
def test_an_import_that_needs_attention_is_mailed_to_the_operator_on_its_first_run(one):
    [mail] = after_import(one, is_first_run=True)

    assert (TaskKind.IMPORT, ("a",), one.finished_at, None) == (mail.kind, mail.about, mail.created_at, mail.client)
    assert () == after_import(one, is_first_run=False)


def test_neither_an_import_that_needs_no_attention_nor_a_part_of_a_routed_one_is_mailed():
    clean = imported(rows=9, new=3, changed=2, moved=1, unchanged=2, excluded=1, warnings=1)
    part = ImportPart(ImportId("a"), CLIENT, record("a").file, "toggl", Counts(rows=1, problems=1))

    assert () == after_import(clean, is_first_run=True)
    assert () == after_import(part, is_first_run=True)


def test_changed_hours_cause_a_usage_check_only_if_a_retainer_is_live():
    same = (CycleChange(HELPDESK, NOVEMBER, 3600, 3600),)

    [check] = after_hours_changed(live(), ImportId("a"), _MORE_HOURS, NOW, is_first_run=True)

    assert (TaskKind.CHECK_USAGE, ("a",), CLIENT, NOW) == (check.kind, check.about, check.client, check.created_at)
    assert () == after_hours_changed(live(due_at=None), ImportId("a"), _MORE_HOURS, NOW, is_first_run=True)
    assert () == after_hours_changed(live(), ImportId("a"), same, NOW, is_first_run=True)


def test_usage_is_checked_after_the_operator_s_pause_and_at_once_without_one():
    for of, due in ((live(), NOW + timedelta(minutes=30)), (live(90), NOW + timedelta(seconds=90)), (live(0), NOW)):
        [imported_more] = after_hours_changed(of, ImportId("a"), _MORE_HOURS, NOW, is_first_run=True)
        [corrected] = after_correction(of, "correction-a", NOW)
        assert [due, due] == [imported_more.due_at, corrected.due_at]
    assert imported_more.not_before is None, "so it is queued at once"


def test_each_decision_about_an_import_has_a_check_of_its_own():
    """Else a redo after the check of the import would alert nobody of the hours that count again."""
    first, *later = (
        after_hours_changed(live(), ImportId("a"), _MORE_HOURS, NOW + timedelta(hours=hour), is_first_run=not hour)[
            0
        ].id
        for hour in range(3)
    )

    assert "usage-seeblick-klinik.a" == first
    assert [f"{first}.20261102T100000", f"{first}.20261102T110000"] == later


def test_the_highest_of_the_crossed_levels_is_mailed_and_the_lower_ones_are_skipped_for_good():
    highest, *lower = after_crossing(book(), HELPDESK, NOVEMBER, (75, 90, 100), NOW)

    assert ("100", TaskState.WAITING) == (highest.about[2], highest.state)
    assert [("90", TaskState.SKIPPED), ("75", TaskState.SKIPPED)] == [(one.about[2], one.state) for one in lower]
    assert 90 == len(after_crossing(book(), HELPDESK, NOVEMBER, range(1, 200), NOW)), "what a transaction holds"


def test_a_cycle_that_grants_no_hours_is_not_announced():
    paused = helpdesk(terms=(terms("2026-10-01", allotment="0:00"),))

    assert () == after_open(book(), paused, CYCLE, NOW)


def test_a_new_cycle_is_announced_within_three_days_of_its_start_in_the_retainer_s_zone_or_not_at_all():
    begins = datetime(2026, 10, 31, 23, tzinfo=UTC)  # midnight in Berlin
    last_moment = begins + timedelta(days=3)

    [mail] = after_open(book(), helpdesk(), CYCLE, last_moment)

    assert () == after_open(book(), helpdesk(), CYCLE, last_moment + timedelta(seconds=1))
    assert begins == mail.due_at
    assert [False, True] == [mail.is_too_old(last_moment + timedelta(seconds=late)) for late in (0, 1)]


def test_a_close_leads_to_the_task_of_its_draft_and_to_a_mail_before_carried_hours_expire():
    drafted, expiring = closing(invoice=draft())

    assert "invoice-draft-acme.support.2026-01-01" == drafted.id
    assert "expiring-seeblick-klinik.helpdesk.2026-12-01" == expiring.id
    assert datetime(2026, 11, 17, 7, tzinfo=UTC) == expiring.due_at, "eight in the morning in Berlin, 14 days before"


def test_the_mail_about_hours_that_expire_in_less_than_two_weeks_is_due_at_once():
    [mail] = closing(at=NOW + timedelta(days=20))

    assert NOW + timedelta(days=20) == mail.due_at


def test_hours_that_never_expire_or_are_not_carried_cause_no_mail():
    for carry_over in (rule(carry=True), rule()):
        retainer = helpdesk(terms=(terms("2026-10-01", allotment="20:00", carry_over=carry_over),))
        assert () == closing(retainer=retainer)
    assert () == after_top_up(book(), helpdesk(), None, NOW)


def test_a_client_without_an_address_or_with_these_mails_turned_off_gets_none_but_its_draft_is_a_task():
    silent = (book(email=""), book(mails=ClientMails(new_cycle=False, expiring=False)))

    for of in silent:
        assert () == after_open(of, helpdesk(), CYCLE, NOW)
        assert () == after_top_up(of, helpdesk(), day("2026-12-24"), NOW)
        assert [TaskKind.ISSUE_DRAFT] == [task.kind for task in closing(of, invoice=draft())]
    assert () == after_issue(silent[0], draft(), NOW)
    assert [TaskKind.INVOICE] == [task.kind for task in after_issue(silent[1], draft(), NOW)]


def test_a_close_writes_a_mail_about_each_day_of_expiry_up_to_what_a_transaction_holds():
    statement = closed(helpdesk())
    [lot] = statement.carried_out
    days = [NOVEMBER + timedelta(days=n) for n in range(120)]
    many = tuple(replace(lot, id=f"lot-{day}", expires_on=day) for day in reversed(days))

    for number in (12, 120):
        mails = after_close(book(), helpdesk(), replace(statement, carried_out=many[-number:]), None, NOW)
        assert [day.isoformat() for day in days[: min(number, 90)]] == [mail.about[1] for mail in mails]
