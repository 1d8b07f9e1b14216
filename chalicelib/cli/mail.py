"""`hourtab mail`: what waits to be sent, what was sent, what could not be; and to send that again."""

from collections.abc import Sequence
from email import message_from_bytes, policy
from typing import Any

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, plain, table
from chalicelib.domain.errors import HourTabError
from chalicelib.parts import Parts
from chalicelib.render.json_values import instant_json
from chalicelib.services.store.lookup import near_names
from chalicelib.services.store.tasks import Task, TaskId, TaskState

_RECENT = 100
_HEADERS = ("From", "To", "Subject", "Date")


class UnknownMailError(HourTabError):
    """No mail has this id; a near one is told."""

    def __init__(self, wanted: str, known: Sequence[str]) -> None:
        near = near_names(wanted, known)[:1]
        hint = f" Did you mean `{near[0]}`?" if near else ""
        super().__init__(f"There is no mail `{wanted}`.{hint} `hourtab mail list` shows them.")


class SentMailError(HourTabError):
    """What was sent is not sent again."""

    def __init__(self, mail: Task) -> None:
        when = f" at {mail.settled_at:%Y-%m-%d %H:%M} UTC" if mail.settled_at else ""
        super().__init__(f"The mail {mail.id} was sent{when}; `hourtab mail show {mail.id}` prints it.")


class SkippedMailError(HourTabError):
    """What had nothing to say is not sent."""

    def __init__(self, mail: Task) -> None:
        super().__init__(
            f"The mail {mail.id} is not sent, because there was nothing to tell: {mail.reason or 'no reason'}"
        )


@click.group(cls=Group)
def mail() -> None:
    """Mails: what waits, what was sent, and what could not be."""


@mail.command("list")
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many.")
@pass_parts
def list_recent(parts: Parts, limit: int) -> None:
    """The newest mails, newest first."""
    mails = parts.tasks.list_recent(limit)
    head = ("id", "written", "state", "since", "reason")
    answer([_as_json(one) for one in mails], table(head, (_row(one) for one in mails)))


@mail.command()
@click.argument("id")
@pass_parts
def show(parts: Parts, id: str) -> None:  # noqa: A002 - the word of the command line
    """One mail as it was sent, or as it would be sent now."""
    found = _find(parts, id)
    message = parts.send_mail.message(found)
    answer({**_as_json(found), "message": message.decode("ascii")}, _lines(found, message))


@mail.command()
@click.argument("ids", nargs=-1, required=True)
@pass_parts
def retry(parts: Parts, ids: tuple[str, ...]) -> None:
    """Send mails that failed or became too old, once what stopped them is mended."""
    found = [_find(parts, each) for each in ids]
    for each in found:
        if each.state is TaskState.SENT:
            raise SentMailError(each)
        if each.state is TaskState.SKIPPED:
            raise SkippedMailError(each)
    again = [parts.run_task.retry(each) for each in found]
    answer([_as_json(each) for each in again], [f"{each.id} is queued." for each in again])


@mail.command()
@click.argument("address")
@pass_parts
def unblock(parts: Parts, address: str) -> None:
    """Let an address have mails again that bounced or complained."""
    removed = parts.suppression_list.remove(address)
    said = "It has mails again; `hourtab mail retry ID` sends one once more." if removed else "It was not blocked."
    answer({"unblocked": removed}, [said])


def _find(parts: Parts, wanted: str) -> Task:
    found = parts.tasks.read(TaskId(wanted))
    if found is None:
        raise UnknownMailError(wanted, [one.id for one in parts.tasks.list_recent(_RECENT)])
    return found


def _lines(found: Task, message: bytes) -> list[str]:
    read = message_from_bytes(message, policy=policy.default)
    told = [("state", _state(found)), ("reason", found.reason or "")]
    headers = [(name, str(read[name] or "")) for name in _HEADERS]
    body = read.get_body(("plain",))
    text = body.get_content().splitlines() if body else []
    return [*facts(told), "", *facts(headers), "", *(plain(line) for line in text)]


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
