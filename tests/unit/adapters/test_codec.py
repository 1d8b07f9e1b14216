import json
from dataclasses import fields
from datetime import date
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.adapters.codec import UnknownFormatError, from_document, pack_document, to_document, unpack_document
from chalicelib.domain.aliases import Aliases
from chalicelib.domain.billing import (
    Adjustment,
    DocumentLine,
    InvoiceDocument,
    InvoiceKind,
    InvoiceRecord,
    TaxTotal,
    WorkLine,
)
from chalicelib.domain.cycle import Lot
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.invoice import Invoice, InvoiceBalance, InvoiceLine
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.routing import ClientRule, InboxRule
from chalicelib.domain.terms import CarryOver, Overrun, Rounding, Terms, Unused
from chalicelib.intake.rows import SourceHints
from chalicelib.services.store.import_record import ImportPart, ImportRecord
from tests.effort import tries

texts = st.sampled_from(["", "a", "Zürich 🚑", "\x00"])
terms = st.builds(Terms, rounding=st.builds(Rounding, multipliers=st.dictionaries(texts, st.fractions(), max_size=2)))
retainers = st.builds(Retainer, terms=st.lists(terms, min_size=1, max_size=2).map(tuple))

KINDS = [
    Aliases,
    Client,
    ClientBilling,
    OperatorBilling,
    InvoiceRecord,
    ClientRule,
    InboxRule,
    SourceHints,
    Lot,
    ImportRecord,
    ImportPart,
]


@pytest.mark.parametrize(("kind", "values"), [*((kind, st.from_type(kind)) for kind in KINDS), (Retainer, retainers)])
def test_every_stored_value_comes_back_exactly(kind: type, values: st.SearchStrategy[object]):
    @settings(max_examples=tries(40))
    @given(values)
    def comes_back(value: object):
        assert value == from_document(kind, json.loads(json.dumps(to_document(value))))
        assert value == unpack_document(kind, pack_document(value))

    comes_back()


STORED_RETAINER = {
    "id": {"client": "acme", "retainer": "support"},
    "title": "Support",
    "zone": "Europe/Berlin",
    "starts_on": "2026-01-31",
    "terms": [
        {
            "effective_from": "2026-01-31",
            "allotment_seconds": 72000,
            "fee": {"minor": 100000, "currency": "EUR"},
            "regular_rate": {"minor": 10000, "currency": "EUR"},
            "overage_rate": None,
            "carry_over": {
                "unused": "carry",
                "cap": {"seconds": None, "percent": 50},
                "expires_after": 2,
                "overrun": "deduct",
            },
            "rounding": {
                "increment_seconds": 900,
                "minimum_seconds": 0,
                "level": "day",
                "multipliers": {"after hours": "3/2"},
            },
            "alert_percents": [75, 90, 100],
        }
    ],
    "length": "month",
    "anchor_day": None,
    "ends_on": None,
    "live_from": "2026-02-28",
    "partial": "prorated",
    "grace_days": 3,
}
"""Stored data of the first release: a change here breaks existing deployments."""


def test_the_stored_format_is_still_read():
    read = from_document(Retainer, STORED_RETAINER)

    assert RetainerId(ClientId("acme"), RetainerSlug("support")) == read.id
    assert (date(2026, 1, 31), date(2026, 2, 28)) == (read.starts_on, read.live_from)
    (terms,) = read.terms
    assert Money(100000, "EUR") == terms.fee
    assert {"after hours": Fraction(3, 2)} == terms.rounding.multipliers
    assert (Unused.CARRY, Overrun.DEDUCT) == (terms.carry_over.unused, terms.carry_over.overrun)
    assert STORED_RETAINER | {"late_work": "post", "pauses": [], "hidden": False} == to_document(read)


STORED_INVOICE = {
    Party: "name address country vat_id tax_number email iban bic phone web",
    Tax: "percent category reason",
    OperatorBilling: "party series payment_days note notes compares",
    ClientBilling: "party payment_days tax purchase_order reference work_log",
    Adjustment: "reason amount made_at",
    InvoiceLine: "kind seconds quantity unit_price amount price_of_hour is_regular_rate",
    InvoiceBalance: "allotment_seconds carried_in_seconds topped_up_seconds corrected_seconds deducted_seconds "
    "used_seconds overage_seconds expired_seconds forfeited_seconds capped_seconds carried_out_seconds "
    "debt_out_seconds",
    Invoice: "cycle lines net balance at_regular_rate",
    DocumentLine: "text quantity unit unit_price amount",
    TaxTotal: "tax net amount",
    WorkLine: "day text about seconds",
    InvoiceDocument: "number kind issued_on due_on period_start period_end locale seller buyer retainer_title lines "
    "net taxes gross balance at_regular_rate carry_over payment_terms corrects note hours_format "
    "purchase_order reference compares shows_contact work",
    InvoiceRecord: "id cycle period_end drafted_at invoice adjustments state kind document voided_by followed_by "
    "version",
}
"""The stored fields of an invoice: more may be added, none of these removed."""


@pytest.mark.parametrize("kind", STORED_INVOICE)
def test_an_invoice_that_was_issued_can_be_read_for_good(kind: type):
    assert set(STORED_INVOICE[kind].split()) <= {field.name for field in fields(kind)}
    assert [each.value for each in InvoiceKind] == ["invoice", "credit_note"]


def test_a_document_that_is_older_than_a_field_takes_its_default():
    assert Rounding(60) == from_document(Rounding, {"increment_seconds": 60})


def test_a_default_is_stored_so_that_a_new_default_does_not_change_old_terms():
    assert {"unused": "forfeit", "cap": None, "expires_after": None, "overrun": "bill"} == to_document(CarryOver())


def test_a_field_that_a_newer_program_added_is_refused_rather_than_dropped():
    with pytest.raises(UnknownFormatError, match=r"Money\.tax"):
        from_document(Money, {"minor": 1, "currency": "EUR", "tax": 19})
