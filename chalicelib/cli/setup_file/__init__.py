"""Reading `setup.yaml` (docs/setup.md): YAML with positions → `services.setup.Setup`, or all its problems at once."""

from pathlib import Path

SCHEMA_FILE = Path(__file__).with_name("setup.schema.json")
"""What editors check a set-up file by; `python -m infra.setup_schema` writes it (json_schema.py)."""
STARTER_FILE = Path(__file__).with_name("starter.yaml")
"""The set-up file that `hourtab init` writes."""
