"""Reads `setup.yaml` (docs/setup.md): YAML with positions → `services.setup.declared.Setup`, or all its problems."""

from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("setup.schema.json")
"""The JSON Schema that editors check a set-up file against; written by `python -m infra.setup_schema`."""
STARTER_FILE = Path(__file__).with_name("starter.yaml")
"""The set-up file that `hourtab init` writes."""
