"""`make mail`: the mails that the local stack has sent, printed and stored."""

from email import message_from_bytes, policy

from chalicelib.services.mails.mime import write_message
from infra import local_mail
from tests.task_rig import NOON, SENDER, composed, waiting_mail


def test_sent_mails_are_printed_oldest_first_and_kept_byte_for_byte(tmp_path, capsys):
    messages = {
        mail.id: write_message(composed(mail), mail.id, sender=SENDER, at=NOON)
        for mail in map(waiting_mail, ("new", "old"))
    }
    states = {"import-new": "sent", "import-lost": "failed", "import-old": "sent"}

    def hourtab(_group, verb, *words):
        if verb == "list":
            return [{"id": mail, "state": state} for mail, state in states.items()]
        return {"id": words[0], "message": messages[words[0]].decode("ascii")}

    local_mail.main(hourtab, tmp_path / "mail")

    printed = capsys.readouterr().out
    assert 0 < printed.index("Subject: About old") < printed.index("Subject: About new")
    assert "2 sent, 1 not: `hourtab mail list` says why" in printed
    kept = {path.stem: path.read_bytes() for path in (tmp_path / "mail").iterdir()}
    assert messages == kept
    assert message_from_bytes(kept["import-old"], policy=policy.default)["To"] == "ida@example.com"
