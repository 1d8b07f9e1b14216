"""Asking a client for hours beyond a retainer on the command line."""

from datetime import timedelta
from pathlib import Path

import pytest

from chalicelib.domain.approval import Answer
from tests.unit.cli.rig import SETUP, Cli
from tests.unit.cli.rig import Answer as Output
from tests.unit.cli.test_json_answers import KEYS, keys

ASK = "approval ask acme support --hours 20 --rate 95.00 --reason Server --id move"


@pytest.fixture
def cli_of_acme(cli: Cli, setup_file: Path) -> Cli:
    """Acme's retainer is live from this month, and its director approves."""
    approvals = "    approvals: {approvers: [ida@acme.example], decide_days: 3}\n    retainers:"
    setup_file.write_text(SETUP.replace("2026-01-01", "2026-11-01").replace("    retainers:", approvals))
    assert 0 == cli.run("apply", str(setup_file)).code
    return cli


def say(cli: Cli, line: str, **options: str) -> Output:
    """Run a command line whose words contain no spaces."""
    return cli.run(*line.split(), **options)


def test_the_sentence_is_shown_and_nothing_asked_without_consent(cli_of_acme: Cli) -> None:
    refused = say(cli_of_acme, ASK, typed="n\n")

    assert "Up to 20\u00a0h beyond the retainer “support” of Acme" in refused.err
    assert "To: ida@acme.example" in refused.err
    assert (1, []) == (refused.code, say(cli_of_acme, "approval list --json").json)
    assert [] == cli_of_acme.parts.task_queue.sent


def test_a_question_is_asked_once_and_its_mail_queued(cli_of_acme: Cli) -> None:
    asked, again = say(cli_of_acme, ASK, typed="y\n"), say(cli_of_acme, ASK)

    assert ["question   move", "cycle      acme/support, 2026-11-01", "state      asked"] == asked.lines[:3]
    assert "question   move, which was asked before as `move`" == again.lines[0]
    assert ["question-acme.support.move.0"] == cli_of_acme.parts.task_queue.sent


def test_questions_are_listed_with_how_they_stand(cli_of_acme: Cli) -> None:
    cli = cli_of_acme
    say(cli, f"{ASK} --yes")
    known = cli.parts.ledger.read_approvals("acme")
    answered = known.approvals[0].answered(Answer(True, "Ida Berg"), cli.parts.clock())
    cli.parts.ledger.answer(known.put(answered), ())
    cli.parts.moment += timedelta(minutes=1)
    say(cli, "approval ask acme support --hours 1:30 --rate 95.00 --reason Mail --id mail --yes")
    cli.parts.moment += timedelta(days=4)

    listed = say(cli, "approval list acme")
    assert [
        "acme    mail  support   2026-11-01   1:30  95.00 EUR  expired             2026-11-25 09:01",
        "acme    move  support   2026-11-01   20 h  95.00 EUR  approved  Ida Berg  2026-11-25 09:00",
    ] == listed.lines[1:]


def test_a_question_is_withdrawn_once(cli_of_acme: Cli) -> None:
    say(cli_of_acme, f"{ASK} --yes")
    first, again = (say(cli_of_acme, "approval withdraw acme move") for _ in range(2))
    unknown = say(cli_of_acme, "approval withdraw acme mov")

    assert ["state      withdrawn"] * 2 == [first.lines[2], again.lines[2]]
    assert "which was withdrawn before" in again.lines[0]
    assert "hourtab: acme was not asked anything called “mov”. Did you mean “move”?\n" == unknown.err
    acts = [act["act"] for act in say(cli_of_acme, "audit acme --json").json]
    assert ["ask_approval", "set_up", "withdraw_approval"] == sorted(acts)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (("95.00", "95.001"), "95.001 is not an amount of EUR"),
        (("--hours 20", "--hours 0"), "'0' is not an amount of hours"),
        (("support", "projects"), "acme has no retainer “projects”"),
    ],
)
def test_what_cannot_be_asked_is_refused(cli_of_acme: Cli, change: tuple[str, str], problem: str) -> None:
    assert problem in say(cli_of_acme, f"{ASK} --yes".replace(*change)).err


def test_nothing_is_asked_where_no_mail_can_be_sent(cli_of_acme: Cli) -> None:
    cli_of_acme.parts.settings = cli_of_acme.parts.settings.__class__()

    assert "This deployment sends no mail" in say(cli_of_acme, f"{ASK} --yes").err


def test_the_answers_in_json_have_the_keys_of_their_row(cli_of_acme: Cli) -> None:
    lines = f"{ASK} --yes", "approval withdraw acme move"

    assert [KEYS["approval ask"]] * 2 == [set(keys(say(cli_of_acme, f"{line} --json").json)) for line in lines]
    assert KEYS["approval list"] - {"is_new"} == set(keys(say(cli_of_acme, "approval list --json").json))
