"""The ledger on DynamoDB: a commit is decided by one transaction, whatever it holds.

Every writer of a client's cycles moves the client's head, so the head's version guards them all: of two
imports that read the same head one is decided and the other one is stale.

- Up to 8 cycles: head, record and cycles are one transaction, each cycle on its version besides.
- More: (1) the items go into an object, the plan; (2) one transaction of head and record names the plan:
  from here on the commit counts; (3) each cycle is put on the condition of its version; (4) the head forgets
  the plan. Who reads between (2) and (4) overlays the plan; who wants to commit first finishes it, because a
  commit is refused while the head names one. A cycle that (3) finds changed was put by another finisher.
"""

import time
from collections.abc import Callable, Collection, Iterable, Mapping

from chalicelib.adapters.aws import Aws, CloudError
from chalicelib.adapters.cycle_items import CycleKey, cycle_item, cycle_key, cycle_of, is_ahead, pack_plan, unpack_plan
from chalicelib.adapters.directory import client_key, head_item
from chalicelib.adapters.dynamo import WriteConflictError, bind, connection, read_together, table_errors, write_together
from chalicelib.adapters.objects import PLANS, ObjectStore
from chalicelib.adapters.tables import ActivityItem, CycleItem, DirectoryItem
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.ports import ImportHead, LedgerCommit, StaleWriteError

CYCLES_AT_ONCE = 8
"""With head and record a transaction of 10 items, which every engine takes."""
_PAUSES = (0.02, 0.05, 0.1, 0.2, 0.5)
"""Seconds between tries of a write that met another one."""


class DynamoLedger:
    """The port `Ledger` on the cycles table, with the client's head and the import's record beside it."""

    def __init__(
        self, aws: Aws, *, directory_table: str, cycles_table: str, activity_table: str, objects: ObjectStore
    ) -> None:
        self._heads = bind(DirectoryItem, aws, directory_table)
        self._cycles = bind(CycleItem, aws, cycles_table)
        self._imports = bind(ActivityItem, aws, activity_table)
        self._objects = objects

    def read_cycles(self, ids: Collection[CycleId], plan: str | None = None) -> Mapping[CycleId, CycleLedger]:
        """The stored cycles among `ids`, strongly consistent, overlaid with what `plan` has still to write."""
        keys = {cycle_key(cycle): cycle for cycle in ids}
        stored = {(item.pk, item.sk): item for item in read_together(self._cycles, keys)}
        if plan:
            planned = unpack_plan(self._cycles, self._objects.get(plan))
            stored |= _next(item for item in planned.values() if is_ahead(item, stored.get((item.pk, item.sk))))
        return {cycle: cycle_of(cycle, stored[key], self._objects) for key, cycle in keys.items() if key in stored}

    def commit(self, commit: LedgerCommit) -> None:
        """Write the commit atomically, or raise StaleWriteError and write nothing.

        Any other error leaves it open whether the commit counts: read again.
        """
        cycles = [cycle_item(self._cycles, cycle, self._objects) for cycle in commit.cycles]
        if len(cycles) <= CYCLES_AT_ONCE:
            self._decide(commit, cycles, plan=None)
            return
        plan = self._objects.put(f"{PLANS}/{commit.client}", pack_plan(cycles))
        self._decide(commit, [], plan)
        self._carry_out(commit.client, plan, cycles)

    def finish_plan(self, client: ClientId, head: ImportHead) -> None:
        """Write what `head.plan` still has to write, then clear it; the head's version stays. Safe to repeat."""
        if head.plan:
            self._carry_out(client, head.plan, unpack_plan(self._cycles, self._objects.get(head.plan)).values())

    def _decide(self, commit: LedgerCommit, cycles: Collection[CycleItem], plan: str | None) -> None:
        head = head_item(self._heads, commit.client, commit.head, plan)
        from chalicelib.adapters.import_items import import_item  # noqa: PLC0415 - only a commit pays for it

        record = import_item(self._imports, commit.record, self._objects, commit.client)
        write_together(head, record, *cycles, condition=self._heads.plan.does_not_exist())

    def _carry_out(self, client: ClientId, plan: str, cycles: Iterable[CycleItem]) -> None:
        for item in cycles:
            _unless_done("dynamodb:PutItem", item.save)
        _unless_done("dynamodb:UpdateItem", lambda: self._forget(client, plan))

    def _forget(self, client: ClientId, plan: str) -> None:
        connection(self._heads).update_item(
            self._heads.Meta.table_name,
            client_key(client),
            range_key="head",
            actions=[self._heads.plan.remove()],
            condition=self._heads.plan == plan,
        )


def _next(planned: Iterable[CycleItem]) -> dict[CycleKey, CycleItem]:
    """The items as they will be once they are saved."""
    items = {}
    for item in planned:
        item.version = (item.version or 0) + 1
        items[item.pk, item.sk] = item
    return items


def _unless_done(operation: str, write: Callable[[], object]) -> None:
    """Write; a condition that fails says that another finisher has written it, a conflict says nothing yet."""
    for pause in _PAUSES:
        try:
            with table_errors(operation):
                write()
        except WriteConflictError:
            time.sleep(pause)
        except StaleWriteError:
            return
        else:
            return
    raise CloudError(operation, "TransactionConflict")
