"""The invoice of a cycle as lines (docs/concepts.md, "Invoice of a cycle"): values that others word and lay out.

The flat fee is charged in full whether or not the hours were used; hours beyond the retainer follow at the
rate of their work date, and hours that were bought for the cycle at their own price. Each line is rounded once,
half away from zero, and the net sum adds rounded lines.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import StrEnum
from fractions import Fraction

from chalicelib.domain.approval import Approval
from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleStatement
from chalicelib.domain.ids import CycleId
from chalicelib.domain.quantities import HOUR, Money, round_half_away
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import grant_of, terms_at


class LineKind(StrEnum):
    """What a line charges."""

    FEE = "fee"
    """The flat fee of the cycle."""
    OVERAGE = "overage"
    """Hours of this cycle beyond all lots."""
    AGREED = "agreed"
    """Such hours that the client has approved, at the rate that was asked for."""
    DEBT = "debt"
    """Overruns of earlier cycles that no allotment could absorb any more, because the retainer ends."""
    TOP_UP = "top_up"
    """Hours that were bought for the cycle."""


@dataclass(frozen=True, slots=True)
class InvoiceLine:
    """One line: amount = quantity × unit price, rounded once.

    Its wording (`wording_id`) speaks of `seconds`, the allotment of a fee or else the hours charged, and of
    `price_of_hour`.
    """

    kind: LineKind
    seconds: int
    quantity: Fraction
    """1 for a fee or a top-up, else exact hours."""
    unit_price: Money
    amount: Money
    price_of_hour: Money | None
    """For the wording only, so rounded to the minor unit: fee ÷ allotment (None without an allotment), price ÷
    hours of a top-up, else the unit price."""
    is_regular_rate: bool = False
    """Whether hours are charged at the retainer's regular rate, the "normal price"."""
    approved_by: str = ""
    """Of agreed hours: who approved them."""
    approved_on: date | None = None
    """On which day, in the retainer's zone."""


