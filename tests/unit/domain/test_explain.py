"""A balance explained by the sum, the lots and the work behind it."""

from collections import Counter

from hypothesis import given

from chalicelib.domain.cycle import LotOrigin
from chalicelib.domain.explain import Step, steps
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statements
from tests.builders import day, entry, hours, ledger, ledgers, retainer, rule, terms, top_up, used
from tests.unit.domain.strategies import books, quick

JANUARY, FEBRUARY = "2026-01-01", "2026-02-01"


@given(books())
@quick
def test_the_sum_is_made_of_its_lots_and_the_lots_are_drawn_by_its_work(book: tuple[Retainer, dict, object]):
    for statement in statements(*book):
        *made, result = steps(statement.figures)
        assert ("remaining", sum(step.sign * step.seconds for step in made)) == (result.figure, result.seconds)
        assert sum(one.lot.seconds for one in statement.lots) == sum(step.seconds for step in made if step.sign == 1)
        drawn = Counter()
        for work in statement.entries:
            drawn.update({part.lot_id: part.seconds for part in work.draws})
        assert {one.lot.id: one.drawn_seconds for one in statement.lots if one.drawn_seconds} == dict(drawn)
        assert sum(one.overage_seconds for one in statement.entries) == statement.figures.overage_seconds


def test_a_balance_below_zero_names_the_work_that_no_hours_covered():
    of = retainer(terms(carry_over=rule(carry=True)))
    february_work = ledger(
        FEBRUARY,
        [entry("2026-02-03", "12:00", description="Server"), entry("2026-02-04", "9:00"), entry("2026-02-05", "-1:00")],
        top_ups=[top_up(FEBRUARY, "2:00")],
    )

    _, february = statements(of, ledgers(used(JANUARY, "7:00"), february_work), day("2026-02-10"))

    server, second, _ = february.entries
    assert steps(february.figures) == (
        Step("allotment", 1, hours("10")),
        Step("carried", 1, hours("3")),
        Step("topped_up", 1, hours("2")),
        Step("corrected", 1, hours("1")),
        Step("used", -1, hours("21")),
        Step("remaining", 0, -hours("5")),
    )
    work = tuple(one for one in february.entries if one.draws or one.overage_seconds)
    assert (work, february.figures.overage_seconds) == ((server, second), hours("5"))
    assert [one.lot.origin for one in february.lots] == list(LotOrigin)


def test_granted_and_used_hours_are_shown_even_if_they_are_zero():
    (january,) = statements(retainer(terms(allotment="0")), {}, day("2026-01-10"))

    assert steps(january.figures) == (Step("allotment", 1, 0), Step("used", -1, 0), Step("remaining", 0, 0))
