from dataclasses import replace
from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.services.cycles.read_balance import balance_of
from tests.builders import hours, rule, terms
from tests.effort import tries
from tests.import_rig import NOW, SUPPORT, Rig, book, csv_of, row

CARRIED = terms("2026-01-01", allotment="10:00", carry_over=rule(carry=True, cap="8", expires_after=1))


def carrying(*slugs):
    """A client whose unused hours carry over, so that a change in spring affects the summer."""
    plain = book("acme", *slugs)
    return replace(plain, retainers=tuple(replace(one, terms=(CARRIED,)) for one in plain.retainers))


def balances(rig):
    """The remaining hours of every cycle up to today, by retainer and first day."""
    balance = balance_of(rig.directory.books["acme"], NOW, rig.ledger)
    return {
        (one.retainer.id, each.period.start): each.figures.remaining_seconds
        for one in balance.retainers
        for each in one.statements
    }


def preview(rig, *rows, key=SUPPORT):
    return rig.imports.preview(BytesIO(csv_of(*rows).encode()), key)


days = st.dates(date(2026, 1, 1), date(2026, 11, 20))
worked = st.lists(st.tuples(days, st.integers(1, 9), st.sampled_from(["a", "b"])), max_size=8)


def rows_of(found):
    return [row(str(day), f"{long}:00", text) for day, long, text in found]


@settings(max_examples=tries(30))
@given(worked, worked)
def test_a_preview_shows_the_balances_that_the_import_then_produces(counted, dropped):
    rig = Rig(carrying("support", "advisory"))
    rig.drop(*rows_of(counted))
    before = balances(rig)
    previewed = {(one.retainer, one.start): one for one in preview(rig, *rows_of(dropped)).cycles}
    rig.drop(*rows_of(dropped))
    after = balances(rig)

    assert {place: before[place] for place in previewed} == {
        place: one.before_remaining for place, one in previewed.items()
    }
    assert {place: after[place] for place in previewed} == {
        place: one.after_remaining for place, one in previewed.items()
    }


def test_a_preview_of_a_cycle_includes_the_file_s_effect_on_the_cycle_before():
    rig = Rig(carrying())
    (october, november) = preview(rig, row("2026-10-10", "16:00"), row("2026-11-10", "1:00")).cycles

    assert (hours("10"), hours("2")) == (october.before_remaining, october.after_remaining)
    assert (hours("18"), hours("11")) == (november.before_remaining, november.after_remaining)


def test_an_import_reads_no_chain_of_cycles_and_reports_no_balance():
    rig = Rig(carrying())
    (change,) = rig.drop(row("2026-11-10", "1:00")).report.cycles

    assert (None, None) == (change.before_remaining, change.after_remaining)
    assert {10, 11, 12} >= {cycle.start.month for read in rig.ledger.reads for cycle in read}
