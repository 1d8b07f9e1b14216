"""What a release has stored, as a file that can be read, and back to the bytes that it was.

Documents and work logs lie in attributes and objects as one byte that names their format and compressed JSON behind
it; here they are that JSON.
"""

import base64
import json
import zlib
from pathlib import Path
from typing import Any

RELEASE = Path(__file__).parent / "release_0_1" / "release.json"


def readable(data: bytes) -> Any:
    """The bytes as text, as `{"format": n, "json": …}`, or as `{"base64": …}`."""
    try:
        value = json.loads(zlib.decompress(data[1:]))
    except (zlib.error, ValueError):
        try:
            return data.decode()
        except UnicodeDecodeError:
            return {"base64": base64.b64encode(data).decode()}
    made = {"format": data[0], "json": value}
    return made if as_bytes(made) == data else {"base64": base64.b64encode(data).decode()}


def as_bytes(stored: Any) -> bytes:
    """The bytes that `readable` was given."""
    if isinstance(stored, str):
        return stored.encode()
    if "base64" in stored:
        return base64.b64decode(stored["base64"])
    packed = json.dumps(stored["json"], separators=(",", ":")).encode()
    return bytes([stored["format"]]) + zlib.compress(packed)


def readable_item(item: dict[str, Any]) -> dict[str, Any]:
    """An item in DynamoDB's JSON, its binary attributes as `readable` writes them."""
    return {
        name: {kind: readable(value) if kind == "B" else value for kind, value in typed.items()}
        for name, typed in item.items()
    }


def stored_item(item: dict[str, Any]) -> dict[str, Any]:
    """The item that `readable_item` was given."""
    return {
        name: {kind: as_bytes(value) if kind == "B" else value for kind, value in typed.items()}
        for name, typed in item.items()
    }
