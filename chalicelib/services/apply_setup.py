"""Apply a declared set-up: read, plan, write what differs, each book on the condition that it is as it was read."""

from dataclasses import dataclass
from functools import partial

from chalicelib.services.plan_setup import Change, ClientPlan, Fate, OperatorPlan, conflicts, plan_client, plan_operator
from chalicelib.services.ports import Clock, Directory
from chalicelib.services.retry_stale import retry_stale
from chalicelib.services.setup import ClientSetup, Setup, SetupProblem


@dataclass(frozen=True, slots=True)
class SetupPlan:
    """What is, or would be, done. With `conflicts` nothing is."""

    changes: tuple[Change, ...] = ()
    conflicts: tuple[SetupProblem, ...] = ()

    def count(self, fate: Fate) -> int:
        """How many things meet this fate."""
        return sum(change.fate is fate for change in self.changes)


class ApplySetup:
    """The use case, over a directory. Applying the same file again writes nothing."""

    def __init__(self, directory: Directory, clock: Clock) -> None:
        self._directory = directory
        self._clock = clock

    def preview(self, setup: Setup) -> SetupPlan:
        """The plan, without writing anything."""
        return self._run(setup, write=False)

    def apply(self, setup: Setup) -> SetupPlan:
        """Write what differs and return what was done. Raises StaleWriteError if others write all the time.

        A failure in the middle leaves some clients applied and others not; applying again completes it.
        """
        return self._run(setup, write=True)

    def _run(self, setup: Setup, *, write: bool) -> SetupPlan:
        names = self._directory.read_operator().client_names or {}
        if found := conflicts(setup, names):
            return SetupPlan(conflicts=found)
        clients = [retry_stale(partial(self._client, declared, write=write)) for declared in setup.clients]
        # Last: its rules may name clients that were just made.
        operator = retry_stale(partial(self._operator, setup, write=write))
        declared = {each.client.id for each in setup.clients}
        others = [Change(Fate.LEFT_ALONE, "client", name) for name in sorted(names) if name not in declared]
        return SetupPlan((*operator.changes, *(change for plan in clients for change in plan.changes), *others))

    def _client(self, declared: ClientSetup, *, write: bool) -> ClientPlan:
        plan = plan_client(declared, self._directory.read_client(declared.client.id), self._clock())
        if write and plan.book is not None:
            self._directory.write_client(plan.book)
        return plan

    def _operator(self, setup: Setup, *, write: bool) -> OperatorPlan:
        plan = plan_operator(setup, self._directory.read_operator())
        if write and plan.book is not None:
            self._directory.write_operator(plan.book)
        return plan
