"""Issuing a draft, and voiding an invoice by a credit note."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from operator import add
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import (
    Adjustment,
    DocumentLine,
    InvoiceDocument,
    InvoiceId,
    InvoiceKind,
    InvoiceRecord,
    InvoiceState,
    Series,
    WorkLine,
)
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.quantities import Money, round_half_away
from chalicelib.domain.retainer import HoursFormat, Issuing, Retainer
from chalicelib.domain.statements import statements
from chalicelib.services.cycles.close_due import draft_of
from chalicelib.services.invoices.build_document import build_document, credit_of
from chalicelib.services.invoices.errors import (
    AdjustmentError,
    FrozenInvoiceError,
    IncompleteBillingError,
    IssueDateError,
    LongWorkLogError,
    NotIssuedError,
    UnprintableError,
    VoidInvoiceError,
)
from chalicelib.services.invoices.issue import adjust, issue, void
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.invoices.read import invoice_of_cycle, show_invoice
from chalicelib.services.store.audit import Act
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.lookup import UnknownNameError
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import TaskKind
from chalicelib.words.formats import Formats
from chalicelib.words.invoices import word_section
from tests.builders import day, hours, money, retainer, rule, terms, used
from tests.invoice_rig import BUYER, DRAFTED, JANUARY, NOW, OPERATOR, SELLER, FakeInvoices, book, draft, drafts, ports
from tests.unit.domain.strategies import books, quick

DOCS = Path(__file__).resolve().parents[4] / "docs/invoicing.md"
SEED_ID = "acme/support/2026-01-01"


def stored(of: InvoicePorts) -> FakeInvoices:
    assert isinstance(of.invoices, FakeInvoices)
    return of.invoices


def document_of(record: InvoiceRecord) -> InvoiceDocument:
    assert record.document
    return record.document


def lines_of(document: InvoiceDocument) -> list[tuple[str, Fraction, str, Money]]:
    return [(one.text.replace("\N{NO-BREAK SPACE}", " "), one.quantity, one.unit, one.amount) for one in document.lines]


def test_the_seed_s_month_becomes_invoice_number_one():
    of = ports(draft(), of=book(locale="de-DE"))

    issued = issue(of, SEED_ID)

    document = document_of(issued)
    assert lines_of(document) == [
        ("Kontingent (20 Stunden zu 50 €)", Fraction(1), "C62", money("1,000.00")),
        ("6,75 Stunden zum Normalpreis (100 €)", Fraction("6.75"), "HUR", money("675.00")),
    ]
    assert (document.number, document.kind, document.locale) == ("2026-0001", InvoiceKind.INVOICE, "de-DE")
    assert (document.issued_on, document.due_on) == (day("2026-02-05"), day("2026-02-19"))
    assert (document.period_start, document.period_end) == (day(JANUARY), day("2026-02-01"))
    assert (document.net, document.gross) == (money("1,675.00"), money("1,993.25"))
    assert [(one.net, one.amount) for one in document.taxes] == [(money("1,675.00"), money("318.25"))]
    assert document.at_regular_rate == money("2,675.00")
    assert document.carry_over == "Nicht genutzte Stunden verfallen am Monatsende."
    assert document.payment_terms == "Thank you."
    assert issued == of.invoices.read(issued.id)


def test_the_page_about_invoicing_shows_the_costs_of_the_seed_s_month():
    document = document_of(issue(ports(draft()), SEED_ID))
    formats = Formats()
    rows = [(line.text, formats.quantity(line.quantity), line.unit_price, line.amount) for line in document.lines]
    [tax] = document.taxes
    sums = [("Total net amount", document.net), ("VAT 19 %", tax.amount), ("Gross", document.gross)]

    said = DOCS.read_text(encoding="utf-8").replace("at 50 €)", "at €50)").replace("(100 €)", "(€100)")

    for text, quantity, price, amount in rows:
        assert f"| {text} | {quantity} | {euros(price)} | {euros(amount)} |" in said
    assert all(f"| {text} | | | {euros(amount)} |" in said for text, amount in sums)


def euros(amount: Money) -> str:
    return f"{amount.amount:,} €"


def test_seller_and_buyer_are_named_as_in_the_set_up_if_billing_has_no_name():
    document = document_of(issue(ports(draft()), SEED_ID))

    named = ports(
        draft(),
        of=book(billing=replace(BUYER, party=replace(BUYER.party, name="Acme Holding"), payment_days=30)),
        operator=replace(OPERATOR, billing=replace(SELLER, party=replace(SELLER.party, name="Fjordblick AS"))),
    )
    other = document_of(issue(named, SEED_ID))

    assert document.seller == replace(SELLER.party, name="Fjordblick IT", email="hello@fjordblick.example")
    assert document.buyer == replace(BUYER.party, name="Acme Ltd")
    assert (other.seller.name, other.buyer.name) == ("Fjordblick AS", "Acme Holding")
    assert other.due_on == day("2026-03-07")


def test_number_invoice_mail_and_audit_record_are_written_together():
    of = ports(draft())

    issued = issue(of, SEED_ID)

    [mail], [act] = stored(of).tasks, stored(of).audit
    assert (mail.about, mail.client, mail.created_at) == ((SEED_ID,), "acme", NOW)
    assert (act.act, act.about, act.details) == (Act.ISSUE_INVOICE, SEED_ID, "2026-0001")
    assert stored(of).series["2026"].last == 1
    assert (issued.state, issued.version) == (InvoiceState.ISSUED, 2)


def test_without_an_address_there_is_no_mail():
    of = ports(draft(), of=book(billing=replace(BUYER, party=replace(BUYER.party, email=""))))

    issue(of, SEED_ID)

    assert stored(of).tasks == []


def test_numbers_follow_each_other_in_each_series_and_year():
    january, february, march = drafts(retainer(), used(JANUARY), until="2026-04-01")
    of = ports(january, february, march, of=book(retainer()))
    prefixed = replace(OPERATOR, billing=replace(SELLER, series="HT-"))
    later = replace(of, clock=lambda: datetime(2027, 1, 1, tzinfo=UTC))

    first = issue(of, january.id)
    of.directory.write_operator(replace(prefixed, version=of.directory.read_operator().version))
    numbers = [first, issue(of, february.id), issue(later, march.id)]

    assert [document_of(one).number for one in numbers] == ["2026-0001", "HT-2026-0001", "HT-2027-0001"]


def test_issuing_twice_is_one_number_and_one_mail():
    of = ports(draft())

    first = issue(of, SEED_ID)

    assert first == issue(of, SEED_ID, day("2026-01-31"))
    assert len(stored(of).tasks) == len(stored(of).audit) == 1


def test_an_issued_invoice_does_not_change_with_the_set_up():
    of = ports(draft())
    issued = issue(of, SEED_ID)
    stored_book = of.directory.read_client(issued.cycle.retainer.client)
    assert stored_book
    of.directory.write_client(replace(stored_book, billing=ClientBilling(Party(name="Apex"), tax=Tax(Fraction(7)))))

    assert issued == issue(of, SEED_ID) == of.invoices.read(issued.id)


def test_a_lost_race_for_the_number_is_retried():
    of = ports(draft())
    invoices = stored(of)
    faster = [replace(invoices.read_series("2026").next(day("2026-02-05")), version=1)]
    issue_now = invoices.issue

    def contested(*arguments: object) -> None:
        if faster:
            invoices.series["2026"] = faster.pop()
            raise StaleWriteError
        issue_now(*arguments)  # type: ignore[arg-type] # what issue() was given

    invoices.issue = contested  # type: ignore[method-assign] # somebody else is faster once

    assert document_of(issue(of, SEED_ID)).number == "2026-0002"


@pytest.mark.parametrize(
    ("operator", "billing", "missing"),
    [
        (OperatorBook("Fjordblick IT"), BUYER, ("address", "country", "vat_id")),
        (replace(OPERATOR, billing=OperatorBilling(replace(SELLER.party, vat_id=""))), BUYER, ("vat_id",)),
        (replace(OPERATOR, name="", email=""), BUYER, ("name",)),
        (OPERATOR, ClientBilling(), ("address", "country")),
        (OPERATOR, replace(BUYER, tax=Tax(Fraction(0), "AE", "Reverse charge")), ("vat_id",)),
    ],
    ids=["no seller", "no tax number", "no name", "no buyer", "reverse charge"],
)
def test_without_an_identity_the_draft_stays_and_the_error_says_what_to_add(operator, billing, missing):
    of = ports(draft(), of=book(billing=billing), operator=operator)

    with pytest.raises(IncompleteBillingError) as error:
        issue(of, SEED_ID)

    assert missing == tuple(key.rpartition(".")[2] for key in error.value.missing)
    assert all(f"`{key}`" in str(error.value) for key in error.value.missing)
    assert stored(of).records[draft().id].state is InvoiceState.DRAFT
    assert stored(of).series == {}


def test_without_taxes_no_tax_number_is_required():
    seller = replace(OPERATOR, billing=OperatorBilling(replace(SELLER.party, vat_id="")))
    numbered = replace(seller, billing=OperatorBilling(replace(seller.billing.party, tax_number="29/815/00815")))
    untaxed = book(billing=replace(BUYER, tax=None))

    document = document_of(issue(ports(draft(), of=untaxed, operator=seller), SEED_ID))

    assert (document.taxes, document.gross) == ((), document.net)
    assert issue(ports(draft(), operator=numbered), SEED_ID)


def test_a_date_is_never_in_the_future_and_never_before_the_last_number():
    january, february = drafts(retainer(), used(JANUARY), until="2026-03-01")
    february = replace(february, period_end=january.period_end)
    of = ports(january, february, of=book(retainer()))

    with pytest.raises(IssueDateError, match="up to today, 2026-02-05"):
        issue(of, january.id, day("2026-02-06"))
    issue(of, january.id, day("2026-02-03"))
    with pytest.raises(IssueDateError, match="from 2026-02-03, the date of the last number"):
        issue(of, february.id, day("2026-02-02"))

    assert document_of(issue(of, february.id, day("2026-02-03"))).number == "2026-0002"


def test_today_is_read_in_the_retainers_zone_and_dates_of_a_series_never_go_back():
    evening = datetime(2026, 2, 5, 23, 30, tzinfo=UTC)
    [in_berlin], [far_west] = drafts(retainer()), drafts(retainer(zone="America/Los_Angeles"))
    of = ports(in_berlin, of=book(retainer()), now=evening)
    first = issue(of, in_berlin.id)
    west = ports(far_west, of=book(retainer(zone="America/Los_Angeles")), now=evening)
    alone = issue(west, far_west.id)
    stored(of).records[far_west.id] = replace(far_west, version=1)
    after = issue(replace(west, invoices=of.invoices), far_west.id)

    assert document_of(first).issued_on == day("2026-02-06")
    assert document_of(alone).issued_on == day("2026-02-05")
    assert document_of(after).issued_on == day("2026-02-06")


def test_a_person_s_line_is_added_to_the_draft_with_its_reason():
    of = ports(draft())

    adjust(of.invoices, SEED_ID, money("-75.00"), "Goodwill for the outage", NOW)
    adjust(of.invoices, SEED_ID, money("20.00"), "Parking", NOW)
    document = document_of(issue(of, SEED_ID))

    assert lines_of(document)[2:] == [
        ("Goodwill for the outage", Fraction(1), "C62", money("-75.00")),
        ("Parking", Fraction(1), "C62", money("20.00")),
    ]
    assert document.net == money("1,620.00")
    assert [(one.act, one.details) for one in stored(of).audit[:2]] == [
        (Act.ADJUST_INVOICE, "-75.00 EUR: Goodwill for the outage"),
        (Act.ADJUST_INVOICE, "20.00 EUR: Parking"),
    ]


@pytest.mark.parametrize(("amount", "sentence"), [("0", "A line of 0"), ("-1675.01", "deduct 1675.00 EUR")])
def test_a_zero_line_or_a_negative_sum_is_refused(amount, sentence):
    of = ports(draft())

    with pytest.raises(AdjustmentError, match=sentence):
        adjust(of.invoices, SEED_ID, money(amount), "Because", NOW)

    assert adjust(of.invoices, SEED_ID, money("-1675.00"), "All of it", NOW)


def test_an_issued_or_void_invoice_takes_no_line():
    of = ports(draft())
    issue(of, SEED_ID)

    with pytest.raises(FrozenInvoiceError, match="2026-0001 is issued"):
        adjust(of.invoices, SEED_ID, money("1"), "Late idea", NOW)
    void(of, SEED_ID, "Wrong")
    with pytest.raises(FrozenInvoiceError, match="2026-0001 is void"):
        adjust(of.invoices, SEED_ID, money("1"), "Later idea", NOW)


def test_a_credit_note_has_the_next_number_the_opposite_amounts_and_both_name_each_other():
    of = ports(draft())
    issued = issue(of, SEED_ID)

    credit = void(of, SEED_ID, "Billed to the wrong firm")

    first, second = document_of(issued), document_of(credit)
    taken_back = of.invoices.read(issued.id)
    followed_by = InvoiceId(f"{SEED_ID}/2")
    assert taken_back == replace(
        issued, state=InvoiceState.VOID, voided_by=credit.id, followed_by=followed_by, version=3
    )
    assert credit == of.invoices.read(credit.id)
    assert (credit.id, credit.kind, credit.state) == (f"{SEED_ID}/credit", InvoiceKind.CREDIT_NOTE, InvoiceState.ISSUED)
    assert (second.number, second.kind, second.corrects) == ("2026-0002", InvoiceKind.CREDIT_NOTE, "2026-0001")
    assert (second.note, second.due_on) == ("Billed to the wrong firm", second.issued_on)
    assert (first.saves, second.saves) == (True, False), "what the hours would have cost is not the note's matter"
    assert (second.gross, first.gross) == (money("-1,993.25"), money("1,993.25"))
    assert [mail.about for mail in stored(of).tasks] == [(SEED_ID,), (credit.id,)]
    assert len({mail.id for mail in stored(of).tasks}) == 2
    assert stored(of).audit[-1].details == "2026-0002: Billed to the wrong firm"


def test_after_a_credit_note_the_cycle_has_a_draft_again_that_takes_today_s_addresses_and_the_next_number():
    of = ports(draft(), of=replace(book(retainer()), issuing=Issuing.AUTOMATIC))
    adjust(of.invoices, SEED_ID, money("20.00"), "Parking", NOW)
    first = issue(of, SEED_ID)
    void(of, SEED_ID, "Wrong firm")
    again = of.invoices.read(InvoiceId(f"{SEED_ID}/2"))

    assert (InvoiceState.DRAFT, (), None, NOW) == (again.state, again.adjustments, again.document, again.drafted_at)
    assert (first.cycle, first.invoice, first.period_end) == (again.cycle, again.invoice, again.period_end)
    assert [] == [one for one in stored(of).tasks if one.kind is TaskKind.ISSUE_DRAFT]
    assert again == invoice_of_cycle(of.invoices, again.cycle, again.period_end)

    moved = book(retainer())
    party = replace(moved.billing.party, address=("Neuer Weg 2", "24103 Kiel"))
    of.directory.write_client(replace(moved, billing=replace(moved.billing, party=party)))
    document = document_of(issue(of, again.id))
    assert ("2026-0003", party.address, money("1,675.00")) == (document.number, document.buyer.address, document.net)

    credit = void(of, again.id, "Wrong again")
    assert f"{SEED_ID}/2/credit" == credit.id
    assert f"{SEED_ID}/3" == invoice_of_cycle(of.invoices, again.cycle, again.period_end).id


def test_no_invoice_is_dated_before_the_last_day_of_its_period():
    of = ports(draft())

    with pytest.raises(IssueDateError, match="from 2026-01-31, the last day of the period, up to today"):
        issue(of, SEED_ID, day("2026-01-30"))
    assert day("2026-01-31") == document_of(issue(of, SEED_ID, day("2026-01-31"))).issued_on


def test_a_name_that_the_document_cannot_print_takes_no_number_and_its_characters_are_named():
    party = replace(BUYER.party, name="深圳 Trading – Łódź Київ", address=("Herzlstr. 1 שלום", "10115 Berlin"))
    of = ports(draft(), of=book(billing=replace(BUYER, party=party)))

    with pytest.raises(UnprintableError, match="cannot print ו ל ם ש 圳 深\\. Write the names"):
        issue(of, SEED_ID)
    assert (Series("2026"), InvoiceState.DRAFT) == (of.invoices.read_series("2026"), of.invoices.read(SEED_ID).state)


def test_a_reason_that_the_credit_note_cannot_print_takes_no_number():
    of = ports(draft())
    issue(of, SEED_ID)

    with pytest.raises(UnprintableError, match="cannot print ש"):
        void(of, SEED_ID, "Wrong ש")
    assert 1 == of.invoices.read_series("2026").last


def test_an_invoice_names_order_and_reference_and_how_to_reach_the_seller():
    billing = replace(BUYER, purchase_order="PO-4711", reference="Cost centre 7")
    operator = replace(OPERATOR, phone="+49 40 555 0", web="https://fjordblick.example/")
    worded = word_document(document_of(issue(ports(draft(), of=book(billing=billing), operator=operator), SEED_ID)))

    assert {("Your order", "PO-4711"), ("Your reference", "Cost centre 7")} <= {*worded.facts}
    assert (("Phone", "+49 40 555 0"), ("E-mail", OPERATOR.email), ("Web", "fjordblick.example")) == worded.contact


def test_an_invoice_keeps_the_logo_that_it_was_issued_with_and_so_does_its_credit_note():
    of = ports(draft(), operator=replace(OPERATOR, logo="a.svg"))
    issue(of, SEED_ID)
    of.directory.write_operator(replace(of.directory.read_operator(), logo="b.svg"))
    credit = void(of, SEED_ID, "wrong hours")
    again = issue(of, f"{SEED_ID}/2")

    assert ["a.svg", "a.svg", "b.svg"] == [
        document_of(one).logo for one in (show_invoice(of, SEED_ID).record, credit, again)
    ]


@pytest.mark.parametrize(("locale", "note"), [("de-DE", "Ohne Abzug."), ("de-AT", "Ohne Abzug."), ("en", "Thank you.")])
def test_the_note_is_that_of_the_client_s_language_or_else_the_general_one(locale, note):
    operator = replace(OPERATOR, billing=replace(SELLER, notes={"de": "Ohne Abzug."}))

    assert note == document_of(issue(ports(draft(), of=book(locale=locale), operator=operator), SEED_ID)).payment_terms


@pytest.mark.parametrize("compares", [True, False])
def test_the_comparison_at_the_regular_rate_can_be_left_out(compares):
    operator = replace(OPERATOR, billing=replace(SELLER, compares=compares))
    document = document_of(issue(ports(draft(), operator=operator), SEED_ID))

    assert (compares, compares) == (document.saves, bool(word_document(document).comparison))


WORK = tuple(
    WorkLine(day(on), text, "Mira Okafor", hours(worked))
    for on, text, worked in (
        ("2026-01-12", "Backup", "20:00"), ("2026-01-14", "Printer", "7:15"), ("2026-01-15", "Time given back", "-0:30")
    )
)  # fmt: skip


def with_work(*work: WorkLine, wants: bool = True) -> InvoicePorts:
    of = ports(draft(), of=book(billing=replace(BUYER, work_log=wants)))
    return replace(of, work=lambda _book, _record, _now: work)


def test_the_work_is_listed_by_choice_with_what_leads_to_the_hours_used():
    issued, plain = issue(with_work(*WORK), SEED_ID), issue(with_work(*WORK, wants=False), SEED_ID)
    worded = word_document(document_of(issued))

    assert (WORK, ()) == (document_of(issued).work, document_of(plain).work)
    assert ("Jan 14", "Printer", "Mira Okafor", "7.25") == worded.sections[0].work[1]
    assert (("Used", "26.75"),) == worded.sections[0].work_sums
    assert () == word_document(document_of(plain)).sections[0].work_sums


@pytest.mark.parametrize(
    ("hours_format", "worked", "sums"),
    [
        (HoursFormat.DECIMAL, ["26:25", "0:10", "0:10"], [("Rounding", "-0.01"), ("Used", "26.75")]),
        (HoursFormat.DECIMAL, ["26:45"], [("Used", "26.75")]),
        (HoursFormat.DECIMAL, ["27:00", "-0:30"], [("Corrections", "0.25"), ("Used", "26.75")]),
        (HoursFormat.CLOCK, ["26:25", "0:10", "0:10"], [("Used", "26:45")]),
    ],
)
def test_the_sums_below_the_work_lead_to_the_hours_used(hours_format, worked, sums):
    work = [WorkLine(day("2026-01-12"), "Backup", "", hours(each)) for each in worked]
    document = replace(document_of(issue(with_work(*work), SEED_ID)), hours_format=hours_format)

    assert tuple(sums) == word_document(document).sections[0].work_sums


def test_a_credit_note_lists_no_work_and_the_next_draft_does():
    of = with_work(*WORK)
    issue(of, SEED_ID)

    credit = void(of, SEED_ID, "Wrong firm")

    assert () == document_of(credit).work
    assert WORK == show_invoice(of, f"{SEED_ID}/2").document.work


def test_work_that_cannot_be_printed_is_refused_before_the_number_with_what_to_do():
    long, hebrew = with_work(*WORK * 334), with_work(replace(WORK[0], text="גיבוי"))

    with pytest.raises(LongWorkLogError, match=r"1002 entries .* `work_log: no` in `clients\.acme\.billing`"):
        issue(long, SEED_ID)
    with pytest.raises(UnprintableError, match="They are in the work log: leave it out"):
        issue(hebrew, SEED_ID)

    assert ({}, {}) == (stored(long).series, stored(hebrew).series)


def test_voiding_twice_makes_one_credit_note():
    of = ports(draft())
    issue(of, SEED_ID)
    credit = void(of, SEED_ID, "Wrong")

    assert credit == void(of, SEED_ID, "Wrong again")
    assert stored(of).series["2026"].last == 2


def test_drafts_and_credit_notes_cannot_be_voided_and_a_void_invoice_is_not_issued_again():
    of = ports(draft())

    with pytest.raises(NotIssuedError, match="is a draft"):
        void(of, SEED_ID, "Wrong")
    issue(of, SEED_ID)
    credit = void(of, SEED_ID, "Wrong")
    with pytest.raises(NotIssuedError, match="is a credit note"):
        void(of, credit.id, "Right after all")
    with pytest.raises(VoidInvoiceError, match=credit.id):
        issue(of, SEED_ID)


def test_the_error_about_an_unknown_invoice_suggests_similar_names():
    with pytest.raises(UnknownNameError, match="Did you mean “acme/support/2026-01-01”"):
        issue(ports(draft()), "acme/support/2026-01")


@pytest.mark.parametrize(
    ("currency", "percent", "tax"),
    [("JPY", "10", 81), ("KWD", "5", 41), ("EUR", "19", 154), ("EUR", "7.7", 62), ("EUR", "0", 0)],
)
def test_tax_is_rounded_once_to_the_smallest_unit_of_the_currency(currency, percent, tax):
    of = retainer(terms(fee="0", allotment="0", rate="1", currency=currency))
    made = draft(of, used(JANUARY, "1:00"))
    priced = replace(made, adjustments=(Adjustment("More", Money(810 - made.invoice.net.minor, currency), DRAFTED),))
    billing = replace(BUYER, tax=Tax(Fraction(percent), "S" if percent != "0" else "E", "exempt"))

    document = document_of(issue(ports(priced, of=book(of, billing, currency=currency)), SEED_ID))

    assert document.taxes[0].amount == Money(tax, currency)
    assert document.gross == Money(810 + tax, currency)


@st.composite
def records(draw: st.DrawFn) -> tuple[Retainer, InvoiceRecord]:
    of, cycles, today = draw(books())
    of = replace(of, live_from=of.starts_on)
    made = [one for each in statements(of, cycles, today) if (one := draft_of(of, each, DRAFTED))]
    assume(made)
    currency = of.terms[0].fee.currency
    amounts = draw(st.lists(st.integers(-(10**6), 10**6), max_size=2))
    extra = tuple(Adjustment("Because", Money(minor, currency), DRAFTED) for minor in amounts)
    return of, replace(draw(st.sampled_from(made)), adjustments=extra)


@given(records(), st.none() | st.builds(Tax, st.fractions(0, 100, max_denominator=1000)))
@quick
def test_net_is_its_lines_gross_is_net_and_taxes_and_a_credit_note_leaves_nothing(drawn, tax):
    of, record = drawn
    buyer = book(of, replace(BUYER, tax=tax))

    one = build_document(record, buyer, OPERATOR, word_section, number="1", on=day("2026-02-05"))
    credit = credit_of(one, "2", day("2026-02-06"), "Wrong")

    assert one.net.minor == sum(line.amount.minor for line in one.lines)
    assert one.gross.minor == one.net.minor + sum(total.amount.minor for total in one.taxes)
    assert [total.amount.minor for total in one.taxes] == [
        round_half_away(total.net.minor * total.tax.percent / 100) for total in one.taxes
    ]
    assert all(multiplies_out(line) for document in (one, credit) for line in document.lines)
    assert all(add(line.amount, back.amount).minor == 0 for line, back in zip(one.lines, credit.lines, strict=True))
    assert one.gross.minor + credit.gross.minor == one.net.minor + credit.net.minor == 0
    assert all(total.amount.minor + back.amount.minor == 0 for total, back in zip(one.taxes, credit.taxes, strict=True))


def multiplies_out(line: DocumentLine) -> bool:
    return line.amount.minor == round_half_away(line.quantity * line.unit_price.minor)


def test_the_carry_over_rule_on_the_invoice_is_that_of_the_cycle_s_last_day():
    of = retainer(terms(), terms("2026-01-20", carry_over=rule(carry=True)))

    document = document_of(issue(ports(draft(of), of=book(of)), SEED_ID))

    assert document.carry_over == "Unused hours carry over and do not expire."
