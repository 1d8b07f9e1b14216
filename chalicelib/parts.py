"""The list of parts: the only module that knows every concrete class.

A part is created when it is first used and then kept, and its imports are inside its property: a client's page must not
pay for S3, queues or imports at its cold start, nor a command for the SDK before it asks anything of a deployment.
"""
# ruff: noqa: PLC0415 - each part imports what it needs when it is created

from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache, cached_property, partial
from time import sleep
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from chalicelib.clock import Clock, real_clock
from chalicelib.settings import Settings

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.metrics import Metrics

    from chalicelib.adapters.audit_trail import DynamoAuditTrail
    from chalicelib.adapters.aws import Aws
    from chalicelib.adapters.cognito import CognitoUsers
    from chalicelib.adapters.dynamo import TransactionLimits
    from chalicelib.adapters.files import InboxFiles
    from chalicelib.adapters.imports import DynamoProgressLog
    from chalicelib.adapters.links import SecretLinkKeys
    from chalicelib.adapters.objects import ObjectStore
    from chalicelib.adapters.sessions import SignedValues
    from chalicelib.domain.approval import Approval
    from chalicelib.domain.ids import ClientId, ImportId
    from chalicelib.services.access.people import ManagePeople
    from chalicelib.services.access.sign_in import SessionVersions, SignIn
    from chalicelib.services.cycles.open_question import AnswerLinks
    from chalicelib.services.health import Deployment
    from chalicelib.services.imports.read_report import ReportLinks
    from chalicelib.services.imports.run_import import RunImport
    from chalicelib.services.invoices.offer import InvoiceLinks
    from chalicelib.services.invoices.ports import InvoicePorts, Invoices
    from chalicelib.services.mails.ports import SuppressionList, Tasks
    from chalicelib.services.mails.run_task import RunTask
    from chalicelib.services.mails.send import SendMail
    from chalicelib.services.store.books import ClientBook, Directory
    from chalicelib.services.store.import_log import ImportLog
    from chalicelib.services.store.import_record import Delivery
    from chalicelib.services.store.ledger import Ledger
    from chalicelib.services.store.lookup import Links
    from chalicelib.services.store.tasks import Queue, TaskId

T = TypeVar("T")
_SERVICE = "hourtab"
_REFUSED = {"AccessDenied", "AccessDeniedException"}


