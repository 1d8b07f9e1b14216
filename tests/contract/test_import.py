"""Complete imports and decisions over the real adapters: killed at each of their calls to AWS, and many at once."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from io import BytesIO
from random import Random

import pytest

from chalicelib.domain.ids import CycleId
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.setup.remove import Remove
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import DroppedFile, ImportPart, Verb, import_id, is_undone
from chalicelib.services.store.operator_book import OperatorBook
from tests.aws_calls import record_calls
from tests.builders import day
from tests.effort import KILL_EVERY
from tests.fakes import no_pause
from tests.import_rig import NOW, book, csv_of, row

_FEW = (("2026-01-05", "1:00", "Mail"), ("2026-01-05", "0:30", "Phone"), ("2026-02-03", "2:00", "Server"))
_MANY = tuple((f"2026-{month:02}-05", "1:00", f"Month {month}") for month in range(1, 10))
_ONE_CYCLE = (("2026-03-02", "1:15", "Printer"),)
_MOST_CALLS = 150

Step = Callable[[], object]


class Scene:
    """Clients of the scene's own in the store, and the files dropped for them."""

    def __init__(self, store, number, names=("acme",)):
        self.store = store = store.with_transactions_of(10)
        if not store.directory.read_operator().version:
            store.directory.write_operator(OperatorBook(names_indexed=True))
        ports = ImportPorts(store.directory, store.ledger, store.import_log, store.files, lambda: NOW, store.progress)
        self.imports = RunImport(ports)
        self.number = number
        self.slugs = [f"{name}-{number}" for name in names]
        for slug in self.slugs:
            store.directory.write_client(book(slug))
        self.files = []

    def put(self, works, *, key="inbox/{acme}/support/export.csv"):
        """A file in the bucket; `works` with their client's slug in the last place, if there is one."""
        rows = [row(*work[:3], client=work[3] if len(work) > 3 else "") for work in works]
        key = key.format(acme=self.slugs[0], number=self.number)
        version = self.store.files.drop(key, BytesIO(csv_of(*rows).encode()))
        self.files.append(DroppedFile("inbox", key, version, f"{self.number:04}-{len(self.files):04}"))
        return self.files[-1]

    def put_routed(self):
        """One file of all three clients, for one of which it changes more cycles than fit into a transaction."""
        works = zip(self.slugs, (_FEW, _MANY, _ONE_CYCLE), strict=True)
        return self.put([(*work, slug) for slug, own in works for work in own], key="inbox/{number}.csv")

    def run(self, works):
        return self.imports.run(self.put(works))

    def decide(self, record, verb):
        """Make the decision; it counts as made if there is nothing left to decide."""

        def step():
            try:
                self.imports.decide(self.store.import_log.read(record.id), verb)
            except NothingToDecideError:
                assert [verb] == [one.verb for one in self.store.import_log.read(record.id).decisions][-1:]

        return step

    @property
    def outcome(self):
        """All counted entries and the records of each file: equal in every scene with the same actions."""
        counted: Counter[object] = Counter()
        for client, slug in enumerate(self.slugs):
            kept = self.store.directory.read_client(slug)
            ids = [CycleId(kept.retainers[0].id, day(f"2026-{month:02}-01")) for month in range(1, 13)]
            cycles = self.store.ledger.read_cycles(ids, kept.head.plan)
            counted.update((client, cycle.id.start, entry) for cycle in cycles.values() for entry in cycle.entries)
        records = [(one.file.order[-4:], _counts(one), len(one.decisions), is_undone(one)) for one in self.imported()]
        return counted, sorted(records, key=repr)

    def imported(self):
        """Every record and part of the scene's files."""
        for slug in self.slugs:
            yield from self.store.import_log.read_listed(slug, self.store.import_log.list_of_client(slug))
        for file in self.files:
            if record := self.store.import_log.read(import_id(file)):
                yield record


def _counts(imported):
    return imported.counts if isinstance(imported, ImportPart) else imported.report.counts


def _import(works):
    def begin(scene: Scene) -> Step:
        file = scene.put(works)
        return lambda: scene.imports.run(file)

    return begin


def _import_routed(scene: Scene) -> Step:
    file = scene.put_routed()
    return lambda: scene.imports.run(file)


def _import_late(scene: Scene) -> Step:
    late = scene.put(_MANY)
    scene.run([*_FEW, ("2026-05-05", "3:00", "Month 5")])
    return lambda: scene.imports.run(late)


def _undo(scene: Scene) -> Step:
    first = scene.run(_MANY)
    scene.run(_FEW)
    return scene.decide(first, Verb.UNDO)


def _undo_routed(scene: Scene) -> Step:
    return scene.decide(scene.imports.run(scene.put_routed()), Verb.UNDO)


def _redo(scene: Scene) -> Step:
    first = scene.run(_FEW)
    scene.run(_FEW[:1])
    scene.decide(first, Verb.UNDO)()
    return scene.decide(first, Verb.REDO)


def _accept(scene: Scene) -> Step:
    scene.run(_FEW)
    return scene.decide(scene.run(_FEW[1:]), Verb.ACCEPT)


def _retry(scene: Scene) -> Step:
    scene.run(_FEW)
    file = scene.put(_MANY)
    scene.imports.run(file)
    return lambda: scene.imports.run(file, retry=True)


_STEPS = {
    "an import in one transaction": _import(_FEW),
    "an import with a plan": _import(_MANY),
    "a routed import": _import_routed,
    "a late import": _import_late,
    "undo": _undo,
    "undo of a routed import": _undo_routed,
    "redo": _redo,
    "accept": _accept,
    "retry": _retry,
}


class KilledError(Exception):
    """The process was killed."""


