"""The stack's template of this checkout, and the tables that it describes."""

from pathlib import Path
from typing import Any

import yaml

_FILE = Path(__file__).resolve().parents[1] / "infra" / "template.yaml"
_OF_A_TABLE = {"BillingMode", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes"}
"""The properties that CreateTable takes, too, and on every engine."""


class _Tags(yaml.SafeLoader):
    """Reads CloudFormation's short forms (`!Ref`, `!Sub` …) as what stands behind them."""


_Tags.add_multi_constructor("!", lambda loader, _, node: _plain(loader, node))


def _plain(loader: yaml.SafeLoader, node: yaml.Node) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return node.value
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return loader.construct_mapping(node, deep=True)


def template() -> dict[str, Any]:
    """The template."""
    found: dict[str, Any] = yaml.load(_FILE.read_text(), _Tags)  # noqa: S506 - a SafeLoader
    return found


TABLE_NAMES = {"directory": "DirectoryTable", "cycles": "CyclesTable", "activity": "ActivityTable"}
"""The names that the template gives to the tables."""


def tables_of_the_template() -> dict[str, dict[str, Any]]:
    """What CreateTable takes besides a name, for each table."""
    resources = template()["Resources"]
    return {
        table: {key: value for key, value in resources[name]["Properties"].items() if key in _OF_A_TABLE}
        for table, name in TABLE_NAMES.items()
    }
