"""The parts that a command works with: those of the chosen deployment, opened when the first one is asked for."""

from datetime import datetime
from functools import cached_property
from time import sleep
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from types import ModuleType

    from chalicelib.domain.ids import ImportId
    from chalicelib.services.health import Deployment
    from chalicelib.services.imports.ports import Files
    from chalicelib.services.imports.progress import ProgressLog
    from chalicelib.services.imports.run_import import ImportExport
    from chalicelib.services.invoices.ports import InvoicePorts
    from chalicelib.services.mails.ports import SuppressionList, Tasks
    from chalicelib.services.mails.run_task import RunTask
    from chalicelib.services.mails.send import SendMail
    from chalicelib.services.store.audit import AuditTrail
    from chalicelib.services.store.books import Directory
    from chalicelib.services.store.import_log import ImportLog
    from chalicelib.services.store.import_record import Delivery
    from chalicelib.services.store.ledger import Ledger
    from chalicelib.services.store.lookup import Links
    from chalicelib.services.store.queue import Queue


class Parts(Protocol):
    """What commands may ask for."""

    def now(self) -> datetime:
        """The present instant, in UTC."""

    def pause(self) -> None:
        """Let a moment pass before looking again."""

    def base_url(self) -> str:
        """The address under which the pages are, without a slash at its end."""

    def inbox_bucket(self) -> str:
        """The name of the bucket that exports are dropped into."""

    def directory(self) -> "Directory":
        """Clients, retainers, rules."""

    def ledger(self) -> "Ledger":
        """Cycles with their entries."""

    def import_log(self) -> "ImportLog":
        """Imports with their reports."""

    def progress_log(self) -> "ProgressLog":
        """Where running imports stand."""

    def files(self) -> "Files":
        """The inbox bucket."""

    def import_queue(self) -> "Queue[Delivery]":
        """Asks for an import again."""

    def outbox(self) -> "Tasks":
        """Tasks that wait, and what became of the others."""

    def run_task(self) -> "RunTask":
        """The use case of tasks, to ask for one again."""

    def send_mail(self) -> "SendMail":
        """The use case of mails, to read one."""

    def audit_trail(self) -> "AuditTrail":
        """What was done to clients' cycles."""

    def invoice_ports(self) -> "InvoicePorts":
        """What invoices are listed and issued with."""

    def blocks(self) -> "SuppressionList":
        """Addresses that no mail is sent to."""

    def mail_from(self) -> str:
        """The address that mails come from; empty: none is sent."""

    def deployment(self) -> "Deployment":
        """What AWS tells of the deployment."""

    def links(self) -> "Links":
        """Tokens of links."""

    def report_address(self, import_id: "ImportId") -> str | None:
        """The address of an import's readable report; None where none can be made."""

    def import_export(self) -> "ImportExport":
        """The use case of imports, for previews."""


class Deployed:
    """The parts of a deployment (cli/deployment.py says how it is found)."""

    def __init__(self, stack: str = "", profile: str = "", region: str = "") -> None:
        self._choice = (stack, profile, region)

    @cached_property
    def _wiring(self) -> "ModuleType":
        # Imported here: a command that needs no deployment, or only its help, must not pay for the SDK.
        from chalicelib import wiring  # noqa: PLC0415
        from chalicelib.cli.deployment import enter  # noqa: PLC0415

        enter(*self._choice)
        return wiring

    def now(self) -> datetime:
        """The present instant, in UTC."""
        now: datetime = self._wiring.clock()
        return now

    def pause(self) -> None:
        """Let a moment pass before looking again."""
        sleep(0.3)

    def base_url(self) -> str:
        """The address under which the pages are, without a slash at its end."""
        url: str = self._wiring.settings().need("base_url")
        return url

    def inbox_bucket(self) -> str:
        """The name of the bucket that exports are dropped into."""
        bucket: str = self._wiring.settings().need("inbox_bucket")
        return bucket

    def directory(self) -> "Directory":
        """Clients, retainers, rules."""
        directory: Directory = self._wiring.directory()
        return directory

    def ledger(self) -> "Ledger":
        """Cycles with their entries."""
        ledger: Ledger = self._wiring.ledger()
        return ledger

    def import_log(self) -> "ImportLog":
        """Imports with their reports."""
        log: ImportLog = self._wiring.import_log()
        return log

    def progress_log(self) -> "ProgressLog":
        """Where running imports stand."""
        log: ProgressLog = self._wiring.progress_log()
        return log

    def files(self) -> "Files":
        """The inbox bucket."""
        files: Files = self._wiring.files()
        return files

    def import_queue(self) -> "Queue[Delivery]":
        """Asks for an import again."""
        queue: Queue[Delivery] = self._wiring.import_queue()
        return queue

    def outbox(self) -> "Tasks":
        """Tasks that wait, and what became of the others."""
        outbox: Tasks = self._wiring.outbox()
        return outbox

    def run_task(self) -> "RunTask":
        """The use case of tasks, to ask for one again."""
        use_case: RunTask = self._wiring.run_task()
        return use_case

    def send_mail(self) -> "SendMail":
        """The use case of mails, to read one."""
        use_case: SendMail = self._wiring.send_mail()
        return use_case

    def audit_trail(self) -> "AuditTrail":
        """What was done to clients' cycles."""
        trail: AuditTrail = self._wiring.audit_trail()
        return trail

    def invoice_ports(self) -> "InvoicePorts":
        """What invoices are listed and issued with."""
        ports: InvoicePorts = self._wiring.invoice_ports()
        return ports

    def blocks(self) -> "SuppressionList":
        """Addresses that no mail is sent to."""
        blocks: SuppressionList = self._wiring.blocks()
        return blocks

    def mail_from(self) -> str:
        """The address that mails come from; empty: none is sent."""
        sender: str = self._wiring.settings().mail_from
        return sender

    def deployment(self) -> "Deployment":
        """What AWS tells of the deployment."""
        deployment: Deployment = self._wiring.deployment()
        return deployment

    def links(self) -> "Links":
        """Tokens of links."""
        links: Links = self._wiring.links()
        return links

    def report_address(self, import_id: "ImportId") -> str | None:
        """The address of an import's readable report; None where none can be made."""
        address: str | None = self._wiring.report_address(import_id)
        return address

    def import_export(self) -> "ImportExport":
        """The use case of imports, for previews."""
        use_case: ImportExport = self._wiring.import_export()
        return use_case
