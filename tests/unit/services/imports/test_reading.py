"""Each import keeps the rules that it was read by: changed ones move no hours until it is retried."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.intake.recognise import fingerprint
from chalicelib.intake.rows import ColumnMapping, MappedColumn, SourceHints
from chalicelib.intake.sources.columns import DateOrder, Field
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import Verb, as_of_report
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.words.import_report import view_of
from tests.builders import hours
from tests.import_rig import HEADER, NOW, Rig, book, row

MAIL, PHONE = row("2026-01-05", "1:00", "Mail", project="Desk"), row("2026-01-06", "2:00", "Phone", project="Desk")
FOLDER, INBOX = "inbox/acme/x.csv", "inbox/all.csv"
APART = ClientRule(Match(project="Desk"), Pool.PROJECT, "support", reason="Billed apart")
COMPLETE = OperatorBook(hints=SourceHints(complete=frozenset({"generic"})))


def undo_and_redo(rig, record):
    """Undo an import and redo it; returns what counted in between."""
    rig.imports.decide(rig.log.read(record.id), Verb.UNDO)
    between = rig.entries
    rig.imports.decide(rig.log.read(record.id), Verb.REDO)
    return between


def change(rig, **of_acme):
    rig.directory.books["acme"] = replace(rig.directory.books["acme"], **of_acme)


def with_alias(rig):
    change(rig, aliases=Aliases((Renamed("Ada Byron", ("Ada King",)),)))


def with_second_retainer(rig):
    change(rig, retainers=book("acme", "support", "advisory").retainers)


def complete(rig):
    rig.directory.operator = COMPLETE


CHANGES = {
    "a rule": lambda rig: change(rig, rules=(APART,)),
    "an alias": with_alias,
    "a second retainer": with_second_retainer,
    "complete exports": complete,
}


@pytest.mark.parametrize("changed", CHANGES)
def test_what_is_changed_after_an_import_is_left_to_its_retry(changed):
    """An alias would merge Ada King's row with Ada Byron's, and a complete export take the second entry out."""
    rig = Rig(book("acme"))
    rig.drop(MAIL, row("2026-01-05", "0:30", "Call"), key=FOLDER)
    rig.drop(row("2026-01-05", "1:00", "Mail", user="Ada King", project="Desk"), key=FOLDER)
    rig.drop(MAIL, key=FOLDER)
    other = rig.drop(PHONE, key=FOLDER)
    counted = rig.entries

    CHANGES[changed](rig)
    between = undo_and_redo(rig, other)

    assert counted == rig.entries
    assert hours("2:30") == sum(entry.seconds for _, entry in between.elements())


def test_an_import_keeps_the_zone_in_which_it_was_read_until_it_is_retried():
    """Berlin's retainer: 23:30 in UTC is 0:30 of the next day there."""
    rig = Rig(book("acme", zone="Europe/Berlin"), operator=OperatorBook(hints=SourceHints(zones={"generic": "UTC"})))
    file = rig.put(row("2026-01-31", "1:00", start="23:30"), row("2026-01-05", "1:00"), key=FOLDER)
    record = rig.imports.run(file)
    in_utc = {(date(2026, 2, 1), 1800), (date(2026, 1, 5), None)}
    assert in_utc == {(one.date, one.start) for _, one in rig.entries}

    rig.directory.operator = OperatorBook()
    undo_and_redo(rig, record)
    assert in_utc == {(one.date, one.start) for _, one in rig.entries}

    rig.imports.run(file, retry=True)
    assert {(date(2026, 1, 31), 84_600), (date(2026, 1, 5), None)} == {(one.date, one.start) for _, one in rig.entries}


def test_a_retry_reads_its_own_file_by_the_rules_of_today_and_no_other():
    rig = Rig(book("acme"))
    first, second = rig.put(MAIL, key=FOLDER), rig.put(PHONE, key=FOLDER)
    rig.imports.run(first)
    rig.imports.run(second)
    change(rig, rules=(APART,))

    rig.imports.run(second, retry=True)
    assert {("Mail", Pool.RETAINER), ("Phone", Pool.PROJECT)} == {(one.description, one.pool) for _, one in rig.entries}

    change(rig, rules=())
    rig.imports.run(first, retry=True)
    assert {("Mail", Pool.RETAINER), ("Phone", Pool.PROJECT)} == {(one.description, one.pool) for _, one in rig.entries}


