"""`hourtab doctor` and `hourtab mail unblock`: what is missing, one sentence each."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.services.health import SCHEDULED
from chalicelib.services.mails.ports import SuppressionReason
from chalicelib.services.store.tasks import TaskId
from tests.invoice_rig import BUYER, SELLER
from tests.unit.cli.rig import Cli

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


@pytest.fixture
def well(acme: Cli) -> Cli:
    """A terminal whose deployment needs nothing."""
    directory = acme.parts.directory
    directory.operator = replace(directory.operator, billing=SELLER)
    directory.books["acme"] = replace(directory.books["acme"], billing=BUYER)
    return acme


def test_a_deployment_that_needs_nothing_says_so(well: Cli) -> None:
    answer = well.run("doctor")

    assert (0, ["Nothing is needed."]) == (answer.code, answer.lines)
    assert {False} == {one["needed"] for one in well.run("doctor", "--json").json}


@pytest.mark.parametrize(
    ("changes", "about", "sentence"),
    [
        ({"is_verified": False}, "sender", "verify the address or its domain"),
        ({"is_sandboxed": True}, "sandbox", "ask AWS for production access"),
        ({"can_send": False}, "sending", "paused"),
        ({"tells_of_bounces": False}, "bounces", "deploy again"),
    ],
)
def test_what_ses_still_needs_is_one_sentence_with_what_to_do(well: Cli, changes, about: str, sentence: str) -> None:
    well.parts.deployment.facts = replace(well.parts.deployment.facts, **changes)

    answer = well.run("doctor")

    assert (1, 1) == (answer.code, len(answer.lines))
    assert sentence in answer.lines[0]
    assert [about] == [one["about"] for one in well.run("doctor", "--json").json if one["needed"]]


def test_dead_letters_and_disabled_schedules_are_named(well: Cli) -> None:
    well.parts.deployment.letters = {"MailDeadLetters": 2, "ImportDeadLetters": 0}
    well.parts.deployment.running = {**well.parts.deployment.running, "AEveryHour": False}

    letters, schedules = well.run("doctor").lines

    assert "2 in MailDeadLetters" in letters
    assert "(EveryHour)" in schedules


@pytest.mark.parametrize(
    ("differs", "sentence"),
    [
        ({"alarms": {"PagesSlow": True, "MailsRefused": True, "PagesRefused": False}}, "(MailsRefused, PagesSlow)"),
        ({"muted": {"SendMailsFailing", "PagesSlow"}}, "switched off (PagesSlow, SendMailsFailing): switch"),
        ({"subscriptions": {}}, "ALARM_EMAIL"),
        ({"subscriptions": {"ops@example.com": False, "b@example.com": True}}, "do not reach ops@example.com: open"),
        (
            {"last_runs": {**dict.fromkeys(SCHEDULED, NOW), "SweepOutbox": NOW - timedelta(minutes=61)}},
            "SweepOutbox, which sweeps due mails every 15 minutes, last ran 2026-11-22 07:59 UTC: see",
        ),
        ({"last_runs": {**dict.fromkeys(SCHEDULED, NOW), "WriteDigest": None}}, "last ran more than three days ago"),
        (
            {"oldest": {"MailQueue": timedelta(minutes=31), "LargeImportQueue": timedelta(hours=6)}},
            "The oldest message of MailQueue has waited for 31 min: see",
        ),
    ],
)
def test_alarms_mails_that_reach_nobody_schedules_that_stopped_and_queues_that_wait_are_named(
    well: Cli, differs, sentence
):
    well.parts.deployment.watched = differs

    answer = well.run("doctor")

    assert (1, 1) == (answer.code, len(answer.lines))
    assert sentence in answer.lines[0]


def test_the_last_run_of_each_schedule_and_the_age_of_each_queue_are_listed_even_if_all_is_well(well: Cli) -> None:
    told = [(one["about"], one["sentence"]) for one in well.run("doctor", "--json").json]
    runs = [sentence for about, sentence in told if about == "last run"]

    assert list(SCHEDULED) == [sentence.split(",")[0] for sentence in runs]
    assert all(sentence.endswith("last ran 2026-11-22 09:00 UTC.") for sentence in runs)
    assert ("oldest message", "The oldest message of MailQueue has waited for 30 min.") in told


def test_on_the_local_cloud_nothing_watches_and_nothing_is_said_about_it(well: Cli) -> None:
    well.parts.deployment.watched = None

    about = {one["about"] for one in well.run("doctor", "--json").json}
    assert {"alarms", "muted alarms", "alarm mails", "last run", "oldest message"}.isdisjoint(about)


def test_missing_set_up_for_invoices_and_mails_is_named_by_its_keys(acme: Cli) -> None:
    answer = acme.run("doctor")

    assert 1 == answer.code
    invoices, addresses = answer.lines
    assert "`operator.billing.address`" in invoices
    assert "`clients.acme.billing.address`" in invoices
    assert addresses.endswith("no mail goes to: acme.")


def test_without_a_sender_ses_is_not_queried(well: Cli) -> None:
    well.parts.settings = replace(well.parts.settings, mail_from="")

    assert "MAIL_FROM" in well.run("doctor").lines[0]


def test_an_address_is_unblocked(cli: Cli) -> None:
    cli.parts.post.suppression_list.add(
        "jane@example.com", SuppressionReason.BOUNCE, datetime(2026, 11, 2, tzinfo=UTC), TaskId("a")
    )

    assert cli.run("mail", "unblock", "jane@example.com").lines[0].startswith("The address gets mails again")
    assert ["It was not blocked."] == cli.run("mail", "unblock", "jane@example.com").lines
