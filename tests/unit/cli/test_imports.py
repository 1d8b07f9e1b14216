from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pytest

from chalicelib.domain.ids import ImportId
from chalicelib.services.imports.progress import Progress, Stage
from chalicelib.services.store.import_record import DroppedFile
from tests.interposed import Interposed
from tests.unit.cli.rig import Cli
from tests.workbooks import Cell, table

HERE = ("--client", "acme", "--retainer", "support")
PAGE = "https://hours.example/api/i/"


def test_a_file_is_dropped_into_the_retainers_folder(acme: Cli, export: Path) -> None:
    answer = acme.run("import", "drop", str(export), *HERE, "--json")

    assert answer.code == 0
    assert answer.json["key"] == "inbox/acme/support/october.csv"
    assert acme.parts.files.objects == {("inbox/acme/support/october.csv", "v1"): export.read_bytes()}


@pytest.mark.parametrize(
    ("options", "key"), [((), "inbox/october.csv"), (("--client", "acme"), "inbox/acme/october.csv")]
)
def test_without_a_retainer_the_rules_decide(acme: Cli, export: Path, options: tuple[str, ...], key: str) -> None:
    assert acme.run("import", "drop", str(export), *options, "--json").json["key"] == key


def test_waiting_shows_the_report(acme: Cli, export: Path) -> None:
    answer = acme.run("import", "drop", str(export), *HERE, "--wait")

    assert answer.code == 0
    assert answer.lines[1:] == [
        "  done: generic, 2 rows (2 new), 26.75 h",
        "  read: hours from `duration`; dates from `date`; source generic",
        "  No column with the worker was found: the entries name nobody.",
        "  acme/support 2026-10-01: 0 h → 26.75 h used",
    ]


def test_a_workbook_is_previewed_and_dropped_like_any_export(acme: Cli, tmp_path: Path) -> None:
    file = tmp_path / "October (final).xlsx"
    day, half = Cell("46300", "yyyy-mm-dd"), Cell("6.25E-2", "[h]:mm")
    file.write_bytes(table(("Date", "Description", "Hours"), (day, "Printers", half), (day, "Backups", "soon")))

    preview = acme.run("import", "preview", str(file), *HERE)
    dropped = acme.run("import", "drop", str(file), *HERE, "--wait", "--json")

    assert "generic, 2 rows (1 new, 1 problem), 1.50 h" in preview.lines[1]
    assert (0, 5400, 3) == (dropped.code, dropped.json["seconds"], dropped.json["problems"][0]["line"])
    assert acme.parts.files.objects == {("inbox/acme/support/October (final).xlsx", "v1"): file.read_bytes()}


def test_several_files_are_several_reports(acme: Cli, export: Path, tmp_path: Path) -> None:
    other = tmp_path / "empty.csv"
    other.write_text("")

    answer = acme.run("import", "drop", str(export), str(other), *HERE, "--wait", "--json")

    assert answer.code == 1
    assert [report["status"] for report in answer.json] == ["done", "refused"]


def test_a_wait_that_times_out_says_how_to_check_later(export: Path, setup_file: Path) -> None:
    idle = Cli(imports_run=False)
    idle.run("apply", str(setup_file))

    answer = idle.run("import", "drop", str(export), *HERE, "--wait", "--timeout", "5")

    assert answer.code == 1
    assert "is not done after 5 s; check later with `hourtab import show " in answer.err


@pytest.mark.parametrize(
    ("place", "row", "code"),
    [
        ((), "2026-10-05,Printers,1:00", 1),
        (HERE, "2026-10-05,Printers,soon", 1),
        (HERE, "2026-10-05,Printers,soon\n2026-10-06,Backups,1:00", 0),
        (HERE, "", 0),
    ],
)
def test_a_file_without_a_single_countable_row_is_a_failure(
    acme: Cli, tmp_path: Path, place: tuple[str, ...], row: str, code: int
) -> None:
    file = tmp_path / "rows.csv"
    file.write_text(f"date,description,duration\n{row}\n")

    preview = acme.run("import", "preview", str(file), *place)
    dropped = acme.run("import", "drop", str(file), *place, "--wait")

    assert (preview.code, dropped.code) == (code, code)


