"""The command line over in-memory ports: `Cli().run("balance", "acme")`."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from click.testing import CliRunner

from chalicelib.cli.main import main
from chalicelib.services.health import MailFacts
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import ImportExport
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.mails.run_task import RunTask, handlers_of
from chalicelib.services.mails.send import SendMail
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.import_record import Delivery, DroppedFile
from chalicelib.words.invoices import word_record
from tests.fakes import FakeDirectory, FakeFiles, FakeImportLog, FakeLedger, FakeLinks, FakeProgressLog, FakeQueue
from tests.invoice_rig import FakeInvoices
from tests.task_rig import SENDER, FakeSuppressionList, FakeTasks, Post, send_mail

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
    """What a command said."""

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
    """The acts that a log was told of."""

    def __init__(self, log: FakeImportLog) -> None:
        self.log = log

    def newest(self, client: str, limit: int) -> list[AuditRecord]:
        own = [one for one in self.log.acts.values() if one.client == client]
        return sorted(own, key=lambda one: one.at, reverse=True)[:limit]


@dataclass
class FakeDeployment:
    """A deployment that needs nothing."""

    facts: MailFacts = field(
        default_factory=lambda: MailFacts(
            "eu-central-1", can_send=True, is_sandboxed=False, is_verified=True, tells_of_bounces=True
        )
    )
    letters: dict[str, int] = field(default_factory=lambda: {"MailDeadLetters": 0})
    running: dict[str, bool] = field(
        default_factory=lambda: dict.fromkeys(("AEveryHour", "BEveryMonday", "CEveryQuarterOfAnHour"), True)
    )

    def mail_facts(self, _: str) -> MailFacts:
        return self.facts

    def dead_letters(self) -> dict[str, int]:
        return self.letters

    def schedules(self) -> dict[str, bool]:
        return self.running


@dataclass
class Parts:
    """The parts that commands ask for. A pause lets the import function run, as in a deployment."""

    moment: datetime = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    imports_run: bool = True
    directory_: FakeDirectory = field(default_factory=FakeDirectory)
    log: FakeImportLog = field(default_factory=FakeImportLog)
    files_: FakeFiles = field(default_factory=FakeFiles)
    queue: FakeQueue[Delivery] = field(default_factory=FakeQueue)
    outbox_: FakeTasks = field(default_factory=FakeTasks)
    post: Post = field(default_factory=Post)
    deployment_: FakeDeployment = field(default_factory=FakeDeployment)

    invoices: FakeInvoices = field(default_factory=FakeInvoices)
    progress: FakeProgressLog = field(default_factory=FakeProgressLog)

    def __post_init__(self) -> None:
        self.ledger_ = FakeLedger(directory=self.directory_, log=self.log)

    def now(self) -> datetime:
        return self.moment

    def pause(self) -> None:
        self.moment += timedelta(seconds=1)
        if self.imports_run:
            self._run_imports()

    def base_url(self) -> str:
        return "https://hours.example/api"

    def inbox_bucket(self) -> str:
        return "inbox-bucket"

    def directory(self) -> FakeDirectory:
        return self.directory_

    def ledger(self) -> FakeLedger:
        return self.ledger_

    def import_log(self) -> FakeImportLog:
        return self.log

    def progress_log(self) -> FakeProgressLog:
        return self.progress

    def files(self) -> FakeFiles:
        return self.files_

    def import_queue(self) -> FakeQueue[Delivery]:
        return self.queue

    def outbox(self) -> FakeTasks:
        return self.outbox_

    def run_task(self) -> RunTask:
        handlers = handlers_of(send_mail=self.send_mail(), check_usage=self.send_mail(), issue_draft=self.send_mail())
        return RunTask(self.outbox_, handlers, self.post.queue, self.now)

    def send_mail(self) -> SendMail:
        return send_mail(self.post, now=self.moment)

    def blocks(self) -> FakeSuppressionList:
        return self.post.suppression_list

    def mail_from(self) -> str:
        return SENDER

    def deployment(self) -> FakeDeployment:
        return self.deployment_

    def audit_trail(self) -> FakeAuditTrail:
        return FakeAuditTrail(self.log)

    def invoice_ports(self) -> InvoicePorts:
        return InvoicePorts(self.directory_, self.invoices, word_record, self.now)

    def links(self) -> FakeLinks:
        return FakeLinks()

    def report_address(self, import_id: str) -> str | None:
        return f"https://hours.example/api/i/{import_id}"

    def import_export(self) -> ImportExport:
        return ImportExport(ImportPorts(self.directory_, self.ledger_, self.log, self.files_, self.now, self.progress))

    def _run_imports(self) -> None:
        for number, (key, version) in enumerate(self.files_.objects):
            self.import_export().run(DroppedFile("inbox-bucket", key, version, f"{number:04}"))
        while self.queue.sent:
            self.import_export().run(self.queue.sent.pop().file, retry=True)


class Cli:
    """One operator at one terminal."""

    def __init__(self, *, imports_run: bool = True) -> None:
        self.parts = Parts(imports_run=imports_run)

    def run(self, *words: str) -> Answer:
        """Type a line."""
        result = CliRunner().invoke(main, words, obj=self.parts)
        return Answer(result.exit_code, result.stdout, result.stderr)
