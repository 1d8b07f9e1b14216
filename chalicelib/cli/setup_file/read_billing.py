"""Reads seller, buyer and tax from `setup.yaml`."""

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.billing_scalars import TaxCategory
from chalicelib.cli.setup_file.sections import Section
from chalicelib.cli.setup_file.shaped import Unreadable, did_you_mean
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.words.formats import LANGUAGES


def read_seller(operator: Section) -> OperatorBilling:
    """The section `billing` of the operator."""
    billing = operator.section("billing")
    return billing.fill(OperatorBilling, party=billing.fill(Party), notes=_notes(billing))


def _notes(billing: Section) -> dict[str, str]:
    notes: dict[str, str] = {}
    for key, value in billing.pairs("notes"):
        try:
            language = scalars.text(key)
            if language not in LANGUAGES:
                near = did_you_mean(language, LANGUAGES) or f" The languages are {', '.join(LANGUAGES)}."
                billing.add(f"HourTab has no texts in `{language}`.{near}", key)
            notes[language] = scalars.text(value)
        except Unreadable as problem:
            billing.add(f"`notes`: {problem}", value)
    return notes


def read_buyer(client: Section) -> ClientBilling:
    """The sections `billing` and `tax` of a client."""
    billing = client.section("billing")
    party, tax = billing.fill(Party), _tax(client)
    if tax and tax.category == TaxCategory.REVERSE_CHARGE and not party.vat_id:
        client.add("With reverse charge the buyer owes the tax: add the client's `vat_id` to its `billing`.", "tax")
    return billing.fill(ClientBilling, party=party, tax=tax)


def _tax(client: Section) -> Tax | None:
    if "tax" not in client:
        return None
    section = client.section("tax")
    percent = section.value("percent")
    category = section.value("category", TaxCategory.STANDARD if percent else None)
    tax = section.fill(Tax, percent=percent, category=category or TaxCategory.ZERO)
    if not section.has("percent"):
        return tax
    if category is None:
        section.add(
            "Add why no tax is charged: `category` is Z (zero rate), E (exempt), AE (reverse charge) or O (outside).",
            "percent",
        )
    elif bool(percent) != (category is TaxCategory.STANDARD):
        section.add("Category S needs a rate above 0, all others a rate of 0; fix `percent` or `category`.", "category")
    elif category in {TaxCategory.EXEMPT, TaxCategory.OUTSIDE} and not tax.reason:
        section.add(f"An invoice of the category {category} prints why: add `reason`.")
    return tax