def test_a_preview_is_the_same_report_and_writes_nothing(acme: Cli, export: Path) -> None:
    preview = acme.run("import", "preview", str(export), *HERE, "--json").json
    nothing = (acme.parts.ledger.cycles, acme.parts.import_log.records, acme.parts.files.objects)
    assert nothing == ({}, {}, {})

    report = acme.run("import", "drop", str(export), *HERE, "--wait", "--json").json

    of_previews = {"file", "cycles", "fingerprint"}
    assert {key: report[key] for key in preview if key not in of_previews} == {
        key: preview[key] for key in preview if key not in of_previews
    }
    remaining = {"before_remaining_seconds": 72_000, "after_remaining_seconds": -24_300}
    assert [{**cycle, **remaining} for cycle in report["cycles"]] == preview["cycles"]


def test_a_preview_shows_each_balance_before_and_after(acme: Cli, export: Path) -> None:
    first = acme.run("import", "preview", str(export), *HERE).lines[-1]
    acme.run("import", "drop", str(export), *HERE, "--wait")
    again = acme.run("import", "preview", str(export), *HERE).lines[-1]

    assert first == "  acme/support 2026-10-01: 0 h → 26.75 h used, 20 h → -6.75 h left"
    assert again == "  acme/support 2026-10-01: 26.75 h used, -6.75 h left"


def test_a_preview_shows_faults_of_columns_then_of_rows_then_the_balances(acme: Cli, tmp_path: Path) -> None:
    file = tmp_path / "mixed.csv"
    file.write_text(
        "date,person,description,duration\n2026-10-05,Ada,Printers,soon\n2026-10-06,Ada,Backups,later\n"
        "2026-10-07,Ada,Mail,1:00\n"
    )

    lines = acme.run("import", "preview", str(file), *HERE).lines

    assert lines[1:4] == [
        "  would be done with problems: generic, 3 rows (1 new, 2 problems), 1 h",
        "  read: hours from `duration`; dates from `date`; source generic",
        (
            "  “duration”: 2 of 3 rows, the first in line 2 (“soon”): This is not a duration such as 1:30 or 1.5. "
            "Correct it and export again."
        ),
    ]
    assert [line.partition(":")[0].strip() for line in lines[4:]] == [
        "Problems",
        "line 2, duration",
        "line 3, duration",
        "acme/support 2026-10-01",
    ]
    assert lines[-1].endswith("0 h → 1 h used, 20 h → 19 h left")


def test_a_checked_drop_shows_the_preview_and_imports_just_that_once_agreed(acme: Cli, export: Path) -> None:
    previewed = acme.run("import", "preview", str(export), *HERE)

    refused = acme.run("import", "drop", str(export), *HERE, "--check", typed="n\n")
    agreed = acme.run("import", "drop", str(export), *HERE, "--check", typed="y\n")

    assert (1, {}) == (refused.code, {key: data for key, data in acme.parts.files.objects.items() if key[1] != "v1"})
    assert refused.err.startswith(previewed.out)
    assert agreed.err.startswith(previewed.out)
    assert (0, "  done: generic, 2 rows (2 new), 26.75 h") == (agreed.code, agreed.lines[1])


