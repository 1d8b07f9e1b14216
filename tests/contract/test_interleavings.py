"""Of two acts at once on real tables: the second commits before each call that the first makes to AWS's own engine.

All pairs of acts, in memory: tests/properties/test_interleavings.py.
"""

from functools import partial
from itertools import count

import pytest

from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from tests.aws_calls import record_calls
from tests.fakes import no_pause
from tests.import_rig import book
from tests.interleavings import ACTS, BEFORE, Scene, Stores, answer, serial

_AT_ONCE = 25
"""The most items of a BatchWriteItem."""
_PAIRS = [("import", "apply"), ("apply", "close"), ("undo", "accept"), ("undo", "retry")]


@pytest.fixture
def new_scene(store):
    """Puts the tables back to the same content at each call; the objects in the buckets never change."""
    stores = Stores(store.directory, store.ledger, store.import_log, store.files, store.progress, store.invoices)
    scene = Scene.begin(stores, store.files.drop)
    database = store.tables.client("dynamodb")
    kept = {name: items_of(database, name) for name in store.names.values()}

    def restored() -> Scene:
        for name, items in kept.items():
            restore(database, name, items)
        return scene

    return restored


def items_of(database, table):
    """All items of a table, by their keys."""
    found = database.scan(TableName=table, ConsistentRead=True)
    assert "LastEvaluatedKey" not in found
    return {(item["pk"]["S"], item["sk"]["S"]): item for item in found["Items"]}


def restore(database, table, items):
    """Put back the items that differ, and delete those that are new."""
    now = items_of(database, table)
    differing = [item for key, item in items.items() if now.get(key) != item]
    requests = [{"PutRequest": {"Item": item}} for item in differing]
    new = [{"pk": now[key]["pk"], "sk": now[key]["sk"]} for key in now.keys() - items.keys()]
    requests += [{"DeleteRequest": {"Key": key}} for key in new]
    for start in range(0, len(requests), _AT_ONCE):
        answer = database.batch_write_item(RequestItems={table: requests[start : start + _AT_ONCE]})
        assert not answer["UnprocessedItems"]


@pytest.mark.parametrize("engine", ["dynamodb_local"], indirect=True)
@pytest.mark.parametrize(("first", "second"), [*_PAIRS, *(pair[::-1] for pair in _PAIRS)])
def test_two_acts_at_once_are_as_if_one_came_after_the_other(new_scene, first, second):
    one_first = serial(new_scene, ACTS[first], ACTS[second])
    second_said, first_said, state = serial(new_scene, ACTS[second], ACTS[first])
    possible = one_first, (first_said, second_said, state)

    for call in count(1):
        scene = new_scene()
        acts = (partial(answer, ACTS[name], scene) for name in (first, second))
        said, between = at_call(call, *acts)
        if between is None:
            break
        assert (said, between, scene.state) in possible, f"before call {call}"
    assert call > 3, "the calls are counted"


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
def test_of_two_set_ups_at_once_that_give_two_clients_one_name_the_second_is_refused(new_store):
    setups = [Setup(clients=(book(slug, aliases=("Both",)),)) for slug in ("acme", "globex")]
    for call in count(1):
        store = new_store()
        apply = ApplySetup(store.directory, store.ledger, lambda: BEFORE, no_pause).apply
        plans = at_call(call, *(partial(apply, setup) for setup in setups))
        if plans[1] is None:
            break
        assert [False, True] == sorted(bool(plan.conflicts) for plan in plans), f"before call {call}"
        assert 1 == len(store.directory.read_named("both"))
    assert call > 3, "the calls are counted"


def at_call(number, first, second):
    """What both return, `second` having run before the n-th call of `first`; None for it, if there are fewer."""
    made, between = 0, None

    def before(_):
        nonlocal made, between
        made += 1
        if made == number:
            between = second()

    with record_calls(before=before):
        said = first()
    return said, between
