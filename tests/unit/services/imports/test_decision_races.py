"""Two acts on one import at once: both stand in the order of their commits, or the second says why not."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.services.cycles.close_due import close_due, with_due
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import Verb, accepts_missing, is_undone
from tests.builders import hours
from tests.fakes import no_pause
from tests.import_rig import Rig, book, row
from tests.interposed import Interposed

ACME = [row("2026-01-05", "1:00", "Mail", client="Acme"), row("2026-01-05", "2:00", "Phone", client="Acme")]
GLOBEX = [row("2026-01-05", "4:00", "Mail", client="Globex"), row("2026-01-05", "8:00", "Phone", client="Globex")]
FILES = {
    "one client": ("inbox/acme/support/x.csv", ACME, ACME[:1]),
    "two clients": ("inbox/x.csv", [*ACME, *GLOBEX], [ACME[0], GLOBEX[0]]),
}


class Desk(Rig):
    """Two exports, of which the second lacks the calls; each act answers `done` or why not."""

    def __init__(self, files):
        super().__init__(book("acme"), book("globex"))
        key, first, second = FILES[files]
        self.drop(*first, key=key)
        self.file = self.put(*second, key=key)
        self.record = self.imports.run(self.file)

    def act(self, name):
        if name == "retry":
            self.imports.run(self.file, retry=True)
            return "done"
        try:
            self.imports.decide(self.record, Verb(name))
        except NothingToDecideError as error:
            return str(error)
        return "done"

    @property
    def stored(self):
        return self.log.read(self.record.id)

    @property
    def verbs(self):
        return [decision.verb.value for decision in self.stored.decisions]

    def recomputed(self):
        """The ledger as it is after the same import was retried once more: the result of originals and decisions."""
        stored = self.stored
        if is_undone(stored):
            self.imports.decide(stored, Verb.REDO)
            self.imports.decide(stored, Verb.UNDO)
        else:
            self.imports.run(self.file, retry=True)
        return self.entries


@pytest.mark.parametrize("files", FILES)
@pytest.mark.parametrize(
    ("first", "second"),
    [(one, other) for one in ("undo", "accept", "retry") for other in ("undo", "accept", "retry") if one != other],
)
def test_of_two_acts_at_once_each_stands_or_says_why_not(files, first, second):
    for call in range(1, 200):
        desk = Desk(files)
        with Interposed(desk.directory, desk.ledger, desk.log, desk.files, at=call) as once:
            once.act = lambda desk=desk: desk.act(second)
            answer = desk.act(first)
        if once.made is None:
            break
        stood = [verb for verb, said in ((first, answer), (second, once.made)) if said == "done" and verb != "retry"]
        assert sorted(stood) == sorted(desk.verbs), (call, answer, once.made)
        assert all(part.decisions == desk.stored.decisions for part in desk.log.read_parts(desk.record.id))
        counted = desk.entries
        assert counted == desk.recomputed(), call
        why_not = f"Import {desk.record.id} is undone; `hourtab import redo {desk.record.id}` makes it count again."
        assert {answer, once.made} <= {"done", why_not}
    assert call > 5, "the calls are counted"


@pytest.mark.parametrize(
    ("files", "verb", "left"),
    [
        ("one client", "undo", "0:00"),
        ("one client", "accept", "1:00"),
        ("two clients", "undo", "0:00"),
        ("two clients", "accept", "5:00"),
    ],
)
def test_a_replay_that_has_read_another_import_while_that_is_decided_is_repeated(files, verb, left):
    """A replay reads a client's list, then records, then originals; each decision raises the version of the head."""
    for call in range(1, 200):
        desk = Desk(files)
        [other] = [one for one in desk.log.records.values() if one.id != desk.record.id]
        with Interposed(desk.directory, desk.ledger, desk.log, desk.files, at=call) as once:
            once.act = lambda desk=desk: desk.act(verb)
            desk.imports.decide(other, Verb.UNDO)
        if once.made is None:
            break
        assert (True, "done", [verb]) == (is_undone(desk.log.read(other.id)), once.made, desk.verbs)
        assert hours(left) == desk.seconds, call
    assert call > 10, "the calls are counted"


