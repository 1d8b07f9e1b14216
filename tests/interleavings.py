"""Acts of people, files and the clock on one client, for tests that let two of them happen at once.

A `Scene` is one client over the ports of any store. Each act returns what it reports to whoever asked, as a value that
can be compared; `Scene.state` is everything that is visible afterwards.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from chalicelib.documents.pdf import unprintable
from chalicelib.domain.billing import invoice_id
from chalicelib.domain.entry import Pool
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, Order, adjust_hours
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.cycles.go_live import GoLive, go_live
from chalicelib.services.imports.ports import Files, ImportPorts
from chalicelib.services.imports.progress import ProgressLog
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.invoices.issue import issue, void
from chalicelib.services.invoices.ports import InvoicePorts, Invoices
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.link import ManageLink
from chalicelib.services.setup.remove import Remove
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.import_record import DroppedFile, ImportPart, ImportRecord, Verb, import_id
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import UnknownNameError
from chalicelib.words.invoices import word_section
from tests.builders import day, hours, money, retainer, terms
from tests.builders import rule as carry_over
from tests.fakes import FakeLinks, no_pause
from tests.import_rig import csv_of, row
from tests.invoice_rig import BUYER, OPERATOR

ACME = ClientId("acme")
BEFORE = datetime(2026, 2, 3, 22, 59, tzinfo=UTC)
"""A minute before January of the live retainer is due to close; all acts but the close happen now."""
DUE = datetime(2026, 2, 3, 23, tzinfo=UTC)
STARTS = [*(f"2025-{month}-01" for month in (11, 12)), "2026-01-01", "2026-01-15", "2026-02-01", "2026-02-15"]
"""First days of all cycles, before and after the set-up has changed."""


@dataclass
class Stores:
    """The ports of a deployment."""

    directory: Directory
    ledger: Ledger
    log: ImportLog
    files: Files
    progress: ProgressLog
    invoices: Invoices


def _named(slug: str) -> RetainerId:
    return RetainerId(ACME, RetainerSlug(slug))


SUPPORT = retainer(
    terms("2025-11-01", carry_over=carry_over(carry=True)), starts="2025-11-01", retainer_id=_named("support")
)
ADVICE = retainer(terms(), backfill=True, retainer_id=_named("advice"), title="Advice")
SPARE = retainer(terms(), backfill=True, retainer_id=_named("spare"), title="Spare")
RULES = (
    ClientRule(Match(project="Spare"), Pool.RETAINER, RetainerSlug("spare")),
    ClientRule(Match(), Pool.RETAINER, RetainerSlug("support")),
)
BOOK = ClientBook(Client(ACME, "Acme"), (SUPPORT, ADVICE, SPARE), RULES, billing=BUYER)
_CHEAPER = replace(SUPPORT.terms[0], effective_from=day("2026-01-01"), fee=money("900.00"))
CHANGED = replace(
    BOOK,
    retainers=(
        replace(SUPPORT, terms=(*SUPPORT.terms, _CHEAPER)),
        ADVICE,
        replace(SPARE, starts_on=day("2026-01-15"), anchor_day=15),
    ),
)  # fmt: skip
"""The same set-up, with another fee from January on and another calendar of the retainer without work."""

_KEY = "inbox/acme/export.csv"
_MAIL = row("2026-02-02", "1:00", "Mail")
_OLDEST = (_MAIL, row("2026-02-02", "2:00", "Phone"), row("2026-01-20", "7:00", "Server"))
_UNDONE = (row("2026-02-01", "3:00", "Backup", user="Bob Boole"),)
_LACKING = (_MAIL,)
_NEWEST = (
    row("2026-02-02", "0:30", "Chat", user="Cleo Curie"),
    row("2026-01-21", "0:45", "Chat", user="Cleo Curie"),
    row("2026-01-20", "4:00", "Plan", user="Cleo Curie", project="Spare"),
)


class Scene:
    """The client: two cycles are closed, one is invoiced; one import is undone, and one lacks an entry of the first."""

    def __init__(self, stores: Stores, files: list[DroppedFile]) -> None:
        self.stores = stores
        self.undone, self.lacking, self.newest = files[1:]
        self.files = files
        self.invoice_ports = InvoicePorts(
            stores.directory, stores.invoices, word_section, unprintable, lambda: BEFORE, no_pause
        )

    @classmethod
    def begin(cls, stores: Stores, drop: Callable[[str, BytesIO], str], *, is_invoiced: bool = True) -> "Scene":
        """Store the client and its history; `drop` puts a file and returns its version.

        `is_invoiced`: one of the two drafts is issued, so that neither client nor retainer can be removed.
        """
        stores.directory.write_operator(replace(OPERATOR, version=0))
        stores.directory.write_client(BOOK)
        files = []
        for number, rows in enumerate((_OLDEST, _UNDONE, _LACKING, _NEWEST)):
            data = csv_of(*rows).encode()
            files.append(DroppedFile("inbox", _KEY, drop(_KEY, BytesIO(data)), f"{number:04}", len(data)))
        scene = cls(stores, files)
        scene.close(BEFORE)
        if is_invoiced:
            scene.issue_of("2025-11-01")
        for file in files[:3]:
            scene.imports.run(file)
        scene.decide(scene.undone, Verb.UNDO)
        return scene

    @property
    def imports(self) -> RunImport:
        ports = ImportPorts(
            self.stores.directory,
            self.stores.ledger,
            self.stores.log,
            self.stores.files,
            lambda: BEFORE,
            self.stores.progress,
            sleep=no_pause,
        )
        return RunImport(ports)

    def run(self, file: DroppedFile, *, retry: bool = False) -> object:
        return _report(self.imports.run(file, retry=retry))

    def decide(self, file: DroppedFile, verb: Verb) -> object:
        record = self.stores.log.read(import_id(file))
        assert record
        decided = self.imports.decide(record, verb)
        return _report(decided.record), decided.cycles

    def close(self, at: datetime = DUE) -> object:
        done = close_due(self.stores.directory, self.stores.ledger, ACME, at, no_pause)
        return [(one.step.kind, one.step.retainer.id, one.step.period, one.statement) for one in done]

    def live(self) -> object:
        done = go_live("acme", "advice", GoLive(), BEFORE, **self._ports)
        return done.retainer.live_from  # of two runs at once, each may have done a part of it, and says so

    def order(self, order: Order) -> object:
        done = adjust_hours("acme", "support", order, BEFORE, **self._ports)
        return done.cycle, done.is_new

    def apply(self) -> object:
        use_case = ApplySetup(self.stores.directory, self.stores.ledger, lambda: BEFORE, no_pause)
        plan = use_case.apply(Setup(clients=(CHANGED,)))
        return plan.changes, [one.text for one in plan.conflicts]

    def remove(self, retainer: str | None = None) -> object:
        ports = (self.stores.directory, self.stores.ledger, self.stores.invoices)
        return Remove(*ports, lambda: BEFORE, no_pause).remove("acme", retainer)

    def rotate(self) -> object:
        links = ManageLink(
            self.stores.directory, self.stores.ledger, FakeLinks(), "https://x.example", lambda: BEFORE, no_pause
        )
        return links.rotate("acme").url

    def issue_of(self, start: str) -> object:
        done = issue(self.invoice_ports, self._invoice_of(start))
        return done.state, done.document

    def void_of(self, start: str) -> object:
        done = void(self.invoice_ports, self._invoice_of(start), "A mistake")
        return done.state, done.document

    @property
    def state(self) -> object:
        """Everything that is visible of the client, without versions."""
        book = self.stores.directory.read_client(ACME) or replace(BOOK, retainers=())  # it was removed
        ids = [CycleId(one.id, day(start)) for one in BOOK.retainers for start in STARTS]
        cycles = self.stores.ledger.read_cycles(ids, book.head.plan)
        records = [self.stores.log.read(import_id(file)) for file in self.files]
        parts = [part for file in self.files for part in self.stores.log.read_parts(import_id(file))]
        return {
            "cycles": {
                one.id: (Counter(one.entries), one.top_ups, one.frozen, Counter(one.late_postings))
                for one in cycles.values()
                if one.entries or one.top_ups or one.frozen
            },
            "head": replace(book.head, version=0, setup_version=0, recent=tuple(sorted(book.head.recent))),
            "set-up": (book.client, book.retainers, book.rules),
            "imports": [record and _report(record) for record in records],
            "parts": [_report(part) for part in parts],
            "invoices": sorted(
                (one.id, one.state, one.document, one.invoice.net, one.voided_by or "")
                for one in self.stores.invoices.newest(ACME)
            ),
        }  # fmt: skip

    @property
    def _ports(self) -> dict[str, Any]:
        return {"directory": self.stores.directory, "ledger": self.stores.ledger, "sleep": no_pause}

    def _invoice_of(self, start: str) -> str:
        return invoice_id(CycleId(SUPPORT.id, day(start)))


def _report(record: ImportRecord | ImportPart) -> object:
    """What the report of an import says."""
    said = record.report if isinstance(record, ImportRecord) else replace(record, file=None, decisions=())
    return said, tuple(decision.verb for decision in record.decisions)


Act = Callable[[Scene], object]

ACTS: dict[str, Act] = {
    "import": lambda scene: scene.run(scene.newest),
    "retry": lambda scene: scene.run(scene.lacking, retry=True),
    "undo": lambda scene: scene.decide(scene.lacking, Verb.UNDO),
    "redo": lambda scene: scene.decide(scene.undone, Verb.REDO),
    "accept": lambda scene: scene.decide(scene.lacking, Verb.ACCEPT),
    "close": lambda scene: scene.close(),
    "go-live": lambda scene: scene.live(),
    "top-up": lambda scene: scene.order(BuyHours("t", hours("5"))),
    "correct": lambda scene: scene.order(CorrectHours("c", -hours("1:30"), "Travel")),
    "apply": lambda scene: scene.apply(),
    "issue": lambda scene: scene.issue_of("2025-12-01"),
    "void": lambda scene: scene.void_of("2025-11-01"),
    "rotate": lambda scene: scene.rotate(),
}


REMOVALS: dict[str, Act] = {
    "remove client": lambda scene: scene.remove(),
    "remove retainer": lambda scene: scene.remove("support"),
}


def answer(act: Act, scene: Scene) -> object:
    """What the act reports, or why it refuses."""
    try:
        return act(scene)
    except UnknownNameError as error:  # the names that it suggests instead do not matter
        return type(error), error.name
    except HourTabError as error:
        return type(error), str(error)


def serial(new_scene: Callable[[], Scene], first: Act, second: Act) -> tuple[object, object, object]:
    """The answers of both and the state, if one happens after the other."""
    scene = new_scene()
    return answer(first, scene), answer(second, scene), scene.state
