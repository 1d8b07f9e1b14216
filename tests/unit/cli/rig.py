"""The command line on in-memory ports: `Cli().run("balance", "acme")`."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

from click.testing import CliRunner

from chalicelib.cli.main import main
from chalicelib.documents.pdf import unprintable
from chalicelib.parts import Parts
from chalicelib.services.access.people import ManagePeople
from chalicelib.services.health import SCHEDULED, MailFacts, WatchFacts
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.mails.run_task import RunTask, handlers_of
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.import_record import DroppedFile
from chalicelib.services.store.link_keys import LinkKey, LinkKeys
from chalicelib.settings import Settings
from chalicelib.words.invoices import word_section, word_work
from tests.access_rig import FakePool, FakeVersions
from tests.fakes import (
    FakeDirectory,
    FakeFiles,
    FakeImportLog,
    FakeLedger,
    FakeLinkKeys,
    FakeLinks,
    FakeProgressLog,
    FakeQueue,
)
from tests.invoice_rig import FakeInvoices
from tests.task_rig import SENDER, FakeTasks, Post, send_mail

SETUP = """\
operator: {name: Fjordblick IT, email: hello@fjordblick.example}
inbox_rules:
  - when: {project: "Acme*"}
    client: acme
clients:
  - id: acme
    name: Acme
    aliases: [Acme Ltd]
    retainers:
      - id: support
        zone: Europe/Berlin
        starts_on: 2026-01-01
        terms:
          - {allotment: 20 h, fee: "1000.00", regular_rate: "100.00"}
    rules:
      - {when: {task: "Travel*"}, pool: excluded, reason: Travel is free}
"""


@dataclass
class Answer:
    """The output of a command."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()


class FakeAuditTrail:
    """An audit trail in memory."""

    def __init__(self, log: FakeImportLog, directory: FakeDirectory) -> None:
        self.log = log
        self.directory = directory

    def add(self, record: AuditRecord) -> None:
        self.log.acts[record.id] = record

    def newest(self, client: str, limit: int) -> list[AuditRecord]:
        acts = [*self.log.acts.values(), *self.directory.acts]
        own = [one for one in acts if one.client == client]
        return sorted(own, key=lambda one: one.at, reverse=True)[:limit]


@dataclass
class FakeDeployment:
    """A deployment that needs nothing."""

    facts: MailFacts = field(
        default_factory=lambda: MailFacts(
            "eu-central-1", can_send=True, is_sandboxed=False, is_verified=True, tells_of_bounces=True
        )
    )
    watched: dict[str, Any] | None = field(default_factory=dict)
    """What differs from a deployment whose watch needs nothing; None: nothing watches it."""
    letters: dict[str, int] = field(default_factory=lambda: {"MailDeadLetters": 0})
    running: dict[str, bool] = field(
        default_factory=lambda: dict.fromkeys(("AEveryHour", "BEveryMorning", "CEveryQuarterOfAnHour"), True)
    )

    def mail_facts(self, _: str) -> MailFacts:
        return self.facts

    def dead_letters(self) -> dict[str, int]:
        return self.letters

    def schedules(self) -> dict[str, bool]:
        return self.running

    def watch_facts(self, now: datetime) -> WatchFacts | None:
        runs, waiting = dict.fromkeys(SCHEDULED, now), {"MailQueue": timedelta(minutes=30)}
        known = WatchFacts({"PagesSlow": False}, (), {"ops@example.com": True}, runs, waiting)
        return replace(known, **self.watched) if self.watched is not None else None


class Rig(Parts):
    """The parts that commands use. A pause lets the import function run, as in a deployment."""

    def __init__(self, *, imports_run: bool = True) -> None:
        names = {"inbox_bucket": "inbox-bucket", "mail_from": SENDER, "link_secret": "stack/link-key"}
        super().__init__(Settings(base_url="https://hours.example/api", **names))
        self.moment = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
        self.imports_run = imports_run
        self.post = Post()
        self.suppression_list = self.post.suppression_list
        self.task_queue = self.post.queue
        self.invoices = FakeInvoices()
        self.directory = FakeDirectory()
        self.import_log = FakeImportLog()
        self.ledger = FakeLedger(directory=self.directory, log=self.import_log)
        self.progress_log = FakeProgressLog()
        self.files = FakeFiles()
        self.import_queue = FakeQueue()
        self.tasks = FakeTasks()
        self.links = FakeLinks()
        self.report_links = SimpleNamespace(token=lambda import_id, _, version: import_id + "~2" * version)
        self.link_keys = FakeLinkKeys(LinkKeys((LinkKey("of the stack"),)))
        self.manage_people = ManagePeople(FakePool(), FakeVersions())
        self.deployment = FakeDeployment()
        self.audit_trail = FakeAuditTrail(self.import_log, self.directory)

    def clock(self) -> datetime:
        return self.moment

    def pause(self) -> None:
        self.moment += timedelta(seconds=1)
        if self.imports_run:
            self._run_imports()

    @property
    def run_task(self) -> RunTask:
        send = self.send_mail
        handlers = handlers_of(send_mail=send, check_usage=send, issue_draft=send, note_expiry=send)
        return RunTask(self.tasks, handlers, self.post.queue, self.clock)

    @property
    def send_mail(self) -> SendMail:
        return send_mail(self.post, now=self.moment)

    @property
    def invoice_ports(self) -> InvoicePorts:
        work = partial(word_work, self.ledger)
        return InvoicePorts(self.directory, self.invoices, word_section, unprintable, self.clock, work=work)

    def _run_imports(self) -> None:
        for number, (key, version) in enumerate(self.files.objects):
            self.run_import.run(DroppedFile("inbox-bucket", key, version, f"{number:04}"))
        while self.import_queue.sent:
            delivery = self.import_queue.sent.pop()
            self.run_import.run(delivery.file, retry=True, as_edits=delivery.as_edits)


class Cli:
    """One operator at one terminal."""

    def __init__(self, *, imports_run: bool = True) -> None:
        self.parts = Rig(imports_run=imports_run)

    def run(self, *words: str, typed: str | None = None) -> Answer:
        """Run a command line; `typed`: what is answered when it asks."""
        result = CliRunner().invoke(main, words, obj=lambda **_: self.parts, input=typed)
        return Answer(result.exit_code, result.stdout, result.stderr)
