"""Likely edits and exports in another time zone: rows that are equal to counted entries but for their starts."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.intake.rows import RefusalKind, SourceHints
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.store.import_record import (
    ImportStatus,
    StartEdit,
    Verb,
    edits_of,
    is_left_to_review,
    is_undone,
)
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import hours
from tests.import_rig import Rig, book, row

FIELD_CASES = Path(__file__).parents[3] / "field_cases"
MAIL, VPN, CALL = (
    row("2026-10-21", "1:30", "Mail", start="09:00"),
    row("2026-10-31", "1:00", "VPN", start="20:00"),
    row("2026-10-22", "0:30", "Call", start="10:00"),
)
LATER_MAIL = row("2026-10-21", "1:30", "Mail", start="09:15")
ZONED = (row("2026-10-21", "1:30", "Mail", start="15:00"), row("2026-11-01", "1:00", "VPN", start="02:00"))
ROUTED = "inbox/all.csv"


def case(name):
    return (FIELD_CASES / f"{name}.csv").read_bytes()


def decide(rig, record, verb):
    return rig.imports.decide(rig.log.read(record.id), verb).record


def listed_edits(record):
    return [(one.date, one.description, one.edit, one.removed) for one in record.report.missing if one.edit]


# ---------------------------------------------------------------- likely edits


def test_a_row_that_differs_only_in_its_start_counts_beside_the_entry_and_is_a_likely_edit():
    rig = Rig()
    rig.drop(MAIL, VPN)
    record = rig.drop(VPN, LATER_MAIL)

    assert (ImportStatus.DONE, 1, 1, 1) == (
        record.report.status,
        record.report.counts.new,
        record.report.counts.unchanged,
        record.report.counts.missing,
    )
    assert [(date(2026, 10, 21), "Mail", StartEdit(3, hours("9:00"), hours("9:15")), False)] == listed_edits(record)
    assert hours("4:00") == rig.seconds


@pytest.mark.parametrize("verb", [Verb.ACCEPT_EDITS, Verb.ACCEPT])
def test_an_accepted_edit_takes_the_earlier_entry_out_and_leaves_nothing_to_review(verb):
    rig = Rig()
    rig.drop(MAIL, VPN)
    record = decide(rig, rig.drop(LATER_MAIL, VPN), verb)

    assert (hours("2:30"), [True]) == (rig.seconds, [removed for *_, removed in listed_edits(record)])
    assert not is_left_to_review(record)


def test_accepting_the_edits_leaves_other_missing_entries_counted():
    rig = Rig()
    rig.drop(MAIL, row("2026-10-21", "2:00", "Printer", start="11:00"))
    record = decide(rig, rig.drop(LATER_MAIL), Verb.ACCEPT_EDITS)

    assert hours("3:30") == rig.seconds
    assert [("Mail", True), ("Printer", False)] == [(one.description, one.removed) for one in record.report.missing]
    assert is_left_to_review(record)

    decide(rig, record, Verb.ACCEPT)
    assert hours("1:30") == rig.seconds


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (["9:00", "10:00"], ["11:00"]),
        (["9:00"], ["11:00", "12:00"]),
        (["9:00", "10:00"], ["11:00", "12:00"]),
    ],
)
def test_an_edit_that_could_be_of_several_entries_is_no_likely_one(old, new):
    rig = Rig()
    olds, news = ([row("2026-10-21", "1:00", "Mail", start=start) for start in starts] for starts in (old, new))
    rig.drop(VPN, *olds)

    record = rig.drop(VPN, *news)

    assert ([], len(old)) == (listed_edits(record), record.report.counts.missing)


@pytest.mark.parametrize(
    "other",
    [
        row("2026-10-21", "1:45", "Mail", start="09:15"),
        row("2026-10-21", "1:30", "Mails", start="09:15"),
        row("2026-10-21", "1:30", "Mail", start="09:15", user="Max Planck"),
        row("2026-10-21", "1:30", "Mail", start="09:15", project="Network"),
        row("2026-10-20", "1:30", "Mail", start="09:15"),
    ],
)
def test_a_row_that_differs_in_more_than_its_start_is_no_likely_edit(other):
    rig = Rig()
    rig.drop(MAIL, VPN)

    assert [] == listed_edits(rig.drop(other, VPN))


def test_what_is_left_on_a_day_with_a_bad_row_is_not_taken_out_by_accepting_its_edits():
    rig = Rig()
    rig.drop(MAIL, VPN)
    bad = row("2026-10-21", "soon", "Phone", start="14:00")
    record = decide(rig, rig.drop(LATER_MAIL, VPN, bad), Verb.ACCEPT_EDITS)

    assert hours("4:00") == rig.seconds
    assert [(True, False)] == [(one.is_blocked, one.removed) for one in record.report.missing]
    assert is_left_to_review(record)


def test_accepted_edits_are_undone_redone_and_kept_by_a_retry():
    rig = Rig()
    rig.drop(MAIL, VPN)
    file = rig.put(LATER_MAIL, VPN)
    record = decide(rig, rig.imports.run(file), Verb.ACCEPT_EDITS)

    decide(rig, record, Verb.UNDO)
    assert hours("2:30") == rig.seconds
    decide(rig, record, Verb.REDO)
    retried = rig.imports.run(file, retry=True)

    assert hours("2:30") == rig.seconds
    assert [Verb.ACCEPT_EDITS, Verb.UNDO, Verb.REDO] == [one.verb for one in retried.decisions]
    assert [True] == [removed for *_, removed in listed_edits(retried)]
    assert not is_undone(retried)


def test_an_earlier_file_that_is_undone_gives_back_nothing_that_an_edit_replaced():
    rig = Rig()
    first = rig.drop(MAIL, VPN)
    decide(rig, rig.drop(LATER_MAIL, VPN), Verb.ACCEPT_EDITS)

    decide(rig, first, Verb.UNDO)

    assert hours("2:30") == rig.seconds


def test_edits_that_are_accepted_twice_are_refused_with_the_reason():
    rig = Rig()
    rig.drop(MAIL, VPN)
    record = decide(rig, rig.drop(LATER_MAIL, VPN), Verb.ACCEPT_EDITS)

    with pytest.raises(NothingToDecideError, match="are accepted already"):
        decide(rig, record, Verb.ACCEPT_EDITS)


def test_a_file_that_arrives_late_names_the_import_with_the_edits_of_its_rows():
    rig = Rig()
    late, newer = rig.put(MAIL, VPN), rig.put(LATER_MAIL, VPN)
    edited = rig.imports.run(newer)

    [missing] = rig.imports.run(late).report.missing

    assert (edited.id, StartEdit(2, hours("9:00"), hours("9:15"))) == (missing.not_in, missing.edit)
    decide(rig, edited, Verb.ACCEPT_EDITS)
    assert hours("2:30") == rig.seconds


def test_the_edits_of_a_complete_source_replace_the_earlier_entries_at_once():
    rig = Rig(operator=OperatorBook(hints=SourceHints(complete=frozenset({"generic"}))))
    rig.drop(MAIL, VPN)

    record = rig.drop(LATER_MAIL, VPN)

    assert (hours("2:30"), [True]) == (rig.seconds, [removed for *_, removed in listed_edits(record)])


def test_of_a_file_of_several_clients_each_has_its_edits():
    rig = Rig(book("acme"), book("globex"))
    first, second = (
        [row("2026-10-21", "1:00", "Mail", start=start, client=client) for client in ("acme", "globex")]
        for start in ("09:00", "09:10")
    )
    rig.drop(*first, key=ROUTED)
    record = rig.drop(*second, key=ROUTED)
    assert [2, 3] == [edit.line for _, _, edit, _ in listed_edits(record)]

    decide(rig, record, Verb.ACCEPT_EDITS)

    assert hours("2:00") == rig.seconds


# ---------------------------------------------------------------- another time zone


def test_an_export_in_another_time_zone_is_refused_and_nothing_of_it_counts():
    rig = Rig()
    rig.drop(MAIL, VPN)
    before = rig.entries

    record = rig.drop(*ZONED)

    assert (RefusalKind.OTHER_ZONE, before) == (record.report.refusal.kind, rig.entries)
    reason = record.report.refusal.reason
    assert "2 of its rows are equal to counted entries but begin 6:00 h later" in reason
    assert "Line 2 begins on 2026-10-21 at 15:00; it was counted on 2026-10-21 at 9:00." in reason
    assert "`zone` for the source generic" in reason
    assert f"`hourtab import retry {record.id} --as-edits`" in reason


def test_a_preview_of_it_is_refused_alike():
    rig = Rig()
    rig.drop(MAIL, VPN)
    file = rig.put(*ZONED)

    stream, _ = rig.files.open(file.key, file.version)
    report = rig.imports.preview(stream, file.key).report

    assert RefusalKind.OTHER_ZONE is report.refusal.kind
    assert "`hourtab import retry ID --as-edits`" in report.refusal.reason


def test_taken_as_edits_its_rows_replace_the_counted_ones():
    rig = Rig()
    rig.drop(MAIL, VPN)
    file = rig.put(*ZONED)
    rig.imports.run(file)

    record = rig.imports.run(file, retry=True, as_edits=True)

    assert (ImportStatus.DONE, 2, 0) == (
        record.report.status,
        record.report.counts.changed,
        record.report.counts.missing,
    )
    assert {("2026-10-21", hours("15:00")), ("2026-11-01", hours("2:00"))} == {
        (entry.date.isoformat(), entry.start) for _, entry in rig.entries
    }
    assert (ZoneOffset(date(2026, 10, 21), 6 * 3600), ZoneOffset(date(2026, 10, 31), 6 * 3600)) == edits_of(
        record.decisions
    )


def test_what_was_taken_as_edits_is_read_so_by_every_replay():
    rig = Rig()
    first = rig.drop(MAIL, VPN)
    file = rig.put(*ZONED)
    rig.imports.run(file)
    record = rig.imports.run(file, retry=True, as_edits=True)
    counted = rig.entries

    for verb in (Verb.UNDO, Verb.REDO):
        decide(rig, first, verb)
    assert counted == rig.entries
    assert None is rig.imports.run(file, retry=True).retry_refused
    assert counted == rig.entries
    assert [Verb.ACCEPT_EDITS] == [one.verb for one in rig.log.read(record.id).decisions]
    decide(rig, record, Verb.UNDO)
    assert {hours("9:00"), hours("20:00")} == {entry.start for _, entry in rig.entries}


def test_on_a_dense_day_each_row_replaces_the_entry_that_it_was():
    rig = Rig()
    old, new = (
        [
            row("2026-10-21", "1:00", text, start=f"{hour + later}:00")
            for hour, text in ((9, "Mail"), (10, "VPN"), (11, "Call"))
        ]
        for later in (0, 1)
    )
    rig.drop(*old)
    file = rig.put(*new)
    assert RefusalKind.OTHER_ZONE is rig.imports.run(file).report.refusal.kind

    record = rig.imports.run(file, retry=True, as_edits=True)

    assert (3, 0, hours("3:00")) == (record.report.counts.changed, record.report.counts.missing, rig.seconds)


def test_a_retry_after_the_zone_of_the_source_was_set_counts_nothing_twice():
    rig = Rig()
    rig.drop(MAIL, CALL)
    utc = [row("2026-10-21", "1:30", "Mail", start="07:00"), row("2026-10-22", "0:30", "Call", start="08:00")]
    file = rig.put(*utc)
    assert RefusalKind.OTHER_ZONE is rig.imports.run(file).report.refusal.kind
    rig.directory.operator = OperatorBook(hints=SourceHints(zones={"generic": "UTC"}))

    record = rig.imports.run(file, retry=True)

    assert (2, hours("2:00")) == (record.report.counts.unchanged, rig.seconds)


def test_an_import_that_counts_keeps_counting_when_its_retry_turns_out_to_be_of_another_zone():
    rig = Rig()
    rig.drop(MAIL, CALL)
    file = rig.put(MAIL, CALL)
    rig.imports.run(file)
    rig.directory.operator = OperatorBook(hints=SourceHints(zones={"generic": "Asia/Dhaka"}))

    record = rig.imports.run(file, retry=True)

    assert (RefusalKind.OTHER_ZONE, hours("2:00")) == (record.retry_refused.kind, rig.seconds)


def test_all_clients_of_a_file_decide_about_its_zone_before_anything_counts():
    of = {client: row("2026-10-21", "1:30", "Mail", start="09:00", client=client) for client in ("acme", "globex")}
    shifted = {client: row("2026-10-21", "1:30", "Mail", start="15:00", client=client) for client in of}
    rig = Rig(book("acme"), book("globex"))
    rig.drop(*of.values(), key=ROUTED)
    before = rig.entries
    file = rig.put(*shifted.values(), key=ROUTED)

    assert RefusalKind.OTHER_ZONE is rig.imports.run(file).report.refusal.kind
    assert before == rig.entries
    record = rig.imports.run(file, retry=True, as_edits=True)
    assert (2, hours("3:00")) == (record.report.counts.changed, rig.seconds)
    assert {record.decisions} == {part.decisions for part in rig.log.read_parts(record.id)}


def test_an_unchanged_row_of_another_client_proves_the_zone_of_the_file():
    rig = Rig(book("acme"), book("globex"))
    other = row("2026-10-21", "1:30", "Mail", start="09:00", client="globex")
    old, new = (
        [row(day, "1:00", "Call", start=start, client="acme") for day in ("2026-10-21", "2026-10-22")]
        for start in ("10:00", "11:00")
    )
    rig.drop(*old, other, key=ROUTED)

    record = rig.drop(*new, other, key=ROUTED)

    assert (ImportStatus.DONE, 2) == (record.report.status, len(listed_edits(record)))


@pytest.mark.parametrize(
    ("first", "second"), [("rezoned-export-1", "rezoned-export-2"), ("rezoned-export-2", "rezoned-export-1")]
)
def test_the_field_case_of_another_zone_is_refused_and_then_taken_as_edits(first, second):
    rig = Rig(book(zone="Europe/Berlin"))
    rig.drop(data=case(first))
    file = rig.put(data=case(second))
    assert RefusalKind.OTHER_ZONE is rig.imports.run(file).report.refusal.kind

    rig.imports.run(file, retry=True, as_edits=True)

    assert 9000 == rig.seconds


def test_the_field_case_of_an_edited_start_is_one_likely_edit_of_9000_seconds_once_it_is_accepted():
    rig = Rig()
    rig.drop(data=case("rezoned-export-1"))
    rig.drop(data=case("rezoned-export-2"))

    record = rig.drop(data=case("start-edited-2"))

    assert [("Mail moved", StartEdit(2, hours("9:00"), hours("9:15")))] == [
        (description, edit) for _, description, edit, _ in listed_edits(record)
    ]
    decide(rig, record, Verb.ACCEPT_EDITS)
    assert 9000 == rig.seconds


def test_an_import_of_an_older_release_whose_record_names_no_edits_has_them_accepted_all_the_same():
    rig = Rig()
    rig.drop(MAIL, VPN)
    record = rig.drop(LATER_MAIL, VPN)
    older = replace(record.report, missing=tuple(replace(one, edit=None) for one in record.report.missing))
    rig.log.records[record.id] = replace(record, report=older)

    decided = decide(rig, record, Verb.ACCEPT_EDITS)

    assert (hours("2:30"), [True]) == (rig.seconds, [removed for *_, removed in listed_edits(decided)])
