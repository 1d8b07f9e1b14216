"""In-memory fakes of the ports, with their version checks. They keep what the Protocols promise (conditional writes,
order of lists, None for missing records) and count the reads, so that a test can assert the number of round trips of a
use case.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from typing import BinaryIO, Generic, TypeVar

from chalicelib.adapters.codec import pack_document
from chalicelib.domain.billing import InvoiceId, InvoiceRecord
from chalicelib.domain.branding import Logo
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, ImportId
from chalicelib.domain.names import fold
from chalicelib.domain.routing import names_of
from chalicelib.services.imports.progress import Progress
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.audit import AuditRecord
from chalicelib.services.store.books import ClientBook, ClientHead, DueClient, Tombstone
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import Imported, ImportPart, ImportRecord, ListedImport, listed
from chalicelib.services.store.ledger import LargeCommitError, LedgerCommit
from chalicelib.services.store.link_keys import LinkKeys
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.reading import Reading, Rules
from chalicelib.services.store.source_ids import SourceIds
from chalicelib.services.store.tasks import Task, TaskId

MessageT = TypeVar("MessageT")


_LONGEST_KEY = 2_000


class FakeDirectory:
    """Clients and the operator in two dictionaries. A `FakeLedger` made over it moves the heads."""

    def __init__(self, *books: ClientBook, operator: OperatorBook | None = None) -> None:
        self.operator = operator or OperatorBook(names_indexed=True)
        self.books = {book.client.id: book for book in books}
        self.tombstones: dict[ClientId, Tombstone] = {}
        self.reads: list[ClientId] = []
        """The clients that were read one by one."""
        self.batches = 0
        self.listings = 0
        self.indexings = 0
        self.names_at = 0
        self.logos: dict[str, Logo] = {}
        self.logo_reads = 0
        self.acts: list[AuditRecord] = []
        """Those that were written with a book."""

    def read_operator(self) -> OperatorBook:
        return self.operator

    def write_operator(self, book: OperatorBook, act: AuditRecord | None = None) -> None:
        _check(self.operator.version, book.version)
        self.acts += [act] if act else []
        self.operator = replace(book, version=book.version + 1)

    def read_logo(self, logo: str) -> Logo | None:
        self.logo_reads += 1
        return self.logos.get(logo)

    def read_printed_logo(self, logo: str) -> Logo | None:
        return self.logos.get(logo)

    def write_logo(self, logo: Logo) -> None:
        self.logos[logo.id] = logo

    def read_names(self, limit: int | None = None) -> Mapping[ClientId, tuple[str, ...]]:
        self.listings += 1
        listed = sorted(self.books)[:limit]
        return {client: (self.books[client].client.name, *self.books[client].client.aliases) for client in listed}

    def read_named(self, name: str) -> Sequence[ClientBook]:
        found = [book for book in self.books.values() if fold(name) in names_of(book.client)]
        self.reads += [book.client.id for book in found]
        return found

    def index_names(self) -> None:
        self.indexings += 1

    def read_client(self, client: ClientId) -> ClientBook | None:
        assert len(client.encode()) < _LONGEST_KEY, "AWS refuses longer keys; the emulators take them"
        self.reads.append(client)
        return self.books.get(client)

    def read_clients(self, clients: Iterable[ClientId]) -> Iterator[ClientBook]:
        self.batches += 1
        return iter([self.books[client] for client in clients if client in self.books])

    def names_version(self) -> int:
        return self.names_at

    def write_client(self, book: ClientBook, names_version: int | None = None, act: AuditRecord | None = None) -> None:
        stored = self.books.get(book.client.id)
        _check(stored.version if stored else 0, book.version)
        left = self.tombstones.get(book.client.id)
        check_head(stored.head if stored else left.head if left else ClientHead(), book.head)
        if names_version is not None:
            _check(self.names_at, names_version)
            self.names_at += 1
        self.acts += [act] if act else []
        head = replace(book.head, version=book.head.version + 1, setup_version=book.version + 1)
        self.books[book.client.id] = replace(book, head=head, version=book.version + 1)

    def stored(self, client: ClientId) -> ClientBook:
        """A client's book, which a write is conditional on."""
        if client not in self.books:
            raise StaleWriteError(f"{client} was removed")
        return self.books[client]

    def remove_client(self, book: ClientBook, tombstone: Tombstone) -> None:
        client = book.client.id
        stored = self.stored(client)
        _check(stored.version, book.version)
        check_head(stored.head, tombstone.head)
        before = self.tombstones.get(client)
        _check(before.version if before else 0, tombstone.version)
        head = replace(tombstone.head, version=tombstone.head.version + 1)
        self.tombstones[client] = replace(tombstone, head=head, version=tombstone.version + 1)
        del self.books[client]

    def read_tombstone(self, client: ClientId) -> Tombstone | None:
        return self.tombstones.get(client)

    def due(self, now: datetime) -> Sequence[DueClient]:
        due = [(book.head.due_at, client) for client, book in self.books.items() if book.head.due_at]
        return [DueClient(client, at) for at, client in sorted(due) if at <= now]


