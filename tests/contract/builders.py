"""Records for the contract suite: one invented client, its cycles and its imports."""

from datetime import UTC, date, datetime, timedelta

from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import DroppedFile, ImportPart, ImportRecord, ImportReport, ImportStatus
from chalicelib.services.store.ledger import LedgerCommit
from tests.builders import entry, retainer

ACME = ClientId("acme")
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
HEAD = ClientHead(1, setup_version=1)
"""The head of a client whose set-up was just written for the first time."""


def book(*aliases: str, retainers: int = 1, version: int = 0) -> ClientBook:
    named = tuple(
        retainer(retainer_id=RetainerId(ACME, RetainerSlug(f"tier-{number}")), title=f"Tier {number}")
        for number in range(retainers)
    )
    return ClientBook(Client(ACME, "Acme Ltd", aliases=aliases), named, (), ClientHead(), version)


def cycle(number: int = 0, *descriptions: str, version: int = 0) -> CycleLedger:
    """The n-th month of Acme's support since January 2010, with an entry per description."""
    start = date(2010 + number // 12, 1 + number % 12, 1)
    entries = tuple(entry(start.isoformat(), "1:30", description=text) for text in descriptions or ("Backup",))
    return CycleLedger(CycleId(RetainerId(ACME, RetainerSlug("support")), start), version, entries)


def record(
    name: str = "a", order: str = "1", minutes: int = 0, clients: tuple[ClientId, ...] = (ACME,)
) -> ImportRecord:
    file = DroppedFile("inbox", f"inbox/acme/support/{name}.csv", "v1", order, 10)
    done = ImportReport(ImportStatus.DONE, "toggl")
    return ImportRecord(ImportId(name), file, NOON + timedelta(minutes=minutes), done, clients)


def part(name: str = "a", order: str = "1", client: ClientId = ACME) -> ImportPart:
    return ImportPart(ImportId(name), client, record(name, order).file, "toggl")


def commit(
    *cycles: CycleLedger, head: ClientHead | None = None, of: ImportRecord | ImportPart | None = None
) -> LedgerCommit:
    return LedgerCommit(ACME, head or HEAD, cycles, [of or record()])
