"""Of two acts at once on real tables: the second commits before each call that the first makes to AWS.

All pairs of acts, in memory: tests/properties/test_interleavings.py.
"""

from copy import deepcopy
from functools import partial
from itertools import count

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.dynamodb.models import dynamodb_backends

from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from tests.aws_calls import record_calls
from tests.fakes import no_pause
from tests.import_rig import book
from tests.interleavings import ACTS, BEFORE, Scene, Stores, answer, serial

_PAIRS = [("import", "apply"), ("apply", "close"), ("undo", "accept"), ("undo", "retry")]


@pytest.fixture
def new_scene(store):
    """Puts the tables back to the same content at each call; the objects in the buckets never change."""
    stores = Stores(store.directory, store.ledger, store.import_log, store.files, store.progress, store.invoices)
    scene = Scene.begin(stores, store.files.drop)
    tables = dynamodb_backends[DEFAULT_ACCOUNT_ID]["us-east-1"].tables
    kept = {name: deepcopy(table.items) for name, table in tables.items()}

    def restored() -> Scene:
        for name, items in kept.items():
            tables[name].items = deepcopy(items)
        return scene

    return restored


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
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
