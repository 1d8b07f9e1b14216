"""A logo in both formats, as it is stored."""

import zlib
from base64 import b64encode
from io import BytesIO
from pathlib import Path

from PIL import Image

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.branding import Logo
from chalicelib.services.setup.declared import Setup


def png(width: int = 2, height: int = 2) -> bytes:
    """A blue image."""
    rows = zlib.compress((b"\0" + b"\x21\x5e\x82" * min(width, 99)) * min(height, 99))
    head = width.to_bytes(4) + height.to_bytes(4) + b"\x08\x02\0\0\0"
    chunks = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    parts = (len(data).to_bytes(4) + kind + data + zlib.crc32(kind + data).to_bytes(4) for kind, data in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


PNG = png()
SVG = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="22" height="22" viewBox="0 0 22 22">'
    b'<rect width="22" height="22" rx="5" fill="#215e82" />'
    b'<path d="M6 15V7l5 4 5-4v8" fill="none" stroke="#fff" stroke-width="2" /></svg>'
)


def picture(mode: str, size: tuple[int, int], colour: object, **options: object) -> bytes:
    """A PNG of one colour, written by an independent library."""
    file = BytesIO()
    Image.new(mode, size, colour).save(file, "PNG", **options)  # type: ignore[arg-type] # what the mode takes
    return file.getvalue()


def logo(data: bytes) -> Logo:
    """The logo as a set-up with these bytes has it."""
    kind = "png" if data.startswith(b"\x89PNG") else "svg+xml"
    address = f"data:image/{kind};base64,{b64encode(data).decode()}"
    read = read_setup(f"operator:\n  name: Kestrel IT\n  email: a@b.example\n  logo: {address}\n", (), Path())
    assert isinstance(read, Setup), read
    assert read.logo
    return read.logo
