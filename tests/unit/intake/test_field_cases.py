"""Files in shapes that people really have: each is read rightly or refused with a reason, never wrongly in silence.

A case stands for its kind; its relatives are tested where its rule is. `OPEN` lists what is not right yet: a case that
becomes right must be taken out of it.
"""

from datetime import date
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import pytest

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, Row, SourceHints
from tests.unit.intake.reading import read

FIELD_CASES = Path(__file__).parents[2] / "field_cases"


class Reads(NamedTuple):
    """The file is read."""

    seconds: int | None = None
    """None: any."""
    problems: int | None = 0
    """None: any."""
    warnings: int = 0
    """At least."""


class Refused(NamedTuple):
    """The file is refused as a whole."""

    mentions: str = ""


ANY_PROBLEMS = None

# file: what is right, any of them
OUTCOMES = {
    # columns and header
    "clickup-time-export": [Reads(6300)],
    "clockify-es": [Reads(5400)],
    "concatenated-with-bom": [Reads(12600)],
    "date-time-done-summary": [Reads(5400)],
    "duplicate-hours-column": [Refused("Hours")],
    "member-agreement-description": [Reads(5400)],
    "preamble-of-12-lines": [Reads(5400)],
    "project-name-task-name-user-description": [Reads(5400)],
    "snake-case-header": [Reads(5400)],
    "start-date-duration-notes": [Reads(10800)],
    "teamwork-time-log": [Reads(21900), Reads(21888)],
    # hours with breaks
    "break-column-en": [Reads(39600), Refused()],
    "break-min-total-hours": [Reads(30600), Refused()],
    "break-minutes-de": [Reads(39600), Refused()],
    "break-tech-duration": [Reads(28800), Refused()],
    "ist-h-de": [Reads(59400, ANY_PROBLEMS), Refused()],
    # units and durations
    "duration-against-start-end": [Reads(82178, ANY_PROBLEMS, warnings=1), Reads(0, 1), Refused()],
    "duration-as-fraction-of-day": [Refused(), Reads(warnings=2)],
    "hours-and-minutes": [Reads(8100)],
    "hours-dot-minutes": [Reads(14040), Refused()],
    "hours-minutes-ticket": [Reads(8100)],
    "jira-decimal-hours": [Reads(12600), Refused()],
    "kimai-two-decimals": [Reads(3564), Reads(3600)],
    "more-duration-spellings": [Reads(problems=ANY_PROBLEMS), Refused()],
    "time-column-is-time-of-day": [Refused("14:30")],
    # dates and times
    "am-pm-spellings": [Reads(99000)],
    "date-as-midnight-utc": [Reads(12600)],
    "excel-serial-dates": [Refused("Excel"), Reads(12600)],
    "more-date-spellings": [Reads(11 * 3600, 2), Refused()],
    # rows that are no work, and text
    "dated-totals-in-description": [Reads(12600, ANY_PROBLEMS)],
    "html-in-notes": [Reads(10800)],
    "status-rejected": [Reads(5400, ANY_PROBLEMS), Reads(23400, warnings=2), Refused()],
    # edited and exported in another zone: read alike, compared by what is counted already
    "rezoned-export-1": [Reads(9000)],
    "rezoned-export-2": [Reads(9000)],
    "start-edited-2": [Reads(9000)],
}
WORK = {
    "clickup-time-export": [("Mira Okafor", "Mail moved"), ("Jonas Brandt", "VPN")],
    "clockify-es": [("Mira", "Correo")],
    "concatenated-with-bom": [("Mira", "Mail"), ("Mira", "VPN")],
    "date-time-done-summary": [("Mira", "Mail moved")],
    "html-in-notes": [("Mira", "data loaded ok & done"), ("Mira", "Moved mail")],
    "member-agreement-description": [("Mira", "Mail moved")],
    "preamble-of-12-lines": [("Mira", "Mail")],
    "project-name-task-name-user-description": [("Mira", "Moved")],
    "snake-case-header": [("Mira", "Moved")],
    "start-date-duration-notes": [("Mira Okafor", "Mail moved"), ("Jonas Brandt", "Mail moved")],
    "teamwork-time-log": [("Mira Okafor", "Mail server moved"), ("Jonas Brandt", "VPN checked")],
}
"""Who and what of every row."""
FIRST_OF_OCTOBER = date(2026, 10, 1)
DATES = {
    "compact": FIRST_OF_OCTOBER,
    "monthname": FIRST_OF_OCTOBER,
    "us name": FIRST_OF_OCTOBER,
    "no year": None,
    "no year2": None,
    "postgres": FIRST_OF_OCTOBER,
    "python": FIRST_OF_OCTOBER,
    "german": FIRST_OF_OCTOBER,
    "polish": FIRST_OF_OCTOBER,
    "wd": FIRST_OF_OCTOBER,
    "java": FIRST_OF_OCTOBER,
    "long": FIRST_OF_OCTOBER,
    "jp": FIRST_OF_OCTOBER,
}
"""By the description of the row; None: a problem, since nothing certain can be said."""
DURATIONS = {
    "a": None,
    "b": None,
    "c": 9000,
    "d": 5400,
    "e": 5400,
    "f": 5400,
    "g": 5400,
    "h": 5400,
    "i": 1800,
    "j": 5400,
    "k": 90_000,
    "l": None,
    "m": 5400,
    "n": 5400,
    "o": None,
    "p": None,
    "q": 5400,
}
"""By the description of the row; a day or a week has no certain number of hours."""
OPEN: dict[str, frozenset[str]] = {
    "figures": frozenset(),
    "work": frozenset(),
    "dates": frozenset(),
    "durations": frozenset(),
}
"""What is not right yet, by the test below."""


