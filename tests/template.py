"""The stack's template of this checkout, and the tables that it describes."""

from pathlib import Path
from typing import Any

from infra.artifacts import read_template

_FILE = Path(__file__).resolve().parents[1] / "infra" / "template.yaml"
_OF_A_TABLE = {"BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"}
"""The properties that CreateTable takes, too, and on every engine."""


def template() -> dict[str, Any]:
    """The template."""
    return read_template(_FILE.read_text())


TABLE_NAMES = {"directory": "DirectoryTable", "cycles": "CyclesTable", "activity": "ActivityTable"}
"""The names that the template gives to the tables."""


def tables_of_the_template() -> dict[str, dict[str, Any]]:
    """What CreateTable takes besides a name, for each table."""
    resources = template()["Resources"]
    return {
        table: {key: value for key, value in resources[name]["Properties"].items() if key in _OF_A_TABLE}
        for table, name in TABLE_NAMES.items()
    }
