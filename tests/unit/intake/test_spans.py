"""Hours from start and end: what passed between them by the clock is kept, for the nights in which clocks change."""

import pytest

from chalicelib.intake.rows import Row, SourceHints
from chalicelib.intake.sources.columns import DateOrder
from tests.unit.intake.reading import entry_of, opened

TIMES = "Description,Member,Start date,Start time,Stop date,Stop time"


@pytest.mark.parametrize(
    ("header", "row", "seconds", "span"),
    [
        (TIMES, "x,Ada,2026-03-02,09:00,2026-03-02,10:30", 5400, 5400),
        (TIMES, "x,Ada,2026-03-02,23:00,2026-03-03,01:00", 7200, 7200),
        (f"{TIMES},Duration", "x,Ada,2026-03-02,09:00,2026-03-02,10:30,1:15", 4500, None),
        ("Description,Start,End", "x,2026-03-02T09:00:00Z,2026-03-02T10:30:00Z", 5400, None),
    ],
    ids=["local times", "over midnight", "a duration beside them", "instants"],
)
def test_the_span_by_the_clock_is_known_of_hours_that_come_from_local_times(header, row, seconds, span):
    found = entry_of(f"{header}\n{row}\n")

    assert (seconds, span) == (found.entry.seconds, found.span)


@pytest.mark.parametrize(
    ("order", "seconds"), [(DateOrder.DAY_FIRST, 26 * 3600), (DateOrder.MONTH_FIRST, (28 * 24 + 2) * 3600)]
)
def test_the_date_order_of_the_file_is_that_of_its_end_dates_too(order, seconds):
    export = opened(f"{TIMES}\nx,Ada,02/03/2026,09:00,03/03/2026,11:00\n", SourceHints(date_orders={"toggl": order}))

    assert [seconds] == [row.entry.seconds for row in export.rows() if isinstance(row, Row)]