def test_a_client_that_became_known_gets_no_row_of_an_old_file_and_its_row_still_keeps_the_day():
    rig = Rig(book("acme"), operator=COMPLETE)
    call = row("2026-01-05", "0:30", "Call", client="Acme")
    mail, unknown = row("2026-01-05", "1:00", "Mail", client="Acme"), row("2026-01-05", "0:15", client="Apex")
    rig.drop(mail, call, key=INBOX)
    file = rig.put(mail, unknown, key=INBOX)
    rig.imports.run(file)
    other = rig.drop(row("2026-01-20", "2:00", client="Acme"), key=INBOX)
    counted = rig.entries
    rig.add(book("apex"))

    undo_and_redo(rig, other)
    assert counted == rig.entries

    rig.imports.run(file, retry=True)
    assert hours("3:15") == rig.seconds, "the call is gone, as the export is complete; Apex has its row"


def test_an_inbox_rule_and_a_client_that_it_named_in_vain_are_kept():
    rules = (InboxRule(Match(project="Desk"), "acme"), InboxRule(Match(project="Lab"), "apex"))
    rig = Rig(book("acme"), operator=OperatorBook(inbox_rules=rules))
    rig.drop(MAIL, row("2026-01-05", "0:15", project="Lab"), key=INBOX)
    other = rig.drop(PHONE, key=INBOX)
    counted = rig.entries
    rig.add(book("apex"))
    rig.directory.operator = OperatorBook()

    undo_and_redo(rig, other)

    assert counted == rig.entries


def test_work_that_lay_in_the_future_stays_a_problem():
    rig = Rig(book("acme"))
    early = rig.drop(row("2026-11-19", "1:00", "Mail"), row("2026-11-25", "8:00", "Planned"), key=FOLDER)
    other = rig.drop(row("2026-11-20", "1:00"), key=FOLDER)
    assert 1 == early.report.counts.problems
    counted = rig.entries

    rig.imports = RunImport(replace(rig.ports, clock=lambda: NOW + timedelta(days=5)))
    undo_and_redo(rig, other)

    assert counted == rig.entries


def test_work_after_the_retainer_s_end_stays_a_problem_when_the_retainer_goes_on():
    ending = book("acme", ends="2026-01-10")
    rig = Rig(ending)
    rig.drop(MAIL, row("2026-01-20", "8:00", "Afterwards"), key=FOLDER)
    other = rig.drop(PHONE, key=FOLDER)
    counted = rig.entries

    change(rig, retainers=(replace(ending.retainers[0], ends_on=None),))
    undo_and_redo(rig, other)

    assert counted == rig.entries


def test_what_is_accepted_of_a_closed_cycle_is_posted_or_written_off_as_was_chosen_when_the_file_was_read():
    acme = book("acme")
    [support] = acme.retainers
    rig = Rig(replace(acme, retainers=(replace(support, late_work=LateEntryRule.WRITE_OFF),)))
    rig.drop(MAIL, row("2026-01-05", "0:30", "Call"))
    live = replace(support, live_from=date(2026, 1, 1), late_work=LateEntryRule.WRITE_OFF)
    change(rig, retainers=(live,))
    close_due(rig.directory, rig.ledger, "acme", NOW)
    lacking = rig.drop(MAIL)
    counted = rig.entries

    change(rig, retainers=(replace(live, late_work=LateEntryRule.POST),))
    rig.imports.decide(rig.log.read(lacking.id), Verb.ACCEPT)

    assert counted == rig.entries
    january = rig.ledger.cycles[CycleId(support.id, date(2026, 1, 1))]
    assert [(-1800, None)] == [(one.seconds, one.posted_to) for one in january.late_postings]


def test_the_same_rules_are_stored_once():
    rig = Rig(book("acme"), book("apex"))
    for week in range(5):
        rig.drop(row(f"2026-01-0{week + 1}", "1:00", client="Acme"), key=INBOX)

    assert 1 == rig.log.rules_written
    assert 1 == len({one.reading.rules for one in rig.log.records.values()})


