"""The invoice that a cycle would have if it closed now. Nothing is written, numbered or issued."""

from dataclasses import dataclass, replace
from datetime import date, datetime

from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.invoice import Invoice, invoice_of
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.cycles.read_balance import balance_of
from chalicelib.services.store.books import Directory
from chalicelib.services.store.ledger import Ledger
from chalicelib.services.store.lookup import find_client, find_retainer


class NoCycleError(HourTabError):
    """The retainer has no cycle on that day, or not yet."""

    def __init__(self, retainer: Retainer, day: date, statements: tuple[CycleStatement, ...]) -> None:
        served = f"from {retainer.starts_on}"
        if statements:
            served += f" up to {statements[-1].period.end}"
        super().__init__(
            f"{retainer.id} has no cycle on {day}: its cycles so far run {served}; name a day in one of them."
        )
        self.retainer = retainer
        self.day = day


@dataclass(frozen=True, slots=True)
class InvoicePreview:
    """An invoice with everything needed to show it."""

    client: Client
    retainer: Retainer
    statement: CycleStatement
    invoice: Invoice


def preview_invoice(
    client: str, retainer: str, day: date | None, now: datetime, *, directory: Directory, ledger: Ledger
) -> InvoicePreview:
    """The invoice of the cycle that contains `day`; without a day, of the current cycle.

    Raises:
        UnknownNameError: there is no such client or retainer.
        NoCycleError: the retainer has no cycle on that day, or it is in the future.
    """
    book = find_client(directory, client)
    found = find_retainer(book, retainer)
    [balance] = balance_of(replace(book, retainers=(found,)), now, ledger).retainers
    day = day or (balance.current.period.start if balance.current else balance.today)
    statement = next((one for one in balance.statements if one.period.start <= day < one.period.end), None)
    if statement is None:
        raise NoCycleError(found, day, balance.statements)
    return InvoicePreview(book.client, found, statement, invoice_of(found, statement))