def killer(call):
    """A hook that kills at its n-th call."""
    made = 0

    def hook(_):
        nonlocal made
        made += 1
        if made == call:
            raise KilledError

    return hook


def kill_at_calls(new_store, begin, when):
    """Each time in a new store; the step is repeated, and the outcome must be that of one step.

    With one store for all, each import would read the clients of all earlier scenes.
    """
    names = ("acme", "globex", "initech") if begin in {_import_routed, _undo_routed} else ("acme",)
    clean = Scene(new_store(), 0, names)
    begin(clean)()
    for call in range(1, _MOST_CALLS, KILL_EVERY):
        scene = Scene(new_store(), call, names)
        step = begin(scene)
        try:
            with record_calls(**{when: killer(call)}):
                step()
        except KilledError:
            step()
        else:
            assert call > 5, "the calls are counted"
            return
        assert clean.outcome == scene.outcome
    pytest.fail("there are more calls than this test kills")


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
@pytest.mark.parametrize("begin", _STEPS.values(), ids=_STEPS.keys())
def test_an_import_killed_at_any_call_and_run_again_counts_once_with_one_report(new_store, begin):
    kill_at_calls(new_store, begin, "after")  # and before the next one: both look the same to later readers


@pytest.mark.parametrize("engine", ["ministack", "dynamodb_local"], indirect=True)
@pytest.mark.parametrize("name", ["an import with a plan", "accept"])
def test_an_import_killed_at_any_call_on_a_real_engine_counts_once_with_one_report(new_store, name):
    kill_at_calls(new_store, _STEPS[name], "after")


@pytest.mark.parametrize("works", [_FEW, _MANY], ids=["one transaction", "a plan"])
def test_an_import_is_undone_and_redone(store, works):
    scene = Scene(store, 0)
    first, second = scene.run(works[:1]), scene.run(works)
    both = scene.outcome[0]

    scene.decide(first, Verb.UNDO)()
    scene.decide(second, Verb.UNDO)()
    assert not scene.outcome[0]

    scene.decide(second, Verb.REDO)()
    assert both == scene.outcome[0]


def test_overlapping_files_delivered_by_concurrent_threads_are_replayed_in_the_order_of_their_drops(store):
    first, *edited = [
        [(*work[:1], f"{hours}:00", work[2]) for work in _MANY[start : start + 9]]
        for start, hours in ((0, 1), (2, 2), (1, 3), (0, 4))
    ]
    in_order, at_once = Scene(store, 0), Scene(store, 1)
    for works in (first, *edited):
        in_order.run(works)
    files = [at_once.put(works) for works in (first, *edited)]
    deliveries = Random(1).sample(files * 2, 2 * len(files))  # noqa: S311  each comes twice

    with ThreadPoolExecutor(len(deliveries)) as threads:
        list(threads.map(lambda file: _delivered(at_once, file), deliveries))

    assert in_order.outcome[0] == at_once.outcome[0]
    assert 2 * len(files) == len(at_once.outcome[1]), "listed once each, and read once each"


def _delivered(scene, file):
    """Deliver as the queue does: again after too many lost races."""
    for _ in range(20):
        try:
            return scene.imports.run(file)
        except StaleWriteError:
            continue
    pytest.fail("the turn never came")


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
@pytest.mark.parametrize("key", ["inbox/{acme}/support/x.csv", "inbox/x.csv"], ids=["a folder", "routed by name"])
def test_an_import_makes_the_same_calls_and_reads_the_same_items_among_ten_clients_and_among_three_hundred(
    new_store, key
):
    assert reads_among(new_store(), 10, key) == reads_among(new_store(), 300, key)


def reads_among(store, clients, key):
    """The calls of an import, and the items that they return."""
    scene = Scene(store, 0)
    add_names(store, [f"client-{number}" for number in range(clients)])
    file = scene.put([(*work, scene.slugs[0]) for work in _FEW], key=key)
    with record_calls() as calls:
        scene.imports.run(file)
    assert 3 == store.import_log.read(import_id(file)).report.counts.new
    return calls.names(), calls.items_read


def add_names(store, slugs):
    """Store clients as far as lists of them go; by transactions it would take moto minutes."""
    table, database = store.names["directory"], store.tables.client("dynamodb")
    for slug in slugs:
        words = {"pk": "operator", "sk": f"client#{slug}"}
        item = {**{name: {"S": text} for name, text in words.items()}, "names": {"L": [{"S": slug.title()}]}}
        database.put_item(TableName=table, Item=item)
    store.directory.index_names()
    assert len(slugs) < len(store.directory.read_names())


@pytest.mark.parametrize("verb", [Verb.UNDO, Verb.ACCEPT])
def test_an_import_of_several_clients_of_which_one_is_left_is_decided_in_one_commit(store, verb):
    scene = Scene(store, 1, ("acme", "globex"))
    acme, globex = scene.slugs
    rest = ("2026-01-05", "2:00", "Mail", globex)
    scene.imports.run(scene.put([rest, ("2026-01-05", "3:00", "Gone", globex)], key="inbox/{number}-before.csv"))
    file = scene.put([("2026-01-05", "1:00", "Mail", acme), rest], key="inbox/{number}.csv")
    scene.imports.run(file)
    Remove(store.directory, store.ledger, store.invoices, lambda: NOW, no_pause).remove(acme)
    record = scene.imports.run(file, retry=True, since=NOW + timedelta(hours=1))

    decided = scene.imports.decide(record, verb)

    assert [(globex,), [verb]] == [decided.record.clients, [one.verb for one in decided.record.decisions]]
    assert decided.record == store.import_log.read(record.id)
    assert 2 == len(store.import_log.list_of_client(globex)), "one line for each import"
