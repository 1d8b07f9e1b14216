"""Undone means: entries and balances as if the file had never been dropped."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.services.imports.decide_import import NothingToDecideError, decide_import
from chalicelib.services.store.import_record import Verb, import_id, is_undone
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

    for verb, words in ((Verb.REDO, "already counts"), (Verb.ACCEPT, "nothing missing")):
        with pytest.raises(NothingToDecideError, match=words):
            decide(rig, record, verb)
    decide(rig, record, Verb.UNDO)
    with pytest.raises(NothingToDecideError, match="redo"):
        decide(rig, record, Verb.UNDO)


def test_a_routed_import_is_undone_for_all_its_clients_even_over_a_crash():
    rig = Rig(book("acme"), book("globex"))
    rows = (row("2026-01-05", "1:00", client="Acme"), row("2026-01-05", "2:00", client="Globex"))
    record = rig.drop(*rows, key="inbox/all.csv")
    commit, calls = rig.ledger.commit, []

    def dies_at_the_second(change):
        calls.append(change)
        if len(calls) == 2:
            raise KilledError
        commit(change)

    rig.ledger.commit = dies_at_the_second
    with pytest.raises(KilledError):
        decide(rig, record, Verb.UNDO)
    decide(rig, record, Verb.UNDO)

    assert not rig.entries
    assert 3 == len(calls)
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
    with pytest.raises(NothingToDecideError, match="leaves nothing missing"):
        rig.imports.decide(second, Verb.ACCEPT)

    late = rig.imports.run(older)

    assert [("Printer", second.id)] == [(one.description, one.not_in) for one in late.report.missing]
    assert (1, 3 * 3600) == (late.report.counts.missing, rig.seconds)
    rig.imports.decide(second, Verb.ACCEPT)
    assert 3600 == rig.seconds
