"""The functions that send mails and sweep the outbox, as Lambda calls them."""

from dataclasses import replace
from types import SimpleNamespace

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.handlers.mails import GIVEN_UP, send_mails, sweep_outbox, wake_mails_of, write_digest
from chalicelib.services.store.import_record import Counts, ImportReport, ImportStatus
from chalicelib.services.store.tasks import MailState
from tests.contract.builders import record
from tests.handlers.test_imports import message, messages
from tests.outbox_rig import NOON, sending, waiting_mail
from tests.parts import Log, parts_with

WAITING = waiting_mail("a")


@pytest.fixture
def office():
    """The use case with one mail that waits, its outbox and its post."""
    use_case, outbox, post = sending(WAITING)
    return parts_with(send_mail=use_case, outbox=outbox, mail_queue=post, clock=lambda: NOON, logger=Log())


def deliver(office, *mails):
    """The messages whose delivery has to be repeated."""
    answer = send_mails(office, messages(*(message({"mail": mail}, mail) for mail in mails)))
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_a_wake_up_sends_its_mail_and_a_second_one_or_one_about_nothing_is_done_at_once(office):
    assert [] == deliver(office, WAITING.id, WAITING.id, "import-none")
    assert MailState.SENT is office.outbox.read(WAITING.id).state
    assert 1 == len(office.mail_queue.sent)


def test_only_the_wake_up_that_met_trouble_is_delivered_again(office):
    office.mail_queue.trouble = CloudError("ses:SendEmail", "TooManyRequestsException")

    assert [WAITING.id] == deliver(office, WAITING.id, "import-none")


def test_only_a_mail_that_was_given_up_is_logged_in_the_alarm_s_words_and_no_line_has_an_address(office):
    office.outbox.add([waiting_mail("gone")])

    deliver(office, "import-gone", WAITING.id)

    assert [
        ("warning", GIVEN_UP, {"mail_id": "import-gone", "kind": "import", "state": "failed"}),
        ("info", "mail settled", {"mail_id": "import-a", "kind": "import", "state": "sent"}),
    ] == office.logger.lines


def test_a_sweep_asks_for_what_waits(office):
    assert {"waiting": 1} == sweep_outbox(office)
    assert [WAITING.id] == office.mail_queue.woken


def test_a_week_s_digest_is_added_once_and_asked_for(office):

    assert {"mail": "digest-2026-W08"} == write_digest(office) == write_digest(office)
    assert ["digest-2026-W08"] * 2 == office.mail_queue.woken
    assert 2 == len(office.outbox.mails)


def test_an_import_that_leaves_something_to_do_wakes_the_sender_and_another_does_not(office):
    troubled = ImportReport(ImportStatus.DONE_WITH_PROBLEMS, "toggl", Counts(rows=1, problems=1))

    wake_mails_of(office, record("clean"))
    wake_mails_of(office, replace(record("troubled"), report=troubled))

    assert ["import-troubled"] == office.mail_queue.woken


def test_a_wake_up_that_cannot_be_sent_does_not_fail_the_import():
    def busy(_):
        raise CloudError("sqs:SendMessage", "ThrottlingException")

    refused = ImportReport(ImportStatus.REFUSED)
    parts = parts_with(mail_queue=SimpleNamespace(wake=busy), logger=Log())

    wake_mails_of(parts, replace(record("refused"), report=refused))
