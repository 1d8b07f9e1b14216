"""The composition root: the only module that knows every concrete class.

Each part is made when it is first asked for and then kept, and each function imports only what it needs:
a client's page must not pay for S3, queues or imports at its cold start.
"""
# ruff: noqa: PLC0415 - imports stand where they are paid for

from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.adapters.objects import ObjectStore
    from chalicelib.domain.billing import InvoiceDocument
    from chalicelib.domain.ids import ClientId, ImportId
    from chalicelib.mails.to_clients import MailsToClients
    from chalicelib.mails.to_operator import MailsToOperator
    from chalicelib.services.health import Deployment
    from chalicelib.services.imports.ports import Files
    from chalicelib.services.imports.progress import ProgressLog
    from chalicelib.services.imports.read_report import ReportLinks
    from chalicelib.services.imports.run_import import ImportExport
    from chalicelib.services.invoices.ports import InvoicePorts
    from chalicelib.services.mails.mime import Attachment
    from chalicelib.services.mails.ports import SuppressionList, Tasks
    from chalicelib.services.mails.run_task import RunTask
    from chalicelib.services.mails.send import SendMail
    from chalicelib.services.store.audit import AuditTrail
    from chalicelib.services.store.books import ClientBook, Directory
    from chalicelib.services.store.import_log import ImportLog
    from chalicelib.services.store.import_record import Delivery
    from chalicelib.services.store.ledger import Ledger
    from chalicelib.services.store.lookup import Links
    from chalicelib.services.store.queue import Queue
    from chalicelib.services.store.tasks import TaskId

_REFUSED = {"AccessDenied", "AccessDeniedException"}


@cache
def settings() -> Settings:
    """The settings of this process."""
    return Settings.from_env()


@cache
def aws() -> Aws:
    """The clients of this process."""
    return Aws(settings().need("region"), settings().endpoint_url or None)


@cache
def directory() -> "Directory":
    """Clients, retainers, rules, and the operator's settings."""
    from chalicelib.adapters.directory import DynamoDirectory

    return DynamoDirectory(aws(), settings().need("directory_table"))


@cache
def ledger() -> "Ledger":
    """Cycles with their entries."""
    from chalicelib.adapters.ledger import DynamoLedger

    return DynamoLedger(
        aws(),
        directory_table=settings().need("directory_table"),
        cycles_table=settings().need("cycles_table"),
        activity_table=settings().activity_table,  # only a commit needs it, and a page's function never commits
        objects=_store(),
    )


@cache
def import_log() -> "ImportLog":
    """Imports with their reports."""
    from chalicelib.adapters.imports import DynamoImportLog

    return DynamoImportLog(aws(), settings().need("activity_table"), _store())


@cache
def files() -> "Files":
    """The inbox bucket."""
    from chalicelib.adapters.files import InboxFiles

    return InboxFiles(aws(), settings().need("inbox_bucket"))


@cache
def progress_log() -> "ProgressLog":
    """Where running imports stand."""
    from chalicelib.adapters.imports import DynamoProgressLog

    return DynamoProgressLog(aws(), settings().need("activity_table"))


@cache
def import_queue() -> "Queue[Delivery]":
    """Asks the import function to run an import again."""
    from chalicelib.adapters.queues import IMPORTS, SqsQueue

    return SqsQueue(aws(), settings().need("import_queue_url"), IMPORTS)


@cache
def large_import_queue() -> "Queue[Delivery]":
    """Asks the function for large imports to run one, or to go on with it."""
    from chalicelib.adapters.queues import IMPORTS, SqsQueue

    return SqsQueue(aws(), settings().need("large_import_queue_url"), IMPORTS)


@cache
def outbox() -> "Tasks":
    """Tasks that wait, and what became of the others."""
    from chalicelib.adapters.tasks import DynamoTasks

    return DynamoTasks(aws(), settings().need("activity_table"))


@cache
def mail_queue() -> "Queue[TaskId]":
    """Asks a function to carry out tasks."""
    from chalicelib.adapters.queues import TASKS, SqsQueue

    return SqsQueue(aws(), settings().need("mail_queue_url"), TASKS)


@cache
def blocks() -> "SuppressionList":
    """Addresses that no mail is sent to."""
    from chalicelib.adapters.suppression import DynamoSuppressionList

    return DynamoSuppressionList(aws(), settings().need("activity_table"))


@cache
def run_task() -> "RunTask":
    """The use case of the function that carries out tasks."""
    from chalicelib.services.mails.check_usage import CheckUsage
    from chalicelib.services.mails.issue_draft import IssueDraft
    from chalicelib.services.mails.run_task import RunTask, handlers_of

    handlers = handlers_of(
        send_mail=send_mail(),
        check_usage=CheckUsage(directory(), ledger(), outbox(), mail_queue(), clock),
        issue_draft=IssueDraft(invoice_ports(), mail_queue(), send_mail()),
    )
    return RunTask(outbox(), handlers, mail_queue(), clock)


@cache
def send_mail() -> "SendMail":
    """What tasks that send a mail are carried out by."""
    from chalicelib.adapters.objects import StoredCopies
    from chalicelib.adapters.ses import SesMailer
    from chalicelib.mails.compose import ComposeMail
    from chalicelib.services.mails.send import SendMail

    return SendMail(
        compose=ComposeMail(_mails_to_operator(), _mails_to_clients()),
        mailer=SesMailer(aws(), settings().mail_set),
        copies=StoredCopies(_store()),
        suppression_list=blocks(),
        sender=settings().mail_from,
        clock=clock,
    )