class FakeImportLog:
    """Records by id, and the parts of routed imports."""

    def __init__(self, *records: ImportRecord) -> None:
        self.records = {record.id: record for record in records}
        self.parts: list[ImportPart] = []
        self.tasks: dict[TaskId, Task] = {}
        self.invoices: dict[InvoiceId, InvoiceRecord] = {}
        self.acts: dict[str, AuditRecord] = {}
        self.link_versions: dict[ImportId, int] = {}
        self.lists: dict[ClientId, dict[ImportId, ListedImport]] = {}
        self.rules: dict[str, Rules] = {}
        self.rules_written = 0
        self.read_ids: list[ImportId] = []
        """What was read for a replay."""

    def read(self, import_id: ImportId) -> ImportRecord | None:
        return self.records.get(import_id)

    def read_link_version(self, import_id: ImportId) -> int:
        return self.link_versions.get(import_id, 0)

    def revoke_links(self, import_id: ImportId) -> None:
        self.link_versions[import_id] = self.read_link_version(import_id) + 1

    def read_parts(self, import_id: ImportId) -> Sequence[ImportPart]:
        return [part for part in self.parts if part.id == import_id]

    def write(self, record: ImportRecord, tasks: Sequence[Task] = ()) -> None:
        self.check(record)
        self.records[record.id] = replace(record, version=record.version + 1)
        for task in tasks:
            self.put_task(task)

    def commit(self, imported: Imported, client: ClientId) -> None:
        """What a commit of the client stores of its import."""
        if isinstance(imported, ImportPart):
            self.parts = [one for one in self.parts if (one.id, one.client) != (imported.id, imported.client)]
            self.parts.append(replace(imported, version=imported.version + 1))
        else:
            self.write(imported)
        has_part = any((one.id, one.client) == (imported.id, client) for one in self.parts)
        if isinstance(imported, ImportPart) or (imported.clients == (client,) and not has_part):
            self.lists.setdefault(client, {})[imported.id] = listed(imported, client)

    def check(self, written: ImportRecord | ImportPart) -> None:
        own = (one for one in self.parts if one.id == written.id and one.client == getattr(written, "client", None))
        stored = self.records.get(written.id) if isinstance(written, ImportRecord) else next(own, None)
        _check(stored.version if stored else 0, written.version)

    def put_task(self, task: Task) -> None:
        self.tasks.setdefault(task.id, task)

    def list_recent(self, limit: int) -> Sequence[ImportRecord]:
        newest_first = sorted(self.records.values(), key=lambda record: record.finished_at, reverse=True)
        return newest_first[:limit]

    def newest_at(self) -> datetime | None:
        return max((record.finished_at for record in self.records.values()), default=None)

    def list_of_client(self, client: ClientId, newest: int | None = None) -> Sequence[ListedImport]:
        return sorted(self.lists.get(client, {}).values(), key=lambda line: line.order)[-(newest or 0) :]

    def list_older_imports(self, client: ClientId, recent: Collection[ImportId], reading: Reading) -> None:
        pass  # there is no older release in memory

    def keep_rules(self, rules: Rules, known: str | None = None) -> str:
        key = self.rules_key(rules)
        if key != known:
            self.rules[key] = rules
            self.rules_written += 1
        return key

    def rules_key(self, rules: Rules) -> str:
        return sha256(pack_document(rules)).hexdigest()

    def read_rules(self, key: str) -> Rules:
        return self.rules[key]

    def read_listed(self, client: ClientId, imports: Collection[ListedImport]) -> Sequence[ImportRecord | ImportPart]:
        self.read_ids += [one.id for one in imports]
        parts = {part.id: part for part in self.parts if part.client == client}
        return [parts[one.id] if one.is_part else self.records[one.id] for one in imports]


