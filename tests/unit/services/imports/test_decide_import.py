"""Undone means: entries and balances as if the file had never been dropped."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cli.report import record_lines
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.intake.rows import SourceHints
from chalicelib.mails.import_mail import import_mail
from chalicelib.render.report_json import record_json
from chalicelib.services.imports.decide_import import NothingToDecideError, decide_import
from chalicelib.services.store.import_record import Verb, import_id, is_undone
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.words.import_report import view_of
from tests.builders import hours
from tests.effort import tries
from tests.import_rig import Rig, book, row
from tests.unit.services.imports.test_run_import import MAIL, PRINTER, TRUTH, KilledError

EDITED = row("2026-01-05", "1:30", "Mail", start="09:00")


def decide(rig, record, verb):
    return decide_import(rig.ports, rig.log.read(record.id), verb)


def test_undoing_the_newest_import_brings_back_what_it_replaced():
    rig = Rig()
    rig.drop(MAIL, PRINTER)
    before = rig.entries

    undone = decide(rig, rig.drop(EDITED, row("2026-01-08", "1:00")), Verb.UNDO)

    assert before == rig.entries
    assert [(hours("4:30"), hours("3:00"))] == [(one.before_seconds, one.after_seconds) for one in undone.cycles]
    assert is_undone(rig.log.read(undone.record.id))


def test_undoing_an_older_import_keeps_the_rows_of_later_files():
    rig = Rig()
    first = rig.drop(MAIL, PRINTER)
    rig.drop(EDITED)

    decide(rig, first, Verb.UNDO)

    assert hours("1:30") == rig.seconds


def test_an_undone_import_stays_undone_when_its_event_comes_again_and_counts_when_it_is_redone():
    rig = Rig()
    file = rig.put(MAIL)
    record = rig.imports.run(file)
    counted = rig.entries
    decide(rig, record, Verb.UNDO)

    rig.imports.run(file)
    rig.imports.run(file, retry=True)
    assert not rig.entries

    decide(rig, record, Verb.REDO)
    assert counted == rig.entries
    assert [Verb.UNDO, Verb.REDO] == [decision.verb for decision in rig.log.read(record.id).decisions]


def test_the_same_file_dropped_anew_after_an_undo_counts():
    rig = Rig()
    decide(rig, rig.drop(MAIL), Verb.UNDO)

    rig.drop(MAIL)

    assert hours("1:00") == rig.seconds


def test_accepting_removes_the_entries_that_the_file_does_not_repeat_and_no_others():
    rig = Rig()
    rig.drop(MAIL, row("2026-01-05", "2:00", "Printer"), PRINTER)
    record = rig.drop(MAIL)
    assert hours("5:00") == rig.seconds

    decide(rig, record, Verb.ACCEPT)

    assert hours("3:00") == rig.seconds


@pytest.mark.parametrize("verb", Verb)
def test_a_refused_import_takes_no_decision(verb):
    rig = Rig()
    record = rig.drop(MAIL, key="inbox/nobody/support/x.csv")

    with pytest.raises(NothingToDecideError, match="refused"):
        decide(rig, record, verb)


def test_a_decision_without_effect_is_refused_with_the_reason():
    rig = Rig()
    record = rig.drop(MAIL)

    for verb, words in ((Verb.REDO, "already counts"), (Verb.ACCEPT, "no missing"), (Verb.ACCEPT_EDITS, "no likely")):
        with pytest.raises(NothingToDecideError, match=words):
            decide(rig, record, verb)
    decide(rig, record, Verb.UNDO)
    with pytest.raises(NothingToDecideError, match="redo"):
        decide(rig, record, Verb.UNDO)


_ALREADY = {
    Verb.UNDO: "is undone",
    Verb.REDO: "already counts",
    Verb.ACCEPT: "is accepted already: what it does not",
    Verb.ACCEPT_EDITS: "The edits of import .* are accepted already",
}


@pytest.mark.parametrize("key", ["inbox/acme/support/x.csv", "inbox/all.csv"])
@pytest.mark.parametrize("verb", Verb)
def test_an_act_that_was_killed_after_its_last_write_is_found_done(verb, key):
    rig = Rig(book("acme"), book("globex"))
    clients = ("acme", "globex" if key == "inbox/all.csv" else "")
    stay, go, edited = (
        [row("2026-01-05", "1:00", text, client=one, start=start) for one in clients]
        for text, start in (("Stays", "8:00"), ("Goes", "9:00"), ("Goes", "9:15"))
    )
    rig.drop(*stay, *go, key=key)
    record = rig.drop(*stay, *(edited if verb is Verb.ACCEPT_EDITS else ()), key=key)
    if verb is Verb.REDO:
        decide(rig, record, Verb.UNDO)
    decided = decide(rig, record, verb).record  # its answer is lost
    before = rig.entries, rig.log.read(record.id)

    with pytest.raises(NothingToDecideError, match=_ALREADY[verb]):
        decide(rig, record, verb)

    assert before == (rig.entries, decided)


@pytest.mark.parametrize("key", ["inbox/acme/support/x.csv", "inbox/all.csv"])
def test_a_retry_that_was_killed_after_its_last_write_says_the_same_again(key):
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(row("2026-01-05", "1:00", client="acme"), row("2026-01-05", "2:00", client="acme"), key=key)
    rig.imports.run(file)
    rig.imports.run(file, retry=True)
    once = rig.entries, rig.log.read(import_id(file))

    again = rig.imports.run(file, retry=True)

    assert once == (rig.entries, again)


def test_a_routed_import_is_undone_for_all_its_clients_even_over_a_crash():
    rig = Rig(book("acme"), book("globex"))
    rows = (row("2026-01-05", "1:00", client="Acme"), row("2026-01-05", "2:00", client="Globex"))
    record = rig.drop(*rows, key="inbox/all.csv")
    rig.ledger.most_together = 1  # then the clients are committed one after the other
    commit, calls = rig.ledger.commit_together, []

    def dies_at_the_second(changes):
        commit(changes)
        calls.append(changes)
        if len(calls) == 1:
            raise KilledError

    rig.ledger.commit_together = dies_at_the_second
    with pytest.raises(KilledError):
        decide(rig, record, Verb.UNDO)
    decide(rig, record, Verb.UNDO)

    assert not rig.entries
    assert 2 == len(calls)
    assert is_undone(rig.log.read(record.id))


@settings(max_examples=tries(120))
@given(exports=st.lists(TRUTH, min_size=1, max_size=4), data=st.data())
def test_undoing_any_import_of_any_sequence_equals_the_sequence_without_it(exports, data):
    gone = data.draw(st.integers(0, len(exports) - 1))
    rig, without = Rig(), Rig()
    files = [rig.put(*rows) for rows in exports]
    records = [rig.imports.run(file) for file in data.draw(st.permutations(files))]
    for index, rows in enumerate(exports):
        if index != gone:
            without.drop(*rows)
    counted = rig.entries
    [record] = [one for one in records if one.id == import_id(files[gone])]

    decide(rig, record, Verb.UNDO)
    assert without.entries == rig.entries

    decide(rig, record, Verb.REDO)
    assert counted == rig.entries


def test_entries_of_a_late_file_that_a_later_one_lacks_are_listed_and_can_be_accepted():
    rig = Rig()
    mail = row("2026-01-05", "1:00", "Mail", start="09:00")
    older, newer = rig.put(mail, row("2026-01-05", "2:00", "Printer", start="11:00")), rig.put(mail)
    second = rig.imports.run(newer)
    with pytest.raises(NothingToDecideError, match="lists no missing entries"):
        rig.imports.decide(second, Verb.ACCEPT)

    late = rig.imports.run(older)

    assert [("Printer", second.id)] == [(one.description, one.not_in) for one in late.report.missing]
    assert (1, 3 * 3600) == (late.report.counts.missing, rig.seconds)
    rig.imports.decide(second, Verb.ACCEPT)
    assert 3600 == rig.seconds


def toggl_of(*rows):
    """An export of Toggl Track: time, description and client of Ada's work on 4 November."""
    head = "User,Email,Client,Project,Task,Description,Billable,Start date,Start time,End date,End time,Duration,Tags\n"
    line = "Ada Byron,ada@example.com,{},,,{},No,2026-11-04,{}:00,2026-11-04,18:00:00,{}:00,\n"
    return (head + "".join(line.format(client, text, start, time) for start, time, text, client in rows)).encode()


