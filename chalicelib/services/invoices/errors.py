"""Reasons why an invoice cannot be issued, changed or voided: each says what to do instead."""

from collections.abc import Sequence
from datetime import date

from chalicelib.domain.billing import InvoiceId, InvoiceRecord
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, RetainerId


class IncompleteBillingError(HourTabError):
    """The set-up does not fully identify seller or buyer. `missing` lists its keys as in docs/setup.md."""

    def __init__(self, invoice: InvoiceId, missing: Sequence[str]) -> None:
        keys = ", ".join(f"`{key}`" for key in missing)
        super().__init__(
            f"The invoice {invoice} stays a draft: an invoice has to name seller and buyer. "
            f"Add {keys} to the set-up file, apply it, and issue again."
        )
        self.invoice = invoice
        self.missing = tuple(missing)


class UnprintableError(HourTabError):
    """The document has characters that its fonts lack. `characters` lists them; `in_work`: only its work log does."""

    def __init__(self, invoice: InvoiceId, characters: Sequence[str], *, in_work: bool = False) -> None:
        advice = (
            "They are in the work log: leave it out by `work_log: no` in the client's `billing` of the set-up file"
            if in_work
            else "Write the names and texts that have them in Latin, Greek or Cyrillic letters in the set-up file"
        )
        super().__init__(
            f"The invoice {invoice} gets no number: its document cannot print {' '.join(characters)}. {advice}, "
            "apply it, and try again."
        )
        self.invoice = invoice
        self.characters = tuple(characters)


class UnfinishedInvoiceError(HourTabError):
    """The cycle of a retainer that shares the invoice is not closed."""

    def __init__(self, invoice: InvoiceId, retainer: RetainerId, closes_on: date) -> None:
        super().__init__(
            f"The invoice {invoice} gets no number yet: the cycle of {retainer} is a part of it and closes on "
            f"{closes_on}. Issue it then, or write `one_invoice: no` in `clients.{retainer.client}.billing` of the "
            "set-up file and apply it, so that that cycle gets an invoice of its own."
        )
        self.invoice = invoice
        self.retainer = retainer


class LongWorkLogError(HourTabError):
    """The work log is too long for a document."""

    def __init__(self, invoice: InvoiceId, client: ClientId, count: int) -> None:
        super().__init__(
            f"The invoice {invoice} gets no number: its work log of {count} entries is too long to be printed. Write "
            f"`work_log: no` in `clients.{client}.billing` of the set-up file, apply it, and try again."
        )
        self.invoice = invoice
        self.count = count


class FrozenInvoiceError(HourTabError):
    """An issued invoice never changes."""

    def __init__(self, record: InvoiceRecord) -> None:
        number = record.document.number if record.document else record.id
        super().__init__(
            f"The invoice {number} is {record.state.value} and never changes; "
            f"`hourtab invoice void {record.id}` voids an issued one by a credit note."
        )
        self.record = record


class VoidInvoiceError(HourTabError):
    """A void invoice cannot be issued again."""

    def __init__(self, record: InvoiceRecord) -> None:
        super().__init__(
            f"The invoice {record.id} was voided by the credit note {record.voided_by} and cannot be issued again; "
            + (
                f"its cycle has the draft {record.followed_by}."
                if record.followed_by
                else "charge the rest on a later draft with `hourtab invoice adjust`."
            )
        )
        self.record = record


class NotIssuedError(HourTabError):
    """Only an issued invoice can be voided."""

    def __init__(self, record: InvoiceRecord) -> None:
        super().__init__(
            f"{record.id} is a draft, not issued yet: `hourtab invoice adjust` changes it."
            if record.document is None
            else f"{record.id} is a credit note, which cannot be voided; charge it on a later invoice."
        )
        self.record = record


class IssueDateError(HourTabError):
    """The date would be in the future, before the period's end, or break the order of dates in the series."""

    def __init__(self, on: date, earliest: date, latest: date, *, is_of_number: bool) -> None:
        what = "the date of the last number" if is_of_number else "the last day of the period"
        super().__init__(f"An invoice cannot be dated {on}: name a day from {earliest}, {what}, up to today, {latest}.")
        self.on = on


class AdjustmentError(HourTabError):
    """The amount is zero, or too large a deduction."""
