"""What people and programs see of a deployment that an older release has left, and what each message in flight does.

python -m tests.upgrade.observe            prints it as JSON: name → text
python -m tests.upgrade.observe --write    puts it into expected/, where what differs is to be reviewed
"""

import json
import re
import sys
import traceback
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from difflib import unified_diff
from email import message_from_string, policy
from html.parser import HTMLParser
from operator import itemgetter
from pathlib import Path
from typing import Any

import boto3

from tests.upgrade.deployment import INBOX, NOW, STORE, Deployment, deployment
from tests.upgrade.stored import RELEASE, as_bytes, stored_item

EXPECTED = Path(__file__).parent / "release_0_1" / "expected"
AFTERWARDS = re.compile(r"(balance|imports|mails|invoices).json|statement-.*|page-[a-z]+.txt")
"""What is looked at once more when all messages are delivered."""
A_BATCH = 25
Look = Callable[[], Any]
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|\+00:00)")


def main() -> None:
    seen = observe()
    if "--write" not in sys.argv:
        sys.stdout.write(json.dumps(seen))
        return
    EXPECTED.mkdir(exist_ok=True)
    for path in EXPECTED.iterdir():
        path.unlink()
    for name, text in seen.items():
        (EXPECTED / name).write_text(text)


def observe() -> dict[str, str]:
    """Everything by its name; what fails is the text of its error."""
    release = json.loads(RELEASE.read_text())
    with deployment() as on:
        restore(on, release)
        on.step = timedelta(seconds=10)
        seen = {name: _text(look) for name, look in stored(on, release["links"])}
        messages = {name: _text(look) for name, look in in_flight(on, release["messages"])}
        after = {name: _text(look) for name, look in stored(on, release["links"]) if AFTERWARDS.fullmatch(name)}
        mails = _text(lambda: "\n".join(_messages(on, [one["about"] for one in release["messages"]["mail"]])))
    changes = {name: _difference(seen[name], text) for name, text in after.items() if seen[name] != text}
    return seen | {
        "messages.txt": _chapters(messages),
        "afterwards.diff": _chapters(changes),
        "mails-sent-now.txt": mails,
    }


def restore(on: Deployment, release: dict[str, Any]) -> None:
    """The deployment as the old release left it."""
    on.make(release["secret"])
    dynamodb = boto3.client("dynamodb")
    for table, items in release["tables"].items():
        for first in range(0, len(items), A_BATCH):
            requests = [{"PutRequest": {"Item": stored_item(item)}} for item in items[first : first + A_BATCH]]
            assert {} == dynamodb.batch_write_item(RequestItems={table: requests})["UnprocessedItems"]
    for one in release["inbox"]:
        on.put_object(INBOX, one["key"], as_bytes(one["body"]), one["version"])
    for one in release["store"]:
        on.put_object(STORE, one["key"], as_bytes(one["body"]))


# ---------------------------------------------------------------- what is stored
def stored(on: Deployment, links: dict[str, str]) -> Iterator[tuple[str, Look]]:
    """Pages, figures, reports, invoices and mails of what lies there, before any message is delivered."""
    clients = [one["client"] for one in on.hourtab("client", "list")]
    yield "clients.json", lambda: [on.hourtab("client", "show", client) for client in clients]
    yield "retainers.json", lambda: on.hourtab("retainer", "list")
    yield "sources.json", lambda: on.hourtab("source", "list")
    yield "links.json", lambda: on.hourtab("link", "list")
    yield "balance.json", lambda: on.hourtab("balance")
    yield "due.json", lambda: on.hourtab("rollover", "--dry-run", "--at", "2027-03-10")
    yield "imports.json", lambda: on.hourtab("import", "list", "--limit", "1000")
    yield (
        "running-import.json",
        lambda: [
            on.hourtab("import", "show", one["id"])
            for one in on.hourtab("import", "list", "--limit", "1000")
            if one["status"] == "running"
        ],
    )
    # Sorted, because several are of one moment.
    yield "mails.json", lambda: sorted(on.hourtab("mail", "list", "--limit", "1000"), key=itemgetter("id"))
    yield "invoices.json", lambda: sorted(on.hourtab("invoice", "list", "--limit", "1000"), key=itemgetter("id"))
    for client in clients:
        yield f"statement-{client}.json", lambda of=client: on.hourtab("statement", of, "--year", "2026")
        yield f"audit-{client}.json", lambda of=client: on.hourtab("audit", of)
    for name, path in links.items():
        yield from _behind(on, name, path)
    yield (
        "previews.json",
        lambda: [
            on.hourtab("invoice", "preview", one["client"], one["retainer"], "--cycle", one["cycle"]["start"])
            for one in on.hourtab("balance")
        ],
    )
    yield "mails-sent-before.txt", lambda: "\n".join(_messages(on, KEPT_COPIES))


def _behind(on: Deployment, name: str, path: str) -> Iterator[tuple[str, Look]]:
    """What an address that somebody has leads to."""
    slug = re.sub(r"[^a-z0-9]+", "-", name.lower())
    yield f"page-{slug}.txt", lambda: _page(on, path)
    if path.startswith("/b/") and slug == name:
        yield f"page-{slug}-2026.txt", lambda: _page(on, f"{path}?year=2026")
        yield f"balance-{slug}.json", lambda: _file(on, f"{path}/balance.json?year=2026")
        yield f"work-log-{slug}.csv", lambda: _file(on, f"{path}/work-log.csv?year=2026")


def _messages(on: Deployment, mails: Iterable[str]) -> Iterator[str]:
    """The mails as they were sent, from their kept copies; or why one was not."""
    for mail in mails:
        shown = on.hourtab("mail", "show", mail)
        yield f"\n===== {mail}"
        yield taken_apart(shown["message"]) if "message" in shown else shown["says"]


