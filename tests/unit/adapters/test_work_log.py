from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.adapters.codec import UnknownFormatError, pack
from chalicelib.adapters.work_log import decode_work_log, encode_work_log
from chalicelib.domain.entry import Entry, Pool
from tests.builders import entry

few_words = st.sampled_from(["", "Ann", "ann", "Zürich 🚑"]) | st.text(max_size=3)
cell = st.none() | few_words
entries = st.builds(
    Entry,
    source=few_words,
    source_id=cell,
    worker=few_words,
    worker_email=cell,
    date=st.dates(),
    start=st.none() | st.integers(0, 86399),
    seconds=st.integers(-(10**6), 10**6),
    project=cell,
    task=cell,
    description=cell,
    work_type=cell,
    ticket=cell,
    tags=st.none() | st.lists(few_words, max_size=3).map(tuple),
    billable=st.none() | st.booleans(),
    pool=st.sampled_from(Pool),
    pool_reason=cell,
)


@given(st.lists(entries, max_size=12).map(tuple))
def test_entries_come_back_exactly(log: tuple[Entry, ...]):
    found = decode_work_log(encode_work_log(log))

    assert log == found
    assert [type(value) for each in log for value in each] == [type(value) for each in found for value in each]


def test_a_usual_month_takes_a_few_kilobytes():
    month = tuple(
        entry(f"2026-03-{1 + number % 28:02}", "0:25", description=f"Ticket {number * 7919 % 10_000}: mail, printer")
        for number in range(300)
    )

    assert 8_000 > len(encode_work_log(month))


def test_a_log_in_a_newer_format_is_refused_by_its_number():
    with pytest.raises(UnknownFormatError, match="format 2, this program knows 1"):
        decode_work_log(pack(2, {}))


def test_a_column_that_a_newer_program_added_is_refused_rather_than_dropped():
    newer = pack(1, {"count": 1, "columns": {"mileage": {"values": [3]}}})

    with pytest.raises(UnknownFormatError, match="mileage"):
        decode_work_log(newer)


def test_the_stored_format_is_still_read():
    """Stored data of the first release: a change here breaks existing deployments."""
    columns = {
        "source": {"values": ["toggl"]},
        "source_id": {"values": [None]},
        "worker": {"values": ["Ann", "Bo"], "rows": [0, 1, 0, 0]},
        "worker_email": {"values": [""]},
        "date": {"values": ["2026-01-05"]},
        "start": {"values": [0, None, 60, 120]},
        "seconds": {"values": [1, 2, 3, -4]},
        "project": {"values": [None]},
        "task": {"values": [None]},
        "description": {"values": ["a", "b", "c", "d"]},
        "work_type": {"values": [None]},
        "ticket": {"values": [None]},
        "tags": {"values": [["x"], None], "rows": [0, 0, 1, 1]},
        "billable": {"values": [True]},
        "pool": {"values": ["retainer"]},
        "pool_reason": {"values": [None]},
    }

    read = decode_work_log(pack(1, {"count": 4, "columns": columns}))

    assert 4 == len(read)
    assert (
        Entry("toggl", None, "Bo", "", date(2026, 1, 5), None, 2, description="b", tags=("x",), billable=True)
        == (read[1])
    )
    assert (-4, None, "Ann") == (read[3].seconds, read[3].tags, read[3].worker)
