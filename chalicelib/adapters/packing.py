"""How values lie in an attribute or an object: one byte that names the format, then compressed JSON."""

import json
import zlib
from typing import Any

from chalicelib.domain.errors import HourTabError


class UnknownFormatError(HourTabError):
    """A stored value was written by a newer version of the program."""

    def __init__(self, found: str) -> None:
        super().__init__(f"The store holds data in a newer format ({found}): update this installation of HourTab.")
        self.found = found


def pack(version: int, value: Any) -> bytes:
    """The JSON `value`, compressed, behind its format's number (1 to 255)."""
    return bytes([version]) + zlib.compress(json.dumps(value, separators=(",", ":")).encode())


def unpack(version: int, data: bytes) -> Any:
    """The JSON value in `data`.

    Raises:
        UnknownFormatError: `data` is not of format `version`.
    """
    if data[0] != version:
        raise UnknownFormatError(f"format {data[0]}, this program knows {version}")
    return json.loads(zlib.decompress(data[1:]))
