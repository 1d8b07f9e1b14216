"""What the operator does to cycles on the command line, and the audit trail of it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.unit.cli.rig import SETUP, Answer, Cli
from tests.unit.cli.test_json_answers import KEYS, keys


def say(cli: Cli, line: str) -> Answer:
    """Run a command line whose words contain no spaces."""
    return cli.run(*line.split())


@pytest.fixture
def live(cli: Cli, setup_file: Path, export: Path) -> Cli:
    """Acme's retainer is live since October, with 26.75 h of 20 h used then; it is 22 November."""
    setup_file.write_text(SETUP)
    cli.run("apply", str(setup_file))
    cli.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait")
    assert cli.run("retainer", "go-live", "acme", "support", "--on", "2026-10-15").code == 0
    return cli


def test_hours_are_sold_and_corrected(live: Cli) -> None:
    bought = say(live, "retainer top-up acme support --hours 5 --price 400.00 --note Move --id may")
    again = say(live, "retainer top-up acme support --hours 5 --price 400.00 --note Move --id may")
    taken = say(live, "retainer correct acme support --hours -1.5 --reason Travel --date 2026-11-02 --id t")

    assert bought.lines == ["acme/support, cycle of 2026-11-01: +5 h (id may)."]
    assert again.lines == ["acme/support, cycle of 2026-11-01: +5 h (id may) was entered before and counts only once."]
    assert taken.lines == ["acme/support, cycle of 2026-11-01: -1:30 (id t)."]
    [november] = live.run("balance", "acme", "--json").json
    assert (november["topped_up_seconds"], november["used_seconds"]) == (5 * 3600, 5400)


def test_the_day_of_a_closed_cycle_takes_none(live: Cli) -> None:
    answer = say(live, "retainer correct acme support --hours 2 --reason Goodwill --date 2026-10-05")

    closed = "The cycle of 2026-10-01 of acme/support is closed and never changes: choose a day from 2026-11-01 on."
    assert (answer.code, answer.err) == (1, f"hourtab: {closed}\n")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("top-up acme support --hours -2", "'-2' is not an amount of hours"),
        ("top-up acme support --hours soon", "'soon' is not an amount of hours"),
        ("top-up acme support --hours 2 --price 4,00", "4,00 is not an amount of EUR"),
        ("top-up acme support --hours 2 --price 4.001", "4.001 is not an amount of EUR"),
        ("top-up acme support --hours 2 --expires soon", "'soon' is not a date"),
        ("correct acme support --hours 0 --reason x", "0 hours change nothing"),
        ("correct acme support --hours 1 --reason x --id A/B", "'A/B' is not lower-case letters"),
    ],
)
def test_invalid_values_are_refused(live: Cli, line: str, problem: str) -> None:
    answer = live.run("retainer", *line.split())

    assert answer.code == 2
    assert problem in answer.err


def test_going_live_is_shown_done_and_done_once(acme: Cli) -> None:
    line = "retainer go-live acme support --opening-balance -3"
    planned = say(acme, f"{line} --dry-run")
    done = say(acme, line)
    again = say(acme, line)

    assert planned.lines[-1] == "acme/support would be live from 2026-11-01 and starts with 3 h to be deducted."
    assert done.lines[-1] == "acme/support is live from 2026-11-01 and starts with 3 h to be deducted."
    assert done.lines[1].split() == ["2026-01-01", "0", "h", "0", "h"]
    assert again.lines == ["acme/support is already live from 2026-11-01; nothing was done."]


def test_a_cycle_close_in_the_future_can_only_be_previewed(live: Cli) -> None:
    say(live, "rollover")
    planned = live.run("rollover", "--at", "2026-12-05", "--dry-run")
    refused = live.run("rollover", "--at", "2026-12-05")

    assert [line.split() for line in planned.lines[1:3]] == [
        ["2026-11-30", "23:00", "open", "acme", "support", "2026-12-01"],
        ["2026-12-03", "23:00", "close", "acme", "support", "2026-11-01"],
    ]
    assert (refused.code, "add --dry-run" in refused.err) == (2, True)
    live.parts.moment = datetime(2026, 12, 5, tzinfo=UTC)
    assert [one["step"] for one in live.run("rollover", "acme", "--json").json] == ["open", "close"]
    assert live.run("rollover").lines == ["Nothing is due."]


def test_a_year_of_cycles_is_one_batched_read(live: Cli) -> None:
    live.run("rollover")
    reads = len(live.parts.ledger.reads)

    answer = live.run("statement", "acme", "--year", "2026", "--json")

    assert len(live.parts.ledger.reads) == reads + 1
    assert [one["cycle"]["state"] for one in answer.json] == ["closed"] * 10 + ["open"]
    assert answer.json[9]["overage_seconds"] == answer.json[9]["billed_seconds"] == 6.75 * 3600
    assert live.run("statement", "acme", "support", "--year", "2025").lines[1:] == []


