"""Makes release.json: a deployment of release 0.1 with data, and with a message in every queue.

It ran once, on that release (README.md says on which commit), and is kept to show how the data came about. It goes
through the functions and the command line, as the test does; two constants are patched so that small data takes
the ways of large data.

    python -m tests.upgrade.release_0_1.generate
"""

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch
from urllib.parse import quote_plus

import boto3
from botocore.client import BaseClient

from tests.upgrade.deployment import BASE_URL, INBOX, NOW, REGION, STORE, TABLES, Deployment, deployment
from tests.upgrade.stored import RELEASE, readable, readable_item

HERE = Path(__file__).parent
SECRET = "not-a-secret-" + "x" * 51
LARGE = 20_000_000
Row = tuple[str, ...]
GENERIC = ("Date", "Start", "User", "Project", "Task", "Description", "Duration", "Work type")
HARVEST = ("Date", "Client", "Project", "Task", "Notes", "Hours", "First Name", "Last Name")


class KilledError(BaseException):
    """The function's process is ended."""


class Release(Deployment):
    """The old release's deployment over its months."""

    killed_after = ""
    """The call after which the function's process is ended; "" lets it live."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.versions: dict[str, list[str]] = {}
        self.waiting: list[tuple[str, str]] = []
        self.announcement = self.done = ""
        """The bucket's message of the newest file, and of one that is imported."""
        self.links: dict[str, str] = {}
        """Addresses that people have, below the stage."""

    def answer(self, make_call: Any, client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        if operation == "PutObject" and parameters["Bucket"] == INBOX:
            return {"VersionId": self._drop(make_call, client, parameters)}
        answer = super().answer(make_call, client, operation, parameters)
        if operation == self.killed_after:
            raise KilledError(operation)
        return answer

    def hourtab(self, *arguments: str) -> Any:
        """Run the command, which succeeds."""
        answer = super().hourtab(*arguments)
        assert not isinstance(answer, dict) or "says" not in answer, answer["says"]
        return answer

    def _drop(self, make_call: Any, client: BaseClient, parameters: dict[str, Any]) -> str:
        """Put the object under a version id of ours, and announce it as the bucket does."""
        key, body = parameters["Key"], parameters["Body"]
        data = body if isinstance(body, bytes) else body.read()
        versions = self.versions.setdefault(key, [])
        version = f"{sum(map(len, self.versions.values())):04}.{len(versions) + 1}xKXTRTtl3on89fVOnfljtsv6qk"
        versions.append(version)
        make_call(client, "PutObject", {**parameters, "Body": data})
        from moto.backends import get_backend  # noqa: PLC0415

        get_backend("s3")["123456789012"]["aws"].buckets[INBOX].keys.getlist(key)[-1]._version_id = version
        self.announcement = self._announce(key, version, len(data))
        return version

    def _announce(self, key: str, version: str, size: int) -> str:
        """The bucket's message (S3, "Event message structure")."""
        thing = {
            "key": quote_plus(key, safe="/"),
            "size": size,
            "eTag": "d41d8cd98f00b204e9800998ecf8427e",
            "versionId": version,
            "sequencer": f"0055AED6DCD90{len(self.versions):05X}",
        }
        record = {
            "eventVersion": "2.1",
            "eventSource": "aws:s3",
            "awsRegion": REGION,
            "eventTime": self.now.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "eventName": "ObjectCreated:Put",
            "userIdentity": {"principalId": "AWS:AIDAEXAMPLE"},
            "requestParameters": {"sourceIPAddress": "192.0.2.1"},
            "responseElements": {"x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8EXAMPLE"},
            "s3": {
                "s3SchemaVersion": "1.0",
                "configurationId": "inbox",
                "bucket": {
                    "name": INBOX,
                    "ownerIdentity": {"principalId": "A3NLEXAMPLE"},
                    "arn": f"arn:aws:s3:::{INBOX}",
                },
                "object": thing,
            },
        }
        return json.dumps({"Records": [record]})

    # ------------------------------------------------------------ what people and the clock do
    def at(self, moment: str) -> None:
        """Let it be this moment (UTC)."""
        self.now = datetime.fromisoformat(moment).replace(tzinfo=UTC)

    def drop(self, name: str, *rows: Row, into: str = "", header: Row = GENERIC) -> tuple[str, str]:
        """Drop a file and wait for nothing; returns the import's id and the bucket's message."""
        self.now += timedelta(seconds=7)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"{name}.csv"
            lines = [",".join(f'"{cell}"' if "," in cell else cell for cell in row) for row in (header, *rows)]
            path.write_text("\n".join(lines) + "\n")
            client, _, retainer = into.partition("/")
            place = [*(["--client", client] if client else []), *(["--retainer", retainer] if retainer else [])]
            dropped = self.hourtab("import", "drop", str(path), *place)
        return dropped["id"], self.announcement

    def imported(self, name: str, *rows: Row, into: str = "", header: Row = GENERIC) -> str:
        """Drop a file and let the function take it, with all that follows; returns the import's id."""
        import_id, body = self.drop(name, *rows, into=into, header=header)
        assert {"batchItemFailures": []} == self.deliver("import", body)
        self.settle()
        return import_id

    def link_of(self, client: str) -> str:
        return str(self.hourtab("link", "show", client)["url"]).removeprefix(BASE_URL)

    def deliver_and_kill(self, queue: str, body: str, after: str) -> None:
        """Deliver a message to a function whose process is ended after a call."""
        self.killed_after = after
        try:
            self.deliver(queue, body)
        except KilledError:
            self.killed_after = ""
        assert not self.killed_after, f"{after} was not called"

    def settle(self) -> None:
        """Deliver what the queues hold until they are empty."""
        while held := self.queued():
            for queue, body in held:
                self.deliver(queue, body)

    def an_hour_passes(self) -> None:
        """The schedules of rollovers and of the sweep."""
        self.call("start_rollovers", {})
        self.settle()
        self.call("sweep_outbox", {})
        self.settle()


@contextmanager
def small_items() -> Iterator[None]:
    """Items hold so little that a report, a work log or a closed cycle of ordinary size goes to the store bucket."""
    limits = ("chalicelib.adapters.objects.INLINE_LIMIT", "chalicelib.adapters.cycle_items.INLINE_LIMIT")
    with patch(limits[0], 100), patch(limits[1], 100):
        yield


def row(
    date: str, duration: str, what: str, *, who: str = "Mira Solberg", project: str = "", task: str = "", kind: str = ""
) -> Row:
    return (date, "", who, project, task, what, duration, kind)


def harvest(date: str, hours: str, what: str, who: str = "Jonas Lindqvist") -> Row:
    first, _, last = who.partition(" ")
    return (date, "Nordlicht", "Advisory", "Advice", what, hours, first, last)


def november(on: Release) -> None:
    on.at("2026-11-30T08:00")
    on.hourtab("apply", str(HERE / "setup.yaml"))
    on.an_hour_passes()
    on.imported(
        "november",
        row("2026-11-03", "7:30", "Mail moved to the new server"),
        row("2026-11-05", "4:15", "Two notebooks set up", who="Jonas Lindqvist"),
        row("2026-11-12", "2:45", "Phishing mail: three accounts checked"),
        row("2026-11-18", "6:00", "Backup restored and tested", who="Jonas Lindqvist"),
        row("2026-11-24", "6:15", "VPN for the new branch"),
        into="nordlicht/helpdesk",
    )
    on.imported("advice-november", harvest("2026-11-10", "1.50", "Roadmap"), into="nordlicht/advisory", header=HARVEST)
    on.imported("site", row("2026-11-19", "1:00", "Racks cleaned"), into="nordlicht/onsite")


def december(on: Release) -> None:
    on.at("2026-12-04T06:00")
    on.an_hour_passes()
    on.hourtab("invoice", "issue", "nordlicht/helpdesk/2026-11-01")
    on.settle()
    on.hourtab("invoice", "adjust", "nordlicht/advisory/2026-11-01", "--amount", "-50.00", "--reason", "Goodwill")
    on.hourtab("invoice", "issue", "nordlicht/advisory/2026-11-01")
    on.settle()
    on.hourtab("invoice", "void", "nordlicht/advisory/2026-11-01", "--reason", "The wrong address")
    on.at("2026-12-18T09:00")
    on.imported(
        "boutique",
        row("2026-10-06", "3:20", "Comptes"),
        row("2026-11-10", "5:40", "Étiquettes"),
        into="moulin/boutique",
    )
    on.hourtab("retainer", "go-live", "moulin", "boutique", "--opening-balance", "-3")
    on.imported(
        "all-clients",
        row("2026-12-01", "2:00", "Alerts checked", project="Nordlicht Helpdesk"),
        row("2026-12-02", "3:30", "Two laptops <b>set up</b>", project="Nordlicht Helpdesk", who="M. Solberg"),
        row("2026-12-03", "6:00", "Racks moved", project="Nordlicht Move 2026", who="Jonas Lindqvist"),
        row("2026-12-03", "1:15", "There and back", project="Nordlicht Helpdesk", task="Travel to Kiel"),
        row("2026-12-04", "1:20", "Landing page", project="Nordlicht Site", who="Jonas Lindqvist"),
        row("2026-12-07", "3:30", "Switch replaced", project="Harbour Helpdesk"),
        row("2026-12-09", "1:00", "Work of nobody we know", project="Somebody Else"),
        row("2026-12-10", "1:7x", "An unreadable duration", project="Nordlicht Helpdesk"),
        row("2026-12-11", "26:00", "A very long day", project="Nordlicht Helpdesk"),
    )
    on.imported(
        "brunner",
        row("2026-12-01", "1:40", "Druckserver neu aufgesetzt", kind="Nacht"),
        row("2026-12-01", "0:25", "Farbprofile, erneut"),
        row("2026-12-02", "9:10", "CAD-Arbeitsplatz", who="Jonas Lindqvist"),
        into="brunner/support",
    )
    on.imported("netz", row("2026-12-03", "2:10", "Firewall"), into="brunner/netz")
    on.imported("harbour", row("2026-12-08", "1:10", "Printer"), into="harbour/helpdesk")
    on.imported("harbour-projects", row("2026-12-08", "5:10", "Archive"), into="harbour/projects")
    # Late entries: changed by a later export, and written off at a retainer that says so.
    on.imported(
        "november-again",
        row("2026-11-03", "7:30", "Mail moved to the new server"),
        row("2026-11-05", "4:45", "Two notebooks set up", who="Jonas Lindqvist"),
        row("2026-12-08", "0:45", "Restore of one file"),
        into="nordlicht/helpdesk",
    )
    on.imported("site-late", row("2026-11-20", "0:30", "Labels"), into="nordlicht/onsite")
    on.hourtab(
        *("retainer", "top-up", "nordlicht", "helpdesk", "--hours", "5", "--price", "400.00", "--id", "move"),
        *("--expires", "2027-06-01", "--note", "For the move"),
    )
    on.hourtab(
        "retainer", "top-up", "nordlicht", "advisory", "--hours", "2", "--expires", "2027-02-15", "--id", "spare"
    )
    on.hourtab("retainer", "correct", "brunner", "support", "--hours", "-1:30", "--reason", "Kulanz", "--id", "kulanz")
    # Entries that are gone, edited, undone, redone, accepted, twice.
    first = on.imported(
        "a",
        harvest("2026-12-07", "1.00", "Offers"),
        harvest("2026-12-08", "2.00", "Call"),
        into="nordlicht/advisory",
        header=HARVEST,
    )
    on.imported("b", harvest("2026-12-07", "1.25", "Offers"), into="nordlicht/advisory", header=HARVEST)
    undone = on.imported("wrong", row("2026-12-09", "8:00", "Belongs to somebody else"), into="nordlicht/helpdesk")
    on.hourtab("import", "undo", undone)
    on.hourtab("import", "undo", first)
    on.hourtab("import", "redo", first)
    whole = [
        row("2026-12-15", "1:30", "Cables"),
        row("2026-12-16", "0:30", "Mail rules"),
        row("2026-12-16", "0:45", "Routing"),
    ]
    on.imported("part-1", *whole, into="harbour/helpdesk")
    shorter = on.imported(
        "part-2", row("2026-12-15", "1:30", "Cables"), row("2026-12-16", "0:45", "Routing"), into="harbour/helpdesk"
    )
    on.hourtab("import", "accept", shorter)
    on.imported("double", row("2026-12-15", "1:30", "Cables"), into="harbour/projects")
    on.imported(
        "unknown",
        ("01.12.2026", "Jonas", "Umzug", "90"),
        into="moulin/assistance",
        header=("Tag", "Wer", "Wofür", "Minuten"),
    )
    on.settle()


def january(on: Release) -> None:
    for day in ("2027-01-01T08:00", "2027-01-03T08:00", "2027-01-04T06:00"):
        on.at(day)
        on.an_hour_passes()
    on.call("write_digest", {})
    on.settle()
    on.at("2027-01-12T08:00")
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.csv"
        own.write_text("Tag,Wer,Wofür,Minuten\n01.12.2026,Jonas,Umzug,90\n")
        on.hourtab("source", "map", str(own), "--as", "own-tool", "--yes")
    on.links["harbour, before it was rotated"] = on.link_of("harbour")
    on.links["werft, which is revoked"] = on.link_of("werft")
    on.hourtab("link", "rotate", "harbour")
    on.hourtab("link", "expire", "harbour", "--at", "2027-06-30")
    on.hourtab("link", "revoke", "werft")
    # What is too large for an item lies in the store: here a report, work logs and a closed cycle of ordinary size.
    with small_items():
        on.imported(
            "january",
            *(row(f"2027-01-{day:02}", "0:40", f"Ticket {day}") for day in range(4, 12)),
            row("2027-01-05", "", "Nothing written"),
            into="nordlicht/helpdesk",
        )
        on.imported("january-brunner", row("2027-01-04", "2:10", "Pläne"), into="brunner/support")
    on.imported("january-harbour", row("2027-01-04", "2:10", "Phones"), into="harbour/helpdesk")
    on.imported(
        "moulin",
        *(row(f"2026-{month:02}-05", f"{month % 5 + 5}:20", f"Caisse {month}") for month in range(1, 7)),
        into="moulin/assistance",
    )
    on.at("2027-01-29T08:00")
    on.an_hour_passes()
    on.at("2027-01-30T08:00")
    on.an_hour_passes()
    on.at("2027-01-31T08:00")
    on.call("start_rollovers", {})  # the 28th is closed, what follows is left in the queues
    [only] = [body for queue, body in on.queued() if queue == "rollover"]
    on.deliver("rollover", only)
    on.waiting += on.queued()


def february(on: Release) -> dict[str, Any]:
    """The last hours before the next release; returns the messages that are in flight then."""
    the_month_begins(on)
    the_last_morning(on)
    imports = imports_on_their_way(on)
    mails = mails_on_their_way(on)
    on.at("2027-02-02T07:59")
    on.call("start_rollovers", {})
    rollovers = [
        {"name": json.loads(body)["client"], "body": body} for queue, body in on.queued() if queue == "rollover"
    ]
    sent, bounced = newest_sent(on, "nordlicht"), newest_sent(on, "harbour")
    feedbacks = [
        {"name": "a complaint", "event": feedback(sent, "Complaint", "kasse@nordlicht.example")},
        {"name": "a bounce that is known", "event": feedback(bounced, "Bounce", "accounts@harbour.example")},
    ]
    return {**imports, "mail": mails, "rollover": rollovers, "feedback": feedbacks}


def the_month_begins(on: Release) -> None:
    on.at("2027-02-01T06:00")
    on.call("write_digest", {})
    on.call("start_rollovers", {})
    for queue, body in on.queued():
        if queue == "rollover":
            with small_items():
                on.deliver(queue, body)
        else:
            on.waiting.append((queue, body))


def the_last_morning(on: Release) -> None:
    """Numbers are given and taken back, an address bounces, files are imported: all mails about it wait."""
    on.at("2027-02-02T07:00")
    on.hourtab("invoice", "issue", "nordlicht/helpdesk/2026-12-01")
    on.hourtab("invoice", "void", "nordlicht/helpdesk/2026-11-01", "--reason", "The wrong month")
    on.call("note_bounces", feedback(newest_sent(on, "harbour"), "Bounce", "accounts@harbour.example"))
    on.waiting += on.queued()
    on.hourtab("invoice", "issue", "harbour/helpdesk/2026-11-29")
    [blocked] = [body for queue, body in on.queued() if "invoice-harbour" in body]
    on.deliver("mail", blocked)
    on.drop(
        "week-4",
        *(row(f"2027-01-{day:02}", "2:30", f"Ticket {day}") for day in range(25, 30)),
        row("2027-02-01", "6:50", "Server room"),
        row("2027-02-01", "6:30", "Server room", who="Jonas Lindqvist"),
        row("2027-01-30", "x", "Bad"),
        into="nordlicht/helpdesk",
    )
    on.done = on.announcement
    on.deliver("import", on.done)
    on.waiting += on.queued()
    for queue, body in on.waiting:  # a check finds a level that is crossed: the mail about it waits
        if "usage-nordlicht" in body:
            on.deliver(queue, body)
    on.hourtab("import", "drop", str(HERE / "setup.yaml"), "--client", "nordlicht", "--retainer", "helpdesk")
    on.deliver("import", on.announcement)
    on.drop("week-4-harbour", row("2027-01-27", "1:10", "Plotter"), into="harbour/helpdesk")
    with small_items():
        on.deliver("import", on.announcement)
    on.hourtab("mail", "retry", "expiring-nordlicht.advisory.2027-02-01")
    on.waiting += on.queued()


def imports_on_their_way(on: Release) -> dict[str, Any]:
    """The messages of both import queues, and what is half done with them."""
    _, fresh = on.drop(
        "february",
        row("2027-02-01", "3:15", "Server moved"),
        row("2027-01-28", "2:45", "Ticket 28"),
        row("2027-02-01", "?", "Bad"),
        into="nordlicht/helpdesk",
    )
    _, routed = on.drop(
        "all-february",
        row("2027-02-01", "0:30", "Alerts", project="Nordlicht Helpdesk"),
        row("2027-02-01", "1:10", "Phones", project="Harbour Helpdesk"),
    )
    _, announced = on.drop("large", row("2027-01-22", "1:00", "One of very many"), into="harbour/projects")
    large = json.loads(announced)
    large["Records"][0]["s3"]["object"]["size"] = LARGE  # it is not: 20 MB would have to lie in the repository
    slowly = (row("2027-01-21", "1:00", "Slowly"), row("2027-02-01", "2:00", "Read"))
    _, slow = on.drop("slow", *slowly, into="harbour/projects")
    on.deliver("import", slow, remaining=Hurried(on))
    [handed_over] = [body for queue, body in on.queued() if queue == "large-import"]
    year = [row(f"2026-{month:02}-15", "1:30", f"Boutique {month}") for month in range(1, 13)]
    _, half_done = on.drop("year", *year, into="moulin/assistance")
    on.deliver_and_kill("import", half_done, after="TransactWriteItems")
    imports = on.hourtab("import", "list", "--limit", "1000")
    on.hourtab("import", "retry", next(one["id"] for one in imports if one["file"]["key"].endswith("unknown.csv")))
    [retried] = [body for queue, body in on.queued() if queue == "import"]
    test_event = {
        "Service": "Amazon S3",
        "Event": "s3:TestEvent",
        "Time": "2026-11-30T07:58:04.000Z",
        "Bucket": INBOX,
        "RequestId": "1F79BFFED89A4319",
        "HostId": "9714a8a2EXAMPLE",
    }
    return {
        "import": [
            {"name": "a new file", "body": fresh},
            {"name": "a new file of several clients", "body": routed},
            {"name": "a large file", "body": json.dumps(large)},
            {"name": "a commit that was cut off", "body": half_done},
            {"name": "a retry", "body": retried},
            {"name": "a file that is done", "body": on.done},
            {"name": "the test of the bucket", "body": json.dumps(test_event)},
        ],
        "large-import": [{"name": "an import that ran out of time", "body": handed_over}],
    }


def mails_on_their_way(on: Release) -> list[dict[str, Any]]:
    """A wake-up for each mail that is due, and one for a mail that was sent meanwhile."""
    mails = on.hourtab("mail", "list", "--limit", "1000")
    due = [one["id"] for one in mails if one["state"] == "waiting" and (one["not_before"] or "") < NOW.isoformat()]
    on.call("sweep_outbox", {})
    wakes = {json.loads(body)["mail"]: body for queue, body in [*on.waiting, *on.queued()] if queue == "mail"}
    claimed = "new-cycle-nordlicht.advisory.2027-02-01"
    on.deliver_and_kill("mail", wakes[claimed], after="UpdateItem")
    sent = newest_sent(on, "nordlicht")["id"]
    return [
        *({"name": mail, "body": wakes[mail], "about": mail} for mail in sorted(due)),
        {"name": "a mail that is sent", "body": json.dumps({"mail": sent}), "about": sent},
    ]


def newest_sent(on: Release, client: str) -> dict[str, Any]:
    """The client's newest mail that was sent."""
    mails = on.hourtab("mail", "list", "--limit", "1000")
    return next(one for one in mails if one["client"] == client and one["state"] == "sent")


class Hurried:
    """The time that is left to a function: enough until its progress is written, then too little."""

    def __init__(self, on: Release) -> None:
        self._on, self._asked = on, 0

    def __call__(self) -> int:
        self._asked += 1
        self._on.now += timedelta(seconds=6)
        self._on.tick()
        return 60_000 if self._asked < 3 else 9_000


def feedback(mail: dict[str, Any], kind: str, address: str) -> dict[str, Any]:
    """What SNS hands to the function of what SES tells."""
    name = kind.lower()
    about: dict[str, Any] = {"timestamp": "2027-02-02T06:58:05.000Z", "feedbackId": "0100-example"}
    about |= (
        {"bounceType": "Permanent", "bounceSubType": "General"}
        if name == "bounce"
        else {"complaintFeedbackType": "abuse"}
    )
    about["bouncedRecipients" if name == "bounce" else "complainedRecipients"] = [{"emailAddress": address}]
    event = {
        "eventType": kind,
        name: about,
        "mail": {"messageId": mail["message_id"], "headers": [{"name": "X-HourTab-Mail", "value": mail["id"]}]},
    }
    topic = f"arn:aws:sns:{REGION}:123456789012:hourtab-prod-FeedbackTopic"
    notification = {
        "Type": "Notification",
        "MessageId": "95df01b4",
        "TopicArn": topic,
        "Message": json.dumps(event),
        "Timestamp": "2027-02-02T06:58:06.000Z",
    }
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic}:2bcfbf39",
                "Sns": notification,
            }
        ]
    }


