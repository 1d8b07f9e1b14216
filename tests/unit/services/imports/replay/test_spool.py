"""A file of any size is spooled by cycle, and is read back unchanged."""

from datetime import date

import pytest

from chalicelib.domain.ids import CycleId
from chalicelib.services.imports.replay.spool import SpooledEntries
from tests.builders import ACME_SUPPORT, entry

CYCLES = [CycleId(ACME_SUPPORT, date(2026, month, 1)) for month in (1, 2, 3)]


@pytest.mark.parametrize("in_memory", [1, 7, 1000])
def test_spooled_entries_are_read_back_by_cycle_in_the_order_of_the_file_however_few_fit_in_memory(in_memory):
    shelf = SpooledEntries(in_memory)
    rows = [(CYCLES[number % 3], entry("2026-01-05", "1:00", description=f"Row {number}")) for number in range(50)]
    for cycle, one in rows:
        shelf.add(cycle, one)

    for _ in range(2):  # it can be read again
        assert CYCLES == shelf.cycles()
        for cycle in CYCLES:
            assert [one for place, one in rows if place == cycle] == shelf.entries(cycle)