@dataclass(frozen=True, slots=True)
class InvoiceBalance:
    """The cycle's hours in seconds, were it closed as it stands.

    allotment + carried_in + topped_up + corrected
    = deducted + (used - overage) + expired + forfeited + capped + carried_out.
    """

    allotment_seconds: int
    carried_in_seconds: int
    topped_up_seconds: int
    corrected_seconds: int
    deducted_seconds: int
    used_seconds: int
    overage_seconds: int
    expired_seconds: int
    forfeited_seconds: int
    capped_seconds: int
    carried_out_seconds: int
    debt_out_seconds: int

    def __add__(self, other: "InvoiceBalance") -> "InvoiceBalance":
        """The hours of both."""
        return InvoiceBalance(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


@dataclass(frozen=True, slots=True)
class Invoice:
    """What a cycle costs and why; `net` is the sum of the lines before tax."""

    cycle: CycleId
    lines: tuple[InvoiceLine, ...]
    net: Money
    balance: InvoiceBalance
    at_regular_rate: Money
    """What the used hours would have cost outside the retainer, at the regular rate of each work date."""

    @property
    def saves(self) -> bool:
        """Whether that is more than it costs."""
        return self.at_regular_rate.minor > self.net.minor


def invoice_of(retainer: Retainer, statement: CycleStatement) -> Invoice:
    """The invoice of a cycle; of one that still runs, what it would be if it closed as it stands."""
    fee = grant_of(retainer, statement.period).fee
    lines = (
        *_fee_line(fee, statement.figures.allotment_seconds),
        *_overage_lines(retainer, statement),
        *_debt_line(statement),
        *_top_up_lines(statement),
    )
    net = sum((line.amount for line in lines), Money(0, fee.currency))
    return Invoice(statement.id, lines, net, _balance(statement), _at_regular_rate(retainer, statement, fee.currency))


def wording_id(line: InvoiceLine) -> str:
    """The message id of a line's wording, which each language has; see `InvoiceLine` for what is filled in.

    One of `fee`, `fee.no_hours`, `overage.regular`, `overage`, `agreed`, `agreed.unnamed`, `debt`, `top_up`.
    """
    if line.kind is LineKind.FEE and line.price_of_hour is None:
        return "fee.no_hours"
    if line.kind is LineKind.AGREED and not line.approved_by:
        return "agreed.unnamed"
    return "overage.regular" if line.kind is LineKind.OVERAGE and line.is_regular_rate else line.kind.value


def _fee_line(fee: Money, allotment: int) -> Iterator[InvoiceLine]:
    """The flat fee; no line where the retainer neither charges one nor grants hours."""
    if fee.minor or allotment:
        reduced = fee.times(Fraction(HOUR, allotment)) if allotment else None
        yield InvoiceLine(LineKind.FEE, allotment, Fraction(1), fee, fee, reduced)


def _overage_lines(retainer: Retainer, statement: CycleStatement) -> Iterator[InvoiceLine]:
    """One line for each approval and for each rate of the other hours, in the order in which the work reached them.

    Where overruns are deducted, only what was approved is billed.
    """
    if not statement.billed_seconds:
        return
    agreed: Counter[Approval] = Counter()
    hours: Counter[tuple[Money, bool]] = Counter()
    for one, parts in zip(statement.entries, statement.covers(), strict=True):
        agreed.update(dict(parts))
        if rest := one.overage_seconds - sum(seconds for _, seconds in parts):
            terms = terms_at(retainer, one.entry.date)
            hours[terms.price_beyond, terms.price_beyond == terms.regular_rate] += rest
    for approval, seconds in agreed.items():
        yield _agreed_line(retainer, approval, seconds)
    if statement.billed_seconds < statement.figures.overage_seconds:
        return
    for (rate, is_regular), seconds in hours.items():
        yield _hours_line(LineKind.OVERAGE, seconds, rate, is_regular=is_regular)


def _agreed_line(retainer: Retainer, approval: Approval, seconds: int) -> InvoiceLine:
    line = _hours_line(LineKind.AGREED, seconds, approval.rate, is_regular=False)
    by, at = approval.answer, approval.settled_at
    day = today(at, retainer.zone) if at else None
    return replace(line, approved_by=by.name if by else "", approved_on=day)


def _debt_line(statement: CycleStatement) -> Iterator[InvoiceLine]:
    """Older debt that is billed at the retainer's end, at the rate of its last day."""
    debt = max(statement.billed_seconds - statement.figures.overage_seconds, 0)
    if debt:
        yield _hours_line(LineKind.DEBT, debt, statement.terms.price_beyond, is_regular=False)


def _top_up_lines(statement: CycleStatement) -> Iterator[InvoiceLine]:
    """One line for each purchase that has a price, by its day."""
    for one in sorted(statement.top_ups, key=lambda bought: (bought.bought_on, bought.id)):
        if one.price is not None:
            of_hour = one.price.times(Fraction(HOUR, one.seconds)) if one.seconds else None
            yield InvoiceLine(LineKind.TOP_UP, one.seconds, Fraction(1), one.price, one.price, of_hour)


def _hours_line(kind: LineKind, seconds: int, rate: Money, *, is_regular: bool) -> InvoiceLine:
    quantity = Fraction(seconds, HOUR)
    return InvoiceLine(kind, seconds, quantity, rate, rate.times(quantity), rate, is_regular)


def _balance(statement: CycleStatement) -> InvoiceBalance:
    figures = statement.figures
    return InvoiceBalance(
        allotment_seconds=figures.allotment_seconds,
        carried_in_seconds=figures.carried_seconds,
        topped_up_seconds=figures.topped_up_seconds,
        corrected_seconds=figures.corrected_seconds,
        deducted_seconds=figures.deducted_seconds + statement.repaying_seconds,
        used_seconds=figures.used_seconds,
        overage_seconds=figures.overage_seconds,
        expired_seconds=figures.expired_seconds + statement.lapsing_seconds,
        forfeited_seconds=statement.forfeited_seconds,
        capped_seconds=statement.capped_seconds,
        carried_out_seconds=sum(lot.seconds for lot in statement.carried_out),
        debt_out_seconds=statement.debt_out_seconds,
    )


def _at_regular_rate(retainer: Retainer, statement: CycleStatement, currency: str) -> Money:
    hours: Counter[Money] = Counter()
    for one in statement.entries:
        hours[terms_at(retainer, one.entry.date).regular_rate] += one.accounted_seconds
    return Money(round_half_away(sum((r.minor * Fraction(s, HOUR) for r, s in hours.items()), Fraction(0))), currency)
