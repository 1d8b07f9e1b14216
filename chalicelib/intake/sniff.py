"""Files that are no CSV at all, told by their first bytes, each with what to do instead."""

from typing import BinaryIO

from chalicelib.intake.rows import Refusal, RefusalKind

_HEAD = 1024
_AS_CSV = "Export the entries as CSV and drop that file."
_MAGIC = (
    (b"%PDF", "This is a PDF document. " + _AS_CSV),
    (b"PK\x03\x04", "This is an Excel workbook or a zip file. Save the sheet as CSV (UTF-8) and drop that file."),
    (b"\xd0\xcf\x11\xe0", "This is an Excel workbook. Save the sheet as CSV (UTF-8) and drop that file."),
    (b"\x1f\x8b", "This file is compressed. Unpack it and drop the CSV file inside."),
    (b"{\\rtf", "This is a text document. " + _AS_CSV),
)
_MARKUP = (
    (
        (b"<!doctype html", b"<html", b"<head", b"<body"),
        "This is a web page, perhaps for signing in. Sign in to the tool and export again. " + _AS_CSV,
    ),
    ((b"<?xml", b"<"), "This is XML, not CSV. " + _AS_CSV),
    ((b"{", b"[{"), "This is JSON, not CSV. " + _AS_CSV),
)


def refuse_other_formats(file: BinaryIO) -> Refusal | None:
    """Why the file is certainly no CSV, or None when it may be one. An empty file is refused here too."""
    file.seek(0)
    head = file.read(_HEAD)
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            return Refusal(RefusalKind.NOT_CSV, reason)
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    for starts, reason in _MARKUP:
        if text.startswith(starts):
            return Refusal(RefusalKind.NOT_CSV, reason)
    if not text and len(head) < _HEAD:
        return Refusal(RefusalKind.EMPTY, "The file is empty. Export it again, with a period that has entries.")
    return None