class FakeLedger:
    """Cycles by id; a commit also moves the head in `directory` and puts the record into `log`."""

    def __init__(
        self, *cycles: CycleLedger, directory: FakeDirectory | None = None, log: FakeImportLog | None = None
    ) -> None:
        self.cycles = {cycle.id: cycle for cycle in cycles}
        self.directory = directory or FakeDirectory()
        self.log = log or FakeImportLog()
        self.reads: list[frozenset[CycleId]] = []
        self.plans: list[str | None] = []
        self.cycle_writes = 0
        self.ids: dict[tuple[ClientId, str], SourceIds] = {}
        self.id_reads: list[str] = []
        self.approvals: dict[ClientId, ClientApprovals] = {}
        self.most_together = 24
        """The clients whose commits fit in a transaction."""

    def read_cycles(self, ids: Collection[CycleId], plan: str | None = None) -> Mapping[CycleId, CycleLedger]:
        self.reads.append(frozenset(ids))
        self.plans.append(plan)
        found = {}
        for cycle_id in ids:
            asked = self.read_approvals(cycle_id.retainer.client).of(cycle_id)
            if asked or cycle_id in self.cycles:
                found[cycle_id] = replace(self.cycles.get(cycle_id) or CycleLedger(cycle_id), approvals=asked)
        return found

    def read_approvals(self, client: ClientId) -> ClientApprovals:
        return self.approvals.get(client) or ClientApprovals(client)

    def answer(self, approvals: ClientApprovals, records: Sequence[Task | AuditRecord]) -> None:
        _check(self.read_approvals(approvals.client).version, approvals.version)
        self._put_approvals(approvals)
        self._put_once(records)

    def _put_approvals(self, approvals: ClientApprovals) -> None:
        self.approvals[approvals.client] = approvals._replace(version=approvals.version + 1)

    def _put_once(self, records: Iterable[Task | AuditRecord]) -> None:
        for one in records:
            if isinstance(one, AuditRecord):
                self.log.acts.setdefault(one.id, one)
            else:
                self.log.put_task(one)

    def read_ids(self, client: ClientId, source: str, plan: str | None = None) -> SourceIds:
        self.plans.append(plan)
        self.id_reads.append(source)
        return self.ids.get((client, source)) or SourceIds(client, source)

    def read_invoice(self, invoice: InvoiceId) -> InvoiceRecord | None:
        return self.log.invoices.get(invoice)

    def finish_plan(self, client: ClientId, head: ClientHead) -> None:
        book = self.directory.books[client]
        if book.head.plan == head.plan:
            self.directory.books[client] = replace(book, head=replace(book.head, plan=None))

    def commit(self, commit: LedgerCommit) -> None:
        self._write(self._checked(commit))

    def commit_together(self, commits: Sequence[LedgerCommit]) -> None:
        if len(commits) > self.most_together:
            raise LargeCommitError
        for commit in [self._checked(commit) for commit in commits]:
            self._write(commit)

    def _checked(self, commit: LedgerCommit) -> LedgerCommit:
        """The commit, if it is not stale."""
        cycles = list(commit.cycles)
        check_head(self.directory.stored(commit.client).head, commit.head)
        self._check_versions(commit, cycles)
        return replace(commit, cycles=cycles)

    def _write(self, commit: LedgerCommit) -> None:
        book, cycles = self.directory.stored(commit.client), list(commit.cycles)
        if ids := commit.ids:
            self.ids[commit.client, ids.source] = replace(ids, version=ids.version + 1)
        for cycle in cycles:
            self.cycles[cycle.id] = replace(cycle, version=cycle.version + 1)
        self.cycle_writes += len(cycles)
        head = replace(commit.head, version=commit.head.version + 1)
        self.directory.books[commit.client] = replace(book, head=head)
        for draft in commit.removed:
            del self.log.invoices[draft.id]
        for one in commit.records:
            if isinstance(one, InvoiceRecord):
                kept = replace(one, version=one.version + 1)
                self.log.invoices[one.id] = kept if one.version else self.log.invoices.get(one.id, kept)
            elif isinstance(one, AuditRecord | Task):
                self._put_once([one])
            else:
                self.log.commit(one, commit.client)
        if commit.approvals:
            self._put_approvals(commit.approvals)

    def _check_versions(self, commit: LedgerCommit, cycles: Iterable[CycleLedger]) -> None:
        """Raise StaleWriteError before anything is written."""
        if commit.ids:
            index = self.ids.get((commit.client, commit.ids.source))
            _check(index.version if index else 0, commit.ids.version)
        if commit.approvals:
            _check(self.read_approvals(commit.client).version, commit.approvals.version)
        for cycle in cycles:
            stored = self.cycles.get(cycle.id)
            _check(stored.version if stored else 0, cycle.version)
        for one in commit.records:
            if isinstance(one, ImportRecord | ImportPart):
                self.log.check(one)
            elif isinstance(one, InvoiceRecord) and one.version:
                _check(self.log.invoices[one.id].version, one.version)
        for draft in commit.removed:
            kept = self.log.invoices.get(draft.id)
            _check(kept.version if kept else -1, draft.version)


