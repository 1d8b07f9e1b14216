"""The ledger on DynamoDB: one transaction decides each commit, however large it is.

Every writer of a client's cycles increments the version of the client's head (optimistic locking), so that version
guards them all: of two imports that read the same head, one is committed and the other is stale.

- What fits into a transaction (`TransactionLimits`): head, record and cycles are one; each cycle is also conditional on
  its own version.
- More: (1) the items are written to objects, the commit plan (a redo log); (2) one transaction writes the record and
  a head that names the plan: from here on the commit counts; (3) each cycle is put, conditional on its version;
  (4) the plan is removed from the head. Between (2) and (4) a reader overlays the plan, and a writer finishes it
  before it commits, because a commit is refused while the head names a plan. A cycle that (3) finds changed was
  written by another process finishing the same plan.
"""

import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from pynamodb.expressions.condition import Condition

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.commit_plans import CommitPlans
from chalicelib.adapters.cycle_items import (
    CycleKey,
    PackedCycles,
    approvals_item,
    approvals_key,
    approvals_of,
    cycle_item,
    cycle_key,
    ids_item,
    ids_key,
    ids_of,
    is_ahead,
)
from chalicelib.adapters.directory import client_key, head_item, no_plan
from chalicelib.adapters.dynamo import (
    LIMITS_OF_AWS,
    TransactionLimits,
    bind,
    connection,
    read_together,
    write_together,
    write_when_free,
)
from chalicelib.adapters.objects import ObjectStore
from chalicelib.adapters.tables import ActivityItem, CycleItem, DirectoryItem
from chalicelib.domain.billing import InvoiceId, InvoiceRecord
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.conflicts import Sleep, StaleWriteError
from chalicelib.services.store.ledger import LargeCommitError, LedgerCommit
from chalicelib.services.store.source_ids import SourceIds

if TYPE_CHECKING:
    from chalicelib.domain.approval import Approval
    from chalicelib.services.store.audit import AuditRecord
    from chalicelib.services.store.tasks import Task


