"""The JSON Schema of the set-up file, built from the table of its keys (schema.py), for completion in editors.

It checks each key on its own. Rules that involve several keys (a reason for an excluding rule, the order of dates,
unique names) are checked by `hourtab apply --dry-run` only.
"""

from collections.abc import Callable
from typing import Any

from chalicelib.cli.setup_file.schema import SECTIONS, Form, Key

Explain = Callable[[str, str], str]
"""Section and key → the description of the key."""


def setup_schema(explain: Explain) -> dict[str, Any]:
    """The whole schema (draft 7, which all editors support), with a description for each key."""
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
    """Also allow an empty value, which means an absent one, except for a section with required keys."""
    if "required" in schema:
        return schema
    if "type" not in schema:
        return {"anyOf": [*schema.get("anyOf", [schema]), {"type": "null"}]}
    kinds = schema["type"]
    return {**schema, "type": [*([kinds] if isinstance(kinds, str) else kinds), "null"]}
