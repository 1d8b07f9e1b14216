"""What an import writes: items for a new month of 300 entries, and for the same file again."""

from io import BytesIO
from typing import Any

from chalicelib.adapters.tables import TABLES
from chalicelib.services.import_export import ImportExport
from chalicelib.services.import_record import DroppedFile
from tests.bench.deployment import deployment, month_of
from tests.import_rig import SUPPORT, csv_of
from tests.item_writes import record_item_writes

_ROWS = csv_of(*month_of(300)).encode()


def measure() -> dict[str, Any]:
    with deployment() as imports:
        first = _drop(imports, "1")
        again = _drop(imports, "2")
    return {
        "writes_new_month": sum(first.values()),
        "writes_new_month_by_table": first,
        "ledger_writes_same_file": again["cycles"],
        "writes_same_file_by_table": again,
    }


def _drop(imports: ImportExport, order: str) -> dict[str, int]:
    """Items written by table."""
    version = imports._ports.files.drop(SUPPORT, BytesIO(_ROWS))
    with record_item_writes() as written:
        imports.run(DroppedFile("bench", SUPPORT, version, order))
    return {name: sum(table.endswith(name) for table in written) for name in TABLES}