class Parts:
    """The parts of HourTab for the deployment that `settings` describe. A test sets those that it replaces."""

    def __init__(self, settings: Settings) -> None:
        # The SDK is loaded when the function starts: no visitor waits for work done before the first event.
        from chalicelib.adapters.aws import Aws

        self.settings = settings
        self.aws = Aws(settings.region, settings.endpoint_url or None)
        self.aws.done_by = lambda: (settings.lambda_function_name, "function")

    @cached_property
    def clock(self) -> Clock:
        """The present instant, in UTC; on a laptop that of the stack's own clock."""
        return real_clock(self.settings.clock_file)

    def pause(self) -> None:
        """Let a moment pass before looking again."""
        sleep(0.3)

    @cached_property
    def logger(self) -> "Logger":
        """One line of JSON per event. It carries ids and counts: never descriptions, names, tokens or rows.

        What libraries log comes out in the same format, through the handlers that Lambda gives the root logger.
        """
        import logging

        from aws_lambda_powertools import Logger

        logger = Logger(service=_SERVICE)
        for handler in logging.getLogger().handlers:
            handler.setFormatter(logger.registered_formatter)
        return logger

    @cached_property
    def metrics(self) -> "Metrics":
        """Writes metrics to the log; CloudWatch collects them in a namespace of the stack's name."""
        from aws_lambda_powertools.metrics import Metrics

        return Metrics(service=_SERVICE, namespace=self.settings.stack_name or _SERVICE)

    @cached_property
    def directory(self) -> "Directory":
        """Clients, retainers, rules, and the operator's settings."""
        from chalicelib.adapters.directory import DynamoDirectory

        return DynamoDirectory(
            self.aws, self.settings.need("directory_table"), self._limits, activity_table=self.settings.activity_table
        )

    @cached_property
    def ledger(self) -> "Ledger":
        """Cycles with their entries."""
        from chalicelib.adapters.ledger import DynamoLedger

        return DynamoLedger(
            self.aws,
            directory_table=self.settings.need("directory_table"),
            cycles_table=self.settings.need("cycles_table"),
            activity_table=self.settings.activity_table,  # only a commit needs it, and a page never commits
            objects=self._store,
            limits=self._limits,
        )

    @cached_property
    def import_log(self) -> "ImportLog":
        """Imports with their reports."""
        from chalicelib.adapters.imports import DynamoImportLog

        return DynamoImportLog(self.aws, self.settings.need("activity_table"), self._store)

    @cached_property
    def files(self) -> "InboxFiles":
        """The inbox bucket."""
        from chalicelib.adapters.files import InboxFiles

        return InboxFiles(self.aws, self.settings.need("inbox_bucket"))

    @cached_property
    def progress_log(self) -> "DynamoProgressLog":
        """The progress of running imports."""
        from chalicelib.adapters.imports import DynamoProgressLog

        return DynamoProgressLog(self.aws, self.settings.need("activity_table"))

    @cached_property
    def import_queue(self) -> "Queue[Delivery]":
        """Asks the import function to run an import again."""
        from chalicelib.adapters.queues import IMPORTS, SqsQueue

        return SqsQueue(self.aws, self.settings.need("import_queue_url"), IMPORTS)

    @cached_property
    def large_import_queue(self) -> "Queue[Delivery]":
        """Asks the function for large imports to run one, or to continue it."""
        from chalicelib.adapters.queues import IMPORTS, SqsQueue

        return SqsQueue(self.aws, self.settings.need("large_import_queue_url"), IMPORTS)

    @cached_property
    def tasks(self) -> "Tasks":
        """Pending tasks, and the outcome of the others."""
        from chalicelib.adapters.tasks import DynamoTasks

        return DynamoTasks(self.aws, self.settings.need("activity_table"))

    @cached_property
    def task_queue(self) -> "Queue[TaskId]":
        """Asks a function to carry out tasks."""
        from chalicelib.adapters.queues import TASKS, SqsQueue

        return SqsQueue(self.aws, self.settings.need("mail_queue_url"), TASKS)

    def queue_tasks(self, ids: "Iterable[TaskId]") -> None:
        """Ask a function to carry out tasks; if that fails, the sweep does so later."""
        from chalicelib.adapters.aws import CloudError

        try:
            self.task_queue.send(ids)
        except CloudError as error:
            self.logger.warning("tasks not queued", extra={"code": error.code})

    @cached_property
    def suppression_list(self) -> "SuppressionList":
        """The suppression list: addresses that no mail is sent to."""
        from chalicelib.adapters.suppression import DynamoSuppressionList

        return DynamoSuppressionList(self.aws, self.settings.need("activity_table"))

    @cached_property
    def run_task(self) -> "RunTask":
        """The use case of the function that carries out tasks."""
        from chalicelib.services.mails.check_usage import CheckUsage
        from chalicelib.services.mails.find_occasion import FindOccasion
        from chalicelib.services.mails.issue_draft import IssueDraft
        from chalicelib.services.mails.note_expiry import NoteExpiry
        from chalicelib.services.mails.run_task import RunTask, handlers_of

        handlers = handlers_of(
            send_mail=self.send_mail,
            check_usage=CheckUsage(self.directory, self.ledger, self.tasks, self.task_queue, self.clock),
            issue_draft=IssueDraft(self.invoice_ports, self.task_queue, self.send_mail),
            note_expiry=NoteExpiry(self.ledger, self.audit_trail.add, self.send_mail, self.clock),
        )
        occasion = FindOccasion(self.directory, self.tasks, self.clock)
        return RunTask(self.tasks, handlers, self.task_queue, self.clock, occasion)

    @cached_property
    def send_mail(self) -> "SendMail":
        """The use case of tasks that send a mail."""
        from chalicelib.adapters.objects import MAILS
        from chalicelib.adapters.ses import SesMailer
        from chalicelib.mails.compose import ComposeMail
        from chalicelib.services.mails.gather_week import GatherWeek
        from chalicelib.services.mails.send import SendMail

        invoices = self.invoices
        compose = ComposeMail(
            directory=self.directory,
            ledger=self.ledger,
            imports=self.import_log,
            invoices=invoices,
            tasks=self.tasks,
            read_copy=self._store.get,
            suppression_list=self.suppression_list,
            week=GatherWeek(self.directory, self.ledger, self.import_log, invoices, self.tasks, self.clock),
            report_url=self.report_address,
            client_url=self.client_address,
            answer_url=self.answer_address,
            clock=self.clock,
        )
        return SendMail(
            compose=compose,
            mailer=SesMailer(self.aws, self.settings.mail_set),
            keep_copy=partial(self._store.put, MAILS),
            read_copy=self._store.get,
            suppression_list=self.suppression_list,
            sender=self.settings.mail_from,
            clock=self.clock,
        )

    @cached_property
    def invoices(self) -> "Invoices":
        """The invoices, and the series of their numbers."""
        from chalicelib.adapters.invoices import DynamoInvoices

        return DynamoInvoices(
            self.aws,
            activity_table=self.settings.need("activity_table"),
            directory_table=self.settings.need("directory_table"),
        )

    @cached_property
    def invoice_ports(self) -> "InvoicePorts":
        """The ports for listing and issuing invoices."""
        from chalicelib.documents.pdf import unprintable
        from chalicelib.services.invoices.ports import InvoicePorts
        from chalicelib.words.invoices import word_section, word_work

        return InvoicePorts(
            self.directory,
            self.invoices,
            word_section,
            unprintable,
            self.clock,
            work=partial(word_work, self.ledger),
        )

    @cached_property
    def client_queue(self) -> "Queue[ClientId]":
        """Asks a function to close the overdue cycles of clients."""
        from chalicelib.adapters.queues import CLIENTS, SqsQueue

        return SqsQueue(self.aws, self.settings.need("rollover_queue_url"), CLIENTS)

    @cached_property
    def audit_trail(self) -> "DynamoAuditTrail":
        """The audit trail: changes that people made to clients' cycles and to links."""
        from chalicelib.adapters.audit_trail import DynamoAuditTrail

        return DynamoAuditTrail(self.aws, self.settings.need("activity_table"))

    @cached_property
    def links(self) -> "Links":
        """Makes and reads the tokens of clients' links."""
        from chalicelib.adapters.links import SignedLinks

        return SignedLinks(self.link_keys.active)

    @cached_property
    def report_links(self) -> "ReportLinks":
        """Makes and reads the tokens of imports' reports."""
        from chalicelib.adapters.links import SignedReportLinks

        return SignedReportLinks(self.link_keys.active)

    @cached_property
    def invoice_links(self) -> "InvoiceLinks":
        """Makes and reads the tokens of invoices' links."""
        from chalicelib.adapters.links import SignedInvoiceLinks

        return SignedInvoiceLinks(self.link_keys.active)

    @cached_property
    def answer_links(self) -> "AnswerLinks":
        """Makes and reads the tokens of answers to questions about hours beyond a retainer."""
        from chalicelib.adapters.links import SignedAnswerLinks

        return SignedAnswerLinks(self.link_keys.active)

    @cached_property
    def link_keys(self) -> "SecretLinkKeys":
        """The keys that sign links."""
        from chalicelib.adapters.links import SecretLinkKeys

        return SecretLinkKeys(self.aws, self.settings.need("link_secret"), self.clock)

    @cached_property
    def sign_in(self) -> "SignIn":
        """The use case of the console's entrance. It remembers for a minute what it knows of a person."""
        from chalicelib.adapters.cognito import CognitoPages
        from chalicelib.services.access.sign_in import SignIn

        need = self.settings.need
        pages = CognitoPages(need("sign_in_url"), need("user_pool_client"), f"{need('base_url')}/console")
        return SignIn(pages, self._users, self.session_versions, self.clock)

    @cached_property
    def manage_people(self) -> "ManagePeople":
        """The use case of inviting and removing the people who sign in to the console."""
        from chalicelib.services.access.people import ManagePeople

        return ManagePeople(self._users, self.session_versions)

    @cached_property
    def session_versions(self) -> "SessionVersions":
        """How often sessions of the console were ended."""
        from chalicelib.adapters.sessions import DynamoSessionVersions

        return DynamoSessionVersions(self.aws, self.settings.need("activity_table"))

    @cached_property
    def session_values(self) -> "SignedValues":
        """Signs what the console's cookies hold, with a key that no other function reads."""
        from chalicelib.adapters.links import SecretLinkKeys
        from chalicelib.adapters.sessions import SignedValues

        return SignedValues(SecretLinkKeys(self.aws, self.settings.need("session_secret"), self.clock).active)

    @cached_property
    def _users(self) -> "CognitoUsers":
        from chalicelib.adapters.cognito import CognitoUsers

        return CognitoUsers(self.aws, self.settings.need("user_pool"))

    def report_address(self, import_id: "ImportId") -> str | None:
        """The address of an import's readable report.

        None if none can be created here: no public address is set, or this role may not read the links' key.
        """
        from chalicelib.services.imports.read_report import report_url

        return self._linked(
            lambda base: report_url(
                import_id, self.clock(), base_url=base, links=self.report_links, log=self.import_log
            ),
        )

    def client_address(self, book: "ClientBook") -> str | None:
        """The address of a client's page, as `report_address`; also None if the link no longer works."""
        from chalicelib.services.setup.link import LinkState, ManageLink

        view = self._linked(
            lambda base: ManageLink(self.directory, self.ledger, self.links, base, self.clock).view(book)
        )
        return view.url if view is not None and view.state is LinkState.ACTIVE else None

    def answer_address(self, approval: "Approval", place: int) -> str | None:
        """The address by which the approver at this place answers, as `report_address`."""
        from chalicelib.services.store.approvals import AnswerLink

        return self._linked(lambda base: f"{base}/a/{self.answer_links.token(AnswerLink.of(approval, place))}")

    def _linked(self, make: Callable[[str], T]) -> T | None:
        """What `make` returns for the pages' address; None without an address or access to the links' key."""
        from chalicelib.adapters.aws import CloudError

        if not self.settings.base_url or not self.settings.link_secret:
            return None
        try:
            return make(self.settings.base_url)
        except CloudError as error:
            if error.code in _REFUSED:
                return None
            raise

    @cached_property
    def deployment(self) -> "Deployment":
        """The deployment as AWS describes it."""
        from chalicelib.adapters.deployment import ExaminedStack, read_outputs

        stack = self.settings.need("stack_name")
        return ExaminedStack(self.aws, stack, read_outputs(self.aws, stack))

    @cached_property
    def run_import(self) -> "RunImport":
        """The use case of the import function and of the command line's preview."""
        from chalicelib.services.imports.ports import ImportPorts
        from chalicelib.services.imports.run_import import RunImport

        ports = ImportPorts(
            directory=self.directory,
            ledger=self.ledger,
            log=self.import_log,
            files=self.files,
            clock=self.clock,
            progress=self.progress_log,
        )
        return RunImport(ports)

    @cached_property
    def _limits(self) -> "TransactionLimits":
        from chalicelib.adapters.dynamo import LIMITS_OF_AWS, TransactionLimits

        items = self.settings.transaction_items
        return TransactionLimits(int(items)) if items else LIMITS_OF_AWS

    @cached_property
    def _store(self) -> "ObjectStore":
        from chalicelib.adapters.objects import ObjectStore

        return ObjectStore(self.aws, self.settings.need("store_bucket"))


