"""The mails that the local stack has sent: printed, and saved as files that a mail program can open.

Run as `python -m infra.local_mail`. The messages are byte for byte those handed to SES.
"""

import sys
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from email import message_from_string, policy
from functools import partial
from pathlib import Path
from typing import Any

import click

from infra.demo.set_up import DemoError, hourtab
from infra.local_clock import local_now

FOLDER = Path(__file__).resolve().parent.parent / ".local" / "mail"
_SHOWN = 1000
_RULE = "-" * 72
_OTHERS = {
    "waiting": "waiting (sent within 15 minutes)",
    "later": "due later",
    "failed": "failed: `hourtab mail list` says why",
    "too_old": "too old: `hourtab mail list` says why",
}
"""What is said of mails that were not sent, by their fate."""


def main(run: Callable[..., Any] = hourtab, folder: Path = FOLDER) -> None:
    """Save in `folder` and print the sent mails, oldest first; `run` runs a command of HourTab."""
    try:
        mails = run("mail", "list", "--limit", str(_SHOWN))
        shown = [run("mail", "show", mail["id"]) for mail in reversed(mails) if mail["state"] == "sent"]
    except DemoError as problem:
        sys.exit(str(problem))
    sent = {mail["message"]: mail for mail in shown}  # one mail may do the tasks of several retainers
    for mail in sent.values():
        click.echo(f"{_RULE}\n{_keep(mail, folder)}\n")
        click.echo(_text(mail["message"]))
    click.echo(f"{_RULE}\n{_counted(len(sent), mails, local_now(folder.parent))}")


def _counted(sent: int, mails: list[dict[str, Any]], now: datetime) -> str:
    """How many were sent, wait, and could not be sent; a skipped one had nothing to report and is no mail."""
    counts = Counter(map(partial(_fate, now=now), mails))
    parts = [f"{sent} sent"]
    parts += [f"{counts[fate]} {words}" for fate, words in _OTHERS.items() if counts[fate]]
    return ", ".join(parts)


def _fate(mail: dict[str, Any], now: datetime) -> str:
    """Its state; `later` for one that is not due yet."""
    due = mail["not_before"]
    return "later" if mail["state"] == "waiting" and due and datetime.fromisoformat(due) > now else str(mail["state"])


def _keep(mail: dict[str, Any], folder: Path) -> Path:
    """The file that holds the message."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{mail['id']}.eml"
    path.write_text(mail["message"], encoding="ascii", newline="")
    return path


def _text(message: str) -> str:
    read = message_from_string(message, policy=policy.default)
    headers = [f"{name}: {read[name]}" for name in ("From", "To", "Subject", "Date")]
    body = read.get_body(("plain",))
    return "\n".join([*headers, "", *(body.get_content().splitlines() if body else [])])


if __name__ == "__main__":
    main()
