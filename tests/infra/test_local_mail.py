"""`make mail`: the mails that the local stack has sent, printed and stored."""

from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy

from chalicelib.services.mails.mime import write_message
from infra import local_mail
from tests.task_rig import NOON, SENDER, composed, waiting_mail


def test_sent_mails_are_printed_oldest_first_and_kept_byte_for_byte(tmp_path, capsys):
    messages = {
        mail.id: write_message(composed(mail), mail.id, sender=SENDER, at=NOON)
        for mail in map(waiting_mail, ("new", "old"))
    }
    later = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
    listed = [
        {"id": "import-new", "state": "sent", "not_before": None},
        {"id": "import-lost", "state": "failed", "not_before": None},
        {"id": "import-old", "state": "sent", "not_before": None},
        {"id": "alert-soon", "state": "waiting", "not_before": None},
        {"id": "expiring-due", "state": "waiting", "not_before": "2026-03-01T08:00:00Z"},
        {"id": "expiring-later", "state": "waiting", "not_before": later},
        {"id": "usage-checked", "state": "needless", "not_before": None},
    ]

    def hourtab(_group, verb, *words):
        if verb == "list":
            return listed
        return {"id": words[0], "message": messages[words[0]].decode("ascii")}

    local_mail.main(hourtab, tmp_path / "mail")

    printed = capsys.readouterr().out
    assert 0 < printed.index("Subject: About old") < printed.index("Subject: About new")
    assert (
        "2 sent, 2 waiting (sent within 15 minutes), 1 due later, 1 failed: `hourtab mail list` says why"
        == printed.splitlines()[-1]
    )
    kept = {path.stem: path.read_bytes() for path in (tmp_path / "mail").iterdir()}
    assert messages == kept
    assert message_from_bytes(kept["import-old"], policy=policy.default)["To"] == "ida@example.com"


def test_a_mail_that_did_the_tasks_of_two_retainers_is_printed_and_counted_once(tmp_path, capsys):
    message = write_message(composed(waiting_mail("both")), "import-both", sender=SENDER, at=NOON).decode("ascii")
    listed = [{"id": name, "state": "sent", "not_before": None} for name in ("new-cycle-b", "new-cycle-a")]

    def hourtab(_group, verb, *words):
        return listed if verb == "list" else {"id": words[0], "message": message}

    local_mail.main(hourtab, tmp_path / "mail")

    printed = capsys.readouterr().out
    assert (1, "1 sent") == (printed.count("Subject: About both"), printed.splitlines()[-1])
