from dataclasses import replace
from datetime import date
from io import BytesIO

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.calendar import period_of
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close
from chalicelib.domain.terms import RoundingLevel
from chalicelib.services.cycles.read_balance import balance_of
from chalicelib.services.store.books import ClientHead
from tests.builders import ACME_SUPPORT, hours, retainer, rounding, rule, terms, used
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
    return rig.imports.preview(BytesIO(csv_of(*rows).encode()), key).report


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


def test_a_preview_counts_what_earlier_cycles_used_that_the_file_says_nothing_of():
    rig = Rig(carrying())
    rig.drop(row("2026-10-10", "15:00"))
    (november,) = preview(rig, row("2026-11-10", "1:00")).cycles

    assert (hours("13"), hours("12")) == (november.before_remaining, november.after_remaining)


def test_a_closed_cycle_keeps_the_balance_with_which_it_was_closed():
    of, january = retainer(terms(allotment="20:00")), used("2026-01-01", "7:00")
    settled = settle(of, period_of(of, january.id.start), january, CarryForward(), date(2026, 2, 1))
    closed, _ = close(january, settled, NOW)
    position = {ACME_SUPPORT.retainer: ClosingPosition(date(2026, 2, 1))}
    rig = Rig(replace(carrying(), head=ClientHead(positions=position)))
    rig.ledger.cycles[closed.id] = closed

    january, november = preview(rig, row("2026-01-20", "1:00")).cycles

    assert (hours("13"), hours("13")) == (january.before_remaining, january.after_remaining)
    assert hours("1") == november.before_remaining - november.after_remaining


def test_a_preview_accounts_a_worker_s_day_under_all_names():
    per_day = terms(rounded=rounding("0:15", level=RoundingLevel.DAY))
    aliases = Aliases((Renamed("Ada Lovelace", ("Ada Byron",)),))
    plain = book()
    rig = Rig(replace(plain, aliases=aliases, retainers=(replace(plain.retainers[0], terms=(per_day,)),)))
    rows = [row("2026-01-05", "0:05", user=name) for name in ("Ada Byron", "Ada Lovelace")]

    (january,) = preview(rig, *rows).cycles

    assert hours("9:45") == january.after_remaining


def test_an_import_reads_no_chain_of_cycles_and_reports_no_balance():
    rig = Rig(carrying())
    (change,) = rig.drop(row("2026-11-10", "1:00")).report.cycles

    assert (None, None) == (change.before_remaining, change.after_remaining)
    assert {10, 11, 12} >= {cycle.start.month for read in rig.ledger.reads for cycle in read}
