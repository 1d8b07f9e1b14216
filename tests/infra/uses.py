"""What each function asks of IAM, recorded while the functions of app.py run on moto (tests/upgrade/deployment.py).

python -m tests.infra.uses            prints it as JSON: [handler, action, resource, condition keys]
python -m tests.infra.uses --swapped  the same, with the messages of the two import queues swapped and in another order

What release 0.1 left brings nearly everything: pages, messages of every kind, a commit that was cut off, the schedules.
What it does not bring is done here, once for each import function.
"""

import json
import os
import random
import re
import sys
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from email import message_from_string, policy
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import boto3
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError
from botocore.client import BaseClient

from chalicelib.adapters.sessions import SignedValues
from tests.console_rig import event_of, session_of
from tests.iam import Asked, Request
from tests.import_rig import HEADER, csv_of, row
from tests.template import TABLE_NAMES, tables_of_the_template
from tests.upgrade.deployment import ACCOUNT, AN_HOUR, INBOX, ORIGIN, REGION, SESSION_KEY, Deployment, deployment
from tests.upgrade.observe import restore
from tests.upgrade.stored import RELEASE

_ASKED = Asked(
    {TABLE_NAMES[table]: definition for table, definition in tables_of_the_template().items()},
    account=ACCOUNT,
    region=REGION,
)
_GONE = {"NoSuchKey", "NoSuchVersion"}
_SETUP = RELEASE.with_name("setup.yaml")
_BRANDING = Path(__file__).with_name("branding.yaml")
"""A logo, which release 0.1 did not know."""
_OTHER = {"import": "large-import", "large-import": "import"}


class Recorded(Deployment):
    """A deployment that knows what its functions have asked."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.uses: set[str] = set()
        self.is_cut_off = False
        """Whether imports end after their transaction, before the cycles of their commit plan."""
        self._handler = ""

    def call(self, function: str, event: Any, *given: Any, **options: Any) -> Any:
        """As Lambda; what is asked meanwhile is the function's."""
        return self._as(f"app.{function}", lambda: super(Recorded, self).call(function, event, *given, **options))

    def visit(self, path: str, form: str | None = None) -> tuple[int, str]:
        """As the gateway; what is asked meanwhile is the page's."""
        handler = "app.answer_questions" if path.startswith("/a/") else "app.app"
        answer: tuple[int, str] = self._as(handler, lambda: super(Recorded, self).visit(path, form))
        return answer

    def _as(self, handler: str, run: Callable[[], Any]) -> Any:
        self._handler = handler
        try:
            return run()
        finally:
            self._handler = ""

    def answer(self, make_call: Any, client: BaseClient, operation: str, parameters: dict[str, Any]) -> Any:
        """Answer as the deployment does, and note what IAM was asked."""
        service = client.meta.service_model.service_name
        if self.is_cut_off and operation == "PutItem" and parameters["TableName"] == TABLE_NAMES["cycles"]:
            raise client.exceptions.InternalServerError({"Error": {"Code": "InternalServerError"}}, operation)
        if self._handler:
            self._note(*_ASKED.requests(service, operation, parameters))
        try:
            return super().answer(make_call, client, operation, parameters)
        except client.exceptions.ClientError as error:
            if self._handler and error.response["Error"]["Code"] in _GONE:
                self._note(_ASKED.gone(parameters))
            raise

    def _note(self, *requests: Request) -> None:
        self.uses |= {json.dumps([self._handler, *request]) for request in requests}

    # ------------------------------------------------------------ what a person or the bucket does
    def drop(
        self, queue: str, key: str, *rows: Any, order: int, header: tuple[str, ...] = HEADER, **options: Any
    ) -> str:
        """Put a file into the inbox and deliver its notification; returns the id of its version."""
        version: str = boto3.client("s3").put_object(Bucket=INBOX, Key=key, Body=csv_of(*rows, header=header).encode())[
            "VersionId"
        ]
        thing = {"key": key, "versionId": version, "size": 1, "sequencer": f"{order:08}"}
        at = f"2027-02-02T08:{order:02}:00.000Z"
        event = {"eventTime": at, "s3": {"bucket": {"name": INBOX}, "object": thing}}
        self.deliver(queue, json.dumps({"Records": [event]}), **options)
        return version

    def deliver_all(self) -> None:
        """Deliver what is queued until nothing is."""
        while queued := self.queued():
            for queue, body in queued:
                self.deliver(queue, body)

    def slow(self, *left: int) -> Callable[[], int]:
        """A function's time that is left at each look: ten seconds pass between two looks."""
        waiting = iter(left)

        def look() -> int:
            self.now += timedelta(seconds=10)
            self.tick()
            return next(waiting, AN_HOUR)

        return look


def record(*, is_swapped: bool) -> list[Any]:
    """All that the functions ask, each once."""
    release = json.loads(RELEASE.read_text())
    with deployment(Recorded) as on:
        assert isinstance(on, Recorded)
        restore(on, release)
        on.step = timedelta(seconds=10)
        if not is_swapped:
            _console(on, "GET", "", "0.0")
            _pages(on, release["links"])  # else the mails are the first to need the links' key
        _messages(on, release["messages"], is_swapped=is_swapped)
        for schedule in ("sweep_outbox", "start_rollovers", "write_digest"):
            on.call(schedule, {})
        on.deliver_all()
        for number, queue in enumerate(reversed(_OTHER) if is_swapped else _OTHER):
            _imports(on, queue, number * 10)
        on.deliver_all()
        _questions(on)
        on.deliver_all()
        for queue in _OTHER:
            # An import closes what is overdue of its client, whose retainers share an invoice.
            on.now += timedelta(days=60)
            on.drop(queue, f"inbox/nordlicht/helpdesk/{queue}.csv", row("2027-03-02", "1:00", queue), order=59)
        on.now += timedelta(days=60)
        for schedule in ("start_rollovers", "sweep_outbox"):  # drafts that wait become invoices with the logo
            on.call(schedule, {})
            on.deliver_all()
        _pages(on, release["links"])
        for use in (("GET", "account", "0.0"), ("POST", "end-sessions", "0.0"), ("POST", "sign-out", "0.1")):
            _console(on, *use)
        return [json.loads(use) for use in sorted(on.uses)]


