"""Mails in memory: an invented operator, and a client whose November is open while its October still settles."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.approval import Approval
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.parties import ClientBilling, Party
from chalicelib.domain.retainer import ALL_MAILS, Client, ClientMails, Issuing, Retainer
from chalicelib.mails.compose import ComposeMail
from chalicelib.services.mails.gather_week import GatherWeek
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.books import ClientBook, ClientHead, Operator
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import day, retainer, rule, terms, used
from tests.fakes import FakeDirectory, FakeImportLog, FakeLedger
from tests.invoice_rig import FakeInvoices
from tests.task_rig import FakeTasks, Post

CLIENT = ClientId("seeblick-klinik")
HELPDESK = RetainerId(CLIENT, RetainerSlug("helpdesk"))
OPERATOR = OperatorBook("Fjordblick IT", "ida@fjordblick.example")
SECOND_OF_NOVEMBER = datetime(2026, 11, 2, 9, tzinfo=UTC)


def helpdesk(**changes: object) -> Retainer:
    """20 h a month from October; unused hours carry over for a month; 100 € an hour beyond them."""
    version = terms("2026-10-01", allotment="20:00", carry_over=rule(carry=True, expires_after=1))
    plain = retainer(version, starts="2026-10-01", retainer_id=HELPDESK, title="Helpdesk")
    return replace(plain, **changes)


def month(start: str, *durations: str) -> CycleLedger:
    """The helpdesk work of a month."""
    worked = used(start, *durations)
    return replace(worked, id=worked.id._replace(retainer=HELPDESK))


def book(
    *retainers: Retainer,
    locale: str = "en-GB",
    email: str = "kasse@seeblick.example",
    mails: ClientMails = ALL_MAILS,
    issuing: Issuing = Issuing.VERIFY,
) -> ClientBook:
    """The client's set-up."""
    return ClientBook(
        Client(CLIENT, "Seeblick Klinik", locale),
        retainers or (helpdesk(),),
        (),
        ClientHead(),
        1,
        Operator(OPERATOR.name, OPERATOR.email),
        billing=ClientBilling(Party(email=email)),
        mails=mails,
        issuing=issuing,
    )


def mails(
    of: ClientBook | None = None,
    *worked: CycleLedger,
    directory: FakeDirectory | None = None,
    imports: FakeImportLog | None = None,
    invoices: FakeInvoices | None = None,
    tasks: FakeTasks | None = None,
    post: Post | None = None,
    clock: Callable[[], datetime] = lambda: SECOND_OF_NOVEMBER,
    approvals: tuple[Approval, ...] = (),
) -> ComposeMail:
    """The port `Compose` in memory."""
    directory = directory or FakeDirectory(of or book(), operator=OPERATOR)
    imports, invoices, tasks, post = (
        imports or FakeImportLog(),
        invoices or FakeInvoices(),
        tasks or FakeTasks(),
        post or Post(),
    )
    ledger = FakeLedger(*worked, directory=directory)
    ledger.approvals[CLIENT] = ClientApprovals(CLIENT, approvals)
    week = GatherWeek(directory, ledger, imports, invoices, tasks, clock)
    return ComposeMail(
        directory,
        ledger,
        imports,
        invoices,
        tasks,
        post.read,
        post.suppression_list,
        week,
        report_url=lambda _: None,
        client_url=_url,
        answer_url=lambda approval, place: f"https://hours.example/a/{approval.id}~{place}",
        clock=clock,
    )


def _url(of: ClientBook) -> str | None:
    return f"https://hours.example/b/{of.client.id}~1"


NOVEMBER = day("2026-11-01")
OCTOBER = month("2026-10-01", "6:00", "5:30")
"""11.5 h of 20: 8.5 h are carried over, until the end of November."""