def test_a_statement_names_the_invoices(live: Cli) -> None:
    live.run("rollover")
    [draft] = live.parts.import_log.invoices.values()
    live.parts.invoices.records[draft.id] = draft

    october = say(live, "statement acme --year 2026").lines[10]

    assert " ".join(october.split()) == "support 2026-10-01 closed 20.00 0.00 0.00 0.00 0.00 26.75 6.75 0.00 0.00 draft"
    say(live, "retainer top-up acme support --hours 5 --price 400.00")
    assert KEYS["statement"] == set(keys(say(live, "statement acme --year 2026 --json").json))


KINDS = """\
Date,Person,Description,Work type,Project,Duration
2026-01-08,Mira Okafor,Switch replaced,On site,Branch,1:30
2026-02-03,Mira Okafor,Mail moved,on site,Move,2:00
2026-02-05,Jonas Brandt,Two notebooks set up,Remote,Move,0:45
2026-02-12,Jonas Brandt,Questions answered,,Move,0:15
"""


@pytest.fixture
def kinds(acme: Cli, tmp_path: Path) -> Cli:
    """Acme has work of two kinds, one of them spelled twice."""
    file = tmp_path / "kinds.csv"
    file.write_text(KINDS)
    assert acme.run("import", "drop", str(file), "--client", "acme", "--retainer", "support", "--wait").code == 0
    return acme


def test_a_year_is_taken_apart_by_kind_of_work_and_project_to_its_sum(kinds: Cli) -> None:
    lines = say(kinds, "statement acme --year 2026").lines

    assert [
        "",
        "SUPPORT: BY KIND OF WORK  USED",
        "On site                   3.50",
        "Remote                    0.75",
        "Not named                 0.25",
        "Total                     4.50",
        "",
        "SUPPORT: BY PROJECT  USED",
        "Move                 3.00",
        "Branch               1.50",
        "Total                4.50",
    ] == lines[12:]


def test_the_kinds_of_each_cycle_are_spelled_as_in_the_year(kinds: Cli) -> None:
    january, february = say(kinds, "statement acme --year 2026 --json").json[:2]

    assert [{"name": "On site", "seconds": 5400}] == january["by_work_type"]
    assert [("On site", 7200), ("Remote", 2700), ("", 900)] == [
        (one["name"], one["seconds"]) for one in february["by_work_type"]
    ]
    assert [{"name": "Move", "seconds": february["used_seconds"]}] == february["by_project"]
    assert [{"name": "", "seconds": february["used_seconds"]}] == february["by_ticket"]


def test_an_empty_audit_trail_is_a_sentence(acme: Cli) -> None:
    acme.parts.directory.acts.clear()

    assert ["Nothing was done apart from imports."] == acme.run("audit", "acme").lines


def test_a_change_of_the_set_up_and_of_the_link_is_recorded_with_what_it_was_and_is(acme: Cli) -> None:
    acme.parts.directory.acts.clear()
    say(acme, "link revoke acme")
    [revoked] = say(acme, "audit acme --json").json

    assert ("change_link", "link of acme", "version 1 → version 1, revoked") == (
        revoked["act"],
        revoked["about"],
        revoked["details"],
    )


def test_going_live_shows_all_hours_in_the_clients_own_format(acme: Cli, export: Path) -> None:
    acme.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait")

    planned = say(acme, "retainer go-live acme support --opening-balance 6:45 --dry-run")

    assert ["2026-10-01", "26.75", "h", "0", "h"] == planned.lines[-3].split()
    assert planned.lines[-1].endswith(" and starts with 6.75 h carried in.")


def test_the_audit_trail_is_listed_newest_first(live: Cli) -> None:
    live.parts.pause()
    say(live, "retainer correct acme support --hours 2 --reason Goodwill")

    answer = live.run("audit", "acme", "--limit", "1")

    listed = "2026-11-22 09:00 correct acme/support/2026-11-01 +2 h on 2026-11-22: Goodwill"
    assert " ".join(answer.lines[1].split()) == listed


def test_cycle_closes_and_acts_have_the_keys_of_their_rows(live: Cli) -> None:
    steps = say(live, "rollover --at 2027-01-10 --dry-run --json").json
    acts = say(live, "audit acme --json").json

    assert (KEYS["rollover"], KEYS["audit"]) == (set(keys(steps)), set(keys(acts)))
    assert {act["act"] for act in acts} == {"set_up", "close", "go_live"}