def _pages(on: Recorded, links: dict[str, str]) -> None:
    for path in links.values():
        for page in (path, f"{path}?year=2026"):
            on.get(page)
        if path.startswith("/b/"):
            for document in re.findall('href="[.][.](/d/[^"]+)"', on.get(f"{path}?invoices=1")[1])[:1]:
                on.get(document)


def _questions(on: Recorded) -> None:
    """One that is answered by its link, and one that nobody answers."""
    for name in ("answered", "expired"):
        question = ("--hours", "5", "--rate", "80", "--reason", "Server", "--id", name, "--yes")
        asked = on.hourtab("approval", "ask", "harbour", "helpdesk", *question)
        assert "exit" not in asked, asked
    shown = on.hourtab("mail", "show", "question-harbour.helpdesk.answered.0")
    text = message_from_string(shown["message"], policy=policy.default).get_body(("plain",))
    on.now += timedelta(minutes=6)  # the keys of links are read again
    path = re.findall(r"/a/harbour[\w.-]+", text.get_content() if text else "")[0]
    assert (200, 200) == (on.visit(path)[0], on.visit(path, "name=Ida+Berg&decision=approve")[0])


def _console(on: Recorded, method: str, path: str, version: str) -> None:
    """What somebody does in the console whose session has this version."""
    session = session_of(begun_at=on.now, confirmed_at=on.now, modified_at=on.now, version=version)
    cookie = f"__Host-hourtab-session={SignedValues(lambda: [SESSION_KEY]).text(session)}"
    headers = {"Cookie": cookie, "Origin": ORIGIN, "Content-Type": "application/x-www-form-urlencoded"}
    answer = on.call("console", event_of(method, path, body=f"csrf={session.csrf}", headers=headers))
    assert answer["statusCode"] == (200 if method == "GET" else 303), answer


def _messages(on: Recorded, messages: dict[str, Any], *, is_swapped: bool) -> None:
    """What release 0.1 left in flight."""
    queues = ["import", "large-import", "mail", "rollover"]
    for queue in reversed(queues) if is_swapped else queues:
        for message in messages[queue]:
            on.deliver(_OTHER.get(queue, queue) if is_swapped else queue, message["body"])
    for message in messages["feedback"]:
        on.call("note_bounces", message["event"])


def _imports(on: Recorded, queue: str, first: int) -> None:
    """What only some imports do."""
    folder, names = "inbox/harbour/helpdesk", (f"{queue}-{number}.csv" for number in range(100))
    text = random.Random(queue)  # noqa: S311 - text that does not compress, so that it becomes an object
    long = [row("2027-02-01", "0:01", text.randbytes(2_000).hex()) for _ in range(250)]
    at = iter(range(first, first + 10))
    # A work log that is an object, and how far the import is; a report that is one, of what is missing; no time left.
    on.drop(queue, f"{folder}/{next(names)}", *long, order=next(at), remaining=on.slow())
    on.drop(queue, f"{folder}/{next(names)}", long[0], order=next(at))
    on.drop(queue, f"{folder}/{next(names)}", *long[:2], order=next(at), remaining=on.slow(AN_HOUR, 0))
    on.deliver_all()
    with_id = [(*row("2027-02-01", "0:07", f"Entry {number}"), f"{queue}-{number}") for number in range(4)]
    on.drop(queue, f"{folder}/{next(names)}", *with_id[:2], order=next(at), header=(*HEADER, "Entry ID"))
    # A commit plan that another function finishes.
    on.is_cut_off = True
    with suppress(BatchProcessingError):
        on.drop(queue, f"{folder}/{next(names)}", *with_id, order=next(at), header=(*HEADER, "Entry ID"))
    on.is_cut_off = False
    on.deliver("rollover", json.dumps({"client": "harbour"}))
    # A late file whose neighbour is gone.
    early, late = next(at), next(at)
    key = f"{folder}/{next(names)}"
    version = on.drop(queue, key, row("2027-02-02", "1:00", "Late"), order=late)
    boto3.client("s3").delete_object(Bucket=INBOX, Key=key, VersionId=version)
    on.drop(queue, f"{folder}/{next(names)}", row("2027-02-02", "1:00", "Early"), order=early)
    # Clients by their names, before and after the index of names.
    of_others = [
        row("2027-02-01", "1:00", "Named", client="Praxis Nordlicht"),
        row("2027-02-01", "1:00", client="Nobody"),
    ]
    on.drop(queue, f"inbox/{next(names)}", *of_others, order=next(at))
    shares = _SETUP.read_text().replace("billing: {", "billing: {one_invoice: yes, ")
    for declared in (shares, _BRANDING.read_text()):
        _apply(on, declared)
    on.drop(queue, f"inbox/{next(names)}", *of_others, order=next(at))


def _apply(on: Recorded, setup: str) -> None:
    with NamedTemporaryFile("w", suffix=".yaml") as file:
        file.write(setup)
        file.flush()
        applied = on.hourtab("apply", file.name)
        assert "exit" not in applied, applied


if __name__ == "__main__":
    if "--swapped" in sys.argv:
        os.environ["HOURTAB_TRANSACTION_ITEMS"] = "4"
    sys.stdout.write(json.dumps(record(is_swapped="--swapped" in sys.argv)))
