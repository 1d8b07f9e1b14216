"""A whole import over the real adapters, killed before and after each of its calls to AWS."""

from io import BytesIO

import pytest

from chalicelib.domain.ids import CycleId
from chalicelib.services.import_export import ImportExport
from chalicelib.services.import_ports import ImportPorts
from chalicelib.services.import_record import DroppedFile, Verb, is_undone
from tests.aws_calls import record_calls
from tests.builders import day, hours
from tests.import_rig import NOW, book, csv_of, row

_FEW = [row("2026-01-05", "1:00", "Mail"), row("2026-02-03", "2:00", "Server")]
_MANY = [row(f"2026-{month:02}-05", "1:00", f"Month {month}") for month in range(1, 12)]
_MOST_CALLS = 60


class KilledError(Exception):
    """The process is gone."""


def killer(call):
    """A hook that kills at its n-th call."""
    made = 0

    def hook(_):
        nonlocal made
        made += 1
        if made == call:
            raise KilledError

    return hook


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("rows", [_FEW, _MANY], ids=["one transaction", "a plan"])
def test_an_import_killed_at_any_call_and_delivered_again_counts_once_with_one_report(store, rows, when):
    imports = ImportExport(
        ImportPorts(store.directory, store.ledger, store.import_log, store.files, lambda: NOW, store.progress)
    )
    for call in range(1, _MOST_CALLS):
        slug = f"acme-{call}"
        store.directory.write_client(book(slug))
        key = f"inbox/{slug}/support/export.csv"
        version = store.files.drop(key, BytesIO(csv_of(*rows).encode()))
        file = DroppedFile("inbox", key, version, f"{call:04}")
        try:
            with record_calls(**{when: killer(call)}):
                record = imports.run(file)
        except KilledError:
            record = imports.run(file)
        else:
            assert call > 5, "the calls are counted"
            return
        assert len(rows) == record.report.counts.new == record.report.counts.rows
        assert [record] == [one for one in store.import_log.list_recent(100) if one.file.key == key]
        assert store.directory.read_client(slug).head.plan is None
        assert counted(store, slug) == sum(hours(one[2]) for one in rows)
    pytest.fail("an import makes more calls than this test kills")


def counted(store, slug):
    """The worked time on the client's ledger, as its page reads it."""
    kept = store.directory.read_client(slug)
    ids = [CycleId(kept.retainers[0].id, day(f"2026-{month:02}-01")) for month in range(1, 13)]
    cycles = store.ledger.read_cycles(ids, kept.head.plan)
    return sum(entry.seconds for cycle in cycles.values() for entry in cycle.entries)


@pytest.mark.parametrize("rows", [_FEW, _MANY], ids=["one transaction", "a plan"])
def test_an_import_is_undone_and_redone(store, rows):
    imports = ImportExport(
        ImportPorts(store.directory, store.ledger, store.import_log, store.files, lambda: NOW, store.progress)
    )
    store.directory.write_client(book("acme"))
    key = "inbox/acme/support/export.csv"
    files = []
    for order, content in enumerate([rows[:1], rows]):
        version = store.files.drop(key, BytesIO(csv_of(*content).encode()))
        files.append(DroppedFile("inbox", key, version, f"{order:04}"))
    first, second = [imports.run(file) for file in files]

    imports.decide(first, Verb.UNDO)
    imports.decide(second, Verb.UNDO)
    assert counted(store, "acme") == 0

    imports.decide(store.import_log.read(second.id), Verb.REDO)
    assert counted(store, "acme") == sum(hours(one[2]) for one in rows)
    assert [True, False] == [is_undone(store.import_log.read(one.id)) for one in (first, second)]
