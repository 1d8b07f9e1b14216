"""Text in files: printable, and harmless in a spreadsheet."""

import csv
from collections.abc import Iterable
from io import StringIO
from unicodedata import category

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""The last four are full-width forms of the first four, which spreadsheets set to an East Asian language run, too."""


def spreadsheet_text(cell: str | None) -> str:
    """The cell, with a leading apostrophe if a spreadsheet would run it as a formula (OWASP, "CSV injection").

    Leading white space does not protect from that.
    """
    text = (cell or "").replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text


_UNPRINTABLE = {"Cc", "Cs", "Cn", "Zl", "Zp"}
"""Control characters, surrogates and unassigned code points, which XML and PDF must not contain; ends of lines."""


def plain(text: str) -> str:
    """The text on one line, without characters that files must not contain."""
    return "".join(" " if category(one) in _UNPRINTABLE else one for one in text).strip()


def csv_text(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """The file: commas, CRLF (RFC 4180)."""
    out = StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue()
