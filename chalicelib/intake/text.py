"""Text that a source guards against spreadsheets."""

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def without_formula_guard(text: str) -> str:
    """`text` as its author wrote it: Kimai puts `' ` before what a spreadsheet might take for a formula."""
    bare = text.removeprefix("' ")
    return bare if bare.startswith(_FORMULA_STARTS) or "DDE" in bare else text
