"""What an import writes: items of the tables and objects of the store, by how many cycles change; and for no change."""

from collections.abc import Iterable
from datetime import date
from io import BytesIO
from typing import Any

from chalicelib.adapters.tables import TABLES
from chalicelib.parts import Parts
from chalicelib.services.store.import_record import DroppedFile
from tests.aws_calls import record_calls
from tests.bench.deployment import deployment, month_of
from tests.engines import ministack
from tests.import_rig import SUPPORT, book, csv_of, row
from tests.item_writes import record_item_writes

_TOUCHED = (1, 8, 9, 50)
_FIRST_YEAR = 2020


def measure() -> dict[str, Any]:
    with deployment(ministack()) as parts:
        month = csv_of(*month_of(300))
        first = _drop(parts, month, "1")
        again = _drop(parts, month, "2")
        touched = {str(cycles): _touch(parts, cycles) for cycles in _TOUCHED}
    return {
        "writes_new_month": _items(first),
        "writes_new_month_by_table": first,
        "ledger_writes_same_file": again["cycles"] + again["objects"],
        "writes_same_file_by_table": again,
        "writes_by_touched_cycles": touched,
        "writes_per_touched_cycle": {cycles: round(_items(made) / int(cycles), 2) for cycles, made in touched.items()},
    }


def _touch(parts: Parts, cycles: int) -> dict[str, int]:
    """What is written when each of so many cycles, which have work already, gets an entry more."""
    client = f"touched-{cycles}"
    parts.directory.write_client(book(client, starts=f"{_FIRST_YEAR}-01-01"))
    months = [date(_FIRST_YEAR + at // 12, at % 12 + 1, 1) for at in range(cycles)]
    key = SUPPORT.replace("acme", client)
    _drop(parts, _work_on(months), "3", key)
    return _drop(parts, _work_on([*months, *(day.replace(day=2) for day in months)]), "4", key)


def _work_on(days: Iterable[date]) -> str:
    return csv_of(*(row(day.isoformat(), "1:30", "Patch round") for day in days))


def _drop(parts: Parts, text: str, order: str, key: str = SUPPORT) -> dict[str, int]:
    """Items written by table, and objects."""
    version = parts.files.drop(key, BytesIO(text.encode()))
    with record_item_writes() as written, record_calls() as calls:
        parts.import_export.run(DroppedFile("bench", key, version, order))
    tables = {name: sum(table.endswith(name) for table in written) for name in TABLES}
    return {**tables, "objects": calls.names().count("s3:PutObject")}


def _items(made: dict[str, int]) -> int:
    return sum(made.values()) - made["objects"]