ONE, TWO = ("09:00", "01:00", "one", "Acme"), ("10:00", "00:30", "two", "Acme")
OF_NOBODY = ("11:00", "00:30", "three", "Apex")


def accepted_beside_an_unrouted_row():
    """Acme's "two" was deleted at the source; on the same day Ada worked for a client that nobody knows."""
    rig = Rig(book("acme"))
    rig.drop(data=toggl_of(ONE, TWO, OF_NOBODY), key="inbox/all.csv")
    file = rig.put(data=toggl_of(ONE, OF_NOBODY), key="inbox/all.csv")
    return rig, file, decide(rig, rig.imports.run(file), Verb.ACCEPT)


def said(record):
    """What report, page, mail and JSON say about each missing entry, and the sentence that page and terminal have."""
    view = view_of(record)
    [listing] = [listing for listing in view.listings if listing.slug == "missing"]
    [in_mail] = [
        line for line in import_mail(record, OperatorBook()).text.splitlines() if "does not repeat them" in line
    ]
    lines = "\n".join(record_lines(record))
    assert listing.intro in lines
    assert listing.intro in in_mail
    assert listing.intro.partition("They ")[2].rstrip(".") in view.missing
    return [(one["description"], one["removed"]) for one in record_json(record)["missing"]], listing.intro


