"""A file of any size is spooled by cycle, and is read back unchanged."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import CycleId, RetainerId, RetainerSlug
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close
from chalicelib.services.imports.replay.spool import BloomFilter, SpooledCycles, SpooledEntries, StoredCycles, by_time
from tests.builders import ACME_SUPPORT, entry, retainer

NOON = datetime(2026, 3, 4, 12, tzinfo=UTC)
WORK = entry("2026-01-05", "1:00")
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


def test_so_many_entries_are_in_memory_and_none_on_disk_before():
    spool, held = SpooledEntries(3), []
    for _ in range(8):
        spool.add(CYCLES[0], WORK)
        held.append(len(spool.entries(CYCLES[0])) - 4 * len(spool._offsets[CYCLES[0]]))

    assert [1, 2, 3, 0, 1, 2, 3, 0] == held


def test_what_replaces_a_cycle_s_entries_takes_their_room():
    spool = SpooledEntries(3)
    spool.add(CYCLES[0], WORK)
    for count in (2, 1, 2, 2):
        spool.replace(CYCLES[1], [WORK] * count)

    assert [[], []] == [spool._offsets[cycle] for cycle in CYCLES[:2]]
    assert [1, 2] == [len(spool.entries(cycle)) for cycle in CYCLES[:2]]

    spool.replace(CYCLES[1], [WORK] * 3)

    assert [1, 3] == [len(spool.entries(cycle)) for cycle in CYCLES[:2]]
    assert [1, 1] == [len(spool._offsets[cycle]) for cycle in CYCLES[:2]]


@pytest.mark.parametrize(("in_memory", "kept"), [(3, 0), (4, 1), (7, 1), (8, 2), (19, 2), (20, 3)])
def test_spooled_cycles_are_read_back_as_they_were_closed_ones_with_what_was_reported_since(in_memory, kept):
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
    assert (3, kept) == (len(cycles), sum(isinstance(one, CycleLedger) for one in cycles._cycles))


@pytest.mark.parametrize(("in_memory", "held"), [(4, 4), (3, 0), (2, 0)])
def test_a_file_that_is_partly_on_disk_is_there_in_whole_once_it_is_read(in_memory, held):
    spool = SpooledEntries(in_memory)
    work = [entry("2026-02-05", "1:00", description=f"Row {number}") for number in range(4)]
    for one in work:
        spool.add(CYCLES[1], one)
    spool.finish()

    assert (held, work) == (spool.held(CYCLES[1]), spool.entries(CYCLES[1]))


def test_a_cycle_whose_entries_are_in_memory_anyway_is_not_written_to_disk():
    spool, cycles = SpooledEntries(in_memory=4), SpooledCycles(in_memory=0)
    work = tuple(entry("2026-02-05", "1:00", description=f"Row {number}") for number in range(4))
    for one in work:
        spool.add(CYCLES[1], one)
    cycles.append(CycleLedger(CYCLES[1], 3, work), spool.held(CYCLES[1]))
    cycles.append(CycleLedger(CYCLES[0], 3, work), spool.held(CYCLES[0]))

    assert [True, False] == [isinstance(one, CycleLedger) for one in cycles._cycles]
    assert [work, work] == [one.entries for one in cycles]


class Lazy(dict):
    """Stored cycles that are decoded when they are asked for, as the ledger's are; notes which."""

    def __init__(self, cycles, decoded):
        super().__init__(cycles)
        self.decoded = decoded

    def get(self, cycle):
        self.decoded.append(cycle)
        return super().get(cycle)


def months(count, retainer_id=ACME_SUPPORT):
    return [CycleId(retainer_id, date(2000 + number // 12, number % 12 + 1, 1)) for number in range(count)]


def stored_cycles(asked, sizes=None, in_memory=9):
    """The batches that are read, and the decoded cycles; `sizes`: the entries of those that are stored."""
    sizes = dict.fromkeys(asked, 0) if sizes is None else sizes
    reads, decoded = [], []

    def read(batch):
        reads.append(list(batch))
        held = {cycle: CycleLedger(cycle, 1, (WORK,) * sizes[cycle]) for cycle in batch if cycle in sizes}
        return Lazy(held, decoded)

    stored = StoredCycles(read, asked, in_memory=in_memory)
    return stored, reads, decoded


def test_stored_cycles_are_read_a_request_at_once_by_time_and_each_once():
    asked = months(250)
    stored, reads, decoded = stored_cycles(asked[::-1])
    found = [stored.get(cycle).id for cycle in asked]

    assert (asked, asked) == (found, decoded)
    assert [asked[:99], asked[99:198], asked[198:]] == reads


def test_three_batches_are_kept_while_a_file_goes_on():
    asked = months(390)
    first, second, third, fourth = asked[::99]
    stored, reads, _ = stored_cycles(asked, dict.fromkeys(asked, 1), in_memory=0)
    for cycle in (first, second, third, first, fourth, second, first):
        stored.get(cycle)

    assert [first, second, third, fourth, first] == [batch[0] for batch in reads]


def test_a_cycle_that_nobody_foresaw_is_read_alone():
    asked = months(3)
    stored, reads, _ = stored_cycles(asked[:2])

    assert None is stored.get(asked[2])
    assert [[asked[2]]] == reads


@pytest.mark.parametrize(
    ("sizes", "asked", "decoded"),
    [
        ((1, 1, 1), "abacab", "abcb"),
        ((1, 1, 0), "abcabc", "abc"),
        ((2, 1, 1), "abcabc", "abcabc"),
        ((3, 1, 0), "aabbca", "abca"),
        ((1, 2, 1), "abacb", "abacb"),
        ((0, 1, 1), "abcabc", "abc"),
        ((None, 1, 1), "abcabc", "abc"),
        ((2, 2, 2), "abcc", "abc"),
    ],
)
def test_so_many_entries_of_stored_cycles_are_kept_those_used_last(sizes, asked, decoded):
    names = dict(zip("abc", months(3), strict=True))
    held = {names[name]: size for name, size in zip("abc", sizes, strict=True) if size is not None}
    stored, _, found = stored_cycles(list(names.values()), held, in_memory=2)
    for name in asked:
        stored.get(names[name])

    assert [names[name] for name in decoded] == found


def test_whoever_reads_cycles_can_look_at_the_time_that_is_left():
    looks = []
    stored = StoredCycles(lambda _: {}, CYCLES, lambda: looks.append(1))
    for cycle in (*CYCLES, CYCLES[0]):
        stored.get(cycle)

    assert 4 == len(looks)


def test_cycles_are_sorted_by_first_day_then_by_retainer():
    other = RetainerId(ACME_SUPPORT.client, RetainerSlug("advice"))
    early, late = months(2)

    expected = [early._replace(retainer=other), early, late._replace(retainer=other), late]
    assert expected == by_time(sorted(expected))


def test_a_bloom_filter_finds_each_of_its_keys_and_few_others():
    keys = [0, 3, 9, 10, 15, 64, (1 << 27) - 1]
    found = BloomFilter(keys)

    assert keys == [key for key in (*range(80), (1 << 27) - 2, (1 << 27) - 1) if key in found]
    assert 1 << 27 in found  # a false positive
