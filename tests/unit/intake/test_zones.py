"""Local times of a tool that writes UTC or another zone: the instants are exact, and dates without times stay dates."""

from datetime import UTC, date, datetime

import pytest

from chalicelib.intake.rows import ColumnMapping, MappedColumn, SourceHints
from chalicelib.intake.sources.columns import Field
from tests.import_rig import Rig
from tests.unit.intake.reading import read

UTC_FILE = SourceHints(zones={"generic": "UTC"})
BERLIN = SourceHints(zones={"generic": "Europe/Berlin"})


def instants(text, hints):
    return [(row.instant, row.entry.seconds) for row in read(text, hints)]


@pytest.mark.parametrize(
    ("hints", "instant"),
    [
        (SourceHints(), None),
        (SourceHints(zones={"toggl": "UTC"}), None),
        (UTC_FILE, datetime(2026, 3, 2, 23, 30, tzinfo=UTC)),
        (BERLIN, datetime(2026, 3, 2, 22, 30, tzinfo=UTC)),
    ],
)
@pytest.mark.parametrize(
    "text",
    [
        "Date,Start,Description,Hours\n2026-03-02,23:30,x,1:00\n",
        "Start,Description,Hours\n2026-03-02 23:30,x,1:00\n",
        "Date,Start,End,Description\n2026-03-02,23:30,00:30,x\n",
    ],
)
def test_a_local_time_is_an_instant_in_the_zone_of_its_source(text, hints, instant):
    assert [(instant, 3600)] == instants(text, hints)


def test_a_time_with_a_dot_is_a_time_in_the_zone_like_any_other():
    text = "Date,Start,End,Description\n2026-03-02,23.37,00.37,x\n"

    assert [(datetime(2026, 3, 2, 22, 37, tzinfo=UTC), 3600)] == instants(text, BERLIN)


def test_without_a_start_the_time_of_the_date_is_read_in_the_zone():
    text = "Date,Description,Hours\n2026-03-02 23:30,x,1:00\n2026-03-03 00:00,x,1:00\n"

    assert [datetime(2026, 3, 2, 22, 30, tzinfo=UTC), datetime(2026, 3, 2, 23, tzinfo=UTC)] == [
        instant for instant, _ in instants(text, BERLIN)
    ]
    assert [None, None] == [instant for instant, _ in instants(text, SourceHints())]


@pytest.mark.parametrize(
    "text",
    [
        "Date,Description,Hours\n2026-03-02,x,1:00\n",
        "Date,Description,Hours\n2026-03-02 00:00:00,x,1:00\n2026-03-03 00:00:00,x,1:00\n",
        "Start,Description,Hours\n2026-03-02 00:00,x,1:00\n",
        "Date,Start,Description,Hours\n2026-03-02,00:00,x,1:00\n",
        "Date,Start,Description,Hours\n2026-03-02,,x,1:00\n",
    ],
)
def test_a_date_without_times_is_not_shifted(text):
    row = read(text, BERLIN)[0]

    assert (None, date(2026, 3, 2)) == (row.instant, row.entry.date)


def test_an_offset_goes_before_the_zone():
    assert [datetime(2026, 3, 2, 23, 30, tzinfo=UTC)] == [
        instant for instant, _ in instants("Start,Description,Hours\n2026-03-02T23:30Z,x,1:00\n", BERLIN)
    ]


@pytest.mark.parametrize(
    ("hints", "seconds"),
    [(SourceHints(), 8 * 3600), (UTC_FILE, 8 * 3600), (BERLIN, 7 * 3600)],
    ids=["the retainer's, which staging knows", "UTC", "Berlin's clocks go forward"],
)
def test_the_time_from_start_to_end_is_what_passed_in_the_zone(hints, seconds):
    (row,) = read("Date,Start,End,Description\n2026-03-28,22:00,06:00,x\n", hints)

    assert seconds == row.entry.seconds
    assert (8 * 3600 if hints == SourceHints() else None) == row.span


NIGHTS = [
    ("2026-03-29,01:00,03:10,x,40", 1800),
    ("2026-03-29,01:00,03:10,x,75", 0),
    ("2026-10-25,00:30,04:00,x,42", 3 * 3600 + 48 * 60),
]


@pytest.mark.parametrize(("row", "seconds"), NIGHTS)
def test_a_break_in_a_night_in_which_clocks_change_is_taken_off_what_passed(row, seconds):
    text = f"Date,Start,End,Description,Break (min)\n{row}\n"
    rig = Rig()
    rig.drop(data=text.encode())

    assert "Europe/Berlin" == rig.directory.books["acme"].retainers[0].zone
    assert seconds == rig.seconds
    assert [seconds] == [one.entry.seconds for one in read(text, BERLIN)]


def test_the_zone_settles_an_abbreviation_that_it_uses():
    text = "Start,Description,Hours\n2026-01-04 09:00 CST,x,1:00\n"

    assert [(datetime(2026, 1, 4, 1, tzinfo=UTC), 3600)] == instants(
        text, SourceHints(zones={"generic": "Asia/Shanghai"})
    )


def test_a_mapping_has_a_zone_of_its_own_that_goes_before_that_of_its_source():
    columns = (MappedColumn(Field.START, "when"), MappedColumn(Field.DURATION, "took"))
    mapping = ColumnMapping("desk", frozenset(("when", "took")), columns, zone="Europe/Berlin")
    text = "When,Took\n2026-03-02 23:30,1:00\n"

    assert [(datetime(2026, 3, 2, 22, 30, tzinfo=UTC), 3600)] == instants(
        text, SourceHints(mappings=(mapping,), zones={"desk": "UTC"})
    )
    assert [(datetime(2026, 3, 2, 23, 30, tzinfo=UTC), 3600)] == instants(
        text, SourceHints(mappings=(mapping._replace(zone=None),), zones={"desk": "UTC"})
    )
