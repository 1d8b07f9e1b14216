from pathlib import Path

from tests.unit.cli.rig import SETUP, Cli


def test_clients_are_listed(acme: Cli) -> None:
    assert acme.run("client", "list").lines == [
        "CLIENT  NAME  RETAINERS  LOCALE  CURRENCY",
        "acme    Acme  support    en      EUR",
    ]


def test_a_client_whose_retainers_are_hidden_is_listed_with_an_option_only(acme: Cli, setup_file: Path) -> None:
    setup_file.write_text(SETUP.replace("2026-01-01", "2026-01-01\n        ends_on: 2026-03-01\n        hidden: yes"))
    acme.run("apply", str(setup_file))

    for words in (("client", "list"), ("link", "list"), ("balance",)):
        assert acme.run(*words, "--json").json == []
    assert [one["client"] for one in acme.run("client", "list", "--all", "--json").json] == ["acme"]
    assert [one["hidden"] for one in acme.run("retainer", "list", "acme", "--json").json] == [True]


def test_a_client_is_shown_with_its_rules(acme: Cli) -> None:
    answer = acme.run("client", "show", "acme", "--json")

    assert answer.json["aliases"] == ["Acme Ltd"]
    assert answer.json["rules"] == ["task “Travel*” → excluded (Travel is free)"]


def test_a_client_is_shown_with_its_renamed_workers_and_projects(acme: Cli, setup_file: Path) -> None:
    projects = "    projects: [{name: Website 2026, aliases: [Website]}]\n"
    workers = "workers: [{name: Jane Doe, aliases: [J. Doe]}]\n"
    setup_file.write_text(SETUP + projects + workers)
    acme.run("apply", str(setup_file))

    assert [line.split("  ")[0] for line in acme.run("client", "show", "acme").lines if "“J. Doe”" in line] == [
        "worker Jane Doe"
    ]
    answer = acme.run("client", "show", "acme", "--json").json
    assert [{"name": "Website 2026", "aliases": ["Website"]}] == answer["projects"]
    assert [{"name": "Jane Doe", "aliases": ["J. Doe"]}] == answer["workers"]


def test_retainers_are_listed_with_the_terms_of_today(acme: Cli) -> None:
    assert acme.run("retainer", "list", "acme").lines == [
        "CLIENT  RETAINER  TITLE    LENGTH  STARTS      STATE     ALLOTMENT          FEE",
        "acme    support   support  month   2026-01-01  backfill       20 h  1000.00 EUR",
    ]


def test_a_retainers_terms_are_integers_for_scripts(acme: Cli) -> None:
    [terms] = acme.run("retainer", "show", "acme", "support", "--json").json["terms"]

    assert (terms["allotment_seconds"], terms["fee_minor"], terms["overage_rate_minor"]) == (72000, 100000, 10000)


def test_an_unknown_client_is_refused_with_similar_names(acme: Cli) -> None:
    answers = [
        acme.run(*words) for words in (("client", "show", "acm"), ("link", "show", "akme"), ("balance", "acmee"))
    ]

    assert [answer.code for answer in answers] == [1, 1, 1]
    assert {answer.err.partition("”.")[2] for answer in answers} == {" Did you mean “acme”?\n"}


def test_an_unknown_retainer_is_refused_with_the_known_ones(acme: Cli) -> None:
    answer = acme.run("retainer", "show", "acme", "gold")

    assert answer.err == "hourtab: acme has no retainer “gold”. The only one is support.\n"


def test_a_retainer_that_was_nearly_right_is_suggested(acme: Cli) -> None:
    answer = acme.run("balance", "acme", "suport")

    assert "hourtab: acme has no retainer “suport”. Did you mean “support”?\n" == answer.err


def test_without_any_client_the_next_step_is_shown(cli: Cli) -> None:
    answer = cli.run("client", "show", "acme")

    assert "There are none yet: `hourtab apply setup.yaml` creates them." in answer.err


def test_a_rule_for_a_column_is_shown_with_its_patterns(acme: Cli, setup_file: Path) -> None:
    when = "{columns: [{column: Approval, is: [Rejected, Draft]}]}"
    setup_file.write_text(SETUP.replace('{task: "Travel*"}', when))
    acme.run("apply", str(setup_file))

    assert acme.run("client", "show", "acme", "--json").json["rules"] == [
        "column “Approval” “Rejected” or “Draft” → excluded (Travel is free)"
    ]