def main() -> None:
    with deployment(Release) as on:
        assert isinstance(on, Release)
        on.make(SECRET)
        on.step = timedelta(seconds=3)
        november(on)
        december(on)
        january(on)
        messages = february(on)
        links = on.links | {client: on.link_of(client) for client in ("nordlicht", "brunner", "moulin", "harbour")}
        for record in on.hourtab("import", "list", "--limit", "1000"):
            if record["file"]["key"].rpartition("/")[2] in REPORTS:
                page = on.hourtab("import", "show", record["id"])["page"]
                links[f"report of {record['file']['key']}"] = page.removeprefix(BASE_URL)
        left_out = copies_of_mails(messages)
        dynamodb, s3 = boto3.client("dynamodb"), boto3.client("s3")
        tables = {name: [readable_item(item) for item in dynamodb.scan(TableName=name)["Items"]] for name in TABLES}
        inbox = [
            {
                "key": key,
                "version": version,
                "body": readable(s3.get_object(Bucket=INBOX, Key=key, VersionId=version)["Body"].read()),
            }
            for key, versions in on.versions.items()
            for version in versions
        ]
        stored = [one for one in s3.list_objects_v2(Bucket=STORE)["Contents"] if one["Key"] not in left_out]
        store = [
            {"key": one["Key"], "body": readable(s3.get_object(Bucket=STORE, Key=one["Key"])["Body"].read())}
            for one in stored
        ]
    for items in tables.values():
        items.sort(key=lambda item: (item["pk"]["S"], item["sk"]["S"]))
    whole = {"secret": SECRET, "links": links, "tables": tables, "inbox": inbox, "store": store, "messages": messages}
    RELEASE.write_text(one_thing_a_line(whole))