KEPT_COPIES = (
    "new-cycle-nordlicht.helpdesk.2026-11-01",
    "alert-nordlicht.helpdesk.2026-12-01.90",
    "invoice-nordlicht.helpdesk.2026-11-01",
)
"""Sent mails whose copies release.json holds."""


# ---------------------------------------------------------------- what is in flight
def in_flight(on: Deployment, messages: dict[str, list[dict[str, Any]]]) -> Iterator[tuple[str, Look]]:
    """Each message that the old release left is delivered, one after the other; what it changes is what is seen."""
    effects = Effects(on)
    for queue in ("import", "large-import", "mail", "rollover"):
        for message in messages[queue]:
            yield f"{queue}: {message['name']}", effects.of(lambda q=queue, m=message: on.deliver(q, m["body"]))
    for message in messages["feedback"]:
        yield f"feedback: {message['name']}", effects.of(lambda m=message: on.call("note_bounces", m["event"]))
    yield "what followed", effects.of(effects.deliver_all)
    for schedule in ("sweep_outbox", "start_rollovers", "write_digest"):
        yield f"schedule: {schedule}", effects.of(lambda name=schedule: on.call(name, {}))
    yield "a week later", effects.of(lambda: _a_week_later(on, effects))


def _a_week_later(on: Deployment, effects: "Effects") -> Any:
    """The schedules go on: January closes."""
    on.now += timedelta(days=7)
    started = on.call("start_rollovers", {})
    delivered = effects.deliver_all()
    return {"started": started, "delivered": delivered, "swept": on.call("sweep_outbox", {})}


class Effects:
    """What a message does: its answer, the items that are written or gone, what is queued then, and what SES gets."""

    def __init__(self, on: Deployment) -> None:
        self._on = on
        self._held: list[tuple[str, str]] = []

    def of(self, deliver: Look) -> Look:
        """A look at what `deliver` does."""

        def look() -> Any:
            before = self._on.items()
            self._on.sent.clear()
            answer = deliver()
            queued = self._on.queued()
            self._held += queued
            after = self._on.items()
            return {
                "answer": answer,
                "written": sorted(key for key, item in after.items() if before.get(key) != item),
                "gone": sorted(before.keys() - after.keys()),
                "queued": sorted(_named(queue, body) for queue, body in queued),
                "sent": list(self._on.sent),
            }

        return look

    def deliver_all(self) -> list[str]:
        """Deliver what was queued since, until nothing is left; says what it was."""
        delivered = []
        while self._held:
            held, self._held = self._held, []
            for queue, body in held:
                self._on.deliver(queue, body)
                delivered.append(_named(queue, body))
            self._held = self._on.queued()
        return delivered


def _named(queue: str, body: str) -> str:
    return f"{queue}: {json.dumps(json.loads(body), sort_keys=True)}"


# ---------------------------------------------------------------- as text
def _text(look: Look) -> str:
    try:
        value = look()
    except Exception:  # noqa: BLE001 - one look that fails is a finding, and the others are looked at
        return traceback.format_exc()
    text = value if isinstance(value, str) else json.dumps(value, indent=1, ensure_ascii=False)
    return _INSTANT.sub(_now_or, text.replace("\r\n", "\n")).rstrip("\n") + "\n"


def _now_or(instant: re.Match[str]) -> str:
    """The instant, or how many days after `NOW` where it is one of this run, or due half an hour after one."""
    past = datetime.fromisoformat(instant[0]) - NOW
    of_day = past - timedelta(days=past.days)
    for start, words in ((timedelta(), ""), (timedelta(minutes=30), "+30min")):
        if past.days in {0, 7} and start <= of_day < start + timedelta(minutes=20):
            return f"NOW+{past.days}d{words}"
    return instant[0]


def _page(on: Deployment, path: str) -> str:
    status, body = on.get(path)
    return f"{status}\n{visible(body)}"


def _file(on: Deployment, path: str) -> str:
    status, body = on.get(path)
    return body if status == 200 else f"{status}\n{visible(body)}"


def visible(page: str) -> str:
    """What a page says, a line per piece of text, with the addresses it links to."""
    reader = _Visible()
    reader.feed(page)
    return "\n".join(reader.lines)


class _Visible(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._hidden += tag == "style"
        self.lines += [f"→ {value}" for name, value in attrs if name == "href" and tag == "a"]

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag == "style"

    def handle_data(self, data: str) -> None:
        words = " ".join(data.split())
        if words and not self._hidden:
            self.lines.append(words)


def taken_apart(message: str) -> str:
    """A MIME message: its headers, what it says, and its files."""
    read = message_from_string(message, policy=policy.default)
    lines = [f"{name}: {value}" for name, value in read.items() if name.lower() not in {"date", "content-type"}]
    for part in read.walk():
        if part.is_multipart():
            continue
        lines.append(f"--- {part.get_content_type()} {part.get_filename() or ''}".rstrip())
        content = part.get_content()
        if isinstance(content, bytes):
            lines.append(f"{content.count(b'/Type /Page' + bytes([10]))} pages")
        else:
            lines.append(visible(content) if part.get_content_type() == "text/html" else content.rstrip())
    return "\n".join(lines)


def _difference(before: str, after: str) -> str:
    lines = unified_diff(before.splitlines(), after.splitlines(), n=2, lineterm="")
    return "\n".join(list(lines)[2:]) + "\n"


def _chapters(texts: dict[str, str]) -> str:
    return "\n".join(f"===== {name}\n{text}" for name, text in texts.items())


if __name__ == "__main__":
    main()