class Stack(NamedTuple):
    """A deployed stack and how to reach it."""

    name: str
    region: str = ""
    """Empty: the region of the AWS configuration."""
    endpoint_url: str = ""
    """Endpoint URL; empty: AWS itself."""
    profile: str = ""
    """The profile of the AWS configuration; empty: the one in use."""
    keys: tuple[str, str] | None = None
    """An access key that is not in the AWS configuration: that of the local cloud."""


class StackParts(Parts):
    """The parts of a stack, which is found when the first part is asked for."""

    def __init__(self, find: Callable[[], Stack]) -> None:
        self._find = find

    @cached_property
    def stack(self) -> Stack:
        """The stack."""
        return self._find()

    @cached_property
    def aws(self) -> "Aws":  # type: ignore[override] # found late; like the attribute that it replaces, it can be set
        """The clients of the stack's account and region."""
        from chalicelib.adapters.aws import Aws
        from chalicelib.adapters.deployment import caller_of

        stack = self.stack
        aws = Aws(stack.region, stack.endpoint_url or None, profile=stack.profile, keys=stack.keys)
        aws.done_by = cache(partial(caller_of, aws))
        return aws

    @cached_property
    def settings(self) -> Settings:  # type: ignore[override] # as above
        """The names that the stack's outputs hold."""
        from chalicelib.adapters.deployment import read_outputs

        found = Settings.from_outputs(read_outputs(self.aws, self.stack.name))
        return replace(found, region=self.aws.region, endpoint_url=self.stack.endpoint_url)
