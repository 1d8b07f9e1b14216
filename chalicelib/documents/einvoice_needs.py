"""What EN 16931 asks for that an invoice of ours may lack, each with what to add to the set-up."""

from chalicelib.domain.billing import InvoiceDocument, TaxTotal
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import currency_exponent

_PLACES = 2
_CATEGORIES = {"S", "Z", "E", "AE", "O"}


class NotAnEInvoiceError(HourTabError):
    """The invoice `number` cannot be an e-invoice; `problems` are sentences that say what to do."""

    def __init__(self, number: str, problems: tuple[str, ...]) -> None:
        self.number = number
        self.problems = problems
        super().__init__(f"{number} cannot be an e-invoice: {' '.join(problems)}")


def lacking(document: InvoiceDocument) -> tuple[str, ...]:
    """What is missing, in the order of the set-up; nothing where the e-invoice can be written."""
    seller, buyer = document.seller, document.buyer
    needs = (
        (seller.name, "Add the seller's name as `operator.billing.name`."),
        (seller.address, "Add the seller's address as `operator.billing.address`."),
        (seller.country, "Add the seller's country as `operator.billing.country`, such as DE."),
        (seller.vat_id or seller.tax_number, "Add `operator.billing.vat_id` or `operator.billing.tax_number`."),
        (buyer.name, "Add the buyer's name as the client's `billing.name`."),
        (buyer.country, "Add the buyer's country as the client's `billing.country`, such as FR."),
        (currency_exponent(document.gross.currency) <= _PLACES, _too_fine(document.gross.currency)),
    )
    return (*(sentence for is_there, sentence in needs if not is_there), *_tax_problems(document))


def _tax_problems(document: InvoiceDocument) -> tuple[str, ...]:
    if len(document.taxes) != 1:
        return ("Say the one tax of the client: `tax: {percent: 19}`, or `tax: {percent: 0, category: O, reason: …}`.",)
    total, problems = document.taxes[0], []
    category = total.tax.category
    if category not in _CATEGORIES:
        problems.append(f"The client's `tax.category` is {category}: it has to be S, Z, E, AE or O.")
    if _needs_reason(total):
        problems.append(f"Add why no tax is charged as the client's `tax.reason`, for category {category}.")
    if (category == "S") != bool(total.tax.percent):
        problems.append(f"A tax of category {category} and its `tax.percent` contradict each other: S is above 0 %.")
    if category == "AE" and not (document.seller.vat_id and document.buyer.vat_id):
        problems.append("Reverse charge needs `vat_id` in the `billing` of both the operator and the client.")
    return tuple(problems)


def _needs_reason(total: TaxTotal) -> bool:
    """Exempt work says why; reverse charge and work outside the scope of tax have a code that says it."""
    return total.tax.category == "E" and not total.tax.reason


def _too_fine(currency: str) -> str:
    return f"EN 16931 has two decimal places and {currency} has three: send the PDF instead."
