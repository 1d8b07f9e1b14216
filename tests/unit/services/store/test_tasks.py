"""Which imports are worth a mail to the operator."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.store.import_record import Counts, ImportReport, ImportStatus, LikelyDouble
from chalicelib.services.store.tasks import TIMELY, Task, TaskKind, mail_of_import
from tests.contract.builders import record
from tests.task_rig import waiting_mail

_RETAINER = RetainerId(ClientId("acme"), RetainerSlug("support"))
_DOUBLE = LikelyDouble(_RETAINER, date(2026, 3, 2), "Ada Byron", 3600, "Backup", _RETAINER, "harvest")


def imported(*, doubles=(), status=ImportStatus.DONE, refusal=None, **counts):
    report = ImportReport(status, "toggl", Counts(**counts), doubles=doubles, refusal=refusal)
    return replace(record("a"), report=report)


@pytest.mark.parametrize(
    "one",
    [
        imported(status=ImportStatus.REFUSED, refusal=Refusal(RefusalKind.EMPTY, "The file has no text.")),
        imported(rows=2, new=1, problems=1, status=ImportStatus.DONE_WITH_PROBLEMS),
        imported(rows=2, new=1, unrouted=1, status=ImportStatus.DONE_WITH_PROBLEMS),
        imported(rows=1, unchanged=1, missing=1),
        imported(rows=1, new=1, doubles=(_DOUBLE,)),
    ],
    ids=["refused", "problems", "unrouted", "missing", "doubles"],
)
def test_an_import_that_leaves_something_to_do_is_one_mail_that_is_named_after_it(one):
    assert Task("import-a", TaskKind.IMPORT, ("a",), one.finished_at) == mail_of_import(one)


def test_an_import_that_leaves_nothing_to_do_is_no_mail():
    assert mail_of_import(imported(rows=9, new=3, changed=2, moved=1, unchanged=2, excluded=1)) is None


def test_a_mail_is_too_old_once_it_has_waited_for_its_kind_s_time_from_when_it_was_last_asked_for():
    mail = waiting_mail("a")
    end = mail.created_at + TIMELY[mail.kind]

    assert not mail.is_too_old(end)
    assert mail.is_too_old(end + timedelta(seconds=1))
    assert not replace(mail, retried_at=end).is_too_old(end + timedelta(days=1))
