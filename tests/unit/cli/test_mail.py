"""`hourtab mail`."""

from dataclasses import replace
from datetime import timedelta
from email import message_from_string, policy

import pytest

from chalicelib.services.store.tasks import TaskState
from tests.task_rig import NOON, waiting_mail
from tests.unit.cli.rig import Cli


@pytest.fixture
def post_office(cli: Cli) -> Cli:
    """A terminal whose deployment has a mail of each state."""
    failed = replace(
        waiting_mail("failed", minutes=1), state=TaskState.FAILED, settled_at=NOON, reason="SES refused \x1b[2Jit."
    )
    cli.parts.tasks.add([waiting_mail("waits", minutes=2), failed, waiting_mail("sent")])
    cli.parts.moment = NOON
    cli.parts.run_task.run(waiting_mail("sent").id)
    return cli


def test_the_newest_mails_are_listed_with_their_state_and_reason(post_office: Cli):
    head, *rows = post_office.run("mail", "list").lines

    assert ["ID", "WRITTEN", "STATE", "SINCE", "REASON"] == head.split()
    assert ["import-waits", "import-failed", "import-sent"] == [row.split()[0] for row in rows]
    assert rows[1].endswith("failed   2026-03-01 12:00  SES refused  [2Jit.")
    assert ["import-waits"] == [one["id"] for one in post_office.run("mail", "list", "--limit", "1", "--json").json]


def test_a_mail_is_shown_as_people_read_it_and_whole_as_json(post_office: Cli):
    lines = post_office.run("mail", "show", "import-sent").lines
    shown = post_office.run("mail", "show", "import-sent", "--json").json

    assert lines[0] == "state  sent"
    assert "To       ida@example.com" in lines
    assert "Subject  About sent" in lines
    assert lines[-1] == "Grüße"
    assert ("sent", "ses-1") == (shown["state"], shown["message_id"])
    assert post_office.parts.post.sent[0].decode() == shown["message"]
    assert message_from_string(shown["message"], policy=policy.default)["Subject"] == "About sent"


def test_what_failed_is_queued_again_and_what_was_sent_is_not(post_office: Cli):
    again = post_office.run("mail", "retry", "import-failed", "import-waits")
    refused = post_office.run("mail", "retry", "import-sent")

    assert ["import-failed is queued.", "import-waits is queued."] == again.lines
    assert ["import-failed", "import-waits"] == post_office.parts.post.queue.sent
    assert TaskState.WAITING is post_office.parts.tasks.read("import-failed").state
    assert (1, "") == (refused.code, refused.out)
    assert "was already sent at 2026-03-01 12:00 UTC" in refused.err


def test_an_unknown_mail_is_one_sentence(post_office: Cli):
    answer = post_office.run("mail", "show", "import-wait")

    assert answer.code == 1
    assert answer.err == (
        "hourtab: There is no mail “import-wait”. Did you mean “import-waits”? `hourtab mail list` lists the mails.\n"
    )


def test_a_mail_that_cannot_be_written_says_why(post_office: Cli):
    post_office.parts.tasks.add([waiting_mail("gone")])

    assert post_office.run("mail", "show", "import-gone").err == "hourtab: The import gone no longer exists.\n"


def test_a_skipped_mail_is_not_sent_again(cli: Cli):
    cli.parts.tasks.add([replace(waiting_mail("a"), state=TaskState.SKIPPED, reason="Checked: nothing.")])

    answer = cli.run("mail", "retry", "import-a")

    assert (1, "") == (answer.code, answer.out)
    assert "nothing to report: Checked: nothing." in answer.err


def test_a_mail_that_waits_for_its_day_shows_until_when(cli: Cli):
    cli.parts.tasks.add([replace(waiting_mail("a"), not_before=NOON + timedelta(days=3))])

    assert "waiting until  2026-03-04 12:00" in cli.run("mail", "list").out
    assert "2026-03-04T12:00:00Z" == cli.run("mail", "list", "--json").json[0]["not_before"]
