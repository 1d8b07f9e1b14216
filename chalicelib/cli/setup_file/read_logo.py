"""Reads the operator's logo: a file beside the set-up, or its content as a `data:` address, as an export writes it.

An SVG is a document that can run scripts and fetch files. What can never be seen (scripts, event handlers, an editor's
own data) is removed; what can be seen and is not self-contained is refused, because the logo would look different.

It is drawn here, too, as documents print it: functions have no library of images, and an invoice is never refused for a
logo (docs/decisions/0036).
"""

import re
from base64 import b64decode
from binascii import crc32
from io import BytesIO
from pathlib import Path
from xml.etree import ElementTree as ET

from chalicelib.cli.setup_file.scalars import logo
from chalicelib.cli.setup_file.shaped import Scalar, Unreadable
from chalicelib.domain.branding import Logo

MAX_BYTES = 100_000
_MAX_PIXELS = 4_000
_MOST_BITS = 8
_PRINTED_WITHIN = (2_000, 480)
"""Pixels: 600 per inch of the space that an invoice has for it (documents/sheet.py)."""
_MAX_PRINTED_BYTES = 300_000
"""It is one item of the store."""
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "{http://www.w3.org/2000/svg}"
_HREFS = ("href", "{http://www.w3.org/1999/xlink}href")
_DRAWN = re.compile(
    "svg|g|defs|symbol|use|path|rect|circle|ellipse|line|polyline|polygon|title|desc|style|stop|"
    r"(?:linear|radial)Gradient|clipPath|mask|pattern|marker|filter|fe(?!Image)\w+"
)
_NEVER_SEEN = frozenset({"script", "metadata", "view"})
_REACHES_OUT = re.compile(r"url\(\s*['\"]?\s*(?!['\"#\s])|\\|image-set|src\(|javascript:", re.IGNORECASE)
"""In an attribute or a style sheet. CSS can spell any word with a backslash."""
_ADVICE = "save it as a plain SVG, with text as paths, or as a PNG"
ET.register_namespace("", _SVG[1:-1])
ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")


def logo_in(folder: Path) -> Scalar[Logo]:
    """A reader of the logo that a value names, relative to the folder of the set-up file, or contains."""
    return Scalar(lambda node: _logo(logo(node), folder), logo.shape)


def _logo(written: str, folder: Path) -> Logo:
    is_inline = written.startswith("data:")
    try:
        data = b64decode(written.partition(",")[2], validate=True) if is_inline else _file(folder / written)
    except ValueError:
        raise Unreadable("the logo's base64 is torn; export it once more, or name the file.") from None
    if len(data) > MAX_BYTES:
        raise Unreadable(f"the logo has {len(data) // 1000} KB; make it at most {MAX_BYTES // 1000} KB.")
    is_png = data.startswith(_PNG)
    if is_png != (written.startswith("data:image/png") if is_inline else written.lower().endswith(".png")):
        raise Unreadable(f"the content is {'a' if is_png else 'no'} PNG; name the file as what it is, .svg or .png.")
    safe = _checked_png(data) if is_png else _safe_svg(data)
    return Logo.of(safe, _printed(safe if is_png else _drawn(safe)))


def _drawn(svg: bytes) -> bytes:
    """The PNG of an SVG."""
    from resvg_py import svg_to_bytes  # noqa: PLC0415 - only a set-up with a logo needs it

    width, height = _PRINTED_WITHIN
    try:
        return svg_to_bytes(svg_string=svg.decode(), width=width, height=height, skip_system_fonts=True)
    except ValueError:
        raise Unreadable(f"the SVG cannot be drawn; {_ADVICE}.") from None


def _printed(png: bytes) -> bytes:
    """As `Logo.printed`."""
    from PIL import Image  # noqa: PLC0415 - as above

    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            seen = image.convert("RGBA")
    except (OSError, SyntaxError, ValueError):
        raise Unreadable("the PNG is damaged; save it once more.") from None
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    paper.thumbnail(_PRINTED_WITHIN)
    if paper.getextrema() == ((255, 255),) * 3:
        raise Unreadable("the logo cannot be seen on white paper; name one that can.")
    file = BytesIO()
    paper.save(file, "PNG", optimize=True)
    if file.tell() > _MAX_PRINTED_BYTES:
        raise Unreadable("the logo has too much detail to be printed; name a simpler one.")
    return file.getvalue()


def _file(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(MAX_BYTES * 100)
    except OSError:
        raise Unreadable(f"`{path}` cannot be read; write its path as seen from the set-up file.") from None


def _checked_png(data: bytes) -> bytes:
    """A PNG whose chunks are whole; what follows its end is cut off."""
    at, kinds = len(_PNG), []
    while at < len(data) and b"IEND" not in kinds:
        size = int.from_bytes(data[at : at + 4])
        kind, end = data[at + 4 : at + 8], at + 8 + size
        if crc32(data[at + 4 : end]) != int.from_bytes(data[end : end + 4]) or len(data) < end + 4:
            raise Unreadable("the PNG is damaged; save it once more.")
        kinds.append(kind)
        at = end + 4
    if kinds[:1] != [b"IHDR"] or b"IDAT" not in kinds or kinds[-1] != b"IEND":
        raise Unreadable("the PNG is damaged; save it once more.")
    width, height = (int.from_bytes(data[at : at + 4]) for at in (16, 20))
    if not 0 < max(width, height) <= _MAX_PIXELS:
        raise Unreadable(f"the PNG is {width} × {height} pixels; make it at most {_MAX_PIXELS} wide and high.")
    if data[24] > _MOST_BITS:
        raise Unreadable(f"the PNG has {data[24]} bits a colour; save it with 8.")
    return data[:at]


def _safe_svg(data: bytes) -> bytes:
    try:
        document = data.decode("utf-8-sig")
        if "<!ENTITY" in document:
            raise Unreadable(f"the SVG declares entities; {_ADVICE}.")
        root = ET.fromstring(document)  # noqa: S314 - it declares no entities
        if root.tag != f"{_SVG}svg":
            raise Unreadable("the file is not an SVG.")
        _clean(root)
        return ET.tostring(root, encoding="unicode").encode()
    except UnicodeDecodeError:
        raise Unreadable("the SVG is not UTF-8; save it once more.") from None
    except ET.ParseError:
        raise Unreadable("the file is not an SVG.") from None
    except RecursionError:
        raise Unreadable(f"the SVG is nested hundreds of levels deep; {_ADVICE}.") from None


def _clean(element: ET.Element) -> None:
    """Remove from an element what is never seen, and refuse what is not self-contained."""
    name = element.tag.removeprefix(_SVG)
    for key, value in list(element.attrib.items()):
        if key.lower().startswith("on") or (key.startswith("{") and key not in _HREFS):
            del element.attrib[key]
        elif (key in _HREFS and not value.startswith("#")) or _REACHES_OUT.search(value):
            raise Unreadable(f"`{name}` of the SVG refers to something outside the file; {_ADVICE}.")
    if name == "style" and ("@" in (element.text or "") or _REACHES_OUT.search(element.text or "")):
        raise Unreadable(f"the style sheet of the SVG loads something or has rules with @; {_ADVICE}.")
    for child in list(element):
        own = child.tag.removeprefix(_SVG)
        if not child.tag.startswith(_SVG) or own in _NEVER_SEEN:
            element.remove(child)
        elif _DRAWN.fullmatch(own) is None:
            raise Unreadable(f"the SVG has `{own}`, which is no plain drawing; {_ADVICE}.")
        else:
            _clean(child)
