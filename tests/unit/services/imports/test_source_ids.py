"""An id of the source is found wherever it stands: months away, in another retainer, in a closed cycle."""

from datetime import date
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.ids import CycleId, RetainerId, RetainerSlug
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.import_record import Verb
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.source_ids import SourceIds, cycles_with, hash_of, hashes_of, ids_in
from tests.builders import entry, hours
from tests.effort import tries
from tests.import_rig import SUPPORT, Rig, book, csv_of, row

WITH_IDS = ("Entry ID", "Date", "Duration", "User", "Description")
ADVICE = "inbox/acme/advice/export.csv"
WHOLE = OperatorBook(hints=SourceHints(complete=frozenset({"generic"})))


def drop(rig, *rows, key=SUPPORT):
    """Drop rows of (id, date, duration)."""
    listed = ((name, on, time, "Ada Byron", f"Work {name}") for name, on, time in rows)
    return rig.drop(data=csv_of(*listed, header=WITH_IDS).encode(), key=key)


def counted(rig):
    """Retainer, id, day and seconds of everything that counts."""
    return sorted(
        (cycle.retainer.retainer, one.source_id, str(one.date), one.seconds) for cycle, one in rig.entries.elements()
    )


def fates(record):
    counts = record.report.counts
    return counts.new, counts.changed, counts.unchanged, counts.missing


@pytest.fixture
def rig():
    """Two retainers, and one entry of support on 24 May."""
    made = Rig(book("acme", "support", "advice"))
    drop(made, ("1", "2026-05-24", "1:00"), ("2", "2026-05-24", "0:30"))
    return made


def test_an_id_that_moved_months_away_is_one_changed_row(rig):
    assert (0, 1, 0, 0) == fates(drop(rig, ("1", "2026-03-23", "1:00")))
    assert [("support", "1", "2026-03-23", 3600), ("support", "2", "2026-05-24", 1800)] == counted(rig)


def test_an_id_that_moved_into_another_retainers_file_leaves_the_first(rig):
    assert (1, 1, 0, 0) == fates(drop(rig, ("1", "2026-09-02", "1:30"), ("9", "2026-05-24", "0:15"), key=ADVICE))
    assert [
        ("advice", "1", "2026-09-02", 5400),
        ("advice", "9", "2026-05-24", 900),
        ("support", "2", "2026-05-24", 1800),
    ] == counted(rig)


def test_where_an_id_stood_nothing_else_is_missing_or_removed():
    rig = Rig(book("acme", "support", "advice"), operator=WHOLE)
    drop(rig, ("1", "2026-05-24", "1:00"), ("2", "2026-05-24", "0:30"))

    record = drop(rig, ("1", "2026-09-02", "1:00"), ("9", "2026-05-24", "0:15"), key=ADVICE)

    assert 0 == record.report.counts.missing
    assert ("support", "2", "2026-05-24", 1800) in counted(rig)


def test_an_undo_brings_the_id_back_and_a_redo_moves_it_again(rig):
    before = counted(rig)
    record = drop(rig, ("1", "2026-03-23", "1:00"))
    moved = counted(rig)

    undone = rig.imports.decide(record, Verb.UNDO).record
    assert before == counted(rig)
    rig.imports.decide(undone, Verb.REDO)
    assert moved == counted(rig)
    assert (0, 0, 1, 0) == fates(drop(rig, ("1", "2026-03-23", "1:00")))


def test_a_file_that_arrives_late_takes_its_place_before_the_move(rig):
    late = rig.put(data=csv_of(("1", "2026-08-03", "2:00", "Ada Byron", "Work 1"), header=WITH_IDS).encode())
    drop(rig, ("1", "2026-03-23", "1:00"))

    rig.imports.run(late)

    assert [("support", "1", "2026-03-23", 3600), ("support", "2", "2026-05-24", 1800)] == counted(rig)


def test_before_its_first_use_the_index_is_made_from_the_stored_cycles(rig):
    rig.ledger.ids.clear()  # as an older release left it

    assert (0, 1, 0, 0) == fates(drop(rig, ("1", "2026-03-23", "1:00")))
    assert truth(rig) == index(rig)


def test_a_source_without_ids_reads_and_writes_no_index():
    rig = Rig()
    record = rig.drop(row("2026-05-24", "1:00"))
    rig.imports.decide(record, Verb.UNDO)

    assert ([], {}) == (rig.ledger.id_reads, rig.ledger.ids)


def test_an_unchanged_file_reads_the_index_once_and_writes_nothing(rig):
    before = rig.ledger.ids.copy(), rig.ledger.cycle_writes
    rig.ledger.id_reads.clear()

    drop(rig, ("1", "2026-05-24", "1:00"), ("2", "2026-05-24", "0:30"))

    assert ["generic"] == rig.ledger.id_reads
    assert before == (rig.ledger.ids, rig.ledger.cycle_writes)


def test_a_preview_finds_the_id_too(rig):
    text = csv_of(("1", "2026-03-23", "1:00", "Ada Byron", "Work 1"), header=WITH_IDS)
    assert 1 == rig.imports.preview(BytesIO(text.encode()), SUPPORT).report.counts.changed


def index(rig):
    [found] = rig.ledger.ids.values()
    return {cycle: list(held) for cycle, held in found.cycles.items()}


def truth(rig):
    held = {cycle.id: list(ids_in(cycle, "generic")) for cycle in rig.ledger.cycles.values()}
    return {cycle: ids for cycle, ids in held.items() if ids}


ROWS = st.lists(
    st.tuples(st.sampled_from("12345"), st.integers(1, 10), st.integers(1, 28), st.sampled_from(("1:00", "2:00"))),
    min_size=1,
    max_size=4,
    unique_by=lambda one: one[0],
)


@settings(max_examples=tries(60), deadline=None)
@given(st.lists(st.tuples(ROWS, st.booleans(), st.none() | st.integers(0, 5)), min_size=1, max_size=6))
def test_each_id_counts_once_where_the_last_file_says_and_the_index_knows_it(files):
    rig = Rig(book("acme", "support", "advice"))
    said, records = [], []
    for rows, is_advice, undone in files:
        listed = [(name, f"2026-{month:02}-{on:02}", time) for name, month, on, time in rows]
        records.append(drop(rig, *listed, key=ADVICE if is_advice else SUPPORT))
        said.append({name: ("advice" if is_advice else "support", name, on, hours(t)) for name, on, t in listed})
        if undone is not None and undone < len(records) and said[undone]:
            rig.imports.decide(records[undone], Verb.UNDO)
            said[undone] = {}

        last = {name: one for file in said for name, one in file.items()}
        assert sorted(last.values()) == counted(rig)
        assert truth(rig) == (index(rig) if rig.ledger.ids else {})


def test_the_index_finds_ids_among_very_many_and_forgets_empty_cycles():
    cycles = [CycleId(RetainerId("acme", RetainerSlug("support")), date(2026, month, 1)) for month in (1, 2, 3)]
    held = {
        cycle: hashes_of([entry("2026-01-05", "1:00", source_id=f"{cycle.start}-{n}") for n in range(3)])
        for cycle in cycles
    }
    many = hashes_of()
    many.extend(range(120_000))
    many.append(hash_of("2026-02-01-1"))
    ids = SourceIds("acme", "toggl", cycles=held)

    assert {cycles[1]} == cycles_with(many, held)
    assert set() == cycles_with(hashes_of(), held)
    assert {cycles[0], cycles[2]} == ids.after({cycles[1]: hashes_of()}).cycles.keys()
