"""Of two acts at once, whatever the moment: what is stored and what both report is as if one had come after the other.

The second act commits before each call that the first makes to a store. On real tables: tests/contract.
"""

from itertools import count, product

import pytest

from tests.fakes import FakeDirectory, FakeFiles, FakeImportLog, FakeLedger, FakeProgressLog
from tests.interleavings import ACTS, REMOVALS, Scene, Stores, answer, serial
from tests.interposed import Interposed
from tests.invoice_rig import FakeInvoices


class FakeStores(Stores):
    """Stores in memory; the ledger and the invoices share their records."""

    def __init__(self):
        directory, log, invoices = FakeDirectory(), FakeImportLog(), FakeInvoices()
        log.invoices = invoices.records
        ledger = FakeLedger(directory=directory, log=log)
        super().__init__(directory, ledger, log, FakeFiles(), FakeProgressLog(), invoices)

    def copy(self):
        """Stores with the same content: every value in them is immutable."""
        other = FakeStores()
        other.directory.operator, other.directory.books = self.directory.operator, dict(self.directory.books)
        other.ledger.cycles = dict(self.ledger.cycles)
        other.log.records, other.log.parts = dict(self.log.records), list(self.log.parts)
        other.log.lists = {client: dict(lines) for client, lines in self.log.lists.items()}
        other.log.rules = dict(self.log.rules)
        other.log.tasks, other.log.acts = dict(self.log.tasks), dict(self.log.acts)
        other.files.objects, other.files.newest = dict(self.files.objects), dict(self.files.newest)
        other.invoices.records.update(self.invoices.records)
        other.invoices.series = dict(self.invoices.series)
        other.invoices.tasks, other.invoices.audit = list(self.invoices.tasks), list(self.invoices.audit)
        return other

    @property
    def all(self):
        return self.directory, self.ledger, self.log, self.files, self.invoices


class FakeScene(Scene):
    """A scene that also sees what the real stores do not list by client: the audit trail and the tasks."""

    @property
    def state(self):
        log, invoices = self.stores.log, self.stores.invoices
        acts = [*log.acts.values(), *invoices.audit]
        tasks = [*log.tasks.values(), *invoices.tasks]
        return {
            **super().state,
            "audit": sorted((one.id, one.details) for one in acts),
            "tasks": sorted((one.id, one.state) for one in tasks),
        }


@pytest.fixture(scope="module")
def new_scene():
    """Creates the same scene at each call."""
    stores = FakeStores()
    begun = FakeScene.begin(stores, stores.files.drop)
    return lambda: FakeScene(stores.copy(), begun.files)


@pytest.fixture(scope="module")
def new_removable_scene():
    """Creates the same scene of which nothing is invoiced."""
    stores = FakeStores()
    begun = FakeScene.begin(stores, stores.files.drop, is_invoiced=False)
    return lambda: FakeScene(stores.copy(), begun.files)


@pytest.mark.parametrize(("first", "second"), [*product(REMOVALS, {**ACTS, **REMOVALS}), *product(ACTS, REMOVALS)])
def test_what_is_left_after_a_removal_and_another_act_at_once_is_as_if_one_came_after_the_other(
    new_removable_scene, first, second
):
    """A removal takes two commits: what comes in between counts until the second, and is removed and reported, too."""
    acts = {**ACTS, **REMOVALS}
    one_first = serial(new_removable_scene, acts[first], acts[second])
    second_said, first_said, state = serial(new_removable_scene, acts[second], acts[first])
    possible = [
        (_kind(one), _kind(other), _left(left)) for one, other, left in (one_first, (first_said, second_said, state))
    ]

    for call in count(1):
        scene = new_removable_scene()
        with Interposed(*scene.stores.all, at=call) as once:
            once.act = lambda scene=scene: answer(acts[second], scene)
            said = answer(acts[first], scene)
        if once.made is None:
            break
        assert (_kind(said), _kind(once.made), _left(scene.state)) in possible, f"before call {call}"
    assert call > 1, "the calls are counted"


def _kind(said):
    """`done`, or the error."""
    return said[0] if isinstance(said, tuple) and isinstance(said[0], type) else "done"


def _left(state):
    """What a client or the operator still sees of it."""
    return {name: state[name] for name in ("cycles", "head", "set-up", "invoices")}


@pytest.mark.parametrize(("first", "second"), list(product(ACTS, ACTS)))
def test_two_acts_at_once_are_as_if_one_came_after_the_other(new_scene, first, second):
    one_first = serial(new_scene, ACTS[first], ACTS[second])
    second_said, first_said, state = serial(new_scene, ACTS[second], ACTS[first])
    possible = one_first, (first_said, second_said, state)

    for call in count(1):
        scene = new_scene()
        with Interposed(*scene.stores.all, at=call) as once:
            once.act = lambda scene=scene: answer(ACTS[second], scene)
            said = answer(ACTS[first], scene)
        if once.made is None:
            break
        assert (said, once.made, scene.state) in possible, f"before call {call}"
    assert call > 2, "the calls are counted"
