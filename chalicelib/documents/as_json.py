"""An issued invoice for other programs: a stable format, described in docs/invoice-files.md, "JSON".

Money is in integer minor units of one currency, time in integer seconds, dates are ISO 8601; only the lines' texts and
what people wrote are localised.
"""

from dataclasses import asdict
from typing import Any

from chalicelib.documents.quantities import HOURS, decimal_quantity, exact, seconds_of
from chalicelib.domain.billing import DocumentLine, InvoiceDocument, TaxTotal


def document_json(document: InvoiceDocument) -> dict[str, Any]:
    """The document as plain values that `json.dumps` accepts."""
    return {
        "number": document.number,
        "kind": document.kind.value,
        "corrects": document.corrects or None,
        "issued_on": document.issued_on.isoformat(),
        "due_on": document.due_on.isoformat(),
        "period": {"start": document.period_start.isoformat(), "end": document.period_end.isoformat()},
        "locale": document.locale,
        "currency": document.gross.currency,
        "seller": asdict(document.seller),
        "buyer": asdict(document.buyer),
        "retainer": document.retainer_title,
        "lines": [_line(line) for line in document.lines],
        "net_minor": document.net.minor,
        "taxes": [_tax(total) for total in document.taxes],
        "gross_minor": document.gross.minor,
        "balance": asdict(document.balance),
        "at_regular_rate_minor": document.at_regular_rate.minor,
        "carry_over": document.carry_over,
        "sections": [
            {
                "retainer": one.retainer_title,
                "period": {"start": one.period_start.isoformat(), "end": document.period_end.isoformat()},
                "balance": asdict(one.balance),
                "carry_over": one.carry_over,
            }
            for one in document.parts
        ],
        "payment_terms": document.payment_terms,
        "note": document.note,
        "purchase_order": document.purchase_order,
        "reference": document.reference,
    }


def _line(line: DocumentLine) -> dict[str, Any]:
    quantity = decimal_quantity(line)
    return {
        "text": line.text,
        "quantity": None if quantity is None else f"{quantity:f}",
        "seconds": seconds_of(line) if line.unit == HOURS else None,
        "unit": line.unit,
        "unit_price_minor": line.unit_price.minor,
        "amount_minor": line.amount.minor,
    }


def _tax(total: TaxTotal) -> dict[str, Any]:
    return {
        "percent": f"{exact(total.tax.percent):f}",
        "category": total.tax.category,
        "reason": total.tax.reason,
        "net_minor": total.net.minor,
        "amount_minor": total.amount.minor,
    }
