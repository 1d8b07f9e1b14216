"""Bytes to text: an encoding for the whole file, decided before any row is read; what is no CSV is refused."""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

from chalicelib.intake.rows import Refusal, RefusalKind, UnreadableExportError

BLOCK = 64 * 1024
"""Bytes read at once."""
_SNIFFED = 4096
_HEAD = 1024
"""Bytes by which other formats are known."""
_WESTERN = re.compile("[\u00a1-\u017f\u2010-\u20ac]")
"""Letters and marks of Windows-1252's languages; Windows-1252 bytes that happen to be valid UTF-8 are not words."""
_LETTER = r"[^\W\d_]"
_NOT_WESTERN = re.compile(
    rf"{_LETTER}[³¹¿]{_LETTER}|£{_LETTER}{{3}}|ì{_LETTER}|øí|[à-ÿ]{{6}}|[a-z][ŠŽŸ]|{_LETTER}[ŠŽŸ][a-z]"
)
"""What Windows-1252 shows of words in other encodings: ł, ą, ż, Ł, ě, ř of Windows-1250, Cyrillic, ä, é, ü of a Mac."""
_RARELY = 20
"""One of so many special characters may be valid UTF-8 by chance, as in „Ä“."""
_DAMAGED = Refusal(
    RefusalKind.NOT_CSV,
    "The file's characters are damaged: it is not UTF-8, UTF-16 or Windows-1252 throughout. "
    "Export it again, or save it as “CSV UTF-8”, and drop it once more.",
)
_OTHER_LETTERS = Refusal(
    RefusalKind.NOT_CSV,
    "The file's characters are not those of Western Europe (Windows-1252) but perhaps of Windows-1250 or of a Mac, so "
    "that names would be read wrongly. "
    "Save it as “CSV UTF-8” or as a workbook (.xlsx), and drop that file.",
)
_AS_CSV = "Export the entries as CSV and drop that file."
_MAGIC = (
    (b"%PDF", "This is a PDF document. " + _AS_CSV),
    (b"\x1f\x8b", "This file is compressed. Unpack it and drop the CSV file inside."),
    (b"{\\rtf", "This is a text document. " + _AS_CSV),
)
_WIDE_BLANK = b"\0 \t\r\n"
"""The bytes of white space in UTF-16."""
_TABLES = (b"<table", b"urn:schemas-microsoft-com:office:spreadsheet")
"""Of what some tools write into files that they call workbooks."""
_AS_WORKBOOK = (
    "This is a table as HTML or XML, which some tools name .xls. "
    "Open it in Excel or LibreOffice, save it as .xlsx or CSV, and drop that file."
)
_MARKUP = (
    (
        (b"<!doctype html", b"<html", b"<head", b"<body"),
        "This is a web page, perhaps for signing in. Sign in to the tool and export again. " + _AS_CSV,
    ),
    ((b"<?xml", b"<"), "This is XML, not CSV. " + _AS_CSV),
    ((b"{", b"[{"), "This is JSON, not CSV. " + _AS_CSV),
)


def find_encoding(file: BinaryIO, *, is_replayed: bool = False) -> str | Refusal:
    """The codec of the whole `file`, or a refusal: it is empty, no CSV, or no encoding fits all of it.

    `is_replayed`: other encodings are read as Windows-1252, as they were before they were refused.
    """
    file.seek(0)
    head = file.read(_SNIFFED)
    if refusal := _refuse_other_formats(head[:_HEAD]):
        return refusal
    if evident := _evident_codec(head):
        return evident
    if _decodes(file, "utf-8"):
        return "utf-8"
    if not _decodes(file, "cp1252") or _is_mostly_utf8(file):
        return _DAMAGED
    return _OTHER_LETTERS if not is_replayed and _has_other_letters(file) else "cp1252"


def read_blocks(file: BinaryIO, encoding: str) -> Iterator[str]:
    """The file's text in pieces of about `BLOCK` bytes; raises UnreadableExportError if it cannot be decoded."""
    try:
        yield from _decode(file, encoding)
    except UnicodeDecodeError as error:
        raise UnreadableExportError(_DAMAGED) from error


def _refuse_other_formats(head: bytes) -> Refusal | None:
    """Why a file that begins so is certainly not CSV, or None if it may be."""
    for magic, reason in _MAGIC:
        if head.startswith(magic):
            return Refusal(RefusalKind.NOT_CSV, reason)
    text = head.removeprefix(codecs.BOM_UTF8).lstrip().lower()
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        text = head[len(codecs.BOM_UTF16_LE) :].strip(_WIDE_BLANK)
    if text.startswith(b"<") and any(sign in text for sign in _TABLES):
        return Refusal(RefusalKind.NOT_CSV, _AS_WORKBOOK)
    for starts, reason in _MARKUP:
        if text.startswith(starts):
            return Refusal(RefusalKind.NOT_CSV, reason)
    if not text and len(head) < _HEAD:
        return Refusal(RefusalKind.EMPTY, "The file is empty. Export it again, with a period that has entries.")
    return None


def _decode(file: BinaryIO, codec: str, errors: str = "strict") -> Iterator[str]:
    decoder = codecs.getincrementaldecoder(codec)(errors)
    file.seek(0)
    while block := file.read(BLOCK):
        yield decoder.decode(block)
    yield decoder.decode(b"", final=True)


def _decodes(file: BinaryIO, codec: str) -> bool:
    try:
        for _ in _decode(file, codec):
            pass
    except UnicodeDecodeError:
        return False
    return True


def _evident_codec(head: bytes) -> str | None:
    """By the byte order mark; UTF-16 also without one: nearly every other byte of Western text is zero."""
    if head.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    even, odd = head[0::2].count(0), head[1::2].count(0)
    half = len(head) // 2
    if half and odd > half * 0.8 and even < half * 0.2:
        return "utf-16-le"
    if half and even > half * 0.8 and odd < half * 0.2:
        return "utf-16-be"
    return None


def _has_other_letters(file: BinaryIO) -> bool:
    """Whether a file in Windows-1252 has words that are only words in another encoding, such as `Wysy³ka` (Wysyłka)."""
    return any(_NOT_WESTERN.search(text) for text in _decode(file, "cp1252"))


def _is_mostly_utf8(file: BinaryIO) -> bool:
    """Whether a file that is not valid UTF-8 is damaged UTF-8, which Windows-1252 would show with many `Ã¼`."""
    good = bad = western = 0
    for text in _decode(file, "utf-8", errors="replace"):
        marks = text.count("\ufffd")
        bad += marks
        good += len(text) - marks - len(text.encode("ascii", "ignore"))
        western += len(_WESTERN.findall(text))
    return good >= bad or western * _RARELY >= bad
