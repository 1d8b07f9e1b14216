from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.domain.ids import ClientId, CycleId, RetainerId
from chalicelib.services.store.books import ClientHead
from tests.builders import day, used
from tests.unit.cli.rig import SETUP, Cli


@pytest.fixture
def october(acme: Cli, export: Path) -> Cli:
    """Acme has used 26.75 h of 20 h in October."""
    assert acme.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait").code == 0
    return acme


def test_the_balance_of_all_clients_is_their_current_cycle(october: Cli) -> None:
    assert october.run("balance").lines == [
        "CLIENT  RETAINER  CYCLE       STATE     ALLOTMENT  USED  REMAINING",
        "acme    support   2026-11-01  backfill      20.00  0.00      20.00",
    ]


def test_the_balance_of_a_retainer_has_its_past_cycles(october: Cli) -> None:
    lines = october.run("balance", "acme", "support").lines

    assert lines[2] == "acme    support   2026-10-01  backfill      20.00  26.75      -6.75     6.75"
    assert len(lines) == 1 + 11


def test_figures_for_scripts_are_integers(october: Cli) -> None:
    _, past, *_ = october.run("balance", "acme", "support", "--json").json

    assert past["cycle"] == {"start": "2026-10-01", "end": "2026-11-01", "state": "backfill"}
    assert (past["used_seconds"], past["remaining_seconds"], past["overage_seconds"]) == (96300, -24300, 24300)


def test_an_invoice_preview_has_lines_sum_and_balance(october: Cli) -> None:
    *lines, rule = october.run("invoice", "preview", "acme", "support", "--cycle", "2026-10-17").lines

    assert lines == [
        "client    Acme",
        "retainer  support",
        "cycle     Oct 1 – 31, 2026 (backfill)",
        "",
        "SERVICE                                   AMOUNT",
        "Retainer (20 hours at €50)             €1,000.00",
        "6.75 hours at the normal price (€100)    €675.00",
        "Total net amount                       €1,675.00",
        "",
        "Included                            20 h",
        "Used                                26.75 h",
        "Beyond the retainer                 6.75 h",
        "All used hours at the normal price  €2,675.00",
    ]
    assert rule.startswith("Unused hours ")


def test_an_invoice_is_in_the_clients_language_and_its_heading_in_the_operators(
    cli: Cli, setup_file: Path, export: Path
) -> None:
    setup_file.write_text(SETUP.replace("name: Acme\n", "name: Acme\n    locale: de-DE\n"))
    cli.run("apply", str(setup_file))
    cli.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait")

    lines = cli.run("invoice", "preview", "acme", "support", "--cycle", "2026-10-17").lines

    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in lines[2:]] == [
        "cycle     Oct 1 – 31, 2026 (backfill)",
        "",
        "LEISTUNG                                  BETRAG",
        "Kontingent (20 Stunden zu 50 €)       1.000,00 €",
        "6,75 Stunden zum Normalpreis (100 €)    675,00 €",
        "Nettosumme                            1.675,00 €",
        "",
        "Enthalten                                  20 h",
        "Verbraucht                                 26,75 h",
        "Über das Kontingent hinaus                 6,75 h",
        "Alle verbrauchten Stunden zum Normalpreis  2.675,00 €",
        "Nicht genutzte Stunden verfallen am Monatsende.",
    ]


def test_an_invoice_preview_for_scripts_is_in_minor_units(october: Cli) -> None:
    answer = october.run("invoice", "preview", "acme", "support", "--cycle", "2026-10-31", "--json").json

    assert [(line["kind"], line["amount_minor"]) for line in answer["lines"]] == [("fee", 100000), ("overage", 67500)]
    assert (answer["net_minor"], answer["currency"]) == (167500, "EUR")
    assert answer["balance"]["overage_seconds"] == 24300


def test_without_a_day_the_preview_is_of_the_current_cycle(october: Cli) -> None:
    answer = october.run("invoice", "preview", "acme", "support", "--json").json

    assert (answer["cycle"]["start"], answer["net_minor"]) == ("2026-11-01", 100000)


def test_the_preview_of_an_ended_retainer_is_of_its_last_cycle(cli: Cli, setup_file: Path) -> None:
    setup_file.write_text(SETUP.replace("starts_on: 2026-01-01", "starts_on: 2026-01-01\n        ends_on: 2026-03-01"))
    cli.run("apply", str(setup_file))

    assert cli.run("invoice", "preview", "acme", "support", "--json").json["cycle"]["start"] == "2026-02-01"


@pytest.mark.parametrize("day", ["2025-12-31", "2026-12-01"])
def test_a_day_without_a_cycle_is_refused_with_the_days_that_have_one(october: Cli, day: str) -> None:
    answer = october.run("invoice", "preview", "acme", "support", "--cycle", day)

    assert answer.code == 1
    assert f"acme/support has no cycle on {day}: its cycles so far run from 2026-01-01" in answer.err


def test_all_running_retainers_are_listed_by_who_runs_out_first(october: Cli) -> None:
    directory = october.parts.directory
    acme = directory.books["acme"]
    [support] = acme.retainers
    others = {"globex": "28:00", "initech": "21:00"}
    for name, hours in others.items():
        client = replace(acme.client, id=ClientId(name), name=name.title())
        theirs = replace(support, id=RetainerId(client.id, support.id.retainer))
        directory.write_client(replace(acme, client=client, retainers=(theirs,), head=ClientHead(), version=0))
        cycle = replace(used("2026-11-01", hours), id=CycleId(theirs.id, day("2026-11-01")))
        october.parts.ledger.cycles[cycle.id] = cycle

    assert october.run("balance", "--all").lines == [
        "CLIENT   RETAINER   LEFT   USED  DAYS LEFT  LASTS UNTIL  LAST IMPORT  MAILS",
        "globex   support   -8.00  140 %          8               never        no address",
        "initech  support   -1.00  105 %          8               never        no address",
        "acme     support   20.00    0 %          8               2026-11-22   no address",
    ]
    first = october.run("balance", "--all", "--json").json[0]
    assert ("globex", 140, 8, None) == tuple(
        first[key] for key in ("client", "used_percent", "days_left", "lasts_until")
    )


def test_the_overview_is_about_all_clients(october: Cli) -> None:
    assert "--all is about all clients: leave CLIENT out." in october.run("balance", "acme", "--all").err
