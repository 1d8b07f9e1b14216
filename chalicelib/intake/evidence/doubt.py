"""Why a file is refused whose hours can be read in more than one way."""

from chalicelib.domain.errors import HourTabError

_SHOWN = 40


class DoubtError(HourTabError):
    """The file's hours can be read in more than one way, which one or two sentences name with what settles it."""


def quoted(text: str) -> str:
    """A name or a cell of the file, as sentences show it."""
    return f"“{text.strip()[:_SHOWN]}”"


def map_with(options: str, more: str = "") -> str:
    """How to settle it for this header for ever, as a sentence; `more` are other values of the option."""
    command = f"`hourtab source map FILE --as NAME {options}`"
    return f"Say once how to read this header: {command}{more and f' {more}'}."
