"""What an import writes: items of the tables and objects of the store, by the number of changed cycles."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from tests.aws_calls import record_calls
from tests.bench.deployment import Deployment, Engine, deployment, month_of
from tests.engines import ministack
from tests.import_rig import SUPPORT, book, row
from tests.item_writes import record_item_writes

ENTRIES = 300
TOUCHED = (1, 9, 50, 120)
_FIRST_YEAR = 2016
_TABLES = ("directory", "cycles", "activity")


def measure(entries: int = ENTRIES, touched: Sequence[int] = TOUCHED, engine: Engine = ministack) -> dict[str, Any]:
    with deployment(engine) as house:
        month = month_of(entries)
        first = _drop(house, month)
        again = _drop(house, month)
        by_cycles = {cycles: _touch(house, cycles) for cycles in touched}
    return {
        "new_month": _items(first),
        "new_month_by_table": first,
        "ledger_writes_same_file": again["cycles"] + again["objects"],
        "same_file_by_table": again,
        "by_touched_cycles": by_cycles,
        "per_touched_cycle": {cycles: round(_items(made) / cycles, 2) for cycles, made in by_cycles.items()},
    }


def _touch(house: Deployment, cycles: int) -> dict[str, int]:
    """What is written when each of a number of cycles that already have work gets one more entry."""
    client = f"touched-{cycles}"
    house.add(book(client, starts=f"{_FIRST_YEAR}-01-01"))
    months = [date(_FIRST_YEAR + at // 12, at % 12 + 1, 1) for at in range(cycles)]
    key = SUPPORT.replace("acme", client)
    _drop(house, _work_on(months), key)
    return _drop(house, _work_on([*months, *(day.replace(day=2) for day in months)]), key)


def _work_on(days: Iterable[date]) -> list[tuple[str, ...]]:
    return [row(day.isoformat(), "1:30", "Patch round") for day in days]


def _drop(house: Deployment, rows: Sequence[tuple[str, ...]], key: str = SUPPORT) -> dict[str, int]:
    """Items written by table, and objects."""
    with record_item_writes() as written, record_calls() as calls:
        house.drop(rows, key)
    tables = {name: written.count(house.table(name)) for name in _TABLES}
    return {**tables, "objects": calls.names().count("s3:PutObject")}


def _items(made: dict[str, int]) -> int:
    return sum(made.values()) - made["objects"]
