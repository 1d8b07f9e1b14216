"""Text of others in a cell of a spreadsheet."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def spreadsheet_text(cell: str | None) -> str:
    """The cell as text that no spreadsheet runs as a formula: it gets an apostrophe (OWASP, "CSV injection").

    A blank before the sign does not help the sign.
    """
    text = (cell or "").replace("\0", "")
    return f"'{text}" if text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA) else text
