"""English invoices."""

from chalicelib.domain.billing import InvoiceKind
from chalicelib.words.invoice_texts import DocumentTexts, InvoiceTexts
from chalicelib.words.texts import Counted

TEXTS = InvoiceTexts(
    service="Service",
    amount="Amount",
    net="Total net amount",
    hours=Counted("{count} hour", "{count} hours"),
    lines={
        "fee": "Retainer ({hours} at {price})",
        "fee.no_hours": "Retainer",
        "overage.regular": "{hours} at the normal price ({price})",
        "overage": "{hours} beyond the retainer ({price})",
        "debt": "{hours} overrun in earlier periods ({price})",
        "top_up": "Top-up ({hours} at {price})",
    },
    overage="Beyond the retainer",
    forfeited="Forfeited",
    capped="Above the limit for carrying over",
    carried_out="Carried to the next period",
    at_regular_rate="All used hours at the normal price",
)

DOCUMENT = DocumentTexts(
    title={InvoiceKind.INVOICE: "Invoice", InvoiceKind.CREDIT_NOTE: "Credit note"},
    issued_on="Date",
    due_on="Due",
    period="Period",
    retainer="Retainer",
    corrects="Cancels invoice",
    buyer="Bill to",
    quantity="Quantity",
    unit_price="Unit price",
    vat="VAT {percent}",
    tax="Tax {percent}",
    gross="Total amount",
    reverse_charge="Reverse charge: the recipient of the service owes the tax.",
    vat_id="VAT ID",
    tax_number="Tax number",
    pay="Please pay {gross} by {due}.",
    hours_of="Hours, {period}",
    compared="{name}: {amount}",
    page="Page {page} of {pages}",
)
