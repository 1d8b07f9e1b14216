"""The files for Xero and QuickBooks Online."""

import csv
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from io import StringIO

import pytest

from chalicelib.documents.bookkeeping import Codes
from chalicelib.documents.quickbooks import quickbooks_csv
from chalicelib.documents.xero import xero_csv
from chalicelib.domain.billing import TaxTotal
from chalicelib.domain.parties import Tax
from tests.unit.documents.samples import BUYER, credit_note, invoice, line

STANDARD = Tax(Fraction(19))


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_xero_gets_one_row_per_line_in_the_columns_of_its_template():
    fee, overage = rows(xero_csv([invoice(tax=STANDARD)]))

    assert {
        "*ContactName": "Dvořák & Fils SARL",
        "EmailAddress": "billing@example.com",
        "POAddressLine1": "12, rue de l’Église",
        "POAddressLine2": "67000 Strasbourg",
        "POCountry": "FR",
        "*InvoiceNumber": "2026-0001",
        "Reference": "Helpdesk",
        "*InvoiceDate": "04/11/2026",
        "*DueDate": "18/11/2026",
        "*Description": "Retainer (20 hours at €50)",
        "*Quantity": "1",
        "*UnitAmount": "1000.00",
        "*AccountCode": "200",
        "*TaxType": "19% (VAT on Income)",
        "Currency": "EUR",
    } == {name: value for name, value in fee.items() if value}
    assert ("6.75", "100.00") == (overage["*Quantity"], overage["*UnitAmount"])


def test_quickbooks_gets_one_row_per_line_with_its_allocation_of_the_tax():
    fee, overage = rows(quickbooks_csv([invoice(tax=STANDARD)]))

    assert {
        "*InvoiceNo": "2026-0001",
        "*Customer": "Dvořák & Fils SARL",
        "*InvoiceDate": "04/11/2026",
        "*DueDate": "18/11/2026",
        "Memo": "Helpdesk",
        "Item(Product/Service)": "Sales",
        "ItemDescription": "6.75 hours at the normal price (€100)",
        "ItemQuantity": "6.75",
        "ItemRate": "100.00",
        "*ItemAmount": "675.00",
        "*ItemTaxCode": "19.0% S",
        "ItemTaxAmount": "128.25",
        "Currency": "EUR",
    } == {name: value for name, value in overage.items() if value}
    assert "190.00" == fee["ItemTaxAmount"]


def test_the_taxes_of_the_lines_add_up_to_that_of_the_invoice():
    document = invoice("en", *[line("Work", "1", "0.33")] * 7, tax=STANDARD)
    shares = [Decimal(row["ItemTaxAmount"]) for row in rows(quickbooks_csv([document]))]

    assert document.taxes[0].amount.amount == sum(shares)


def test_the_operator_can_set_accounts_taxes_items_and_the_date_format():
    codes = Codes(account="8400", item="Support", taxes={"S 19": "Umsatz 19", "none": "frei"}, date="%m/%d/%Y")
    (xero, _), (quickbooks, _) = (rows(make([invoice(tax=STANDARD)], codes)) for make in (xero_csv, quickbooks_csv))
    (untaxed, _) = rows(xero_csv([invoice()], codes))

    assert ("8400", "Umsatz 19", "11/04/2026") == (xero["*AccountCode"], xero["*TaxType"], xero["*InvoiceDate"])
    assert ("Support", "Umsatz 19") == (quickbooks["Item(Product/Service)"], quickbooks["*ItemTaxCode"])
    assert "frei" == untaxed["*TaxType"]


@pytest.mark.parametrize(
    ("tax", "xero", "quickbooks"),
    [
        (None, "No VAT", "No VAT"),
        (Tax(Fraction(77, 10)), "7.7% (VAT on Income)", "7.7% S"),
        (Tax(category="Z"), "Zero Rated Income", "0.0% Z"),
        (Tax(category="E", reason="Exempt"), "Exempt Income", "Exempt"),
        (Tax(category="AE"), "No VAT", "No VAT"),
    ],
)
def test_taxes_have_each_programs_default_names(tax, xero, quickbooks):
    assert xero == rows(xero_csv([invoice(tax=tax)]))[0]["*TaxType"]
    assert quickbooks == rows(quickbooks_csv([invoice(tax=tax)]))[0]["*ItemTaxCode"]


def test_a_credit_note_is_negative_for_xero_and_positive_for_quickbooks():
    taken_back = [credit_note(invoice(tax=STANDARD))]
    xero, quickbooks = rows(xero_csv(taken_back)), rows(quickbooks_csv(taken_back))

    assert [("2026-0002", "2026-0001", "-1"), ("2026-0002", "2026-0001", "-6.75")] == [
        (row["*InvoiceNumber"], row["Reference"], row["*Quantity"]) for row in xero
    ]
    assert [("2026-0002", "6.75", "675.00", "128.25")] == [
        (row["*InvoiceNo"], row["ItemQuantity"], row["*ItemAmount"], row["ItemTaxAmount"]) for row in quickbooks[1:]
    ]


def test_hours_that_are_not_a_short_decimal_are_in_the_description():
    document = invoice("en", line("Twenty minutes", "1/3", "12000.00"))
    (row,) = rows(xero_csv([document]))

    assert ("Twenty minutes · 0:20 h", "1", "4000.00") == (row["*Description"], row["*Quantity"], row["*UnitAmount"])


def test_no_text_that_people_wrote_runs_as_a_formula():
    evil = "=HYPERLINK(1)"
    document = invoice(
        "en",
        line(evil, "1", "1.00"),
        buyer=replace(BUYER, name=evil, address=(evil,) * 6),
        number="+1",
        retainer_title="@x",
    )
    cells = [
        cell
        for text in (xero_csv([document]), quickbooks_csv([document]))
        for row in rows(text)
        for cell in row.values()
    ]

    assert not [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))]
    assert f"'{evil}, '{evil}, '{evil}" in cells


def test_a_document_with_several_rates_is_refused():
    document = invoice(tax=STANDARD)
    several = replace(document, taxes=(*document.taxes, TaxTotal(Tax(), document.net, document.net)))

    with pytest.raises(ValueError, match="several tax rates"):
        xero_csv([several])