def _mails_to_operator() -> "MailsToOperator":
    from chalicelib.adapters.objects import StoredCopies
    from chalicelib.mails.to_operator import MailsToOperator
    from chalicelib.services.mails.gather_week import GatherWeek

    invoices = invoice_ports().invoices
    return MailsToOperator(
        directory=directory(),
        imports=import_log(),
        invoices=invoices,
        tasks=outbox(),
        copies=StoredCopies(_store()),
        suppression_list=blocks(),
        week=GatherWeek(directory(), ledger(), import_log(), invoices, outbox(), clock),
        report_url=report_address,
    )


def _mails_to_clients() -> "MailsToClients":
    from chalicelib.mails.to_clients import MailsToClients

    return MailsToClients(directory(), ledger(), invoice_ports().invoices, client_address, _invoice_files, clock)


def _invoice_files(document: "InvoiceDocument") -> "Sequence[Attachment]":
    """An invoice as files. What draws the PDF is imported by the first mail that brings one."""
    from chalicelib.mails.attachments import invoice_files

    return invoice_files(document)


@cache
def invoice_ports() -> "InvoicePorts":
    """What invoices are issued with."""
    from chalicelib.adapters.invoices import DynamoInvoices
    from chalicelib.services.invoices.ports import InvoicePorts
    from chalicelib.words.invoices import word_record

    tables = settings()
    invoices = DynamoInvoices(
        aws(), activity_table=tables.need("activity_table"), directory_table=tables.need("directory_table")
    )
    return InvoicePorts(directory(), invoices, word_record, clock)


@cache
def rollover_queue() -> "Queue[ClientId]":
    """Asks a function to open and close what is due of clients' cycles."""
    from chalicelib.adapters.queues import CLIENTS, SqsQueue

    return SqsQueue(aws(), settings().need("rollover_queue_url"), CLIENTS)


@cache
def audit_trail() -> "AuditTrail":
    """What was done to clients' cycles."""
    from chalicelib.adapters.side_records import DynamoAuditTrail

    return DynamoAuditTrail(aws(), settings().need("activity_table"))


@cache
def links() -> "Links":
    """Makes and reads the tokens of clients' links."""
    from chalicelib.adapters.links import SignedLinks, key_in_secret

    return SignedLinks(key_in_secret(lambda: aws().client("secretsmanager"), settings().need("link_secret")))


@cache
def report_links() -> "ReportLinks":
    """Makes and reads the tokens of imports' reports."""
    from chalicelib.adapters.links import SignedReportLinks, key_in_secret

    return SignedReportLinks(key_in_secret(lambda: aws().client("secretsmanager"), settings().need("link_secret")))


def report_address(import_id: "ImportId") -> str | None:
    """The address of an import's readable report.

    None where nobody can make one here: no public address is set, or the links' key must not be read.
    """
    from chalicelib.services.imports.read_report import report_url

    if not settings().base_url or not settings().link_secret:
        return None
    try:
        return report_url(import_id, clock(), base_url=settings().base_url, links=report_links())
    except CloudError as error:
        if error.code in _REFUSED:
            return None
        raise


def client_address(book: "ClientBook") -> str | None:
    """The address of a client's page, as `report_address`; None where it leads nowhere any more, too."""
    from chalicelib.services.setup.link import LinkState, ManageLink

    if not settings().base_url or not settings().link_secret:
        return None
    try:
        view = ManageLink(directory(), links(), settings().base_url, clock).view(book)
    except CloudError as error:
        if error.code in _REFUSED:
            return None
        raise
    return view.url if view.state is LinkState.ACTIVE else None


def stack_outputs(stack: str, region: str, endpoint_url: str) -> "tuple[str, Mapping[str, str]]":
    """The region and the outputs of a deployed stack (adapters/deployment.py)."""
    from chalicelib.adapters.deployment import read_outputs

    return read_outputs(stack, region, endpoint_url)


def deployment() -> "Deployment":
    """What AWS tells of this deployment."""
    from chalicelib.adapters.deployment import ExaminedStack

    stack, region = settings().need("stack_name"), settings().need("region")
    _, outputs = stack_outputs(stack, region, settings().endpoint_url)
    return ExaminedStack(aws(), region, stack, outputs)


@cache
def import_export() -> "ImportExport":
    """The use case of the import function and of the command line's preview."""
    from chalicelib.services.imports.ports import ImportPorts
    from chalicelib.services.imports.run_import import ImportExport

    ports = ImportPorts(
        directory=directory(),
        ledger=ledger(),
        log=import_log(),
        files=files(),
        clock=clock,
        progress=progress_log(),
    )
    return ImportExport(ports)


def clock() -> datetime:
    """The present instant, in UTC; on a laptop that of the stack's own clock."""
    now = datetime.now(UTC)
    return now + _ahead(settings().clock_file) if settings().clock_file else now


def _ahead(file: str) -> timedelta:
    try:
        return timedelta(seconds=int(Path(file).read_text()))
    except FileNotFoundError:
        return timedelta()


@cache
def _store() -> "ObjectStore":
    from chalicelib.adapters.objects import ObjectStore

    return ObjectStore(aws(), settings().need("store_bucket"))
