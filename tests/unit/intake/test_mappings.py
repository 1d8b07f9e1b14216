"""A header that no source knows is read as the operator maps it, and the proposed guesses are good."""

from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.intake.guess import guess_columns, likeness
from chalicelib.intake.propose_mapping import Proposal, Said, propose_mapping
from chalicelib.intake.rows import MappedColumn, Refusal, RefusalKind, Row, SourceHints
from chalicelib.intake.sources.columns import DateOrder, Field, Unit
from tests.unit.intake.reading import EXPORTS, opened, read, refused

DESK = "Desk report\n\nWorked on;Engineer;Firm name;Job;Effort (min);What;Ref\n2026-03-02;Ada;Acme;Site;90;Printer;7\n"
SPARSE = "Alpha,Beta,Gamma\n2026-03-02,1.5,Printer\n"


def columns(**said):
    return tuple(MappedColumn(Field(field), name) for field, names in said.items() for name in names.split("|"))


def proposed(text, **said):
    details = {name: said.pop(name) for name in ("unit", "date_order") if name in said}
    proposal = propose_mapping(BytesIO(text.encode()), Said("desk", columns(**said), **details))
    assert isinstance(proposal, Proposal), proposal.reason
    return proposal


def declined(text, **said):
    refusal = propose_mapping(BytesIO(text.encode()), Said("desk", columns(**said)))
    assert isinstance(refusal, Refusal)
    return refusal.reason


def mapped(text, by, **said):
    return read(text, SourceHints(mappings=(proposed(by, **said).mapping,)))


def test_the_refusal_of_an_unknown_header_says_how_to_map_it_and_what_is_guessed():
    reason = refused(DESK).reason

    assert "`hourtab source map FILE --as NAME`" in reason
    assert "worker = “Engineer”" in reason
    assert "duration = “Effort (min)”" in reason


def test_a_file_is_read_as_mapped():
    (row,) = mapped(DESK, DESK, date="Worked on", description="what", ticket="Ref", client="Firm name")

    entry = row.entry
    assert ("desk", "Ada", 5400, "Site", "Printer", "7") == (
        *(entry.source, entry.worker, entry.seconds, entry.project, entry.description, entry.ticket),
    )
    assert (4, "Acme") == (row.line, row.facts.client)


def test_a_mapping_recognises_its_header_in_any_order_case_and_encoding_and_no_other():
    hints = SourceHints(mappings=(proposed(SPARSE, date="Alpha", duration="Beta", description="Gamma").mapping,))

    assert "desk" == opened("\ufeffGAMMA; beta ;Alpha\nx;1,5;2026-03-02\n".encode("utf-16"), hints).source
    assert RefusalKind.UNKNOWN_HEADER == refused("Alpha,Beta,Gamma,Delta\n", hints).kind


def test_a_mapping_takes_precedence_over_the_source_that_the_header_looks_like():
    toggl = "Start date,Duration,Description,Seconds\n2026-03-02,1:00,x,90\n"

    (row,) = mapped(toggl, toggl, duration="Seconds")

    assert ("desk", 90) == (row.entry.source, row.entry.seconds)


def test_a_mapping_takes_precedence_over_a_refusal_by_name():
    text = "Dated,Total time spent (sec),Subject\n2026-03-02,90,x\n"

    assert RefusalKind.SUMMARY_REPORT == refused(text).kind
    assert [90] == [row.entry.seconds for row in mapped(text, text)]


def test_a_refusal_shows_the_row_that_looks_most_like_a_header():
    assert "only: “Dated”, “Engineer”." in refused("Our,own,great,report\nDated,Engineer\n2026-03-02,Ada\n").reason


@pytest.mark.parametrize(
    ("cells", "expected"),
    [
        (("Dated", "Engineer", " "), (2, 2)),
        (("Dated", "3 hours", "2026"), (1, 3)),  # what begins with a digit is no name
        (("Dated " + "x" * 54,), (1, 1)),
        (("Dated " + "x" * 55,), (0, 1)),  # nor is a sentence
    ],
)
def test_a_row_looks_like_a_header_by_the_fields_and_the_names_in_it(cells, expected):
    assert expected == likeness(cells)


