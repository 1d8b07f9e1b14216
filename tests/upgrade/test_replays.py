"""What release 0.1 imported is replayed as that release read it, whatever is read today; a retry reads it anew.

`release_0_1/entries.json` holds what that release counted of each example export and field case.
"""

from collections import Counter

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.import_record import (
    CycleChange,
    ImportRecord,
    ImportReport,
    ImportStatus,
    Verb,
    import_id,
    listed,
)
from chalicelib.services.store.reading import Reading, rules_of_client
from tests.import_rig import NOW, Rig, row
from tests.upgrade.test_overlapping_files import COUNTED, TESTS, entries_of

SPELLINGS = """Date,User,Start,Duration,Spent time,Agent name,Notes
2026-10-01,Mira,9:00,1:30,9:00,Zoë,as ever
1 października 2026,Mira,9:00,1:00,,,a Polish month
2026-10-02,Mira,9am,1:00,,,a start in a new spelling
2026-10-03,Mira,9:00,PT1H,,,ISO
2026-10-04,Mira,9:00,1½,,,a fraction
2026-10-05,Mira,9:00,1 hod,,,a Czech word
2026-10-06 09:00 CEST,Mira,9:00,1:00,,,a zone
20261007,Mira,9:00,1:00,,,compact
2026-10-08,Mira,9:00,1:00,,,<p>R&amp;D</p>
"""
READ_BY_0_1 = {"as ever": 5400, "a start in a new spelling": 3600, "<p>R&amp;D</p>": 3600}
SPANS = """Date,Name,Start,End,Notes
2026-10-01,Mira,9:00,10:00,as ever
2026-10-02,Mira,9am,10am,am and pm
2026-10-03,Mira,08.37,09.37,dots
2026-10-04,Mira,22:00,24:00,midnight
"""


def imported_by_0_1(rig, data, source, days):
    """The record of an import as that release left it, with the line that the upgrade adds to the client's list."""
    book = rig.directory.books["acme"]
    [own] = book.retainers
    file = rig.put(data=data)
    starts = sorted({period_of(own, day).start for day in days})
    report = ImportReport(
        ImportStatus.DONE_WITH_PROBLEMS, source, cycles=tuple(CycleChange(own.id, start, 0, 0) for start in starts)
    )
    record = ImportRecord(import_id(file), file, NOW, report, clients=("acme",))
    reading = Reading(rig.log.keep_rules(rules_of_client(book, SourceHints())), NOW)
    rig.log.records[record.id] = record
    rig.log.lists.setdefault("acme", {})[record.id] = listed(record, "acme", reading)
    return record


def replayed(rig, record):
    """What counts after an undo and a redo."""
    for verb in (Verb.UNDO, Verb.REDO):
        rig.imports.decide(rig.log.read(record.id), verb)
    return Counter(entry for _, entry in rig.entries.elements())


@pytest.mark.parametrize("name", COUNTED)
def test_a_replay_reads_each_file_as_the_older_release_read_it(name):
    entries, rig = entries_of(name), Rig()
    [source] = {entry.source for entry in entries}
    record = imported_by_0_1(rig, (TESTS / name).read_bytes(), source, [entry.date for entry in entries])

    assert Counter(entries) == replayed(rig, record)


@pytest.mark.parametrize(("text", "counted"), [(SPELLINGS, READ_BY_0_1), (SPANS, {"as ever": 3600})])
def test_a_row_that_the_older_release_could_not_read_stays_unread_until_a_retry(text, counted):
    rig = Rig()
    record = imported_by_0_1(rig, text.encode(), "generic", [NOW.date().replace(month=10)])

    found = replayed(rig, record)
    assert counted == {entry.description: entry.seconds for entry in found}
    assert {None, 32_400} >= {entry.start for entry in found}

    neighbour = rig.drop(row("2026-10-20", "2:00", "Mail", user="Zoë"))
    rig.imports.decide(rig.log.read(neighbour.id), Verb.UNDO)
    assert found == Counter(entry for _, entry in rig.entries.elements())

    rig.imports.run(record.file, retry=True)
    assert sum(counted.values()) < rig.seconds


def test_markup_that_the_older_release_kept_is_the_same_text_in_an_overlapping_file_and_becomes_plain():
    name = "field_cases/html-in-notes.csv"
    data, entries, rig = (TESTS / name).read_bytes(), entries_of(name), Rig()
    kept = replayed(rig, imported_by_0_1(rig, data, "generic", [entry.date for entry in entries]))
    again = rig.drop(data=data + b"2026-10-03,Mira,AT&amp;T,1\n")

    counts = again.report.counts
    assert (2, 1, 0, 0) == (counts.unchanged, counts.new, counts.changed, counts.missing)
    assert ["data loaded ok & done", "Moved mail", "AT&T"] == [
        entry.description for _, entry in sorted(rig.entries.elements(), key=lambda one: one[1].date)
    ]

    rig.imports.decide(rig.log.read(again.id), Verb.UNDO)
    assert kept == Counter(entry for _, entry in rig.entries.elements())
