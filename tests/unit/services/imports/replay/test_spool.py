"""A file of any size is spooled by cycle, and is read back unchanged."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close
from chalicelib.services.imports.replay.spool import SpooledCycles, SpooledEntries
from tests.builders import ACME_SUPPORT, entry, retainer

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
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


@pytest.mark.parametrize("in_memory", [0, 10, 1000])
def test_spooled_cycles_are_read_back_as_they_were_closed_ones_with_what_was_reported_since(in_memory):
    work = tuple(entry("2026-02-05", "1:00", description=f"Row {number}") for number in range(4))
    opened = CycleLedger(CYCLES[1], 3, work)
    period = period_of(retainer(), CYCLES[1].start)
    closed, _ = close(opened, settle(retainer(), period, opened, CarryForward(), period.end), NOON)
    reported = replace(closed, reported_since_close=(*closed.entries, *work))
    cycles = SpooledCycles(in_memory)
    for one in (opened, closed, reported):
        cycles.append(one)

    for _ in range(2):  # it can be read again
        assert [opened, closed, reported] == list(cycles)
    kept = sum(len(one.entries) for one in cycles._cycles if isinstance(one, CycleLedger))
    assert kept <= in_memory
