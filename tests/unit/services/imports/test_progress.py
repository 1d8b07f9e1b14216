"""A long import reports progress, stops before its function times out, and is continued."""

from dataclasses import replace
from datetime import timedelta
from itertools import count
from types import SimpleNamespace

import pytest

from chalicelib.services.imports.progress import OutOfTimeError, Stage
from chalicelib.services.imports.run_import import MOST_BYTES, RunImport
from chalicelib.services.store.import_record import DroppedFile, ImportStatus
from tests.import_rig import NOW, Rig, book, row

LEDGER = ("read_cycles", "finish_plan", "commit")
CLIENTS = ("acme", "globex", "initech")


@pytest.fixture
def rig():
    """Three clients, and a clock that advances six seconds at every look, one look after every second row."""
    rig = Rig(*(book(client) for client in CLIENTS))
    seconds = count(0, 6)
    rig.imports = RunImport(replace(rig.ports, clock=lambda: NOW + timedelta(seconds=next(seconds))), look_every=2)
    return rig


def routed(rig, *rows):
    return rig.put(*(row("2026-01-05", "1:00", client=client) for client in rows), key="inbox/all.csv")


def time_for(looks):
    """Enough time for this many looks at the clock, then none."""
    left = iter([60.0] * looks)
    return lambda: next(left, 0.0)


def test_a_long_import_reports_its_stages_and_its_progress_is_deleted_when_it_is_done(rig):
    file = routed(rig, *CLIENTS)

    rig.imports.run(file)

    stages = dict.fromkeys(one.stage for one in rig.progress.reported)
    assert [Stage.READING, Stage.COMPARING, Stage.WRITING] == list(stages)
    assert (2, 3) == (rig.progress.reported[-1].clients_done, rig.progress.reported[-1].clients)
    assert {} == rig.progress.running


def test_rows_are_counted_as_they_pass(rig):
    rig.imports.run(routed(rig, *["acme"] * 20))

    rows = [one.done for one in rig.progress.reported if one.stage is Stage.READING]
    assert sorted(rows) == rows
    assert 18 == rows[-1]


def test_a_short_import_reports_no_progress():
    rig = Rig()

    rig.drop(row("2026-01-05", "1:00"))

    assert [] == rig.progress.reported


@pytest.mark.parametrize("looks", range(1, 11))
def test_a_function_that_times_out_leaves_nothing_half_done_and_the_next_one_continues(rig, looks):
    file = routed(rig, *CLIENTS)

    with pytest.raises(OutOfTimeError):
        rig.imports.run(file, time_left=time_for(looks))
    reached = [part.client for part in rig.log.parts]
    counted = [cycle.retainer.client for cycle in rig.ledger.cycles]
    record = rig.imports.run(file)

    assert list(CLIENTS[: len(reached)]) == reached == counted
    assert len(CLIENTS) == rig.ledger.cycle_writes, "what was done is not done again"
    assert (ImportStatus.DONE, 3) == (record.report.status, record.report.counts.new)


def test_a_retry_continues_with_the_clients_that_it_has_not_redone(rig):
    file = routed(rig, *CLIENTS)
    rig.imports.run(file)
    asked = NOW + timedelta(hours=1)
    rig.imports = RunImport(replace(rig.ports, clock=lambda: asked), look_every=2)
    moved = {client: rig.directory.books[client].head.version for client in CLIENTS}

    with pytest.raises(OutOfTimeError):
        rig.imports.run(file, retry=True, since=asked, time_left=time_for(21))
    done = [client for client in CLIENTS if rig.directory.books[client].head.version > moved[client]]
    rig.imports.run(file, retry=True, since=asked)

    assert 0 < len(done) < len(CLIENTS)
    assert dict.fromkeys(CLIENTS, 1) == {c: rig.directory.books[c].head.version - moved[c] for c in CLIENTS}


def test_a_file_beyond_the_limit_is_refused_before_it_is_fetched(rig):
    file = DroppedFile("inbox", "inbox/all.csv", "gone", "0001", size=MOST_BYTES + 1)

    record = rig.imports.run(file)

    assert ("too_large", True) == (record.report.refusal.kind, "512 MB" in record.report.refusal.reason)


def test_an_import_looks_at_its_time_at_each_cycle_that_it_compares():
    rig = Rig()
    months = [row(f"2026-{month:02}-05", "1:00") for month in range(1, 9)]
    rig.drop(*months)
    stages = []
    file = rig.put(*(row(f"2026-{month:02}-05", "2:00") for month in range(1, 9)))
    watched = replace(rig.ports, ledger=SimpleNamespace(**{name: getattr(rig.ledger, name) for name in LEDGER}))
    watched.ledger.commit = lambda commit: stages.append("written") or rig.ledger.commit(commit)

    RunImport(watched, look_every=1000).run(file, time_left=lambda: stages.append("looked") or 60.0)

    assert stages.index("written") > len(months), "so many looks before the first write"
