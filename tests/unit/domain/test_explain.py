"""Each number of a balance taken apart into the lots and entries that made it."""

from hypothesis import given

from chalicelib.domain.explain import EntryPart, Figure, explain
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statements
from tests.builders import day, entry, hours, ledger, ledgers, retainer, rule, terms, top_up, used
from tests.unit.domain.strategies import books, quick

JANUARY, FEBRUARY = "2026-01-01", "2026-02-01"


@given(books())
@quick
def test_the_parts_of_every_figure_add_up_to_it(book: tuple[Retainer, dict, object]):
    for statement in statements(*book):
        explanation = explain(statement)

        for figure in Figure:
            parts = sum(part.seconds for part in explanation.figures[figure])
            assert parts == getattr(statement.figures, f"{figure}_seconds")
        for story in explanation.lots:
            assert sum(part.seconds for part in story.drawn_by) == story.lot.drawn_seconds
            assert (story.given_back_by is None) or story.given_back_by.given_back_seconds == story.lot.lot.seconds


def test_a_balance_below_zero_names_the_work_that_no_hours_covered():
    of = retainer(terms(carry_over=rule(carry=True)))
    february_work = ledger(
        FEBRUARY,
        [entry("2026-02-03", "12:00", description="Server"), entry("2026-02-04", "9:00"), entry("2026-02-05", "-1:00")],
        top_ups=[top_up(FEBRUARY, "2:00")],
    )

    _, february = statements(of, ledgers(used(JANUARY, "7:00"), february_work), day("2026-02-10"))
    explanation = explain(february)

    server, second, given_back = february.entries
    assert explanation.figures[Figure.REMAINING] == (EntryPart(second, -hours("5")),)
    assert [(str(one.lot.lot.origin), one.drawn_by) for one in explanation.lots] == [
        ("carried", (EntryPart(server, hours("3")),)),
        ("allotment", (EntryPart(server, hours("9")), EntryPart(second, hours("1")))),
        ("top_up", (EntryPart(second, hours("2")),)),
        ("correction", (EntryPart(second, hours("1")),)),
    ]
    assert explanation.lots[-1].given_back_by == given_back
