"""Helpers that read bytes in these tests."""

from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import pytest

from chalicelib.intake.export import Export, open_export
from chalicelib.intake.rows import Refusal, Row, RowProblem, SourceHints, UnreadableExportError

NOTHING_SAID = SourceHints()
EXPORTS = Path(__file__).parents[2] / "exports"


def opened(data: bytes | str, hints: SourceHints = NOTHING_SAID) -> Export:
    export = open_export(BytesIO(data.encode() if isinstance(data, str) else data), hints)
    assert isinstance(export, Export), export.reason
    return export


def refused(data: bytes | str, hints: SourceHints = NOTHING_SAID) -> Refusal:
    refusal = open_export(BytesIO(data.encode() if isinstance(data, str) else data), hints)
    assert isinstance(refusal, Refusal)
    return refusal


def read(data: bytes | str, hints: SourceHints = NOTHING_SAID) -> list[Row | RowProblem]:
    return list(opened(data, hints).rows())


def problem(data: bytes | str) -> RowProblem:
    (only,) = read(data)
    assert isinstance(only, RowProblem)
    return only


def entry_of(data: bytes | str) -> Row:
    (only,) = read(data)
    assert isinstance(only, Row)
    return only


def unreadable(file: BinaryIO) -> Refusal:
    """The refusal of a file that is unreadable from the start or further on."""
    export = open_export(file, NOTHING_SAID)
    if isinstance(export, Refusal):
        return export
    with pytest.raises(UnreadableExportError) as caught:
        list(export.rows())
    return caught.value.refusal


def read_through(data: bytes) -> None:
    """Whatever the bytes are, they give rows and problems, or a refusal."""
    export = open_export(BytesIO(data), NOTHING_SAID)
    if isinstance(export, Refusal):
        assert export.reason
        return
    try:
        for row in export.rows():
            assert isinstance(row, Row | RowProblem)
    except UnreadableExportError as error:
        assert error.refusal.reason  # noqa: PT017  it may or may not be raised