def cases(names, kind):
    """Each name as a parameter; one that is not right yet has to fail."""
    open_ = pytest.mark.xfail(strict=True, reason="not right yet")
    return [pytest.param(name, marks=[open_] if name in OPEN[kind] else []) for name in names]


def read_case(name):
    return read((FIELD_CASES / f"{name}.csv").read_bytes())


def is_right(right, export):
    if isinstance(right, Refused):
        return isinstance(export, Refusal) and right.mentions in export.reason
    if isinstance(export, Refusal):
        return False
    rows = list(export.rows())
    good = [row for row in rows if isinstance(row, Row)]
    warnings = sum(1 for row in rows if not isinstance(row, Row) and row.is_warning)
    problems = len(rows) - len(good) - warnings
    return (
        right.seconds in (None, sum(row.entry.seconds for row in good))
        and right.problems in (ANY_PROBLEMS, problems)
        and right.warnings <= warnings
    )


@pytest.mark.parametrize("name", cases(OUTCOMES, "figures"))
def test_a_file_is_read_rightly_or_refused_with_a_reason(name):
    export = open_export(BytesIO((FIELD_CASES / f"{name}.csv").read_bytes()), SourceHints())

    assert any(is_right(right, export) for right in OUTCOMES[name])


@pytest.mark.parametrize("name", cases(WORK, "work"))
def test_worker_and_description_of_every_row_arrive(name):
    rows = read_case(name)

    assert WORK[name] == [(row.entry.worker, row.entry.description) for row in rows if isinstance(row, Row)]


@pytest.mark.parametrize("what", cases(DATES, "dates"))
def test_a_date_is_read_where_it_is_certain(what):
    found = {row.entry.description: row.entry.date for row in read_case("more-date-spellings") if isinstance(row, Row)}

    assert DATES[what] == found.get(what)


@pytest.mark.parametrize("what", cases(DURATIONS, "durations"))
def test_a_duration_is_read_where_it_is_certain(what):
    rows = read_case("more-duration-spellings")
    found = {row.entry.description: row.entry.seconds for row in rows if isinstance(row, Row)}

    assert DURATIONS[what] == found.get(what)


def test_every_field_case_is_checked():
    assert sorted(OUTCOMES) == sorted(path.stem for path in FIELD_CASES.glob("*.csv"))


@pytest.mark.parametrize(
    ("kind", "names"), [("figures", OUTCOMES), ("work", WORK), ("dates", DATES), ("durations", DURATIONS)]
)
def test_every_open_case_is_a_case(kind, names):
    assert set() == OPEN[kind] - set(names)
