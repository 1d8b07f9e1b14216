"""`hourtab mail`: the mails that wait, were sent or failed; retry them, and unblock addresses."""

from email import message_from_bytes, policy
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, listing, plain
from chalicelib.cli.values import unknown_id
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.store.tasks import Task, TaskId, TaskState

_RECENT = 100
_HEADERS = ("From", "To", "Subject", "Date")

mail = Group()


@mail.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@pass_parts
def list_recent(parts: Parts, limit: int) -> None:
    """List the most recent mails, newest first."""
    mails = parts.tasks.list_recent(limit)
    head = ("id", "written", "state", "since", "reason")
    answer([_as_json(one) for one in mails], listing(head, map(_row, mails), "No mail was written yet."))


@mail.command()
@click.argument("id")
@pass_parts
def show(parts: Parts, id: str) -> None:  # noqa: A002 - the name on the command line
    """Show one mail as it was sent, or as it would be sent now."""
    found = _find(parts, id)
    message = parts.send_mail.message(found)
    answer({**_as_json(found), "message": message.decode("ascii")}, _lines(found, message))


@mail.command()
@click.argument("ids", nargs=-1, required=True)
@pass_parts
def retry(parts: Parts, ids: tuple[str, ...]) -> None:
    """Send mails that failed or became too old, after their cause was fixed."""
    found = [_find(parts, each) for each in ids]
    for each in found:
        if each.state is TaskState.SENT:
            when = f" at {each.settled_at:%Y-%m-%d %H:%M} UTC" if each.settled_at else ""
            raise click.ClickException(
                f"The mail {each.id} was already sent{when}; `hourtab mail show {each.id}` prints it."
            )
        if each.state is TaskState.SKIPPED:
            raise click.ClickException(
                f"The mail {each.id} was skipped, because there was nothing to report: {each.reason or 'no reason'}"
            )
    again = [parts.run_task.retry(each) for each in found]
    answer([_as_json(each) for each in again], [f"{each.id} is queued." for each in again])


@mail.command()
@click.argument("address")
@pass_parts
def unblock(parts: Parts, address: str) -> None:
    """Take an address off the suppression list, so that it gets mails again."""
    removed = parts.suppression_list.remove(address)
    message = (
        "The address gets mails again; use `hourtab mail retry ID` to resend one." if removed else "It was not blocked."
    )
    answer({"unblocked": removed}, [message])


def _find(parts: Parts, wanted: str) -> Task:
    found = parts.tasks.read(TaskId(wanted))
    if found is None:
        raise unknown_id("mail", wanted, [one.id for one in parts.tasks.list_recent(_RECENT)])
    return found


def _lines(found: Task, message: bytes) -> list[str]:
    status = [("state", _state(found)), ("reason", found.reason or "")]
    return [*facts(status), "", *message_lines(message)]


def message_lines(message: bytes) -> list[str]:
    """The headers and the text of a MIME message."""
    read = message_from_bytes(message, policy=policy.default)
    headers = [(name, str(read[name] or "")) for name in _HEADERS]
    body = read.get_body(("plain",))
    text = body.get_content().splitlines() if body else []
    return [*facts(headers), "", *(plain(line) for line in text)]


def recipient_of(message: bytes) -> str:
    """The address that a MIME message goes to."""
    return str(message_from_bytes(message, policy=policy.default)["To"])


def _row(one: Task) -> tuple[str, ...]:
    since = one.settled_at or one.not_before
    return (
        one.id,
        f"{one.created_at:%Y-%m-%d %H:%M}",
        _state(one),
        f"{since:%Y-%m-%d %H:%M}" if since else "",
        one.reason or "",
    )


def _state(one: Task) -> str:
    if one.state is TaskState.WAITING and one.not_before:
        return "waiting until"
    return one.state.value.replace("_", " ")


def _as_json(one: Task) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind.value,
        "about": list(one.about),
        "client": one.client,
        "state": one.state.value,
        "created_at": instant_json(one.created_at),
        "not_before": instant_json(one.not_before),
        "settled_at": instant_json(one.settled_at),
        "reason": one.reason,
        "message_id": one.message_id,
    }
