"""The record of an import and the mail about it are stored together or not at all, whenever the process dies."""

from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import pytest

from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.follow_ups import after_import
from chalicelib.services.store.import_record import DroppedFile, Verb, import_id
from chalicelib.services.store.tasks import TaskState, import_mail_id
from tests.aws_calls import record_calls
from tests.contract.test_import import KilledError, killer
from tests.import_rig import NOW, book, csv_of, row

_BAD = row("2026-01-06", "soon", "No duration")
_FEW = csv_of(row("2026-01-05", "1:00"), _BAD)
_MANY = csv_of(*(row(f"2026-{month:02}-05", "1:00") for month in range(1, 12)), _BAD)
_ROUTED = csv_of(row("2026-01-05", "1:00", client="Acme"), row("2026-01-05", "2:00", client="Nobody"))
_MOST_CALLS = 60


@pytest.fixture
def imports(store):
    store.directory.write_client(book("acme"))
    planning = store.with_transactions_of(10).ledger
    return RunImport(ImportPorts(store.directory, planning, store.import_log, store.files, lambda: NOW, store.progress))


def dropped(store, key, text, order):
    return DroppedFile("inbox", key, store.files.drop(key, BytesIO(text.encode())), f"{order:04}")


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize(
    ("folder", "text"),
    [("acme/support/", _FEW), ("acme/support/", _MANY), ("", _ROUTED), ("acme/support/", "")],
    ids=["one transaction", "a plan", "routed", "refused"],
)
def test_a_killed_import_leaves_record_and_mail_or_neither_and_its_next_delivery_one_mail(
    store, imports, folder, text, when
):
    for call in range(1, _MOST_CALLS):
        file = dropped(store, f"inbox/{folder}{call}.csv", text, call)
        try:
            with record_calls(**{when: killer(call)}):
                imports.run(file)
        except KilledError:
            found, mail = store.import_log.read(import_id(file)), store.tasks.read(import_mail_id(import_id(file)))
            assert (found is None) == (mail is None)
            record = imports.run(file)
        else:
            assert call > 3, "the calls are counted"
            return
        [mail] = after_import(record, is_first_run=True)
        assert mail == store.tasks.read(mail.id)
        assert call == len(store.tasks.list_recent(_MOST_CALLS))
    pytest.fail("an import makes more calls than this test kills")


def test_an_operator_s_retries_and_decisions_cause_no_mail(store, imports):
    first = imports.run(dropped(store, "inbox/acme/support/a.csv", _FEW, 1))
    [mail] = store.tasks.list_waiting(datetime.max.replace(tzinfo=UTC))
    sent = replace(mail, state=TaskState.SENT, settled_at=NOW, message_id="ses-1", copy="mails/1")
    store.tasks.settle(sent)

    imports.run(first.file, retry=True)
    imports.decide(store.import_log.read(first.id), Verb.UNDO)
    imports.decide(store.import_log.read(first.id), Verb.REDO)

    assert [sent] == store.tasks.list_recent(10)
    assert [] == store.tasks.list_waiting(datetime.max.replace(tzinfo=UTC))