class DynamoLedger:
    """The port `Ledger` on the cycles table, with the client's head and the records of a commit."""

    def __init__(
        self,
        aws: Aws,
        *,
        directory_table: str,
        cycles_table: str,
        activity_table: str,
        objects: ObjectStore,
        limits: TransactionLimits = LIMITS_OF_AWS,
        sleep: Sleep = time.sleep,
    ) -> None:
        self._heads = bind(DirectoryItem, aws, directory_table)
        self._cycles = bind(CycleItem, aws, cycles_table)
        self._aws = aws
        self._activity_table = activity_table
        self._objects = objects
        self._limits = limits
        self._plans = CommitPlans(self._cycles, objects)
        self._sleep = sleep

    def read_cycles(self, ids: Collection[CycleId], plan: str | None = None) -> Mapping[CycleId, CycleLedger]:
        """The stored cycles among `ids`, strongly consistent, overlaid with the pending writes of `plan`."""
        keys = {cycle_key(cycle): cycle for cycle in ids}
        clients = {cycle.retainer.client for cycle in ids}
        asked = [approvals_key(client) for client in clients]
        stored = {(item.pk, item.sk): item for item in read_together(self._cycles, [*keys, *asked])}
        if plan:
            planned = self._plans.items_among(plan, keys)
            stored |= _next(item for item in planned if is_ahead(item, stored.get((item.pk, item.sk))))
        approvals: dict[CycleId, tuple[Approval, ...]] = {}
        for client in clients:
            for one in approvals_of(client, stored.get(approvals_key(client))).approvals:
                if cycle_key(one.cycle) in keys:
                    approvals[one.cycle] = (*approvals.get(one.cycle, ()), one)
        found = {cycle: stored[key] for key, cycle in keys.items() if key in stored}
        return PackedCycles(found, self._objects, approvals)

    def read_approvals(self, client: ClientId) -> ClientApprovals:
        """The questions to a client (one strongly consistent read)."""
        return approvals_of(client, next(iter(read_together(self._cycles, [approvals_key(client)])), None))

    def answer(self, approvals: ClientApprovals, records: "Sequence[Task | AuditRecord]") -> None:
        """Store the questions with an answer, conditional on their version, and records that are put only if absent."""
        from chalicelib.adapters.side_records import put_once_item  # noqa: PLC0415 - no page pays for it

        activities = bind(ActivityItem, self._aws, self._activity_table)
        beside = [put_once_item(activities, record, self._aws) for record in records]
        write_together(approvals_item(self._cycles, approvals), unless_there=beside)

    def read_ids(self, client: ClientId, source: str, plan: str | None = None) -> SourceIds:
        """Where the ids of a source stand, strongly consistent, overlaid with the pending write of `plan`."""
        key = ids_key(client, source)
        item = next(iter(read_together(self._cycles, [key])), None)
        for planned in self._plans.items_among(plan, [key]) if plan else ():
            item = _next([planned])[key] if is_ahead(planned, item) else item
        return SourceIds(client, source) if item is None else ids_of(client, source, item, self._objects)

    def read_invoice(self, invoice: InvoiceId) -> InvoiceRecord | None:
        """The invoice that a commit may change, strongly consistent, or None."""
        from chalicelib.adapters.invoices import read_invoices  # noqa: PLC0415 - only clients that share one pay for it

        return next(iter(read_invoices(bind(ActivityItem, self._aws, self._activity_table), [invoice])), None)

    def commit(self, commit: LedgerCommit) -> None:
        """Write the commit atomically, or raise StaleWriteError and write nothing.

        After any other error it is unknown whether the commit counts: read again.
        """
        self.commit_together([commit])

    def commit_together(self, commits: Sequence[LedgerCommit]) -> None:
        """Write the commits of several clients atomically: all or none.

        Raises:
            StaleWriteError: one of them is stale.
            LargeCommitError: their heads and records do not fit in one transaction.
        """
        parts = [self._part(commit) for commit in commits]
        removed = [one for part in parts for one in part.removed]
        asked = [approvals_item(self._cycles, one.approvals) for one in commits if one.approvals]
        beside = [*asked, *(item for part in parts for item in (*part.put, *part.put_once))]
        others = len(parts) + len(removed)
        if len(parts) > 1 and not self._limits.allow(beside, others=others):
            raise LargeCommitError(f"{len(parts)} clients are more than one transaction holds.")
        at_once = [item for part in parts for item in part.cycles]
        plans: dict[ClientId, str] = {}
        if not self._limits.allow([*at_once, *beside], others=others):
            written = (part for part in parts if part.cycles)
            plans = {part.client: self._plans.write(part.client, chain(part.cycles, part.coming)) for part in written}
        write_together(
            *(head_item(self._heads, part.client, part.head, plans.get(part.client)) for part in parts),
            *(item for part in parts for item in part.put),
            *(() if plans else at_once),
            *asked,
            conditions=[*(no_plan(self._heads) for _ in parts), *(one for part in parts for one in part.conditions)],
            unless_there=[item for part in parts for item in part.put_once],
            removed=removed,
        )
        for client, plan in plans.items():
            self._carry_out(client, plan)

    def _part(self, commit: LedgerCommit) -> "_Part":
        from chalicelib.adapters.invoices import removed_item  # noqa: PLC0415 - only a commit pays for it
        from chalicelib.adapters.side_records import side_items  # noqa: PLC0415 - as above

        index = [ids_item(self._cycles, commit.ids, self._objects)] if commit.ids else []
        coming = chain(index, (cycle_item(self._cycles, cycle, self._objects) for cycle in commit.cycles))
        cycles = self._limits.take(coming)
        activities = bind(ActivityItem, self._aws, self._activity_table)
        put, put_once = side_items(activities, commit, self._objects, self._aws)
        items, conditions = [item for item, _ in put], [condition for _, condition in put]
        removed = [removed_item(activities, draft) for draft in commit.removed]
        return _Part(commit.client, commit.head, cycles, coming, items, conditions, put_once, removed)

    def finish_plan(self, client: ClientId, head: ClientHead) -> None:
        """Write what is left of `head.plan`, then clear it; the head's version does not change. Safe to repeat."""
        if head.plan:
            self._carry_out(client, head.plan)

    def _carry_out(self, client: ClientId, plan: str) -> None:
        for item in self._plans.items(plan):
            self._unless_done("dynamodb:PutItem", item.save)
        self._unless_done("dynamodb:UpdateItem", lambda: self._forget(client, plan))

    def _unless_done(self, operation: str, write: Callable[[], object]) -> None:
        """Write; if the condition fails, another process finishing the plan has written it."""
        with suppress(StaleWriteError):
            write_when_free(operation, write, self._sleep)

    def _forget(self, client: ClientId, plan: str) -> None:
        connection(self._heads).update_item(
            self._heads.Meta.table_name,
            client_key(client),
            range_key="head",
            actions=[self._heads.plan.remove()],
            condition=self._heads.plan == plan,
        )


class _Part(NamedTuple):
    """A client's commit as items."""

    client: ClientId
    head: ClientHead
    cycles: list[CycleItem]
    """Its first cycles: all of them, or more than a transaction holds."""
    coming: Iterator[CycleItem]
    """The others."""
    put: list[ActivityItem]
    conditions: list[Condition | None]
    """Those of `put`."""
    put_once: list[ActivityItem]
    removed: list[tuple[ActivityItem, Condition]]


def _next(planned: Iterable[CycleItem]) -> dict[CycleKey, CycleItem]:
    """The items as they will be stored."""
    items = {}
    for item in planned:
        item.version = (item.version or 0) + 1
        items[item.pk, item.sk] = item
    return items
