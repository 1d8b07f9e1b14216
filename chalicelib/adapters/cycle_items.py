"""Cycles as items of the cycles table."""

from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.adapters.codec import pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version
from chalicelib.adapters.objects import INLINE_LIMIT, LOGS, ObjectStore
from chalicelib.adapters.tables import CycleItem
from chalicelib.adapters.work_log import decode_work_log, encode_work_log
from chalicelib.domain.cycle import CycleLedger, FrozenCycle, LatePosting, TopUp
from chalicelib.domain.ids import CycleId

CycleKey = tuple[str, str]


def cycle_key(cycle: CycleId) -> CycleKey:
    """The cycle's primary key."""
    return str(cycle.retainer), cycle.start.isoformat()


def cycle_item(items: type[CycleItem], cycle: CycleLedger, objects: ObjectStore) -> CycleItem:
    """The cycle's item; saving it is conditional on the version that was read and stores the next one.

    Data too large for an item is stored as objects first.
    """
    parts = {"log": encode_work_log(cycle.entries)}
    if cycle.frozen is not None:
        parts["frozen"] = pack_document(cycle.frozen)
    if cycle.reported_since_close is not None:
        parts["now"] = encode_work_log(cycle.reported_since_close)
    if sum(map(len, parts.values())) > INLINE_LIMIT:
        folder = f"{LOGS}/{cycle.id.retainer}"
        values: dict[str, Any] = {f"{name}_key": objects.put(folder, data) for name, data in parts.items()}
    else:
        values = dict(parts)
    pk, sk = cycle_key(cycle.id)
    return items(
        pk,
        sk,
        **at_version(cycle.version),
        **values,
        top_ups=pack_document(cycle.top_ups) if cycle.top_ups else None,
        late=pack_document(cycle.late_postings) if cycle.late_postings else None,
    )


def cycle_of(cycle_id: CycleId, item: CycleItem, objects: ObjectStore) -> CycleLedger:
    """The cycle in the item."""

    def part(name: str) -> bytes | None:
        key = getattr(item, f"{name}_key")
        data: bytes | None = objects.get(key) if key else getattr(item, name)
        return data

    frozen, now = part("frozen"), part("now")
    return CycleLedger(
        id=cycle_id,
        version=item.version or 0,
        entries=decode_work_log(part("log") or b""),
        top_ups=unpack_document(tuple[TopUp, ...], item.top_ups) if item.top_ups else (),
        frozen=unpack_document(FrozenCycle, frozen) if frozen else None,
        reported_since_close=None if now is None else decode_work_log(now),
        late_postings=unpack_document(tuple[LatePosting, ...], item.late) if item.late else (),
    )


class PackedCycles(Mapping[CycleId, CycleLedger]):
    """Cycles as stored, each unpacked only on access: packed they are small."""

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
    """Whether the plan's item has not been saved yet."""
    return ((stored.version or 0) if stored else 0) <= (planned.version or 0)
