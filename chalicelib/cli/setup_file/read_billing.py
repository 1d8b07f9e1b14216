"""Reads seller, buyer and tax from `setup.yaml`."""

from fractions import Fraction

from chalicelib.cli.setup_file import billing_scalars, scalars
from chalicelib.cli.setup_file.billing_scalars import TaxCategory
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section
from chalicelib.domain.parties import NO_BUYER, NO_SELLER, ClientBilling, OperatorBilling, Party, Tax


def read_seller(operator: Section) -> OperatorBilling:
    """The section `billing` of the operator."""
    section = operator.section("billing", "`billing`", SECTIONS["operator.billing"])
    if section is None:
        return NO_SELLER
    return OperatorBilling(
        party=_party(section),
        series=section.get("series", billing_scalars.series, NO_SELLER.series),
        payment_days=section.get("payment_days", billing_scalars.payment_days, NO_SELLER.payment_days),
        note=section.get("note", scalars.text, NO_SELLER.note),
    )


def read_buyer(client: Section, problems: Problems) -> ClientBilling:
    """The sections `billing` and `tax` of a client."""
    section = client.section("billing", "`billing`", SECTIONS["clients.billing"])
    party = _party(section) if section else NO_BUYER.party
    tax = _tax(client, problems)
    if tax and tax.category == TaxCategory.REVERSE_CHARGE and not party.vat_id:
        text = "With reverse charge the buyer owes the tax: add the client's `vat_id` to its `billing`."
        problems.add(client.node_of("tax"), text)
    days = section.get("payment_days", billing_scalars.payment_days, None) if section else None
    return ClientBilling(party, days, tax)


def _party(section: Section) -> Party:
    return Party(
        name=section.get("name", scalars.text, ""),
        address=section.list_of("address", scalars.text),
        country=section.get("country", billing_scalars.country, ""),
        vat_id=section.get("vat_id", billing_scalars.vat_id, ""),
        tax_number=section.get("tax_number", scalars.text, ""),
        email=section.get("email", scalars.email, ""),
        iban=section.get("iban", billing_scalars.iban, ""),
        bic=section.get("bic", billing_scalars.bic, ""),
    )


def _tax(client: Section, problems: Problems) -> Tax | None:
    section = client.section("tax", "`tax`", SECTIONS["tax"])
    if section is None:
        return None
    percent = section.need("percent", billing_scalars.percent, Fraction(0))
    default = TaxCategory.STANDARD if percent else None
    category = section.get("category", billing_scalars.category, default)
    tax = Tax(percent, category or TaxCategory.ZERO, section.get("reason", scalars.text, ""))
    if not section.has("percent"):
        return tax
    if category is None:
        text = "Add why no tax is charged: `category` is Z (zero rate), E (exempt), AE (reverse charge) or O (outside)."
        problems.add(section.node_of("percent"), text)
    elif bool(percent) != (category is TaxCategory.STANDARD):
        text = "Category S needs a rate above 0, all others a rate of 0; fix `percent` or `category`."
        problems.add(section.node_of("category"), text)
    elif category in {TaxCategory.EXEMPT, TaxCategory.OUTSIDE} and not tax.reason:
        problems.add(section.node, f"An invoice of the category {category} prints why: add `reason`.")
    return tax
