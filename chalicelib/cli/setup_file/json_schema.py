"""The JSON Schema of the set-up file, made of the table of its keys (schema.py): editors complete and check by it.

It says what one key may hold. Whatever takes two keys to know (a reason where a rule excludes, days that follow each
other, names that are unique) `hourtab apply --dry-run` says.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.cli.setup_file.schema import SECTIONS, Form, Key

Explain = Callable[[str, str], str]
"""Section and key → what the key says."""


def setup_schema(explain: Explain) -> dict[str, Any]:
    """The whole schema (draft 7, which all editors know), each key with its explanation."""
    whole = _section("the file", explain)
    return {"$schema": "http://json-schema.org/draft-07/schema#", "title": "HourTab's set-up file", **whole}


def _section(name: str, explain: Explain) -> dict[str, Any]:
    keys = SECTIONS[name]
    schema: dict[str, Any] = {
        "type": "object",
        "properties": {key: {"description": explain(name, key), **_key(held, explain)} for key, held in keys.items()},
        "additionalProperties": False,
    }
    needed = [key for key, held in keys.items() if held.is_needed]
    return {**schema, "required": needed} if needed else schema


def _key(key: Key, explain: Explain) -> dict[str, Any]:
    one = _section(key.holds, explain) if isinstance(key.holds, str) else dict(key.holds.shape)
    held = one
    if key.form is Form.LIST:
        held = {"type": "array", "items": one, **({"minItems": 1} if key.is_needed else {})}
    if key.form is Form.BY_NAME:
        held = {"type": "object", "additionalProperties": _or_empty(one) if isinstance(key.holds, str) else one}
    return held if key.is_needed else _or_empty(held)


def _or_empty(schema: dict[str, Any]) -> dict[str, Any]:
    """An empty value is one that is absent; a section without its needed keys is still wrong."""
    if "required" in schema:
        return schema
    if "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
    kinds = schema["type"]
    return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