KEPT_COPIES = (
    "new-cycle-nordlicht.helpdesk.2026-11-01",
    "alert-nordlicht.helpdesk.2026-12-01.90",
    "invoice-nordlicht.helpdesk.2026-11-01",
)


REPORTS = (
    "all-clients.csv",
    "november-again.csv",
    "part-2.csv",
    "wrong.csv",
    "unknown.csv",
    "january.csv",
    "site-late.csv",
)
"""The imports whose pages are opened: problems and unrouted rows, late work, missing entries, an undo, a refusal, a
report that lies in the store, late work that is written off."""


def copies_of_mails(messages: dict[str, Any]) -> set[str]:
    """The keys of sent mails' copies in the store, but for a few: the others are left out, to keep the file small."""
    items = boto3.client("dynamodb").scan(TableName="ActivityTable")["Items"]
    returned = [
        json.loads(one["event"]["Records"][0]["Sns"]["Message"])["mail"]["headers"] for one in messages["feedback"]
    ]
    kept = {f"outbox#{name}" for name in (*KEPT_COPIES, *(headers[0]["value"] for headers in returned))}
    return {item["copy_key"]["S"] for item in items if "copy_key" in item and item["pk"]["S"] not in kept}


def one_thing_a_line(whole: dict[str, Any]) -> str:
    """JSON with an item, an object or a message in each line."""

    def lines(value: Any, depth: int) -> str:
        if not depth or not isinstance(value, dict | list):
            return json.dumps(value, ensure_ascii=False)
        opened, closed = "{}" if isinstance(value, dict) else "[]"
        pairs = value.items() if isinstance(value, dict) else (("", one) for one in value)
        parts = [(f"{json.dumps(name)}: " if name else "") + lines(one, depth - 1) for name, one in pairs]
        return f"{opened}\n" + ",\n".join(parts) + f"\n{closed}"

    return lines(whole, 3) + "\n"


if __name__ == "__main__":
    main()
