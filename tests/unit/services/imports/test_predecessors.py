"""A source that takes over files of another one, or of an older release, counts no work twice and loses none."""

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.intake.rows import SourceHints
from chalicelib.services.imports.decide_import import decide_import
from chalicelib.services.store.import_record import Verb
from chalicelib.services.store.operator_book import OperatorBook
from tests.import_rig import Rig, row

COMPLETE = OperatorBook(hints=SourceHints(complete=frozenset({"teamwork", "harvest", "generic"})))
LOG = "ID,Date,Date/time,Project,Who,Description,Is it billable?,Hours,Minutes,Decimal hours,First name,Last name\n"
MAIL = "7,2026-03-02,2026-03-02 09:00:00,Desk,Ada Park,Mail,Yes,1,30,1.5,Ada,Park\n"
PHONE = "8,2026-03-03,2026-03-03 09:00:00,Desk,Zoë Kim,Phone,No,5,20,5.33,Zoë,Kim\n"
AS_HARVEST = "Date,Project,Hours,First Name,Last Name\n2026-03-02,Desk,1.5,Ada,Park\n2026-03-03,Desk,5,Zoë,Kim\n"
OTHER = (
    "Date,Project,Task,Notes,Hours,First Name,Last Name\n"
    "2026-03-02,Desk,Support,Printer,2,Ada,Park\n2026-03-02,Shop,Support,Till,4,Ada,Park\n"
)
FIVE_20 = 19_188


def drop(rig, *texts):
    return [rig.drop(data=text.encode()) for text in texts]


def counted(rig):
    """The counted work, by source, worker and seconds."""
    return Counter((entry.source, entry.worker, entry.seconds) for _, entry in rig.entries.elements())


def as_an_older_release_left_it(rig, record):
    """The import and its entries, as the release that took this header for one of Harvest stored them."""
    report = replace(record.report, source="harvest")
    rig.log.records[record.id] = replace(rig.log.records[record.id], report=report)
    lines = rig.log.lists["acme"]
    lines[record.id] = replace(lines[record.id], source="harvest")
    rig.ledger.ids.clear()
    for cycle in list(rig.ledger.cycles.values()):
        entries = tuple(
            entry._replace(
                source="harvest",
                source_id=None,
                start=None,
                description=None,
                seconds=entry.seconds // 3600 * 3600,
            )
            for entry in cycle.entries
        )
        rig.ledger.cycles[cycle.id] = replace(cycle, entries=entries)
    return rig.log.records[record.id]


def decide(rig, record, verb):
    return decide_import(rig.ports, rig.log.read(record.id), verb)


TAKEN = Counter({("teamwork", "Ada Park", 5400): 1, ("teamwork", "Zoë Kim", FIVE_20): 1})


def test_work_that_a_predecessor_brought_is_the_same_work():
    rig = Rig()
    _, taken = drop(rig, AS_HARVEST, LOG + MAIL + PHONE)

    assert TAKEN == counted(rig)
    assert (1, 1, 0, 0) == (
        *(taken.report.counts.unchanged, taken.report.counts.changed, taken.report.counts.new),
        taken.report.counts.missing,
    )
    assert () == taken.report.duplicates


def test_what_is_unchanged_keeps_what_the_new_source_says_more():
    rig = Rig()
    drop(rig, AS_HARVEST, LOG + MAIL + PHONE)

    assert {("Mail", "7"), ("Phone", "8")} == {(entry.description, entry.source_id) for _, entry in rig.entries}


def test_what_an_older_release_imported_is_not_counted_twice_after_the_upgrade():
    rig = Rig()
    (record,) = drop(rig, LOG + MAIL + PHONE)
    as_an_older_release_left_it(rig, record)
    before = counted(rig)
    drop(rig, LOG + MAIL + PHONE.replace("Phone", "Call"))

    assert Counter({("harvest", "Ada Park", 3600): 1, ("harvest", "Zoë Kim", 18_000): 1}) == before
    assert TAKEN == counted(rig)


@pytest.mark.parametrize("operator", [None, COMPLETE])
def test_other_work_of_the_predecessor_stays_and_is_not_missing(operator):
    rig = Rig(operator=operator)
    _, taken = drop(rig, OTHER, LOG + MAIL)

    assert 0 == taken.report.counts.missing
    found = {("teamwork", "Ada Park", 5400): 1, ("harvest", "Ada Park", 7200): 1, ("harvest", "Ada Park", 14_400): 1}
    assert Counter(found) == counted(rig)


def test_the_predecessor_is_not_compared_with_what_the_new_source_brought():
    rig = Rig(operator=COMPLETE)
    drop(rig, LOG + MAIL + PHONE, OTHER)

    assert 5400 + FIVE_20 + 7200 + 14_400 == rig.seconds


def test_an_undo_gives_the_predecessor_s_entries_back_and_a_redo_takes_them_again():
    rig = Rig()
    (old,) = drop(rig, AS_HARVEST)
    before = rig.entries
    (taken,) = drop(rig, LOG + MAIL + PHONE)
    after = rig.entries

    decide(rig, taken, Verb.UNDO)
    undone = rig.entries
    decide(rig, taken, Verb.REDO)

    assert before == undone
    assert after == rig.entries
    decide(rig, old, Verb.UNDO)
    assert TAKEN == counted(rig)


def test_files_that_arrive_in_another_order_count_the_same():
    in_order, late = Rig(), Rig()
    drop(in_order, AS_HARVEST, LOG + MAIL + PHONE)
    old, new = (late.put(data=text.encode()) for text in (AS_HARVEST, LOG + MAIL + PHONE))
    late.imports.run(new)
    late.imports.run(old)

    assert in_order.entries == late.entries


def test_a_retry_of_a_file_that_an_older_release_misread_replaces_what_it_counted():
    rig = Rig()
    (record,) = drop(rig, LOG + MAIL + PHONE)
    stored = as_an_older_release_left_it(rig, record)
    rig.imports.run(stored.file, retry=True)

    assert TAKEN == counted(rig)


def test_a_list_that_an_older_release_read_is_taken_over_too():
    rig = Rig()
    rig.drop(row("2026-03-02", "1:30", "Mail", user="Ada Park", project="Desk"))
    drop(rig, LOG + MAIL)

    assert Counter({("teamwork", "Ada Park", 5400): 1}) == counted(rig)
