"""`hourtab source`: an unknown header is mapped, confirmed, saved, and then imported like any other."""

from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.intake.sources.columns import DateOrder
from tests.unit.cli.rig import SETUP, Cli
from tests.unit.cli.test_json_answers import KEYS, keys

DESK = "Dated,Engineer,Effort (min),What\n2026-10-05,Ada,90,Printers\n2026-10-06,Ada,soon,Mail\n"


@pytest.fixture
def desk(tmp_path: Path) -> str:
    file = tmp_path / "desk.csv"
    file.write_text(DESK)
    return str(file)


def test_a_mapping_is_shown_and_saved_and_its_files_are_imported(acme: Cli, desk: str) -> None:
    place = ("--client", "acme", "--retainer", "support")
    assert "`hourtab source map FILE --as NAME`" in acme.run("import", "preview", desk, *place).out

    shown = acme.run("source", "map", desk, "--as", "desk", "--set", "description=what", "--yes")

    assert shown.code == 0
    assert shown.lines == [
        "COLUMN        MEANS",
        "Dated         date",
        "Engineer      worker",
        "Effort (min)  duration, in minutes where it is a bare number",
        "What          description",
        "",
        "line 2: 2026-10-05 Ada · 1.50 h · Printers",
        "line 3: Effort (min) “soon”: This is not a duration such as 1:30 or 1.5. Correct it and export again.",
        "Files with this header are now imported as desk.",
    ]
    preview = acme.run("--json", "import", "preview", desk, *place).json
    assert (preview["source"], preview["counts"]["new"], preview["counts"]["problems"]) == ("desk", 1, 1)


@pytest.mark.parametrize(
    ("header", "row", "meanings"),
    [
        ("Date,User,Start,End,Break,Site", "09:00,17:00,45,x", {"Break": "break, taken off", "Site": "(ignored)"}),
        (
            "Date,User,Start,End,Break Start,Break End,Notes",
            "09:00,17:00,12:00,12:45,x",
            {"Break Start": "break, taken off", "Break End": "break, taken off"},
        ),
        ("Date,User,Hours,Minutes,Notes", "1,30,x", {"Minutes": "minutes, added to the hours"}),
        ("Date,User,Start,End,Net,Notes", "09:00,17:00,8:00,x", {"Net": "duration"}),
        ("Date,User,Effort,Notes", "1:30,x", {"Effort": "duration; a bare number is asked about"}),
    ],
)
def test_columns_that_count_without_being_mapped_are_not_shown_as_ignored(
    acme: Cli, tmp_path: Path, header: str, row: str, meanings: dict[str, str]
) -> None:
    file = tmp_path / "list.csv"
    file.write_text(f"{header}\n2026-10-05,Ada,{row}\n")

    lines = acme.run("source", "map", str(file), "--as", "list").lines
    shown = dict(line.split("  ", 1) for line in lines[1 : 1 + len(header.split(","))])

    assert meanings == {name: shown[name].strip() for name in meanings}


def test_nothing_is_saved_without_confirmation(acme: Cli, desk: str) -> None:
    output = acme.run("source", "map", desk, "--as", "desk")

    assert output.code == 1
    assert "Save this mapping?" in output.out
    assert acme.run("source", "map", desk, "--as", "desk", "--json").json["saved"] is False
    assert acme.run("--json", "source", "list").json == []


def test_mapping_a_header_again_replaces_its_mapping(acme: Cli, desk: str) -> None:
    said = ("--unit", "minutes", "--date-order", "dmy", "--zone", "UTC", "--yes")
    for name in ("one", "two"):
        acme.run("source", "map", desk, "--as", name, *said)
    version = acme.parts.directory.operator.version
    acme.run("source", "map", desk, "--as", "two", *said)

    assert acme.parts.directory.operator.version == version
    assert acme.run("source", "list", "--json").json == [
        {
            "source": "two",
            "header": ["dated", "effort (min)", "engineer", "what"],
            "columns": [
                {"field": "date", "column": "dated"},
                {"field": "duration", "column": "effort (min)"},
                {"field": "worker", "column": "engineer"},
            ],
            "unit": "minutes",
            "date_order": "dmy",
            "zone": "UTC",
            "break_unit": None,
        }
    ]
    assert "duration = “effort (min)” in minutes" in acme.run("source", "list").lines[1]


def test_a_mapping_is_forgotten(acme: Cli, desk: str) -> None:
    for name in ("one", "two"):
        acme.run("source", "map", desk, "--as", name, "--yes")

    refused = acme.run("source", "remove", "two", typed="n\n")
    assert (refused.code, "dated, effort (min), engineer, what: date = “dated”" in refused.err) == (1, True)
    assert ["two"] == [one["source"] for one in acme.run("source", "remove", "two", "--yes", "--json").json]
    assert acme.run("source", "list", "--json").json == []
    assert "No mapping is called two" in acme.run("source", "remove", "two", "--yes").err


def test_the_set_up_keeps_mappings_and_may_name_their_sources(acme: Cli, desk: str, tmp_path: Path) -> None:
    acme.run("source", "map", desk, "--as", "desk", "--yes")
    before = acme.parts.directory.operator.hints
    file = tmp_path / "with_desk.yaml"
    file.write_text(SETUP + "sources:\n  desk: {date_order: dmy, zone: UTC, complete: yes}\n")

    assert acme.run("apply", str(file)).code == 0
    assert acme.parts.directory.operator.hints == replace(
        before, date_orders={"desk": DateOrder.DAY_FIRST}, complete=frozenset({"desk"}), zones={"desk": "UTC"}
    )


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("--as", "My Desk"), 2, "not lower-case letters"),
        (("--as", "late"), 2, "'late' is a name that HourTab uses itself"),
        (("--as", "desk", "--set", "colour=What"), 2, "is not FIELD=COLUMN; the fields are date, start"),
        (("--as", "desk", "--set", "date"), 2, "is not FIELD=COLUMN"),
        (("--as", "desk", "--set", "date=Day"), 1, "The file has no column “Day” for date. The columns are “Dated”"),
        (("--as", "desk", "--zone", "Berlin"), 2, "`Berlin` is not an IANA time zone."),
        ((), 2, "Missing option '--as'"),
    ],
)
def test_what_cannot_be_mapped_is_reported(acme: Cli, desk: str, words: tuple[str, ...], code: int, says: str) -> None:
    answer = acme.run("source", "map", desk, *words)

    assert answer.code == code
    assert says in answer.err


def test_the_answers_have_the_documented_keys(acme: Cli, desk: str) -> None:
    mapped = acme.run("source", "map", desk, "--as", "desk", "--set", "description=What", "--yes", "--json").json

    assert KEYS["source map"] == set(keys(mapped))
    assert KEYS["source list"] == set(keys(acme.run("source", "list", "--json").json))
