"""An issued invoice as an electronic invoice of EN 16931: the XML of Factur-X and ZUGFeRD, in the syntax CII.

For the command line only: the library is in no function's package. Terms such as BT-31 and rules such as BR-CO-26 are
the standard's. A credit note has type 381 and positive amounts. A line whose hours are not a short decimal is billed in
seconds, at a price per 3,600 of them, so that it multiplies out.
"""

import re
from datetime import timedelta
from decimal import Decimal

from drafthorse.models.accounting import ApplicableTradeTax
from drafthorse.models.document import Document
from drafthorse.models.note import IncludedNote
from drafthorse.models.party import TaxRegistration, TradeParty
from drafthorse.models.payment import PaymentMeans, PaymentTerms
from drafthorse.models.tradelines import LineItem

from chalicelib.documents.quantities import decimal_quantity, exact, seconds_of, signed
from chalicelib.domain.billing import DocumentLine, InvoiceDocument, InvoiceKind, TaxTotal
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.parties import Party
from chalicelib.domain.quantities import HOUR, currency_exponent
from chalicelib.render.text import plain

_PROFILE = "urn:cen.eu:en16931:2017"
_SCHEMA = "FACTUR-X_EN16931"
_TYPES = {InvoiceKind.INVOICE: "380", InvoiceKind.CREDIT_NOTE: "381"}
_VAT = "VAT"
_OUTSIDE = "O"
_REASON_CODES = {"AE": "VATEX-EU-AE", "O": "VATEX-EU-O"}
_SECONDS = "SEC"
_SEPA, _CREDIT_TRANSFER = "58", "30"
_VAT_ID, _TAX_NUMBER = "VA", "FC"
_EMAIL = "EM"
_POSTCODE = re.compile(r"(\d{4} [A-Z]{2}|\d{3} \d{2}|\d[\d-]{3,6}) (.+)")
"""A postcode before the town: 1017 CX Amsterdam, 110 00 Praha, 20457 Hamburg, 00-950 Warszawa."""


def einvoice_xml(document: InvoiceDocument) -> bytes:
    """The XML, checked against the schema.

    Raises:
        NotAnEInvoiceError: something that the standard requires is missing; the message says what to add.
    """
    problems = lacking(document)
    if problems:
        raise NotAnEInvoiceError(document.number, problems)
    sign = -1 if document.kind is InvoiceKind.CREDIT_NOTE else 1
    doc = Document()
    doc.context.guideline_parameter.id = _PROFILE
    _header(doc, document)
    _parties(doc, document)
    _settlement(doc, document, sign)
    for number, line in enumerate(document.lines, 1):
        doc.trade.items.add(_line(line, number, document.taxes[0], sign))
    return bytes(doc.serialize(schema=_SCHEMA))


def _header(doc: Document, document: InvoiceDocument) -> None:
    doc.header.id = plain(document.number)
    doc.header.type_code = _TYPES[document.kind]
    doc.header.issue_date_time = document.issued_on
    rules = (
        f"{one.retainer_title}: {one.carry_over}" if document.sections else one.carry_over for one in document.parts
    )
    for text in filter(None, map(plain, (document.note, *rules))):
        note = IncludedNote()
        note.content = text
        doc.header.notes.add(note)


def _parties(doc: Document, document: InvoiceDocument) -> None:
    doc.trade.agreement.buyer_reference = plain(document.reference) or None
    doc.trade.agreement.buyer_order.issuer_assigned_id = plain(document.purchase_order) or None
    outside = document.taxes[0].tax.category == _OUTSIDE  # such an invoice must not have a VAT id (BR-O-02)
    seller, buyer = doc.trade.agreement.seller, doc.trade.agreement.buyer
    _party(seller, document.seller, vat_id="" if outside else document.seller.vat_id)
    _party(buyer, document.buyer, vat_id="" if outside else document.buyer.vat_id)
    if document.seller.tax_number:
        seller.tax_registrations.add(_registration(_TAX_NUMBER, document.seller.tax_number))
    if outside or not document.seller.vat_id:
        seller.id = plain(document.seller.tax_number or document.seller.vat_id)  # BR-CO-26


def _party(made: TradeParty, party: Party, *, vat_id: str) -> None:
    made.name = plain(party.name)
    _address(made, party)
    if party.email:
        made.electronic_address.uri_ID = (_EMAIL, party.email)
    if vat_id:
        made.tax_registrations.add(_registration(_VAT_ID, vat_id))


def _address(made: TradeParty, party: Party) -> None:
    """Three lines, postcode and town (BG-5, BG-8); further lines are joined to the third."""
    *lines, town = [plain(line) for line in party.address] or [""]
    parts = [*lines[:2], ", ".join(lines[2:])]
    found = _POSTCODE.fullmatch(town) if lines else None
    for field, text in zip(("line_one", "line_two", "line_three"), parts, strict=False):
        setattr(made.address, field, text or None)
    made.address.postcode = found[1] if found else None
    made.address.city_name = found[2] if found else town or None
    made.address.country_id = party.country


def _registration(scheme: str, number: str) -> TaxRegistration:
    made = TaxRegistration()
    made.id = (scheme, plain(number))
    return made


