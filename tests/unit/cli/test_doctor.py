"""`hourtab doctor` and `hourtab mail unblock`: what is missing, one sentence each."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.services.mails.ports import SuppressionReason
from chalicelib.services.store.tasks import TaskId
from tests.invoice_rig import BUYER, SELLER
from tests.unit.cli.rig import Cli


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