class FakeFiles:
    """A versioned bucket: every drop of a key makes the next version."""

    def __init__(self) -> None:
        self.objects: dict[tuple[str, str], bytes] = {}
        self.expected: dict[tuple[str, str], str] = {}
        self.newest: dict[str, str] = {}

    def open(self, key: str, version: str | None) -> tuple[BinaryIO, str]:
        named = (key, version or self.newest.get(key, ""))
        if named not in self.objects:
            raise FileNotFoundError(key)
        return BytesIO(self.objects[named]), self.expected.get(named, "")

    def drop(self, key: str, file: BinaryIO, expected: str = "") -> str:
        version = f"v{sum(1 for dropped, _ in self.objects if dropped == key) + 1}"
        self.objects[key, version] = file.read()
        self.expected[key, version] = expected
        self.newest[key] = version
        return version


class FakeProgressLog:
    """The progress of running imports, and everything that they ever reported."""

    def __init__(self) -> None:
        self.running: dict[ImportId, Progress] = {}
        self.reported: list[Progress] = []

    def write_progress(self, progress: Progress) -> None:
        self.running[progress.id] = progress
        self.reported.append(progress)

    def end_progress(self, import_id: ImportId) -> None:
        del self.running[import_id]

    def read_progress(self, import_id: ImportId) -> Progress | None:
        return self.running.get(import_id)

    def list_running(self) -> Sequence[Progress]:
        return sorted(self.running.values(), key=lambda progress: progress.at, reverse=True)


class FakeQueue(Generic[MessageT]):
    """Remembers what was queued."""

    def __init__(self) -> None:
        self.sent: list[MessageT] = []
        self.trouble: Exception | None = None
        """The error that it raises."""

    def send(self, messages: Iterable[MessageT]) -> int:
        if self.trouble:
            raise self.trouble
        before = len(self.sent)
        self.sent += messages
        return len(self.sent) - before


class FakeLinks:
    """Readable tokens, `client~version`; as strict as the real ones otherwise."""

    def token(self, client: ClientId, version: int) -> str:
        return f"{client}~{version}"

    def read(self, token: str) -> tuple[ClientId, int] | None:
        client, tilde, version = token.partition("~")
        return (ClientId(client), int(version)) if tilde and version.isdecimal() else None


class FakeLinkKeys:
    """The secret with the keys of links."""

    def __init__(self, keys: LinkKeys) -> None:
        self.keys = keys

    def read(self) -> tuple[LinkKeys, str]:
        return self.keys, repr(self.keys)

    def write(self, keys: LinkKeys, replaced: str) -> None:
        if replaced != repr(self.keys):
            raise StaleWriteError(
                "the key of all links was replaced by somebody else meanwhile: see `hourtab audit`, then decide again"
            )
        self.keys = keys


def no_pause(_: float) -> None:
    """A `Sleep` that returns at once."""


def check_head(stored: ClientHead, read: ClientHead) -> None:
    """The conditions of every write of a head."""
    _check(stored.version, read.version)
    if stored.plan is not None:
        raise StaleWriteError(f"the commit {stored.plan} is not finished")


def _check(stored: int, read: int) -> None:
    if stored != read:
        raise StaleWriteError(f"version {stored} is stored, version {read} was read")
