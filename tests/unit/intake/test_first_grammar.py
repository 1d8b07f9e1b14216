"""A replay of what release 0.1 read leaves unread what that release could not read, and nothing else."""

import pytest

from chalicelib.intake.cells.first_grammar import compile_unread
from chalicelib.intake.recognise import find_layout

_, LAYOUT = find_layout(["Date", "Start", "End", "Duration", "Notes"], ())
DATE, START, END, DURATION, NOTES = range(5)


def is_left(at, cell):
    cells = [""] * 5
    cells[at] = cell
    return cells == compile_unread(LAYOUT)(cells)


@pytest.mark.parametrize(
    ("at", "cells"),
    [
        (
            DATE,
            "2026-10-01|01.10.2026|10/1/26|1 Oct 2026|1. Oktober 2026|1 de março de 2026|Oct 1st, 2026",
        ),
        (DATE, "2026-10-01T09:00:00+02:00|2026-10-01 9:00 pm|20261001T090000Z|01.10.2026 um 9:00|01.10.2026 9:00 UTC"),
        (START, "9:00|9:00:15|9:00 a.m.|2026-10-01 9:00"),
        (DURATION, "1:30|1:30:15|-1:30 h|1.5|1,234.5|1 234,5|90:30 min|1h30|1h 30m|1 Std. 30 Min.|0.79 h|1 ora|8s"),
        (DATE, "Total|46295|soon|"),
        (START, "noon|-"),
        (DURATION, "-|a day|"),
        (NOTES, "9am|1½|PT1H|1 hod"),
    ],
)
def test_what_it_read_and_what_nobody_reads_is_left_as_it_is(at, cells):
    assert [] == [cell for cell in cells.split("|") if not is_left(at, cell)]


@pytest.mark.parametrize(
    ("at", "cells"),
    [
        (DATE, "20261001|2026-Oct-01|1 października 2026|1 maj 2026|1 marts 2026|2026年3月4日|1 oct. 2026 r."),
        (DATE, "2026-10-01 9:00 CEST|2026-10-01 9:00+02|2026-10-01 9:00 GMT+2|2026-10-01 9:00 [Europe/Berlin]"),
        (START, "9am|9h30|9.30 Uhr|kl. 9.30|2026-10-01 9h30"),
        (END, "24:00|2026-10-01 24:00|10am"),
        (DURATION, "1½|1 1/2 h|PT1H30M|1 day, 2:00:00|1 hod|1 hour and 30 minutes|1:30 hrs|1:30:15.5|1u30|1\u00a0h"),
    ],
)
def test_what_only_later_releases_read_is_left_unread(at, cells):
    assert [] == [cell for cell in cells.split("|") if is_left(at, cell)]