def test_a_named_column_identifies_the_header_row():
    text = "Date,Hours,Client\nA,B,C\n2026-03-02,1:00,x\n"
    (row,) = mapped(text, text, date="A", duration="B", description="C")

    assert (3, 3600) == (row.line, row.entry.seconds)


def test_what_a_mapping_ignores_is_not_read_under_its_common_caption():
    text = "Date,Hours,Notes,Agent,Project\n2026-03-02,1,Internal,Ada,Site\n"
    (row,) = mapped(text, text, description="", worker="")

    assert (None, "", "Site") == (row.entry.description, row.entry.worker, row.entry.project)


@pytest.mark.parametrize(
    ("header", "guessed"),
    [
        ("fechaTrabajo,nombreEmpleado,horasTotales,comentarioInterno", ("date", "duration", "worker", "description")),
        ("Data dodania,Osoba,Liczba godzin,Opis prac", ("date", "duration", "description")),
        (
            "Uitgevoerd op datum,Naam medewerker,Uren totaal,Korte omschrijving",
            ("date", "duration", "worker", "description"),
        ),
        ("Work day,Who did it,Total minutes", ("date", "duration", "worker")),
    ],
)
def test_a_word_of_any_language_in_a_longer_name_is_a_guess(header, guessed):
    assert guessed == tuple(field.value for field, _ in guess_columns(header.split(",")))


def test_the_unit_is_guessed_from_a_name_in_camel_case():
    text = "dated,stuff,effortMinutes\n2026-03-02,x,90\n"

    assert [5400] == [row.entry.seconds for row in mapped(text, text)]


def test_a_trailing_comma_in_a_header_is_not_a_column():
    hints = SourceHints(mappings=(proposed(SPARSE, date="Alpha", duration="Beta", description="Gamma").mapping,))

    assert "desk" == opened("Alpha,Beta,Gamma,\n2026-03-02,1,x,\n", hints).source


def test_hours_to_bill_are_not_guessed_as_worked_hours():
    text = "Dated,Billable hours,Service ticket no,Hours on site\n2026-03-02,2,7,1.5\n"

    assert columns(date="dated", duration="hours on site", ticket="service ticket no") == proposed(text).mapping.columns


@pytest.mark.parametrize(
    ("column", "seconds"), [("Minutes worked", 120), ("Effort (ms)", 0), ("Spent (sec)", 2), ("Effort (h)", 7200)]
)
def test_the_unit_of_bare_numbers_is_guessed_from_the_column_name(column, seconds):
    text = f"Dated,Stuff,{column}\n2026-03-02,x,2\n"

    assert [seconds] == [row.entry.seconds for row in mapped(text, text)]


@pytest.mark.parametrize(
    ("effort", "unit"),
    [("90", Unit.MINUTES), ("5400", Unit.SECONDS), ("5400000", Unit.MILLISECONDS), ("1.5", Unit.HOURS)],
)
def test_the_unit_of_a_proposal_comes_from_the_cells_where_the_name_says_none(effort, unit):
    proposal = proposed(f"Dated,Start,End,Effort,Stuff\n2026-03-02,09:00,10:30,{effort},x\n")

    assert (unit, [5400]) == (proposal.mapping.unit, [row.entry.seconds for row in proposal.sample])


def test_a_unit_that_nothing_proves_has_to_be_given():
    assert "--unit minutes` or `--unit hours`" in declined("Dated,Effort,Stuff\n2026-03-02,90,x\n")


@pytest.mark.parametrize("said", [{}, {"duration": "Effort"}])
def test_a_mapping_of_clocks_alone_asks_about_the_bare_numbers_of_a_later_file(said):
    clocks = "Dated,Effort,Stuff\n2026-03-02,1:30,x\n2026-03-03,0:45,x\n"
    mapping = proposed(clocks, **said).mapping
    hints = SourceHints(mappings=(mapping,))

    assert Unit.OPEN is mapping.unit
    assert [5400, 2700] == [row.entry.seconds for row in read(clocks, hints)]
    assert (
        "“Effort” “45” in line 2 is 45 hours, minutes or seconds"
        in refused(clocks.replace("1:30", "45").replace("0:45", "15"), hints).reason
    )


