"""Why a file is refused whose hours can be read in more than one way."""

from shlex import quote

from chalicelib.domain.errors import HourTabError

_SHOWN = 40
_MAP = "Say once how to read this header: `hourtab source map FILE --as NAME "


class DoubtError(HourTabError):
    """The file's hours can be read in more than one way, which one or two sentences name with what settles it."""


def quoted(text: str) -> str:
    """A name or a cell of the file, as sentences show it."""
    return f"“{text.strip()[:_SHOWN]}”"


def unit_doubt(name: str, text: str, line: int) -> DoubtError:
    """A bare number can be hours, minutes or seconds."""
    return DoubtError(
        f"{quoted(name)} {quoted(text)} in line {line} is {text.strip()[:_SHOWN]} hours, minutes or seconds, and "
        f"nothing in the file says which. {map_with('--unit minutes` or `--unit hours` or `--unit seconds')}"
    )


def map_duration(name: str) -> str:
    """The clause that says how to settle for ever that the hours are in this column."""
    return f"say so once for this header: `hourtab source map FILE --as NAME {set_duration(name)}`"


def set_duration(name: str) -> str:
    """The option that says that the hours are in this column, for a shell."""
    return f"--set duration={quote(' '.join(name.replace('`', chr(39)).split()))}"


def map_with(options: str) -> str:
    """How to settle it for this header for ever, as a sentence."""
    return f"{_MAP}{options}`."


def to_be_added(reason: str) -> str:
    """The reason for a person who is just saying how to read the header: options to add to what was said."""
    return reason.replace(_MAP, "Add `")
