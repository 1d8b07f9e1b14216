"""The refusal of a file whose hours can be read in more than one way."""

from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError

_SHOWN = 40


def doubt(reason: str) -> UnreadableExportError:
    """The error that refuses the file, for this reason: one or two sentences."""
    return UnreadableExportError(Refusal(RefusalKind.AMBIGUOUS_HOURS, reason))


def quoted(text: str) -> str:
    """A name or a cell of the file, as sentences show it."""
    return f"“{text.strip()[:_SHOWN]}”"


def map_with(options: str) -> str:
    """How to settle it for this header for ever, as the end of a sentence."""
    return f"Say once how to read this header: `hourtab source map FILE --as NAME {options}`."
