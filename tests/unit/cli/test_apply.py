from dataclasses import replace
from pathlib import Path

from tests.unit.cli.rig import SETUP, Cli


def test_the_first_apply_creates_everything(cli: Cli, setup_file: Path) -> None:
    answer = cli.run("apply", str(setup_file))

    assert answer.code == 0
    assert answer.lines == [
        "created  operator",
        "created  inbox rules",
        "created  client       acme",
        "created  retainer     acme/support",
        "created  rules        acme",
        "New clients that get no mail, without an `email` in `billing`: acme.",
        "5 created.",
    ]


def test_applying_the_same_file_again_writes_nothing(acme: Cli, setup_file: Path) -> None:
    before = (acme.parts.directory.operator, dict(acme.parts.directory.books))

    answer = acme.run("apply", str(setup_file))

    assert answer.lines[-1] == "5 unchanged."
    assert (acme.parts.directory.operator, acme.parts.directory.books) == before


def test_a_change_is_shown_with_before_and_after(acme: Cli, setup_file: Path) -> None:
    setup_file.write_text(SETUP.replace("20 h", "26:45").replace("Acme Ltd", "Acme Inc"))

    answer = acme.run("apply", str(setup_file))

    assert answer.lines[2:6] == [
        "changed    client       acme",
        "    aliases: “Acme Ltd” → “Acme Inc”",
        "changed    retainer     acme/support",
        "    terms of 2026-01-01: allotment: 20 h → 26:45",
    ]


def test_renamed_workers_and_projects_are_shown_with_their_aliases(acme: Cli, setup_file: Path) -> None:
    workers = "workers:\n  - {name: Jane Doe, aliases: [J. Doe, J. Roe]}\n"
    projects = "    projects:\n      - {name: Website 2026, aliases: [Website]}\n"
    setup_file.write_text(workers + SETUP + projects)

    assert acme.run("apply", str(setup_file)).lines[-1] == "2 created, 5 unchanged."
    assert acme.run("apply", str(setup_file)).lines[-1] == "7 unchanged."

    setup_file.write_text("workers: []\n" + SETUP)
    assert [line for line in acme.run("apply", str(setup_file)).lines if "→" in line] == [
        "    Jane Doe: “J. Doe”, “J. Roe” → nothing",
        "    Website 2026: “Website” → nothing",
    ]


def test_a_dry_run_shows_the_plan_and_writes_nothing(cli: Cli, setup_file: Path) -> None:
    answer = cli.run("apply", str(setup_file), "--dry-run")

    assert "    terms of 2026-01-01: allotment: 20 h" in answer.lines
    assert "    state: in backfill, its start is in the past" in answer.lines
    assert answer.lines[-1] == "Nothing was written; it would be: 5 created."
    assert cli.parts.directory.books == {}


def test_what_is_stored_and_not_in_the_file_is_left_alone_and_listed(acme: Cli, setup_file: Path) -> None:
    setup_file.write_text(SETUP.partition("clients:")[0].partition("inbox_rules:")[0])

    answer = acme.run("apply", str(setup_file))

    assert answer.lines == [
        "unchanged   operator",
        "left alone  inbox rules",
        "left alone  client       acme",
        "1 unchanged, 2 left alone.",
    ]
    assert list(acme.parts.directory.books) == ["acme"]
    assert len(acme.parts.directory.operator.inbox_rules) == 1


def test_every_problem_is_one_line_with_its_place_and_nothing_is_written(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text(SETUP.replace("retainers:", "retianers:").replace("zone", "zoen"))

    answer = cli.run("apply", str(setup_file))

    assert (answer.code, answer.out) == (1, "")
    assert answer.err.splitlines() == [
        f"{setup_file}:9:5: A client has no key `retianers`. Did you mean `retainers`?",
    ]
    assert cli.parts.directory.books == {}


def test_problems_are_also_answered_in_json(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text("clinets: []\n")

    answer = cli.run("apply", str(setup_file), "--json")

    assert answer.code == 1
    assert answer.json["problems"] == [
        {"line": 1, "column": 1, "reason": "The file has no key `clinets`. Did you mean `clients`?"}
    ]


def test_a_rule_for_an_unknown_client_is_refused_at_its_line(acme: Cli, setup_file: Path) -> None:
    setup_file.write_text('inbox_rules:\n  - when: {project: "A*"}\n    client: acne\n')

    answer = acme.run("apply", str(setup_file))

    assert answer.code == 1
    assert answer.err == f"{setup_file}:3:13: There is no client `acne`. Did you mean `acme`?\n"


def test_a_plan_in_json_counts_the_fates(acme: Cli, setup_file: Path) -> None:
    answer = acme.run("apply", str(setup_file), "--json")

    assert answer.json["counts"] == {"created": 0, "changed": 0, "unchanged": 5, "left alone": 0}


def test_the_mails_that_it_causes_are_listed_with_their_recipients_before_and_after(cli: Cli, setup_file: Path) -> None:
    today = cli.parts.clock().date()
    to = "    billing: {email: kasse@acme.example}\n    retainers:"
    setup_file.write_text(SETUP.replace("2026-01-01", f"{today}").replace("    retainers:", to))
    mail = f"kasse@acme.example  new-cycle  new-cycle-acme.support.{today}"

    dry, done = (cli.run("apply", str(setup_file), *option).lines for option in (("--dry-run",), ()))

    assert "Mails that this would cause:" == dry[-4]
    assert "Mails that this causes:" == done[-4]
    assert dry[-2].startswith(mail)
    assert done[-2].startswith(mail)


def test_a_plan_says_that_no_mail_leaves_a_deployment_without_a_sender(cli: Cli, setup_file: Path) -> None:
    to = "    billing: {email: kasse@acme.example}\n    retainers:"
    setup_file.write_text(SETUP.replace("2026-01-01", f"{cli.parts.clock().date()}").replace("    retainers:", to))
    cli.parts.settings = replace(cli.parts.settings, mail_from="")

    assert [False] == [
        mail["leaves"] for mail in cli.run("apply", str(setup_file), "--dry-run", "--json").json["mails"]
    ]
    lines = cli.run("apply", str(setup_file)).lines
    assert "No mail leaves: this deployment has no sender. Deploy it with MAIL_FROM=… first." == lines[-2]
