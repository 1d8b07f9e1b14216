"""What an older release counted of a file is not counted again when the file is dropped once more after the upgrade.

`release_0_1/entries.json` holds what that release counted of each example export and field case.
"""

import json
from collections import Counter
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from chalicelib.domain.calendar import period_of
from chalicelib.domain.entry import Entry
from chalicelib.domain.ids import CycleId
from chalicelib.services.store.import_record import ImportStatus
from tests.import_rig import Rig

TESTS = Path(__file__).parents[1]
COUNTED = json.loads((Path(__file__).parent / "release_0_1/entries.json").read_text(encoding="utf-8"))
COLUMNS = Entry._fields[:14]
WITH_SUMS = frozenset({"field_cases/dated-totals-in-description.csv"})
"""That release counted sums as work: they stay, listed as missing, until `hourtab import accept` takes them out."""


def entries_of(name):
    entries = [Entry(**dict(zip(COLUMNS, values, strict=True))) for values in COUNTED[name]]
    return [
        one._replace(date=date.fromisoformat(one.date), tags=None if one.tags is None else tuple(one.tags))
        for one in entries
    ]


def as_the_older_release_left_it(rig, record, entries):
    """The file's import and its entries, under the source and with the values that the release stored."""
    (source,) = {entry.source for entry in entries}
    own = rig.directory.books["acme"].retainers[0]
    counted = {}
    for entry in entries:
        counted.setdefault(CycleId(own.id, period_of(own, entry.date).start), []).append(entry)
    for cycle in list(rig.ledger.cycles.values()):
        rig.ledger.cycles[cycle.id] = replace(cycle, entries=tuple(counted.get(cycle.id, ())))
    rig.ledger.ids.clear()
    rig.log.records[record.id] = replace(
        rig.log.records[record.id], report=replace(rig.log.records[record.id].report, source=source)
    )
    lines = rig.log.lists["acme"]
    lines[record.id] = replace(lines[record.id], source=source)


def work(rig):
    return Counter((entry.worker, entry.date, entry.seconds) for _, entry in rig.entries.elements())


@pytest.mark.parametrize("name", COUNTED)
def test_a_file_that_overlaps_what_the_older_release_counted_counts_once(name):
    data = (TESTS / name).read_bytes()
    fresh, upgraded = Rig(), Rig()
    fresh.drop(data=data)
    record = upgraded.drop(data=data)
    if record.report.status is ImportStatus.REFUSED:
        return  # then nothing new counts, and what was counted stays
    as_the_older_release_left_it(upgraded, record, entries_of(name))

    again = upgraded.drop(data=data, key="inbox/acme/support/again.csv").report

    sums = Counter((one.worker, one.date, one.seconds) for one in again.missing if not one.is_blocked)
    assert (name in WITH_SUMS) == bool(sums)
    assert work(fresh) + sums == work(upgraded)
