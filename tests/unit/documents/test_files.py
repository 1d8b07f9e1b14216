"""JSON, and the names of files."""

import json
from fractions import Fraction

import pytest

from chalicelib.documents.as_json import document_json
from chalicelib.documents.pdf import file_name
from chalicelib.domain.parties import Tax
from tests.unit.documents.samples import credit_note, invoice, line


def test_programs_get_whole_numbers_dates_and_the_balance():
    found = json.loads(json.dumps(document_json(invoice("de-DE", tax=Tax(Fraction(77, 10))))))

    assert ("2026-0001", "invoice", None) == (found["number"], found["kind"], found["corrects"])
    assert ("2026-11-04", "2026-11-18") == (found["issued_on"], found["due_on"])
    assert {"start": "2026-10-01", "end": "2026-11-01"} == found["period"]
    assert ("EUR", 167500, 180398) == (found["currency"], found["net_minor"], found["gross_minor"])
    assert {
        "text": "6,75 Stunden zum Normalpreis (100 €)",
        "quantity": "6.75",
        "seconds": 24300,
        "unit": "HUR",
        "unit_price_minor": 10000,
        "amount_minor": 67500,
    } == found["lines"][1]
    assert [{"percent": "7.7", "category": "S", "reason": "", "net_minor": 167500, "amount_minor": 12898}] == found[
        "taxes"
    ]
    assert 96300 == found["balance"]["used_seconds"]
    assert ["Hafenstraße 7", "20457 Hamburg"] == found["seller"]["address"]


def test_a_quantity_that_is_not_a_short_decimal_is_given_in_seconds_only():
    (found,) = document_json(invoice("en", line("Work", "1/3", "12000.00")))["lines"]

    assert (None, 1200) == (found["quantity"], found["seconds"])


def test_a_credit_note_names_the_invoice_it_cancels():
    found = document_json(credit_note(invoice()))

    assert ("credit_note", "2026-0001", -167500) == (found["kind"], found["corrects"], found["gross_minor"])


@pytest.mark.parametrize(
    ("number", "name"),
    [
        ("2026-0001", "2026-0001.pdf"),
        ("HT/2026-0001", "HT-2026-0001.pdf"),
        ("../../etc/x", "etc-x.pdf"),
        ("№ 7", "7.pdf"),
        ("…", "invoice.pdf"),
    ],
)
def test_the_pdf_is_named_by_its_number_in_characters_valid_on_every_system(number, name):
    assert name == file_name(invoice(number=number))
