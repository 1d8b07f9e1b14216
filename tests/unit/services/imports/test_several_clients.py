"""A file of several clients counts for all of them or, where one cannot be replayed, for none."""

from dataclasses import replace

import pytest

from chalicelib.services.imports.originals import LostOriginalError
from chalicelib.services.store.import_record import Verb, is_undone
from chalicelib.services.store.tasks import TaskKind, import_mail_id
from chalicelib.words.import_report import view_of
from tests.builders import hours
from tests.import_rig import Rig, book, row

ALL = "inbox/all.csv"
GLOBEX = "inbox/globex/support/newer.csv"
BOTH = (row("2026-01-05", "1:00", "A", client="acme"), row("2026-01-05", "2:00", "G", client="globex"))
NEWER = row("2026-01-05", "3:00", "Newer", user="Bob", client="globex")


def lose(rig, key):
    rig.files.objects = {named: data for named, data in rig.files.objects.items() if named[0] != key}


def test_a_late_file_that_one_client_cannot_be_replayed_with_counts_for_none():
    rig = Rig(book("acme"), book("globex"))
    late = rig.put(*BOTH, key=ALL)
    rig.drop(NEWER, key=GLOBEX)
    before = rig.entries
    lose(rig, GLOBEX)

    record = rig.imports.run(late)

    assert before == rig.entries
    assert record.report.refusal


def test_a_retry_that_one_client_cannot_be_replayed_with_changes_nothing():
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(*BOTH, row("2026-01-05", "4:00", "Sub", client="Acme Sub"), key=ALL)
    first = rig.imports.run(file)
    rig.drop(NEWER, key=GLOBEX)
    before, acme = rig.entries, rig.directory.books["acme"]
    lose(rig, GLOBEX)
    rig.directory.books["acme"] = replace(acme, client=replace(acme.client, aliases=("Acme Sub",)))

    record = rig.imports.run(file, retry=True)

    assert before == rig.entries
    assert record.retry_refused
    assert (first.report, ()) == (record.report, record.stopped_before)


def test_an_undo_that_one_client_cannot_be_replayed_with_changes_nothing():
    rig = Rig(book("acme"), book("globex"))
    record = rig.drop(*BOTH, key=ALL)
    rig.drop(NEWER, key=GLOBEX)
    before = rig.entries
    lose(rig, GLOBEX)

    with pytest.raises(LostOriginalError):
        rig.imports.decide(record, Verb.UNDO)

    assert before == rig.entries
    assert not is_undone(rig.log.read(record.id))


def lose_after_the_first_commit(rig, key):
    """The original is gone between the check of all shares and the commit of the second."""
    commit = rig.ledger.commit

    def once(change):
        commit(change)
        lose(rig, key)
        rig.ledger.commit = commit

    rig.ledger.commit = once


def test_a_file_that_is_refused_in_the_middle_says_for_whom_it_counts_and_for_whom_not():
    rig = Rig(book("acme"), book("globex"))
    late = rig.put(*BOTH, row("2026-01-05", "1:00", "Nobody's", client="Nobody"), key=ALL)
    rig.drop(NEWER, key=GLOBEX)
    kept = dict(rig.files.objects)
    lose_after_the_first_commit(rig, GLOBEX)

    record = rig.imports.run(late)

    assert (hours("4:00"), ("acme",), ("globex",)) == (rig.seconds, record.clients, record.stopped_before)
    assert (2, 1, 1) == tuple(getattr(record.report.counts, name) for name in ("rows", "new", "unrouted"))
    assert [("acme", hours("1:00"))] == [(one.retainer.client, one.after_seconds) for one in record.report.cycles]
    assert (
        view_of(record).notes[0].startswith("The last run stopped before globex, for whom nothing has changed: A newer")
    )
    assert record == rig.imports.run(late), "a repeated delivery finds it"
    assert [import_mail_id(record.id)] == [one.id for one in rig.log.tasks.values() if one.kind is TaskKind.IMPORT]

    assert ("globex",) == rig.imports.run(late, retry=True).stopped_before
    rig.files.objects |= kept
    whole = rig.imports.run(late, retry=True)
    assert (hours("6:00"), ("acme", "globex"), ()) == (rig.seconds, whole.clients, whole.stopped_before)
    rig.imports.decide(whole, Verb.UNDO)
    assert hours("3:00") == rig.seconds


def test_what_counts_of_a_file_that_was_refused_in_the_middle_can_be_undone():
    rig = Rig(book("acme"), book("globex"))
    late = rig.put(*BOTH, key=ALL)
    rig.drop(NEWER, key=GLOBEX)
    lose_after_the_first_commit(rig, GLOBEX)

    rig.imports.decide(rig.imports.run(late), Verb.UNDO)

    assert hours("3:00") == rig.seconds


def test_a_retry_that_is_refused_in_the_middle_sums_up_what_counts():
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(*BOTH, row("2026-01-05", "4:00", "Sub", client="Acme Sub"), key=ALL)
    first = rig.imports.run(file)
    rig.drop(NEWER, key=GLOBEX)
    acme = rig.directory.books["acme"]
    rig.directory.books["acme"] = replace(acme, client=replace(acme.client, aliases=("Acme Sub",)))
    lose_after_the_first_commit(rig, GLOBEX)

    record = rig.imports.run(file, retry=True)

    assert [(2, 1), (3, 0)] == [(one.report.counts.new, one.report.counts.unrouted) for one in (first, record)]
    assert (hours("10:00"), ("acme", "globex"), ("globex",)) == (rig.seconds, record.clients, record.stopped_before)
    assert record.retry_refused


def test_what_a_killed_delivery_has_counted_is_in_the_record_of_the_refusal_that_follows():
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(*BOTH, key=ALL)
    killed_after(rig, 1, lambda: rig.imports.run(file))
    rig.files.objects[file.key, file.version] = b"%PDF-1.7"

    record = rig.imports.run(file)

    assert (hours("1:00"), ("acme",), 1) == (rig.seconds, record.clients, record.report.counts.new)
    assert record.retry_refused


@pytest.mark.parametrize("committed", [1, 2])
def test_a_delivery_that_was_killed_is_done_by_the_rules_of_the_one_that_ends_it(committed):
    rig = Rig(book("acme", aliases=("A",)), book("beta"))
    file = rig.put(row("2026-01-05", "1:00", client="A"), row("2026-01-05", "2:00", client="beta"), key=ALL)
    killed_after(rig, committed, lambda: rig.imports.run(file))
    acme = rig.directory.books["acme"]
    rig.directory.write_client(replace(acme, client=replace(acme.client, aliases=())))

    record = rig.imports.run(file)

    assert (1, 1) == (record.report.counts.new, record.report.counts.unrouted)
    assert hours("2:00") == rig.seconds
    rig.imports.decide(record, Verb.UNDO)
    assert 0 == rig.seconds


def killed_after(rig, commits, act):
    """The act, killed after this many commits of clients, and before the record that sums them up."""
    commit, write, left = rig.ledger.commit, rig.log.write, iter(range(commits))

    def commit_or_die(change):
        if next(left, None) is None:
            raise ConnectionError
        commit(change)

    def die(*_):
        raise ConnectionError

    rig.ledger.commit, rig.log.write = commit_or_die, die
    with pytest.raises(ConnectionError):
        act()
    rig.ledger.commit, rig.log.write = commit, write