def test_a_time_that_was_said_to_be_the_duration_is_no_time_of_day_in_later_files():
    short = "Date,Time,Stuff\n2026-03-02,1:30,x\n"
    hints = [SourceHints(mappings=(proposed(short, **said).mapping,)) for said in ({}, {"duration": "Time"})]

    assert "is a time of day or a duration" in refused(short.replace("1:30", "14:30"), hints[0]).reason
    assert [52_200] == [row.entry.seconds for row in read(short.replace("1:30", "14:30"), hints[1])]


def test_a_given_unit_overrides_the_guess():
    text = "Dated,Stuff,Qty\n2026-03-02,x,90\n"

    assert [5400] == [row.entry.seconds for row in mapped(text, text, unit=Unit.MINUTES)]


def test_parts_of_a_name_and_of_a_project_are_joined_and_the_first_filled_duration_counts():
    text = "D,First,Last,Main,Sub,H1,H2\n2026-03-02,Ada,Park,Site,Shop,,2:00\n"
    (row,) = mapped(text, text, date="D", worker="First|Last", project="Main|Sub", duration="H1|H2")

    assert ("Ada Park", "Site › Shop", 7200) == (row.entry.worker, row.entry.project, row.entry.seconds)


def test_a_guess_can_be_removed():
    text = "Date,Hours,Job,Type\n2026-03-02,1,x,y\n"

    assert {Field.DATE, Field.DURATION, Field.PROJECT} == {
        field for field, _ in proposed(text, work_type="").mapping.columns
    }


@pytest.mark.parametrize(
    ("text", "said", "says"),
    [
        (SPARSE, {}, "`--set date=COLUMN`. The columns are “Alpha”, “Beta”, “Gamma”."),
        (SPARSE, {"date": "Alpha"}, "`--set duration=COLUMN`"),
        (SPARSE, {"date": "Omega"}, "The file has no column “Omega” for date."),
        (SPARSE, {"date": "Alpha", "duration": "Beta", "task": "Beta|Gamma"}, "Only one column can be the task"),
        (SPARSE.replace("2026-03-02", "03/04/2026"), {"date": "Alpha", "duration": "Beta"}, "`--date-order dmy`"),
        (SPARSE.replace("2026-03-02", "46295"), {"date": "Alpha", "duration": "Beta"}, "Format the column as a date"),
        ("%PDF-1.7", {}, "PDF"),
        ("", {}, "empty"),
    ],
)
def test_a_mapping_that_is_incomplete_says_what_to_add(text, said, says):
    assert says in declined(text, **said)


def test_the_date_order_of_a_mapping_decides_ambiguous_dates():
    text = SPARSE.replace("2026-03-02", "03/04/2026")
    (row,) = mapped(text, text, date="Alpha", duration="Beta", date_order=DateOrder.MONTH_FIRST)

    assert 3 == row.entry.date.month


def test_a_proposal_shows_the_first_rows_and_what_is_wrong_with_them():
    text = "Dated,Qty,Stuff\n2026-03-02,1.5,x\nnever,1,x\n" + "2026-03-02,1,x\n" * 9

    assert [True, False, True, True, True] == [isinstance(row, Row) for row in proposed(text).sample]


SECONDS = ("kimai_importer", "jira_worklogs_instants")
"""Examples whose columns of hours have seconds, which their names do not say."""


@pytest.mark.parametrize("path", sorted(EXPORTS.glob("*.csv")), ids=lambda path: path.stem)
def test_the_columns_of_every_known_source_would_be_guessed_too(path):
    """Date and duration, or start and end, of every example: the guesses are as good as the sources' own columns."""
    unit = Unit.SECONDS if "seconds" in path.stem or path.stem in SECONDS else None
    proposal = propose_mapping(BytesIO(path.read_bytes()), Said("desk", (), unit, DateOrder.DAY_FIRST))

    assert isinstance(proposal, Proposal)
    assert any(isinstance(row, Row) for row in proposal.sample)


@given(st.lists(st.text(max_size=12), max_size=8))
def test_guessing_never_fails_and_never_uses_a_column_twice(header):
    names = [name for _, name in guess_columns(header)]

    assert len(set(names)) == len(names)


@given(st.binary(max_size=200))
def test_proposing_a_mapping_never_fails(data):
    assert propose_mapping(BytesIO(data), Said("desk"))