def test_a_retry_goes_by_the_decisions_that_stand():
    desk = Desk("one client")
    desk.act("accept")
    assert hours("1:00") == desk.seconds

    desk.act("retry")

    assert hours("1:00") == desk.seconds
    assert accepts_missing(desk.stored)


def test_a_decision_about_an_import_of_several_clients_is_finished_by_whatever_comes_next():
    desk = Desk("two clients")
    desk.ledger.most_together = 1  # there are more than one transaction takes
    commit, calls = desk.ledger.commit_together, []

    def lost_after_the_first(changes):
        commit(changes)
        calls.append(changes)
        if len(calls) == 1:
            raise ConnectionError

    desk.ledger.commit_together = lost_after_the_first
    with pytest.raises(ConnectionError):
        desk.act("undo")
    desk.ledger.commit_together = commit
    assert is_undone(desk.stored)
    assert {True, False} == {is_undone(part) for part in desk.log.read_parts(desk.record.id)}

    desk.imports.run(desk.file)  # its event is delivered again

    assert {True} == {is_undone(part) for part in desk.log.read_parts(desk.record.id)}
    assert hours("15:00") == desk.seconds


def test_a_retry_that_is_refused_keeps_the_decisions_and_can_be_retried():
    desk = Desk("one client")
    desk.act("accept")
    mine = desk.directory.books.pop(ClientId("acme"))
    assert desk.imports.run(desk.file, retry=True).retry_refused
    assert accepts_missing(desk.stored)

    desk.directory.books[ClientId("acme")] = mine
    again = desk.imports.run(desk.file, retry=True)

    assert not again.retry_refused
    assert hours("1:00") == desk.seconds


class Books(Rig):
    """Two live clients since January 2026 with an import of both; it is a minute before January is due to close."""

    def __init__(self):
        live = [replace(book(one), retainers=(replace(book(one).retainers[0], **_LIVE),)) for one in ("acme", "globex")]
        super().__init__(*(replace(one, head=with_due(one.head, one)) for one in live))
        self.record = None
        self.at(_BEFORE)
        rows = [row("2026-01-20", "1:00", client="Acme"), row("2026-01-20", "2:00", client="Globex")]
        self.record = self.imports.run(self.put(*rows, key="inbox/all.csv"))

    def at(self, now):
        self.imports = RunImport(replace(self.ports, clock=lambda: now))
        return self

    def close(self, client):
        return len(close_due(self.directory, self.ledger, ClientId(client), _DUE, no_pause))

    def decide(self, verb):
        try:
            return self.imports.decide(self.log.read(self.record.id), verb).cycles
        except NothingToDecideError as error:
            return str(error)

    @property
    def state(self):
        frozen = {cycle.id: cycle.frozen is not None for cycle in self.ledger.cycles.values()}
        parts = sorted((part.client, is_undone(part)) for part in self.log.read_parts(self.record.id))
        return self.entries, frozen, [one.verb for one in self.log.read(self.record.id).decisions], parts


_LIVE = {"live_from": date(2026, 1, 1), "starts_on": date(2026, 1, 1)}
_BEFORE, _DUE = datetime(2026, 2, 3, 22, 59, tzinfo=UTC), datetime(2026, 2, 3, 23, tzinfo=UTC)


@pytest.mark.parametrize("closing", ["acme", "globex"])
@pytest.mark.parametrize("first", ["undo", "close"])
def test_an_undo_beside_a_close_of_one_of_its_clients_is_whole_or_refused(first, closing):
    acts = {"undo": lambda rig: rig.decide(Verb.UNDO), "close": lambda rig: rig.close(closing)}
    possible = []
    for order in (("undo", "close"), ("close", "undo")):
        rig = Books()
        said = {name: acts[name](rig) for name in order}
        possible.append((said, rig.state))
    assert "which is closed" in possible[1][0]["undo"]

    for call in range(1, 200):
        rig = Books()
        [other] = acts.keys() - {first}
        with Interposed(rig.directory, rig.ledger, rig.log, rig.files, at=call) as once:
            once.act = lambda rig=rig, other=other: acts[other](rig)
            answer = acts[first](rig)
        if once.made is None:
            break
        assert ({first: answer, other: once.made}, rig.state) in possible, call
    assert call > 3, "the calls are counted"