def test_what_is_accepted_on_a_day_with_an_unrouted_row_stays_counted_and_every_report_says_so():
    rig, _, decided = accepted_beside_an_unrouted_row()
    stored = rig.log.read(decided.record.id)

    assert hours("1:30") == rig.seconds
    assert decided.record == stored
    entries, sentence = said(stored)
    assert [("two", False)] == entries
    assert sentence.endswith(
        "They stay counted although you accepted their deletion, because their days have an unrouted row, until that "
        "row has a place and this file is retried."
    )


def test_what_could_not_be_removed_can_be_accepted_again():
    rig, _, decided = accepted_beside_an_unrouted_row()

    decide(rig, decided.record, Verb.ACCEPT)

    assert hours("1:30") == rig.seconds


def test_an_accept_takes_effect_when_the_row_is_fixed_and_the_file_imported_again():
    rig, file, decided = accepted_beside_an_unrouted_row()
    rig.add(book("apex"))

    record = rig.imports.run(file, retry=True)

    assert hours("1:30") == rig.seconds, "1:00 of Acme and 0:30 of Apex"
    assert decided.record.decisions == record.decisions
    sentence = (
        "These entries are from earlier files; this one does not repeat them. "
        "They were removed when you accepted their deletion."
    )
    assert ([("two", True)], sentence) == said(record)
    with pytest.raises(NothingToDecideError, match="is accepted already"):
        decide(rig, record, Verb.ACCEPT)


def test_undoing_an_unrelated_file_leaves_what_an_accept_could_not_remove():
    rig, _, _ = accepted_beside_an_unrouted_row()
    before = rig.entries
    other = rig.drop(data=toggl_of(("12:00", "01:30", "four", "Acme")).replace(b"2026-11-04", b"2026-11-05"))

    decide(rig, other, Verb.UNDO)

    assert before == rig.entries


def test_accept_removes_the_other_days_at_once_and_names_the_one_that_stays():
    rig = Rig(book("acme"))
    rig.drop(MAIL, row("2026-01-05", "2:00", "Printer"), PRINTER, row("2026-01-06", "0:15", "Call"))
    record = rig.drop(MAIL, PRINTER, row("2026-01-06", "two hours", "Call"))

    decided = decide(rig, record, Verb.ACCEPT).record

    removed = {one.description: (one.removed, one.is_blocked) for one in decided.report.missing}
    assert {"Printer": (True, False), "Call": (False, True)} == removed
    assert 2 == decided.report.counts.missing
    assert (
        "were removed when you accepted their deletion, except on days with a problem row, where they stay counted"
        in said(decided)[1]
    )


WHOLE = OperatorBook(hints=SourceHints(complete=frozenset({"generic"})))


@pytest.mark.parametrize(
    "kept_by",
    [
        row("2026-01-05", "1:00", "Other", client="Nobody"),
        row("2026-01-05", "an hour", "Other"),
        row("2026-01-05", "an hour", "Other", user=""),
    ],
    ids=["an unrouted row", "a problem row", "a problem row without a worker"],
)
def test_a_row_that_could_not_be_imported_keeps_the_entries_of_its_day(kept_by):
    rig = Rig(book("acme"), operator=WHOLE)
    mail, call = (row("2026-01-05", "1:00", text, client="Acme") for text in ("Mail", "Call"))
    rig.drop(mail, call, key="inbox/all.csv")

    record = rig.drop(mail, kept_by, key="inbox/all.csv")

    assert [("Call", False, True)] == [(one.description, one.removed, one.is_blocked) for one in record.report.missing]
    assert hours("2:00") == rig.seconds


def test_an_import_is_undone_beside_a_closed_cycle_at_its_very_boundary_but_not_in_it():
    rig = Rig()
    january, february = rig.drop(row("2026-01-31", "1:00")), rig.drop(row("2026-02-01", "2:00"))
    stored = rig.directory.books["acme"]
    closed = {"support": ClosingPosition(closed_before=date(2026, 2, 1))}
    rig.directory.books["acme"] = replace(stored, head=replace(stored.head, positions=closed))

    decide(rig, february, Verb.UNDO)
    with pytest.raises(NothingToDecideError, match="2026-01-01 of acme/support, which is closed"):
        decide(rig, january, Verb.UNDO)

    assert hours("1:00") == rig.seconds
