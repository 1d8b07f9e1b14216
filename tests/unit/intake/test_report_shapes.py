"""Reports with headings, sums, plans, groups and two entries in a row give the entries, and nothing else."""

import pytest

from chalicelib.intake.rows import Row, RowProblem
from tests.unit.intake.reading import read

EVERHOUR = "Client,Project,Task,Member,Day,Billable Time,Non-Billable Time\n"
TIMELY = "Client,Project,Date,Name,Logged Hours,Planned Hours,Notes,Billable Hours\n"


def everhour(*lines):
    return read(EVERHOUR + "\n".join(lines) + "\n")


def test_a_row_with_billable_and_non_billable_hours_is_two_entries_of_its_line():
    rows = everhour("Acme,Site,Calls,Ada,2026-03-02,1.5,0.25")

    assert [(2, 5400, True), (2, 900, False)] == [(row.line, row.entry.seconds, row.entry.billable) for row in rows]


@pytest.mark.parametrize(("hours", "seconds"), [("1.5,0", 5400), ("0,1.5", 5400), (",1.5", 5400), ("0,0", 0)])
def test_a_row_with_one_kind_of_hours_or_none_is_one_entry(hours, seconds):
    (row,) = everhour(f"Acme,Site,Calls,Ada,2026-03-02,{hours}")

    assert seconds == row.entry.seconds


def test_if_one_of_two_halves_is_bad_the_other_still_counts():
    good, bad = everhour("Acme,Site,Calls,Ada,2026-03-02,1.5,lots")

    assert isinstance(good, Row)
    assert isinstance(bad, RowProblem)
    assert ("Non-Billable Time", "lots") == (bad.column, bad.value)


@pytest.mark.parametrize(
    "line", ["2026-03", ",,,,2026-03,,", "Total,,,,,1.5,0", "Subtotal,2 projects,3 items,12 members,,1.5,0", ",,,,,,"]
)
def test_headings_totals_and_counts_are_skipped(line):
    assert [] == everhour(line)


@pytest.mark.parametrize("line", ["Acme,Site,Calls,Ada,,1.5,0", "Acme,Site,Calls"])
def test_a_row_without_its_day_is_still_a_problem(line):
    (row,) = everhour(line)

    assert isinstance(row, RowProblem)


def test_a_client_that_is_printed_once_applies_until_the_next_heading():
    rows = everhour(
        "Acme,Site,Calls,Ada,2026-03-02,1,0",
        ",,,,,,",
        ",Site,Mail,Ada,2026-03-02,1,0",
        "Beta,Shop,Mail,Ada,2026-03-02,1,0",
        "Subtotal,,,,,3,0",
        ",Own,Mail,Ada,2026-03-03,0,1",
    )

    assert ["Acme", "Acme", "Beta", ""] == [row.facts.client for row in rows]


def test_a_list_whose_date_has_another_name_is_not_a_report_without_days():
    (row,) = read("Work date,Member,Task,Hours,Billable Time\n2026-03-02,Ada,Calls,1.5,1\n")

    assert 5400 == row.entry.seconds


def test_planned_time_is_not_work_but_a_logged_zero_is_a_row():
    rows = read(
        f"{TIMELY}Acme,Site,2026-03-02,Ada,0,4,planned,0\nAcme,Site,2026-03-02,Ada,0,0,nothing,0\n"
        "Acme,Site,2026-03-02,Ada,1,4,done,0\nAcme,Site,2026-03-02,Ada,x,4,typo,0\n"
    )

    assert [0, 3600] == [row.entry.seconds for row in rows if isinstance(row, Row)]
    assert ["x"] == [row.value for row in rows if isinstance(row, RowProblem)]
