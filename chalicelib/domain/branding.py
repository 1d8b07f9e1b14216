"""The operator's logo and accent colour, as page, mails and invoices show them.

The accent is text, links and buttons, so it has to be legible (WCAG 2.2, 1.4.3) on the light page as it is; on the dark
page its nearest lighter shade takes its place.
"""

import colorsys
from base64 import b64encode
from hashlib import sha256
from typing import NamedTuple

MIN_CONTRAST = 4.5
LIGHT_GROUND, DARK_PAPER = "#f4f6f7", "#161d23"
"""Of the surfaces in templates/style.css those that leave the least contrast to text in the light and dark scheme."""
_PNG = b"\x89PNG\r\n\x1a\n"
_STEPS = 512


class Logo(NamedTuple):
    """An image that is safe to show; it never changes, another one has another id."""

    id: str
    """The hash of the content, with the file's suffix: what is stored and what stands in plans."""
    data: bytes
    """An SVG without anything active or external (UTF-8), or a PNG."""
    printed: bytes = b""
    """The same on white, as a PDF takes it without a library of images: a PNG of 8 bits RGB, not interlaced. b"" where
    it was not asked for."""

    @classmethod
    def of(cls, data: bytes, printed: bytes = b"") -> "Logo":
        """The logo with this content, which has been checked."""
        suffix = "png" if data.startswith(_PNG) else "svg"
        return cls(f"{sha256(data).hexdigest()[:32]}.{suffix}", data, printed)

    @property
    def media_type(self) -> str:
        """`image/png` or `image/svg+xml`."""
        return "image/png" if self.id.endswith(".png") else "image/svg+xml"

    @property
    def data_uri(self) -> str:
        """The image as an address that contains it."""
        return f"data:{self.media_type};base64,{b64encode(self.data).decode()}"


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours `#rrggbb`, from 1 to 21 (WCAG 2.2, "contrast ratio")."""
    darker, lighter = sorted(map(_luminance, (one, other)))
    return (lighter + 0.05) / (darker + 0.05)


def legible(colour: str, ground: str) -> str:
    """The shade nearest to `colour` (both `#rrggbb`) that is legible as text on `ground`: itself, if it is.

    Hue and saturation stay; it gets darker on a light ground, lighter on a dark one.
    """
    if contrast(colour, ground) >= MIN_CONTRAST:
        return colour
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(colour))
    end = 0.0 if contrast("#000000", ground) > contrast("#ffffff", ground) else 1.0
    for step in range(_STEPS):
        shade = _written(colorsys.hls_to_rgb(hue, lightness + (end - lightness) * step / _STEPS, saturation))
        if contrast(shade, ground) >= MIN_CONTRAST:
            return shade
    return _written((end, end, end))


def _channels(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(each * 255):02x}" for each in channels)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG defines it."""
    linear = (each / 12.92 if each <= 0.04045 else ((each + 0.055) / 1.055) ** 2.4 for each in _channels(colour))  # noqa: PLR2004 - sRGB
    return sum(weight * each for weight, each in zip((0.2126, 0.7152, 0.0722), linear, strict=True))
