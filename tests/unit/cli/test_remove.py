from dataclasses import replace
from pathlib import Path

from click.testing import CliRunner

from chalicelib.cli.main import main
from chalicelib.domain.billing import InvoiceState
from tests.invoice_rig import draft
from tests.unit.cli.rig import Cli

PLAN = ["acme/support: 26:45 worked in 1 cycle, 0 drafts", "1 routing rule"]


def test_a_client_is_removed_once_the_plan_is_agreed_to(acme: Cli, export: Path) -> None:
    acme.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait")

    asked = CliRunner().invoke(main, ("client", "remove", "acme"), obj=lambda **_: acme.parts, input="n\n")
    assert (asked.exit_code, asked.stdout) == (1, "")
    assert asked.stderr.splitlines()[:2] == PLAN
    assert "acme" in acme.parts.directory.books

    agreed = CliRunner().invoke(main, ("client", "remove", "acme"), obj=lambda **_: acme.parts, input="y\n")
    assert agreed.stdout.splitlines() == [*PLAN, "acme is removed."]
    assert acme.parts.directory.books == {}


def test_a_script_agrees_with_an_option_and_gets_json(acme: Cli) -> None:
    answer = acme.run("client", "remove", "acme", "--yes", "--json")

    assert answer.json == {
        "dry_run": False,
        "removed": "acme",
        "retainers": [
            {
                "client": "acme",
                "retainer": "support",
                "cycles": 0,
                "worked_seconds": 0,
                "top_ups": 0,
                "top_up_seconds": 0,
                "corrections": 0,
                "correction_seconds": 0,
                "drafts": 0,
            }
        ],
        "rules": 1,
    }


def test_the_plan_names_top_ups_and_corrections(acme: Cli) -> None:
    acme.run("retainer", "top-up", "acme", "support", "--hours", "5", "--id", "one")
    acme.run("retainer", "correct", "acme", "support", "--hours=-1:30", "--reason", "A typo", "--id", "two")

    assert acme.run("client", "remove", "acme", "--dry-run").lines[0] == (
        "acme/support: 0 h worked in 1 cycle, 1 top-up (5 h), 1 correction (-1:30), 0 drafts"
    )


def test_a_dry_run_shows_the_plan_and_asks_nothing(acme: Cli) -> None:
    assert acme.run("client", "remove", "acme", "--dry-run").lines == [
        "acme/support: 0 h worked in 0 cycles, 0 drafts",
        "1 routing rule",
        "Nothing was written; acme would be removed.",
    ]
    assert "acme" in acme.parts.directory.books


def test_a_removal_is_in_the_audit_trail_of_the_removed_client(acme: Cli) -> None:
    acme.run("client", "remove", "acme", "--yes")

    removal, _ = acme.run("audit", "acme", "--json").json

    assert (removal["act"], removal["about"]) == ("remove", "acme")
    assert acme.run("audit", "acne").code == 1


def test_a_client_with_an_issued_invoice_is_refused_with_the_reason(acme: Cli) -> None:
    issued = replace(draft(), state=InvoiceState.ISSUED)
    acme.parts.invoices.records = {issued.id: issued}

    answer = acme.run("client", "remove", "acme", "--yes")

    assert answer.code == 1
    assert answer.err == (
        f"hourtab: acme/support stays, because the invoice {issued.id} was issued for it: end it with `ends_on`, and "
        "hide it with `hidden: yes`, in the set-up file.\n"
    )


def test_one_retainer_of_several_is_removed(acme: Cli, setup_file: Path) -> None:
    extra = (
        "      - {id: extra, zone: UTC, starts_on: 2026-01-01, terms: [{allotment: 1 h, fee: 1, regular_rate: 1}]}\n"
    )
    setup_file.write_text(setup_file.read_text().replace("    rules:", f"{extra}    rules:"))
    acme.run("apply", str(setup_file))

    assert acme.run("retainer", "remove", "acme", "extra", "--yes").lines[-1] == "acme/extra is removed."
    assert [one["retainer"] for one in acme.run("retainer", "list", "--json").json] == ["support"]
    assert acme.run("retainer", "remove", "acme", "support", "--yes").code == 1
