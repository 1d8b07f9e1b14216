"""The invariants of a statement: no second appears or vanishes (docs/concepts.md, "Lots and draws").

granted = drawn + deducted + expired + forfeited + capped + remaining, for each lot, each cycle and a whole
chain; used = drawn + overage; and an overrun is deducted, billed or carried on, once.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise

from chalicelib.domain.cycle import CycleStatement, LotOrigin, LotStatement
from chalicelib.domain.entry import Pool
from chalicelib.domain.year import year_of

Equation = tuple[str, int, int]
"""An equation that must hold, in words, and its two sides in seconds."""


class ConservationError(AssertionError):
    """A statement does not add up. `statement`, `rule`, `left`, `right` say where and by how much."""

    def __init__(self, statement: CycleStatement, rule: str, left: int, right: int) -> None:
        super().__init__(f"{statement.id}: {rule}: {left} is not {right}")
        self.statement = statement
        self.rule = rule
        self.left = left
        self.right = right


def check(statement: CycleStatement) -> None:
    """Raise ConservationError unless every figure of the statement follows from its lots and entries."""
    for equations in (_lots(statement), _entries(statement), _figures(statement), _close(statement)):
        for rule, left, right in equations:
            if left != right:
                raise ConservationError(statement, rule, left, right)
    for one in statement.lots:
        if min(_parts(one)) < 0:
            raise ConservationError(statement, f"no part of lot {one.lot.id} is negative", min(_parts(one)), 0)


def check_chain(chain: Sequence[CycleStatement]) -> None:
    """Check each statement, and that each cycle begins with exactly what the one before carried forward."""
    for statement in chain:
        check(statement)
    for before, after in pairwise(chain):
        handed = sum(lot.seconds for lot in before.carried_out)
        if handed != after.figures.carried_seconds:
            raise ConservationError(after, "carried in = carried out before", after.figures.carried_seconds, handed)
        if before.debt_out_seconds != after.debt_in_seconds:
            raise ConservationError(after, "debt in = debt out before", after.debt_in_seconds, before.debt_out_seconds)
    for cycles in (chain[first:last] for last in range(1, len(chain) + 1) for first in {0, last - 1, last // 2}):
        for today in (cycles[-1].period.start, cycles[-1].period.end):
            _check_year(cycles, today)


def _check_year(cycles: Sequence[CycleStatement], today: date) -> None:
    year = year_of(cycles, today)
    granted = year.carried_seconds + year.included_seconds + year.topped_up_seconds + year.corrected_seconds
    lost = year.deducted_seconds + year.expired_seconds + year.forfeited_seconds + year.capped_seconds
    drawn = year.used_seconds - year.overage_seconds
    granted += year.opening_seconds
    if granted != lost + drawn + year.left_seconds:
        raise ConservationError(cycles[-1], "a year adds up", granted, lost + drawn + year.left_seconds)
    for shares in (year.by_work_type, year.by_project, year.by_ticket):
        if sum(share.seconds for share in shares) != year.used_seconds:
            raise ConservationError(cycles[-1], "shares add up to the used hours", len(shares), year.used_seconds)


def _parts(one: LotStatement) -> tuple[int, ...]:
    return (
        one.drawn_seconds,
        one.deducted_seconds,
        one.expired_seconds,
        one.forfeited_seconds,
        one.capped_seconds,
        one.remaining_seconds,
    )


def _lots(statement: CycleStatement) -> Iterator[Equation]:
    drawn: Counter[str] = Counter()
    for entry in statement.entries:
        for part in entry.draws:
            drawn[part.lot_id] += part.seconds
    for one in statement.lots:
        yield f"lot {one.lot.id} = its parts", one.lot.seconds, sum(_parts(one))
        yield f"drawn from {one.lot.id} = draws of entries", one.drawn_seconds, drawn.pop(one.lot.id, 0)
    yield "every draw names a lot", drawn.total(), 0


def _entries(statement: CycleStatement) -> Iterator[Equation]:
    for one in statement.entries:
        covered = sum(part.seconds for part in one.draws) + one.overage_seconds
        yield f"accounted time of {one.entry.date} = draws + overage", one.accounted_seconds, covered
        if one.entry.pool is not Pool.RETAINER:
            yield "outside the retainer's pool nothing draws", one.accounted_seconds + one.given_back_seconds, 0


def _figures(statement: CycleStatement) -> Iterator[Equation]:
    figures, lots = statement.figures, statement.lots
    granted: Counter[str] = Counter()
    for one in lots:
        earlier = one.lot.granted_in < statement.period.start
        granted["carried" if earlier else one.lot.origin] += one.lot.seconds
    yield "allotment = its lot", figures.allotment_seconds, granted[LotOrigin.ALLOTMENT]
    yield "carried = carried lots", figures.carried_seconds, granted[LotOrigin.CARRIED]
    yield "topped up = top-ups", figures.topped_up_seconds, granted[LotOrigin.TOP_UP]
    yield "corrected = corrections", figures.corrected_seconds, granted[LotOrigin.CORRECTION]
    yield "deducted = deducted of lots", figures.deducted_seconds, sum(one.deducted_seconds for one in lots)
    yield "expired = expired of lots", figures.expired_seconds, sum(one.expired_seconds for one in lots)
    yield "used = accounted time", figures.used_seconds, sum(one.accounted_seconds for one in statement.entries)
    yield "overage = overage of entries", figures.overage_seconds, sum(one.overage_seconds for one in statement.entries)
    yield (
        "used = drawn + overage",
        figures.used_seconds,
        sum(one.drawn_seconds for one in lots) + figures.overage_seconds,
    )
    yield "remaining = what lots hold - overage", figures.remaining_seconds, _held(lots) - figures.overage_seconds


def _close(statement: CycleStatement) -> Iterator[Equation]:
    figures = statement.figures
    out = sum(lot.seconds for lot in statement.carried_out)
    ends = statement.forfeited_seconds + statement.capped_seconds + statement.lapsing_seconds
    ends += statement.repaying_seconds
    yield "held = carried out + forfeited + capped + lapsing + repaying", _held(statement.lots), out + ends
    yield (
        "debt in + overage = deducted + repaying + billed + debt out",
        statement.debt_in_seconds + figures.overage_seconds,
        figures.deducted_seconds + statement.repaying_seconds + statement.billed_seconds + statement.debt_out_seconds,
    )


def _held(lots: Sequence[LotStatement]) -> int:
    """What the cycle close disposes of, whether or not it has been applied to the lots."""
    return sum(one.remaining_seconds + one.forfeited_seconds + one.capped_seconds for one in lots)