def test_each_part_of_a_routed_import_names_the_rules_of_its_client():
    rig = Rig(book("acme", rules=(APART,)), book("apex"))
    record = rig.drop(row("2026-01-05", "1:00", client="Acme"), row("2026-01-05", "1:00", client="Apex"), key=INBOX)

    rules = {part.client: rig.log.read_rules(part.reading.rules) for part in rig.log.read_parts(record.id)}

    assert {"acme": (APART,), "apex": ()} == {client: one.rules for client, one in rules.items()}
    assert {"acme": ("acme",), "apex": ("apex",)} == rules["acme"].clients
    assert record.reading is None


def test_a_retry_that_is_refused_leaves_the_import_as_it_was_and_says_so():
    rig = Rig(book("acme"))
    file = rig.put(MAIL, key="inbox/acme/support/x.csv")
    record = rig.imports.run(file)
    counted = rig.entries
    acme = rig.directory.books["acme"]
    change(rig, retainers=())

    refused = rig.imports.run(file, retry=True)

    assert counted == rig.entries
    assert record.report == refused.report
    assert "no retainer “support”" in refused.retry_refused.reason
    assert view_of(refused).notes[0].startswith("The last retry was refused, so the import counts as before:")

    rig.directory.books["acme"] = replace(acme, head=rig.directory.books["acme"].head)
    assert rig.imports.run(file, retry=True).retry_refused is None
    rig.imports.decide(rig.log.read(record.id), Verb.UNDO)
    assert not rig.entries


def test_a_refused_retry_leaves_the_moment_of_which_the_report_tells():
    rig = Rig(book("acme"))
    file = rig.put(MAIL, key="inbox/acme/support/x.csv")
    record = rig.imports.run(file)
    change(rig, retainers=())
    for passed in (1, 2):
        later = replace(rig.ports, clock=lambda passed=passed: NOW + timedelta(hours=passed))
        refused = RunImport(later).run(file, retry=True)

    assert (NOW + timedelta(hours=2), NOW) == (refused.finished_at, as_of_report(refused))
    assert view_of(refused).notes[1].startswith("As of 22 November 2026, 09:00 UTC.")
    assert NOW == as_of_report(record)


def test_so_does_one_of_an_import_of_which_no_row_had_a_place():
    rig = Rig(book("acme"))
    file = rig.put(row("2026-01-05", "1:00", client="Nobody"), key=INBOX)
    record = rig.imports.run(file)
    rig.files.objects[file.key, file.version] = b"neither dates nor durations"

    refused = rig.imports.run(file, retry=True)

    assert (1, record.report) == (record.report.counts.unrouted, refused.report)
    assert refused.retry_refused


def test_a_replay_takes_the_columns_and_the_date_order_that_its_record_names():
    """As if today's program found another column and order than the one that read the file."""
    rig = Rig()
    rows = "01/02/2026,Mail,m,90 min,Ada,Zoë\n13/02/2026,Call,c,30 min,Ada,Zoë\n"
    record = rig.drop(data=f"Date,Description,Notes,Duration,User,Worker\n{rows}".encode())
    kept = rig.log.read_rules(record.reading.rules)
    names = {Field.DESCRIPTION: "notes", Field.WORKER: "user"}
    columns = tuple(one._replace(column=names.get(one.field, one.column)) for one in kept.hours.columns)
    assert (DateOrder.DAY_FIRST, 2) == (kept.hours.date_order, len(rig.entries))
    hours = kept.hours._replace(columns=columns, date_order=DateOrder.MONTH_FIRST)
    rig.log.rules[record.reading.rules] = replace(kept, hours=hours)

    undo_and_redo(rig, record)

    assert [(date(2026, 1, 2), "Ada", "m", 5400)] == [
        (one.date, one.worker, one.description, one.seconds) for _, one in rig.entries
    ]


def test_a_mapping_that_was_saved_later_reads_no_old_file():
    rig = Rig()
    record = rig.drop(row("2026-01-05", "1:00", "Mail"), key=FOLDER)
    counted = rig.entries
    columns = (MappedColumn(Field.DATE, "date"), MappedColumn(Field.DURATION, "duration"))
    mapping = ColumnMapping("mine", fingerprint(HEADER), columns)
    key = record.reading.rules
    rig.log.rules[key] = replace(rig.log.read_rules(key), hints=SourceHints(mappings=(mapping,)))

    undo_and_redo(rig, record)

    assert counted == rig.entries
