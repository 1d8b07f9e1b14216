"""The import over in-memory ports: drop text, get a record, look at the ledger."""

import csv
import io
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime

from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import DroppedFile
from tests.builders import retainer
from tests.fakes import FakeDirectory, FakeFiles, FakeImportLog, FakeLedger, FakeProgressLog, no_pause

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SUPPORT = "inbox/acme/support/export.csv"
HEADER = ("Date", "Description", "Duration", "User", "Start", "Project", "Client")


def book(client="acme", *slugs, rules=(), name=None, aliases=(), **of_retainers):
    """A client with retainers of these slugs, all in backfill since January 2026."""
    own = tuple(
        retainer(
            retainer_id=RetainerId(ClientId(client), RetainerSlug(slug)), backfill=True, title=slug, **of_retainers
        )
        for slug in slugs or ("support",)
    )
    return ClientBook(
        Client(ClientId(client), name or client.title(), aliases=aliases), own, tuple(rules), ClientHead()
    )


def row(date, duration, description="Work", *, user="Ada Byron", start="", project="", client=""):
    """A row of the generic file."""
    return (date, description, duration, user, start, project, client)


def csv_of(*rows, header=HEADER, **dialect):
    """The text of a file with these rows."""
    text = io.StringIO()
    csv.writer(text, **dialect).writerows([header, *rows])
    return text.getvalue()


class Rig:
    """One deployment in memory."""

    def __init__(self, *books, operator=None):
        self.directory = FakeDirectory(*(books or (book(),)), operator=operator)
        self.log = FakeImportLog()
        self.ledger = FakeLedger(directory=self.directory, log=self.log)
        self.files = FakeFiles()
        self.progress = FakeProgressLog()
        self.ports = ImportPorts(
            self.directory, self.ledger, self.log, self.files, lambda: NOW, self.progress, sleep=no_pause
        )
        self.imports = RunImport(self.ports)
        self.dropped = 0

    def put(self, *rows, key=SUPPORT, data=None, expected=""):
        """A file in the bucket whose event has not been delivered yet."""
        content = data if data is not None else csv_of(*rows).encode()
        version = self.files.drop(key, io.BytesIO(content), expected)
        self.dropped += 1
        return DroppedFile("inbox", key, version, f"{self.dropped:04}", len(content))

    def drop(self, *rows, key=SUPPORT, data=None, expected=""):
        """Put a file and deliver its event; returns the import's record."""
        return self.imports.run(self.put(*rows, key=key, data=data, expected=expected))

    def add(self, one):
        """Store a client, as `hourtab apply` would."""
        self.directory.books[one.client.id] = replace(one, version=1)

    @property
    def entries(self):
        """All counted entries, as a multiset of (cycle, entry)."""
        return Counter((cycle.id, entry) for cycle in self.ledger.cycles.values() for entry in cycle.entries)

    @property
    def seconds(self):
        """The counted time."""
        return sum(entry.seconds for (_, entry) in self.entries.elements())
