"""Cycles as items of the cycles table."""

import json
import sys
from array import array
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date
from itertools import chain
from types import MappingProxyType
from typing import Any

from chalicelib.adapters.codec import UnknownFormatError, pack_document, unpack_document
from chalicelib.adapters.dynamo import at_version
from chalicelib.adapters.objects import INLINE_LIMIT, LOGS, ObjectStore
from chalicelib.adapters.tables import CycleItem
from chalicelib.adapters.work_log import decode_work_log, encode_work_log
from chalicelib.domain.approval import Approval
from chalicelib.domain.cycle import CycleLedger, FrozenCycle, LatePosting, TopUp
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.services.store.source_ids import SourceIds

CycleKey = tuple[str, str]
_IDS, _IDS_FORMAT = "#ids", 1


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
    """Cycles as stored, each unpacked only on access: packed they are small. A cycle has its questions, if any."""

    def __init__(
        self,
        items: Mapping[CycleId, CycleItem],
        objects: ObjectStore,
        approvals: Mapping[CycleId, tuple[Approval, ...]] = MappingProxyType({}),
    ) -> None:
        self._items = items
        self._objects = objects
        self._approvals = approvals
        self._known = dict.fromkeys((*items, *approvals))

    def __getitem__(self, cycle: CycleId) -> CycleLedger:
        asked = self._approvals.get(cycle, ())
        if asked and cycle not in self._items:
            return CycleLedger(cycle, approvals=asked)
        found = cycle_of(cycle, self._items[cycle], self._objects)
        return replace(found, approvals=asked) if asked else found

    def __contains__(self, cycle: object) -> bool:
        return cycle in self._known  # without unpacking it

    def __iter__(self) -> Iterator[CycleId]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)


def approvals_key(client: ClientId) -> CycleKey:
    """The primary key of the questions to a client: no retainer has a name with this mark."""
    return f"{client}/#approvals", "all"


def approvals_item(items: type[CycleItem], asked: ClientApprovals) -> CycleItem:
    """The item of the questions to a client, saved like a cycle's: conditional on its version."""
    return items(*approvals_key(asked.client), **at_version(asked.version), approvals=pack_document(asked.approvals))


def approvals_of(client: ClientId, item: CycleItem | None) -> ClientApprovals:
    """The questions in the item."""
    if item is None:
        return ClientApprovals(client)
    return ClientApprovals(client, unpack_document(tuple[Approval, ...], item.approvals), item.version or 0)


def ids_key(client: ClientId, source: str) -> CycleKey:
    """The primary key of the index of a source's ids: no retainer has a name with this mark."""
    return f"{client}{_IDS}", source


def ids_item(items: type[CycleItem], ids: SourceIds, objects: ObjectStore) -> CycleItem:
    """The item of an index of ids, saved like a cycle's: conditional on its version, in an object if it is large.

    It holds the JSON `[[retainer, first day, count], …]` of its cycles, a line break, and the hashes of all of them.
    """
    heads = [[cycle.retainer.retainer, cycle.start.isoformat(), len(held)] for cycle, held in ids.cycles.items()]
    hashes = array("I", chain.from_iterable(ids.cycles.values()))
    if sys.byteorder == "big":
        hashes.byteswap()
    data = bytes([_IDS_FORMAT]) + json.dumps(heads, separators=(",", ":")).encode() + b"\n" + hashes.tobytes()
    pk, sk = ids_key(ids.client, ids.source)
    key = objects.put_if_large(f"{LOGS}/{ids.client}", data)
    return items(pk, sk, **at_version(ids.version), **({"log_key": key} if key else {"log": data}))


def ids_of(client: ClientId, source: str, item: CycleItem, objects: ObjectStore) -> SourceIds:
    """The index in the item."""
    data: bytes = objects.get(item.log_key) if item.log_key else item.log
    if data[0] != _IDS_FORMAT:
        raise UnknownFormatError(f"ids format {data[0]}")
    head, _, packed = data[1:].partition(b"\n")
    hashes = array("I", packed)
    if sys.byteorder == "big":
        hashes.byteswap()
    cycles, at = {}, 0
    for slug, start, count in json.loads(head):
        cycle = CycleId(RetainerId(client, RetainerSlug(slug)), date.fromisoformat(start))
        cycles[cycle] = hashes[at : at + count]
        at += count
    return SourceIds(client, source, item.version or 0, cycles)


def is_ahead(planned: CycleItem, stored: CycleItem | None) -> bool:
    """Whether the plan's item has not been saved yet."""
    return ((stored.version or 0) if stored else 0) <= (planned.version or 0)
