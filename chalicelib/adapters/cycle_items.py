"""Cycles as items of the cycles table."""

from collections.abc import Iterator, Mapping

from chalicelib.adapters.documents import pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version
from chalicelib.adapters.objects import LOGS, ObjectStore
from chalicelib.adapters.tables import CycleItem
from chalicelib.adapters.work_log import decode_work_log, encode_work_log
from chalicelib.domain.cycle import CycleLedger, Lot
from chalicelib.domain.ids import CycleId

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


class StoredCycles(Mapping[CycleId, CycleLedger]):
    """Cycles as they lie in the table, each unpacked when it is taken out: packed they are small."""

    def __init__(self, items: Mapping[CycleId, CycleItem], objects: ObjectStore) -> None:
        self._items = items
        self._objects = objects

    def __getitem__(self, cycle: CycleId) -> CycleLedger:
        return cycle_of(cycle, self._items[cycle], self._objects)

    def __contains__(self, cycle: object) -> bool:
        return cycle in self._items  # without unpacking it

    def __iter__(self) -> Iterator[CycleId]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)


def is_ahead(planned: CycleItem, stored: CycleItem | None) -> bool:
    """Whether the plan's item is still to be saved."""
    return ((stored.version or 0) if stored else 0) <= (planned.version or 0)


def _lots(packed: bytes | None) -> tuple[Lot, ...]:
    return unpack_document(tuple[Lot, ...], packed) if packed else ()
