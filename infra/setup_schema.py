"""Write the JSON Schema of the set-up file: keys from the reader's table, descriptions from docs/setup.md.

It checks each key on its own, for completion in editors. Rules that involve several keys (a reason for an excluding
rule, the order of dates, unique names) are checked by `hourtab apply --dry-run` only.
"""

import json
import re
from pathlib import Path
from typing import Any

from chalicelib.cli.setup_file import SCHEMA_FILE
from chalicelib.cli.setup_file.schema import SECTIONS, Form, Key

_DOC = Path(__file__).resolve().parents[1] / "docs/setup.md"
_DRAFT = "http://json-schema.org/draft-07/schema#"
"""The newest that all editors support."""
_REFERENCE = re.compile(r",? see \[[^]]+\]\([^)]+\)")
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


def written_schema() -> str:
    """The file, as it is shipped."""
    whole = _section(_DOC.read_text(encoding="utf-8"), "the file")
    schema = {"$schema": _DRAFT, "title": "HourTab's set-up file", **whole}
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def _section(document: str, name: str) -> dict[str, Any]:
    keys = SECTIONS[name]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {
            key: {"description": _explained(document, name, key), **_key(document, held)} for key, held in keys.items()
        },
        "additionalProperties": False,
    }
    needed = [key for key, held in keys.items() if held.is_needed]
    return {**schema, "required": needed} if needed else schema


def _explained(document: str, section: str, key: str) -> str:
    """What the table of a section says about a key, without links, which do not work in an editor."""
    chapter = document.partition(f"\n## {section}\n")[2].partition("\n## ")[0]
    row = re.search(rf"^\| `{key}` \| (.+) \|$", chapter, re.MULTILINE)
    if row is None:
        raise LookupError(f"docs/setup.md does not explain `{key}` of {section}")
    return _LINK.sub(r"\1", _REFERENCE.sub("", row[1])).removeprefix("required; ")


def _key(document: str, key: Key) -> dict[str, Any]:
    one = _section(document, key.holds) if isinstance(key.holds, str) else dict(key.holds.shape)
    held = one
    if key.form is Form.LIST:
        held = {"type": "array", "items": one, **({"minItems": 1} if key.is_needed else {}), **_a_whole_one(key)}
    if key.form is Form.BY_NAME:
        held = {"type": "object", "additionalProperties": _or_empty(one)}
    return held if key.is_needed or key.is_needed_first else _or_empty(held)


def _a_whole_one(key: Key) -> dict[str, Any]:
    """One version has all keys that the first one needs; which of them is the first, a schema cannot say."""
    keys = SECTIONS[key.holds] if isinstance(key.holds, str) else {}
    needed = [name for name, held in keys.items() if held.is_needed_first]
    return {"contains": {"required": needed}} if needed else {}


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """Also allow an empty value, which means an absent one, except for a section with required keys."""
    if "required" in schema:
        return schema
    if "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
    kinds = schema["type"]
    return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}


if __name__ == "__main__":
    SCHEMA_FILE.write_text(written_schema(), encoding="utf-8")