def _settlement(doc: Document, document: InvoiceDocument, sign: int) -> None:
    settled, currency = doc.trade.settlement, document.gross.currency
    settled.currency_code = currency
    settled.period.start = document.period_start
    settled.period.end = doc.trade.delivery.event.occurrence = document.period_end - timedelta(days=1)
    settled.trade_tax.add(_tax(document.taxes[0], sign))
    if document.corrects:
        settled.invoice_referenced_document.issuer_assigned_id = plain(document.corrects)
    _payment(doc, document)
    net, tax, gross = (signed(each, sign) for each in (document.net, document.taxes[0].amount, document.gross))
    total = settled.monetary_summation
    total.line_total = net
    total.charge_total = total.allowance_total = Decimal(0)
    total.tax_basis_total = net
    total.tax_total = (tax, currency)
    total.grand_total = gross
    total.prepaid_total = Decimal(0)
    total.due_amount = gross


def _payment(doc: Document, document: InvoiceDocument) -> None:
    terms = PaymentTerms()
    terms.description = plain(document.payment_terms) or None
    if document.kind is InvoiceKind.INVOICE:
        terms.due = document.due_on
        if document.seller.iban:
            doc.trade.settlement.payment_means.add(_means(document))
    doc.trade.settlement.terms.add(terms)


def _means(document: InvoiceDocument) -> PaymentMeans:
    means = PaymentMeans()
    means.type_code = _SEPA if document.gross.currency == "EUR" else _CREDIT_TRANSFER
    means.payee_account.iban = "".join(document.seller.iban.split())
    means.payee_account.account_name = plain(document.seller.name)
    if document.seller.bic:
        means.payee_institution.bic = document.seller.bic
    return means


def _tax(total: TaxTotal, sign: int) -> ApplicableTradeTax:
    made = ApplicableTradeTax()
    _rate(made, total)
    made.calculated_amount = signed(total.amount, sign)
    made.basis_amount = signed(total.net, sign)
    if not total.tax.percent and total.tax.category != "Z":
        made.exemption_reason = plain(total.tax.reason) or None
        made.exemption_reason_code = _REASON_CODES.get(total.tax.category)
    return made


def _rate(made: ApplicableTradeTax, total: TaxTotal) -> None:
    made.type_code = _VAT
    made.category_code = total.tax.category
    if total.tax.category != _OUTSIDE:  # BR-O-05
        made.rate_applicable_percent = exact(total.tax.percent)


def _line(line: DocumentLine, number: int, tax: TaxTotal, sign: int) -> LineItem:
    made = LineItem()
    made.document.line_id = str(number)
    made.product.name = plain(line.text)
    quantity, unit, base = _quantity(line)
    price = line.unit_price.amount
    made.agreement.net.amount = abs(price)  # BR-27: a deduction has a negative quantity, not a negative price
    if base != 1:
        made.agreement.net.basis_quantity = (Decimal(base), unit)
    made.delivery.billed_quantity = (sign * (-quantity if price < 0 else quantity), unit)
    _rate(made.settlement.trade_tax, tax)
    made.settlement.monetary_summation.total_amount = signed(line.amount, sign)
    return made


def _quantity(line: DocumentLine) -> tuple[Decimal, str, int]:
    """Quantity, unit, and the number of units that the price is for."""
    quantity = decimal_quantity(line)
    return (Decimal(seconds_of(line)), _SECONDS, HOUR) if quantity is None else (quantity, line.unit, 1)


_PLACES = 2
_CATEGORIES = {"S", "Z", "E", "AE", "O"}


class NotAnEInvoiceError(HourTabError):
    """The invoice `number` cannot be an e-invoice; `problems` are sentences that say what to do."""

    def __init__(self, number: str, problems: tuple[str, ...]) -> None:
        self.number = number
        self.problems = problems
        super().__init__(f"{number} cannot be an e-invoice: {' '.join(problems)}")


def lacking(document: InvoiceDocument) -> tuple[str, ...]:
    """What is missing, in the order of the set-up; empty if the e-invoice can be written."""
    seller, buyer, currency = document.seller, document.buyer, document.gross.currency
    needs = (
        (seller.name, "Add the seller's name as `operator.billing.name`."),
        (seller.address, "Add the seller's address as `operator.billing.address`."),
        (seller.country, "Add the seller's country as `operator.billing.country`, such as DE."),
        (seller.vat_id or seller.tax_number, "Add `operator.billing.vat_id` or `operator.billing.tax_number`."),
        (buyer.name, "Add the buyer's name as the client's `billing.name`."),
        (buyer.country, "Add the buyer's country as the client's `billing.country`, such as FR."),
        (
            currency_exponent(currency) <= _PLACES,
            f"EN 16931 has two decimal places and {currency} has three: send the PDF instead.",
        ),
    )
    return (*(sentence for is_there, sentence in needs if not is_there), *_tax_problems(document))


def _tax_problems(document: InvoiceDocument) -> tuple[str, ...]:
    if len(document.taxes) != 1:
        return (
            "Set exactly one tax for the client: `tax: {percent: 19}`, or `tax: {percent: 0, category: O, reason: …}`.",
        )
    total, problems = document.taxes[0], []
    category = total.tax.category
    if category not in _CATEGORIES:
        problems.append(f"The client's `tax.category` is {category}: it has to be S, Z, E, AE or O.")
    if category == "E" and not total.tax.reason:  # reverse charge and out-of-scope work have a code instead
        problems.append(f"Add why no tax is charged as the client's `tax.reason`, for category {category}.")
    if (category == "S") != bool(total.tax.percent):
        problems.append(f"A tax of category {category} and its `tax.percent` contradict each other: S is above 0 %.")
    if category == "AE" and not (document.seller.vat_id and document.buyer.vat_id):
        problems.append("Reverse charge needs `vat_id` in the `billing` of both the operator and the client.")
    return tuple(problems)
