"""Cycles as items, and the plan of a large commit: the items that are still to be put."""

from collections.abc import Sequence

from chalicelib.adapters.documents import pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version
from chalicelib.adapters.objects import LOGS, ObjectStore
from chalicelib.adapters.packing import pack, unpack
from chalicelib.adapters.tables import CycleItem
from chalicelib.adapters.work_log import decode_work_log, encode_work_log
from chalicelib.domain.cycle import CycleLedger, Lot
from chalicelib.domain.ids import CycleId

_PLAN_FORMAT = 1

CycleKey = tuple[str, str]


def cycle_key(cycle: CycleId) -> CycleKey:
    """Where the cycle lies."""
    return str(cycle.retainer), cycle.start.isoformat()


def cycle_item(items: type[CycleItem], cycle: CycleLedger, objects: ObjectStore) -> CycleItem:
    """The cycle's item; saving it asks for the version that was read and stores the next.

    A work log that is too large for an item is stored as an object first.
    """
    log = encode_work_log(cycle.entries)
    key = objects.put_if_large(f"{LOGS}/{cycle.id.retainer}", log)
    return items(
        *cycle_key(cycle.id),
        **at_version(cycle.version),
        log=None if key else log,
        log_key=key,
        top_ups=pack_document(cycle.top_ups) if cycle.top_ups else None,
        corrections=pack_document(cycle.corrections) if cycle.corrections else None,
    )


def cycle_of(cycle_id: CycleId, item: CycleItem, objects: ObjectStore) -> CycleLedger:
    """What the item holds."""
    return CycleLedger(
        id=cycle_id,
        version=item.version or 0,
        entries=decode_work_log(objects.get(item.log_key) if item.log_key else item.log),
        top_ups=_lots(item.top_ups),
        corrections=_lots(item.corrections),
    )


def pack_plan(cycles: Sequence[CycleItem]) -> bytes:
    """The plan to save these items."""
    return pack(_PLAN_FORMAT, [item.to_dynamodb_dict() for item in cycles])


def unpack_plan(items: type[CycleItem], data: bytes) -> dict[CycleKey, CycleItem]:
    """The items that the plan says to save, each with the version that it asks for."""
    planned = {}
    for stored in unpack(_PLAN_FORMAT, data):
        item = items()
        item.from_dynamodb_dict(stored)
        planned[item.pk, item.sk] = item
    return planned


def is_ahead(planned: CycleItem, stored: CycleItem | None) -> bool:
    """Whether the plan's item is still to be saved."""
    return ((stored.version or 0) if stored else 0) <= (planned.version or 0)


def _lots(packed: bytes | None) -> tuple[Lot, ...]:
    return unpack_document(tuple[Lot, ...], packed) if packed else ()
