"""`hourtab invoice export`: the table of many invoices."""

import csv
from pathlib import Path

import pytest

from tests.invoice_rig import NOW, OPERATOR, FakeInvoices, book, draft
from tests.unit.cli.rig import Cli

ID = "acme/support/2026-01-01"


@pytest.fixture
def books(cli: Cli) -> Cli:
    """A terminal whose deployment has an issued invoice and the credit note that cancelled it."""
    cli.parts.directory.write_client(book())
    cli.parts.directory.write_operator(OPERATOR)
    cli.parts.invoices = FakeInvoices(draft())
    cli.parts.moment = NOW
    assert 0 == cli.run("invoice", "issue", ID).code
    assert 0 == cli.run("invoice", "void", ID, "--reason", "Wrong firm").code
    return cli


def rows(file: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(file.read_text(encoding="utf-8").splitlines()))


def test_xero_gets_invoices_and_credit_notes_in_one_file(books: Cli, tmp_path: Path) -> None:
    file = tmp_path / "xero.csv"
    done = books.run("invoice", "export", "--for", "xero", "-o", str(file), "--json").json

    assert {"file": str(file), "numbers": ["2026-0001", "2026-0002"]} == done
    assert ["2026-0001", "2026-0001", "2026-0002", "2026-0002"] == [row["*InvoiceNumber"] for row in rows(file)]


def test_quickbooks_gets_a_file_of_each(books: Cli, tmp_path: Path) -> None:
    file = tmp_path / "quickbooks.csv"
    invoices = books.run("invoice", "export", "--for", "quickbooks", "-o", str(file))
    credits_ = books.run("invoice", "export", "--for", "quickbooks", "--credit-notes", "-o", str(file))

    assert [f"{file}: 2026-0001"] == invoices.lines
    assert [f"{file}: 2026-0002"] == credits_.lines
    assert {"2026-0002"} == {row["*InvoiceNo"] for row in rows(file)}


def test_only_invoices_issued_in_the_period_are_written(books: Cli, tmp_path: Path) -> None:
    line = ("invoice", "export", "--for", "xero", "-o", str(tmp_path / "xero.csv"))

    assert 2 == len(books.run(*line, "--from", "2026-02-05", "--to", "2026-02-05", "--json").json["numbers"])
    assert [] == books.run(*line, "--from", "2026-02-06", "--json").json["numbers"]
    assert [] == books.run(*line, "--to", "2026-02-04", "--json").json["numbers"]


def test_accounts_items_and_taxes_can_be_renamed(books: Cli, tmp_path: Path) -> None:
    file = tmp_path / "xero.csv"
    codes = ("--account", "8400", "--tax", "S 19=Umsatz 19", "--us-dates")
    books.run("invoice", "export", "--for", "xero", *codes, "-o", str(file))

    assert {("8400", "Umsatz 19", "02/05/2026")} == {
        (row["*AccountCode"], row["*TaxType"], row["*InvoiceDate"]) for row in rows(file)
    }


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--for", "xero", "--tax", "S 19"), "write it as in 'S 19=VAT 19'"),
        (("--for", "xero", "--credit-notes"), "Xero takes credit notes in the same file"),
        (("--for", "xero", "--client", "nobody"), "nobody"),
    ],
)
def test_invalid_options_are_refused_with_advice(
    books: Cli, tmp_path: Path, words: tuple[str, ...], message: str
) -> None:
    answer = books.run("invoice", "export", *words, "-o", str(tmp_path / "x.csv"))

    assert answer.code != 0
    assert message in answer.err
    assert not (tmp_path / "x.csv").exists()
