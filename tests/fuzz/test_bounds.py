"""The worst files that an attacker can make cost work linear in their size and constant memory."""

import sys
import tracemalloc
from io import BytesIO

import pytest

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import SourceHints
from tests.fuzz.targets import read_out

HEADER = "Date,Worker,Description,Duration,Tags\n"
WORST = {
    "every row opens a quotation": '2026-03-02,Ada,"x,1:30,\n',
    "every row closes one in its middle": '2026-03-02,Ada,"x" y,1:30,\n',
    "every other row begins in the one before": '2026-03-02,Ada,"x\n"y,1:30,\n',
    "nothing but quotation marks": '"""\n',
    "rows of unequal width": "2026-03-02,Ada,x,1:30,,,,,,,\n2026-03-02\n",
    "a NUL in every row": "2026-03-02,Ada,\0,1:30,\n",
    "lines that end alone": "2026-03-02,Ada,x,1:30,\r",
    "nothing but line ends": "\r\n\n\r",
}


class CountedFile(BytesIO):
    """A file that counts the bytes read."""

    taken = 0

    def read(self, size=-1):
        data = super().read(size)
        self.taken += len(data)
        return data


def work(row, times):
    """Bytes read from the file and functions called, Python's and C's, to read it."""
    data, calls = (HEADER + row * times).encode(), 0
    file = CountedFile(data)

    def count(*_):
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        read_out(data, as_file=lambda _: file)
    finally:
        sys.setprofile(None)
    return file.taken, calls


@pytest.mark.parametrize("row", WORST.values(), ids=WORST)
def test_twice_the_rows_are_twice_the_work(row):
    times = 20_000 // len(row)
    work(row, 9)  # warm up what is done once per process
    (taken, calls), (taken_of_two, calls_of_two) = (work(row, times * many) for many in (1, 2))

    assert taken_of_two <= 2.2 * taken
    assert calls_of_two <= 2.2 * calls


def peak(size):
    """Peak memory in bytes while reading so many bytes of rows that all open a quotation."""
    row = WORST["every other row begins in the one before"]
    export = open_export(BytesIO((HEADER + row * (size // len(row))).encode()), SourceHints())
    tracemalloc.start()
    for _ in export.rows():
        pass
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def test_a_damaged_file_of_any_size_takes_constant_memory():
    assert peak(300_000) < 1.3 * peak(150_000)