def test_nothing_is_asked_about_a_file_that_would_be_refused(acme: Cli, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("")

    answer = acme.run("import", "drop", str(file), *HERE, "--check")

    assert (1, True, False) == (answer.code, "would be refused" in answer.err, "Import it?" in answer.err)
    assert acme.parts.files.objects == {}


def test_a_ledger_that_moves_after_the_answer_keeps_a_checked_file_out(acme: Cli, export: Path) -> None:
    files = acme.parts.files

    def another_import() -> None:
        key = "inbox/acme/support/other.csv"
        version = files.drop(key, BytesIO(b"date,description,duration\n2026-10-07,Mail,1:00\n"))
        acme.parts.run_import.run(DroppedFile("inbox-bucket", key, version, "0"))

    with Interposed(files, at=1) as once:
        once.act = another_import
        answer = acme.run("import", "drop", str(export), *HERE, "--check", "--json", typed="y\n")

    assert (1, "not_as_previewed") == (answer.code, answer.json["refused_kind"])
    assert answer.json["refused_reason"].startswith("The ledger or the set-up of acme has moved")
    assert 3600 == sum(entry.seconds for cycle in acme.parts.ledger.cycles.values() for entry in cycle.entries)


def test_a_script_imports_just_what_a_fingerprint_stands_for(acme: Cli, export: Path) -> None:
    shown = acme.run("import", "preview", str(export), *HERE, "--json").json["fingerprint"]
    assert f" (preview {shown})" in acme.run("import", "preview", str(export), *HERE).lines[0]

    dropped = acme.run("import", "drop", str(export), *HERE, "--expect", shown, "--wait", "--json")
    again = acme.run("import", "drop", str(export), *HERE, "--expect", shown)

    assert (0, "done") == (dropped.code, dropped.json["status"])
    assert (
        1,
        f"hourtab: october.csv is not what was previewed as {shown}: the file, the ledger or the set-up has ",
    ) == (
        again.code,
        again.err.partition("changed")[0],
    )
    assert 1 == len(acme.parts.files.objects)


@pytest.mark.parametrize("how", [("--check",), ("--expect", "0123456789ab")])
def test_files_are_checked_one_at_a_time(acme: Cli, export: Path, how: tuple[str, ...]) -> None:
    answer = acme.run("import", "drop", str(export), str(export), *HERE, *how)

    assert answer.code == 2
    assert "--check and --expect take one file" in answer.err


def test_a_refused_file_counts_once_its_client_is_there(cli: Cli, export: Path, setup_file: Path) -> None:
    refused = cli.run("import", "drop", str(export), *HERE, "--wait", "--json")
    assert (refused.code, refused.json["refused_kind"]) == (1, "unknown_client")
    cli.run("apply", str(setup_file))

    answer = cli.run("import", "retry", refused.json["id"], "--wait", "--json")

    assert (answer.code, answer.json["status"], answer.json["seconds"]) == (0, "done", 96300)
    assert answer.json["id"] == refused.json["id"]


def test_an_import_is_undone_and_redone(acme: Cli, export: Path) -> None:
    done = acme.run("import", "drop", str(export), *HERE, "--wait", "--json").json

    undone = acme.run("import", "undo", done["id"])
    assert undone.lines[0].endswith(": undone")
    assert "acme/support 2026-10-01: 26.75 h → 0 h used" in undone.lines[1]
    assert "undone" in acme.run("import", "list").lines[1]

    retried = acme.run("import", "retry", done["id"])
    assert (retried.code, acme.parts.import_queue.sent) == (1, [])
    assert f"`hourtab import redo {done['id']}`" in retried.err

    redone = acme.run("import", "redo", done["id"], "--json").json
    assert [(change["before_seconds"], change["after_seconds"]) for change in redone["changed_cycles"]] == [(0, 96300)]
    assert [decision["verb"] for decision in redone["decisions"]] == ["undo", "redo"]


def test_missing_entries_are_removed_once_accepted(acme: Cli, export: Path, tmp_path: Path) -> None:
    acme.run("import", "drop", str(export), *HERE, "--wait")
    later = tmp_path / "later.csv"
    later.write_text("date,description,duration\n2026-10-06,Backups,1:00\n")
    report = acme.run("import", "drop", str(later), *HERE, "--wait", "--json").json

    accepted = acme.run("import", "accept", report["id"], "--json").json

    assert [(change["before_seconds"], change["after_seconds"]) for change in accepted["changed_cycles"]] == [
        (99900, 75600)
    ]
    again = acme.run("import", "accept", report["id"])
    assert (again.code, again.err) == (
        1,
        f"hourtab: Import {report['id']} is accepted already: what it does not repeat no longer counts.\n",
    )


def test_an_edited_start_is_first_in_the_report_and_is_accepted_without_what_else_is_missing(
    acme: Cli, tmp_path: Path
) -> None:
    file = tmp_path / "week.csv"
    head, print_, mail, edited = (
        "date,start,description,duration\n",
        "2026-10-06,08:00,Print,1:00\n",
        "2026-10-06,09:00,Mail,1:30\n",
        "2026-10-06,09:15,Mail,1:30\n",
    )
    file.write_text(head + "2026-10-07,08:00,Call,1:00\n" + print_ + mail)
    acme.run("import", "drop", str(file), *HERE, "--wait")
    file.write_text(head + "2026-10-07,08:00,Call,1:00\n" + edited)

    preview = acme.run("import", "preview", str(file), *HERE)
    dropped = acme.run("import", "drop", str(file), *HERE, "--wait", "--json").json
    shown = acme.run("import", "show", dropped["id"])
    accepted = acme.run("import", "accept", dropped["id"], "--edits")

    row = "    line 3, 2026-10-06, 09:00 → 09:15 · acme/support, 1.50 h: Mail"
    listing, first = preview.lines[4:6]
    assert listing.startswith("  Likely edits: These rows are equal to entries of earlier files but for their start.")
    assert listing.endswith("The earlier entries would stay counted until you accept the edits.")
    assert row == first
    assert row in shown.lines
    assert f"    hourtab import accept {dropped['id']} --edits" in shown.lines
    assert [(3, "09:00:00", "09:15:00", 5400, "Mail")] == [
        (one["line"], one["old_start"], one["new_start"], one["seconds"], one["description"])
        for one in dropped["likely_edits"]
    ]
    assert "edits accepted; the earlier entries were removed when you accepted the edits" in accepted.lines[0]
    assert accepted.lines[1].endswith("5 h → 3.50 h used")
    again = acme.run("import", "accept", dropped["id"], "--edits")
    assert (again.code, "are accepted already" in again.err) == (1, True)


def test_an_export_in_another_time_zone_is_refused_and_retried_as_edits(acme: Cli, tmp_path: Path) -> None:
    file = tmp_path / "week.csv"
    head = "date,start,description,duration\n"
    file.write_text(f"{head}2026-10-06,08:00,Print,1:00\n2026-10-07,09:00,Mail,1:30\n")
    acme.run("import", "drop", str(file), *HERE, "--wait")
    file.write_text(f"{head}2026-10-06,14:00,Print,1:00\n2026-10-07,15:00,Mail,1:30\n")

    refused = acme.run("import", "drop", str(file), *HERE, "--wait", "--json")
    retried = acme.run("import", "retry", refused.json["id"], "--as-edits", "--wait", "--json")

    assert (refused.code, refused.json["refused_kind"]) == (1, "other_zone")
    assert f"`hourtab import retry {refused.json['id']} --as-edits`" in refused.json["refused_reason"]
    assert (retried.code, retried.json["counts"]["changed"]) == (0, 2)
    assert [cycle["after_seconds"] for cycle in retried.json["cycles"]] == [9000]
    assert ["accept_edits"] == [decision["verb"] for decision in retried.json["decisions"]]


def test_imports_are_listed_and_shown_by_id(acme: Cli, export: Path) -> None:
    done = acme.run("import", "drop", str(export), *HERE, "--wait", "--json").json

    assert acme.run("import", "list").lines[1].split()[0] == done["id"]
    assert acme.run("import", "show", done["id"], "--json").json == {**done, "page": PAGE + done["id"]}
    assert acme.run("import", "show", done["id"]).lines[-1] == f"  page: {PAGE}{done['id']}"


def test_the_list_shows_why_a_file_has_problems(acme: Cli, tmp_path: Path) -> None:
    empty = acme.run("import", "list")
    file = tmp_path / "mixed.csv"
    file.write_text(
        "date,description,project,duration\n2026-10-05,Printers,Unknown,2:00\n2026-10-06,Mail,Unknown,soon\n"
    )
    acme.run("import", "drop", str(file), "--wait")

    head, row = acme.run("import", "list").lines

    assert ["Nothing was imported yet."] == empty.lines
    assert "NEW CHANGED MISSING UNROUTED EXCLUDED PROBLEMS FILE" in " ".join(head.split())
    assert "done with problems generic 2 0 0 0 1 0 1 inbox/mixed.csv" in " ".join(row.split())


def test_a_report_is_shown_without_its_page_where_no_address_can_be_made(acme: Cli, export: Path) -> None:
    done = acme.run("import", "drop", str(export), *HERE, "--wait", "--json").json
    acme.parts.settings = replace(acme.parts.settings, base_url="")

    shown = acme.run("import", "show", done["id"])

    assert (shown.code, "page" in shown.out) == (0, False)
    assert acme.run("import", "show", done["id"], "--json").json == {**done, "page": None}


@pytest.mark.parametrize("verb", ["show", "retry", "undo", "redo", "accept"])
def test_an_unknown_id_is_one_sentence_that_lists_no_ids(acme: Cli, export: Path, verb: str) -> None:
    done = acme.run("import", "drop", str(export), *HERE, "--wait", "--json").json

    unknown, cut = acme.run("import", verb, "nosuch"), acme.run("import", verb, done["id"][:8])

    assert (unknown.code, unknown.err) == (
        1,
        "hourtab: There is no import “nosuch”. `hourtab import list` lists the imports.\n",
    )
    assert f"Did you mean “{done['id']}”?" in cut.err


def test_escape_codes_of_a_file_do_not_reach_the_terminal(acme: Cli, tmp_path: Path) -> None:
    export = tmp_path / "odd.csv"
    export.write_text("date,description,duration\n2026-10-05,x,\x1b[31mred\n")

    answer = acme.run("import", "preview", str(export), *HERE)

    assert "line 2" in answer.out
    assert "\x1b" not in answer.out


def test_a_retainer_without_its_client_is_a_usage_error(acme: Cli, export: Path) -> None:
    answer = acme.run("import", "drop", str(export), "--retainer", "support")

    assert answer.code == 2
    assert answer.err.startswith("hourtab: --retainer names a retainer of a client: add --client.")


def test_problems_and_missing_rows_are_listed_with_what_to_do(acme: Cli, export: Path, tmp_path: Path) -> None:
    acme.run("import", "drop", str(export), *HERE, "--wait")
    later = tmp_path / "later.csv"
    later.write_text("date,description,duration\n2026-10-05,Printers,abc\n2026-10-06,Backups,1:00\n")

    answer = acme.run("import", "drop", str(later), *HERE, "--wait")

    assert "    line 2, duration: “abc”: " in answer.out
    assert "    date 2026-10-06, acme/support, 6.75 h: Phishing mail" in answer.lines
    assert answer.lines[-1].startswith("    hourtab import accept ")


def test_a_running_import_shows_its_progress(acme: Cli) -> None:
    file = DroppedFile("inbox-bucket", "inbox/all.csv", "v1", "1")
    moment = acme.parts.moment
    acme.parts.progress_log.write_progress(
        Progress(ImportId("running1"), file, moment, moment, Stage.WRITING, 1200, clients_done=1, clients=3)
    )

    shown = acme.run("import", "show", "running1")

    assert "writing changed cycles: 1,200 so far" in shown.lines[1]
    assert shown.lines[1].endswith("client 2 of 3")
    assert acme.run("import", "list").lines[1].startswith("running1")
    assert "running" == acme.run("import", "show", "running1", "--json").json["status"]
