"""Commit plans, the redo log of large commits: which cycles to write, as objects in the store bucket.

A plan is written in parts while its cycles arrive, so that neither writer nor reader has all of them in memory; its
main object lists the parts with the cycles in each.
"""

from collections.abc import Collection, Iterable, Iterator

from chalicelib.adapters.codec import pack, unpack
from chalicelib.adapters.cycle_items import CycleKey
from chalicelib.adapters.dynamo import keys_of
from chalicelib.adapters.objects import PLANS, ObjectStore
from chalicelib.adapters.tables import CycleItem
from chalicelib.domain.ids import ClientId

_FORMAT = 2
_PART = 1024 * 1024
"""Bytes of work logs after which a part is full; longer logs are stored elsewhere, and their keys add little."""
_ITEMS = 500


class CommitPlans:
    """The plans in the store bucket."""

    def __init__(self, items: type[CycleItem], objects: ObjectStore) -> None:
        self._items = items
        self._objects = objects

    def write(self, client: ClientId, cycles: Iterable[CycleItem]) -> str:
        """Store the plan to save these items; returns its key."""
        folder = f"{PLANS}/{client}"
        parts = [
            [self._objects.put(folder, pack(_FORMAT, [item.to_dynamodb_dict() for item in part])), keys_of(part)]
            for part in _parts(cycles)
        ]
        return self._objects.put(folder, pack(_FORMAT, parts))

    def items(self, plan: str) -> Iterator[CycleItem]:
        """The items that the plan says to save, each with the version that it is conditional on."""
        for part, _ in unpack(_FORMAT, self._objects.get(plan)):
            yield from self._read(part)

    def items_among(self, plan: str, keys: Collection[CycleKey]) -> Iterator[CycleItem]:
        """Those of them that have one of these keys."""
        for part, held in unpack(_FORMAT, self._objects.get(plan)):
            if any((pk, sk) in keys for pk, sk in held):
                yield from (item for item in self._read(part) if (item.pk, item.sk) in keys)

    def _read(self, part: str) -> Iterator[CycleItem]:
        for stored in unpack(_FORMAT, self._objects.get(part)):
            item = self._items()
            item.from_dynamodb_dict(stored)
            yield item


def _parts(cycles: Iterable[CycleItem]) -> Iterator[list[CycleItem]]:
    part: list[CycleItem] = []
    size = 0
    for item in cycles:
        part.append(item)
        size += len(item.log or b"")
        if size >= _PART or len(part) == _ITEMS:
            yield part
            part, size = [], 0
    if part:
        yield part
