"""The invoice of a cycle as lines."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given

from chalicelib.domain.billing import Series, credit_id, invoice_id
from chalicelib.domain.cycle import CycleLedger, CycleStatement
from chalicelib.domain.invoice import Invoice, LineKind, invoice_of, wording_id
from chalicelib.domain.quantities import HOUR, Money, round_half_away
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.statements import statements
from tests.builders import day, entry, hours, ledger, ledgers, money, retainer, rule, terms, top_up, used
from tests.unit.domain.strategies import books, quick

JANUARY, FEBRUARY = "2026-01-01", "2026-02-01"
AT_A_PRICE = {LineKind.FEE, LineKind.TOP_UP}
"""Lines with a quantity of one; the others charge hours."""


def invoices(of: Retainer, *stored: CycleLedger, today: str = "2026-02-01") -> list[Invoice]:
    return [invoice_of(of, one) for one in statements(of, ledgers(*stored), day(today)) if one.period.end <= day(today)]


def lines_of(invoice: Invoice) -> list[tuple[str, int, Money | None, Money]]:
    """What the lines say and charge."""
    return [(wording_id(line), line.seconds, line.price_of_hour, line.amount) for line in invoice.lines]


def test_twenty_hours_at_fifty_and_26_75_used_cost_1675():
    of = retainer(terms(allotment="20:00", fee="1000.00", rate="100.00"))

    (invoice,) = invoices(of, used(JANUARY, "20:00", "6:45"))

    assert lines_of(invoice) == [
        ("fee", hours("20"), money("50"), money("1,000.00")),
        ("overage.regular", hours("6.75"), money("100"), money("675.00")),
    ]
    assert invoice.net == money("1,675.00")


def test_the_fee_is_charged_in_full_for_seven_of_ten_hours():
    of = retainer(terms(allotment="10:00", fee="800.00"))

    (invoice,) = invoices(of, used(JANUARY, "7:00"))

    assert lines_of(invoice) == [("fee", hours("10"), money("80"), money("800.00"))]
    assert invoice.balance.forfeited_seconds == hours("3")
    assert invoice.at_regular_rate == money("700.00")


def test_what_is_left_of_the_last_cycle_s_lots_repays_older_debt():
    of = retainer(terms(allotment="10:00", carry_over=rule(deduct=True)), ends="2026-03-01")
    stored = used(JANUARY, "20:00", "15:00"), ledger(FEBRUARY, top_ups=[top_up("2026-02-05", "5:00")])

    (_, last) = invoices(of, *stored, today="2026-03-01")

    assert hours("15") == last.balance.deducted_seconds
    assert [hours("10")] == [line.seconds for line in last.lines if line.kind is LineKind.DEBT]

    *_, running = statements(of, ledgers(*stored), day("2026-02-20"))
    assert (hours("10"), hours("5")) == (running.figures.deducted_seconds, running.repaying_seconds)
    assert last.balance == invoice_of(of, running).balance, "the draft says the same before the end"


def test_ids_of_invoices_name_the_cycle_and_numbers_of_a_series_go_on():
    january = invoice_id(ledger(JANUARY).id)
    series = Series("2026", 41, day(JANUARY)).next(day(FEBRUARY))

    assert ("acme/support/2026-01-01", "acme/support/2026-01-01/credit") == (january, credit_id(january))
    assert ("2026-0042", day(FEBRUARY)) == (series.number, series.last_on)


def test_carry_over_does_not_change_the_fee():
    of = retainer(terms(allotment="40:00", fee="800.00", carry_over=rule(carry=True, deduct=True)))

    both = invoices(of, used(JANUARY, "30:00"), used(FEBRUARY, "60:00"), today="2026-03-01")

    assert [invoice.net for invoice in both] == [money("800.00"), money("800.00")]


def test_twenty_hours_for_5000_and_25_used_at_200_cost_6000():
    of = retainer(terms(allotment="20:00", fee="5000.00", rate="250.00", overage_rate="200.00"))

    (invoice,) = invoices(of, used(JANUARY, "25:00"))

    assert invoice.net == money("6,000.00")
    assert lines_of(invoice)[1] == ("overage", hours("5"), money("200"), money("1,000.00"))


def test_overage_is_charged_at_the_rate_of_its_work_date_one_line_for_each_rate():
    of = retainer(terms(allotment="1:00", rate="100"), terms("2026-01-10", allotment="1:00", rate="120"))
    work = ledger(JANUARY, [entry("2026-01-05", "2:00"), entry("2026-01-11", "1:00"), entry("2026-01-09", "1:00")])

    (invoice,) = invoices(of, work)

    assert [(line.seconds, line.unit_price, line.amount) for line in invoice.lines[1:]] == [
        (hours("2"), money("100"), money("200")),
        (hours("1"), money("120"), money("120")),
    ]
    assert invoice.at_regular_rate == money("420")


def test_each_line_is_rounded_once_half_away_from_zero():
    of = retainer(terms(allotment="0", fee="0", rate="0.15"))

    (invoice,) = invoices(of, used(JANUARY, "0:30", "0:20"))

    # 0.15 × 5/6 = 0.125; entry by entry it would be 0.08 + 0.05
    assert invoice.net == money("0.13")


def test_a_retainer_without_hours_has_no_reduced_rate():
    of = retainer(terms(allotment="0", fee="50.00"))

    (invoice,) = invoices(of, used(JANUARY, "2:00"))

    assert lines_of(invoice) == [
        ("fee.no_hours", 0, None, money("50")),
        ("overage.regular", hours("2"), money("100"), money("200")),
    ]


def test_a_retainer_without_hours_and_fee_charges_only_the_work():
    of = retainer(terms(allotment="0", fee="0"))

    assert [line.kind for line in invoices(of, used(JANUARY, "2:00"))[0].lines] == [LineKind.OVERAGE]
    assert invoices(of)[0].lines == ()


def test_overruns_that_are_deducted_are_billed_only_when_the_retainer_ends():
    of = retainer(terms(carry_over=rule(deduct=True)), ends="2026-03-01")

    january, february = invoices(of, used(JANUARY, "23:00"), used(FEBRUARY, "1:00"), today="2026-03-01")

    assert lines_of(january) == [("fee", hours("10"), money("100"), money("1000"))]
    assert lines_of(february) == [
        ("fee", hours("10"), money("100"), money("1000")),
        ("overage.regular", hours("1"), money("100"), money("100")),
        ("debt", hours("3"), money("100"), money("300")),
    ]


def test_bought_hours_follow_with_their_own_price():
    dear = replace(top_up("2026-01-20", "3:00", lot_id="b"), price=money("250.00"))
    cheap = replace(top_up("2026-01-10", "5:00", lot_id="c"), price=money("400.00"))
    given_away = top_up("2026-01-05", "1:00", lot_id="a")

    (invoice,) = invoices(
        retainer(), ledger(JANUARY, [entry("2026-01-02", "20:00")], top_ups=[dear, cheap, given_away])
    )

    assert lines_of(invoice) == [
        ("fee", hours("10"), money("100"), money("1000")),
        ("overage.regular", hours("1"), money("100"), money("100")),
        ("top_up", hours("5"), money("80"), money("400")),
        ("top_up", hours("3"), money("83.33"), money("250")),
    ]
    assert invoice.net == money("1,750.00")


def test_the_balance_on_the_invoice_adds_up_while_the_cycle_is_open():
    of = retainer(terms(carry_over=rule(carry=True, cap="4:00", expires_after=1)))
    stored = ledger(JANUARY, [entry("2026-01-02", "3:00")], top_ups=[top_up(JANUARY, "2:00", expires="2026-01-10")])
    _, february = statements(of, ledgers(stored), day("2026-02-10"))

    balance = invoice_of(of, february).balance

    assert (balance.carried_in_seconds, balance.expired_seconds) == (hours("4"), hours("4"))
    assert (balance.capped_seconds, balance.carried_out_seconds) == (hours("6"), hours("4"))


@given(books())
@quick
def test_every_invoice_adds_up_and_every_line_multiplies_out(book: tuple[Retainer, dict, object]):
    of = book[0]
    for statement in statements(*book):
        invoice = invoice_of(of, statement)

        assert invoice.net.minor == sum(line.amount.minor for line in invoice.lines)
        assert charged_seconds(invoice) == statement.billed_seconds
        for line in invoice.lines:
            assert line.amount.minor == round_half_away(line.quantity * line.unit_price.minor)
            assert line.kind in AT_A_PRICE or line.quantity == Fraction(line.seconds, HOUR)
        assert_balanced(invoice, statement)


def charged_seconds(invoice: Invoice) -> int:
    return sum(line.seconds for line in invoice.lines if line.kind not in AT_A_PRICE)


def assert_balanced(invoice: Invoice, statement: CycleStatement) -> None:
    one = invoice.balance
    granted = one.allotment_seconds + one.carried_in_seconds + one.topped_up_seconds + one.corrected_seconds
    drawn = one.used_seconds - one.overage_seconds
    ended = one.expired_seconds + one.forfeited_seconds + one.capped_seconds
    assert granted == one.deducted_seconds + drawn + ended + one.carried_out_seconds
    assert one.debt_out_seconds == statement.debt_out_seconds


def test_bought_money_without_hours_has_no_price_of_an_hour_and_a_top_up_is_one_piece():
    bought = replace(top_up("2026-01-10", "0:00"), price=money("50.00"))

    (invoice,) = invoices(retainer(), ledger(JANUARY, top_ups=[bought]))

    line = invoice.lines[-1]
    assert (LineKind.TOP_UP, 1, money("50"), None) == (line.kind, line.quantity, line.amount, line.price_of_hour)


def test_older_debt_is_not_called_the_regular_rate():
    of = retainer(terms(carry_over=rule(deduct=True)), ends="2026-03-01")

    _, february = invoices(of, used(JANUARY, "23:00"), used(FEBRUARY, "1:00"), today="2026-03-01")

    assert [False, True, False] == [line.is_regular_rate for line in february.lines]
