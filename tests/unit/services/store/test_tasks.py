"""The stored form of a task: ids derived from its occasion, and strings that deployments already store."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from chalicelib.domain.ids import ClientId, ImportId
from chalicelib.services.store.tasks import (
    WORTH_SENDING,
    Task,
    TaskId,
    TaskKind,
    TaskState,
    alert_mail,
    answer_mail,
    beyond_mail,
    bounced_mail,
    digest_mail,
    draft_to_issue,
    expiring_mail,
    import_mail,
    invoice_mail,
    link_mail,
    new_cycle_mail,
    no_answer_mail,
    question_mail,
    usage_check,
)
from tests.builders import asked
from tests.invoice_rig import draft
from tests.mail_rig import CLIENT, HELPDESK, NOVEMBER, helpdesk
from tests.task_rig import NOON, waiting_mail

_ASKED = asked("2026-03-01", "5:00", name="move")
_SLUG = "seeblick-klinik.helpdesk"

_STORED = {
    "import-58cc870d": (import_mail(ImportId("58cc870d"), NOON), ("58cc870d",), None),
    "invoice-draft-acme.support.2026-01-01": (draft_to_issue(draft(), NOON), ("acme/support/2026-01-01",), "acme"),
    "invoice-acme.support.2026-01-01": (invoice_mail(draft(), NOON), ("acme/support/2026-01-01",), "acme"),
    f"new-cycle-{_SLUG}.2026-11-01": (
        new_cycle_mail(helpdesk(), NOVEMBER, NOON),
        ("helpdesk", "2026-11-01"),
        CLIENT,
    ),
    "usage-acme.58cc870d": (usage_check(ClientId("acme"), ImportId("58cc870d"), NOON), ("58cc870d",), "acme"),
    f"alert-{_SLUG}.2026-11-01.75": (
        alert_mail(HELPDESK, NOVEMBER, 75, NOON),
        ("helpdesk", "2026-11-01", "75"),
        CLIENT,
    ),
    f"expiring-{_SLUG}.2026-12-01": (
        expiring_mail(helpdesk(), date(2026, 12, 1), NOON),
        ("helpdesk", "2026-12-01"),
        CLIENT,
    ),
    "question-acme.support.move.1": (question_mail(_ASKED, 1), ("support", "move", "1"), "acme"),
    "answer-acme.support.move": (answer_mail(_ASKED, NOON), ("support", "move"), "acme"),
    "beyond-approval-acme.support.move": (beyond_mail(_ASKED, NOON), ("support", "move"), "acme"),
    "no-answer-acme.support.move": (no_answer_mail(_ASKED), ("support", "move"), "acme"),
    "link-acme.2.20260301T120000": (link_mail(ClientId("acme"), 2, NOON), ("2",), "acme"),
    "digest-2026-W08": (digest_mail(NOON), ("2026-W08",), None),
    "bounced-0123456789abcdef.20260301T120000": (
        bounced_mail("0123456789abcdef0123", TaskId("import-a"), NOON),
        ("0123456789abcdef0123", "import-a"),
        None,
    ),
}


@pytest.mark.parametrize(("name", "task", "about", "client"), [(name, *rest) for name, rest in _STORED.items()])
def test_a_task_is_named_by_its_kind_and_its_occasion(name, task, about, client):
    assert (name, about, client) == (task.id, task.about, task.client)
    assert name.startswith(f"{task.kind.value}-")


def test_every_kind_of_task_has_its_stored_string_and_a_time_for_which_it_is_worth_doing():
    assert {kind.value for kind in TaskKind} == {task.kind.value for task, _, _ in _STORED.values()}
    assert {
        "import": 3,
        "invoice-draft": 30,
        "invoice": 30,
        "new-cycle": 3,
        "usage": 3,
        "alert": 3,
        "expiring": 7,
        "question": 3,
        "answer": 30,
        "no-answer": 30,
        "beyond-approval": 30,
        "link": 3,
        "digest": 3,
        "bounced": 30,
    } == {kind.value: waits.days for kind, waits in WORTH_SENDING.items()}


def test_the_stored_states_never_change():
    assert ["waiting", "sent", "failed", "too_old", "needless"] == [state.value for state in TaskState]


def test_a_week_has_one_digest_which_is_named_after_it():
    monday = datetime(2027, 1, 4, 6, tzinfo=UTC)

    assert Task(TaskId("digest-2026-W53"), TaskKind.DIGEST, ("2026-W53",), monday) == digest_mail(monday)
    assert digest_mail(monday).id == digest_mail(monday + timedelta(days=6)).id


def test_a_task_is_too_old_when_its_kind_s_time_has_passed_since_it_was_last_requested():
    mail = waiting_mail("a")
    end = mail.created_at + WORTH_SENDING[mail.kind]

    assert not mail.is_too_old(end)
    assert mail.is_too_old(end + timedelta(seconds=1))
    assert not replace(mail, retried_at=end).is_too_old(end + timedelta(days=1))
