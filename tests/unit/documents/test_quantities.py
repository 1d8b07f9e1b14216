"""Whatever is charged, the document adds up: in every locale, currency and format of hours."""

import re
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.documents.bookkeeping import multiplied
from chalicelib.documents.quantities import decimal_quantity, printed_quantity
from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import DocumentLine
from chalicelib.domain.parties import Tax
from chalicelib.domain.quantities import HOUR, Money, currency_exponent, round_half_away
from chalicelib.domain.retainer import HoursFormat
from chalicelib.words.formats import Formats, locale_of
from tests.unit.documents.samples import credit_note, invoice, line

LOCALES = ("en", "en-US", "en-IN", "de-DE", "de-CH", "de-AT", "fr-FR", "fr-CH", "fr-CA")


@st.composite
def charged(draw, currency: str) -> DocumentLine:
    """A line as cycles and people create them: hours in whole seconds, or one piece."""
    price = Money(draw(st.integers(-(10**8), 10**9)), currency)
    if draw(st.booleans()):
        return DocumentLine("One", Fraction(1), "C62", price, price)
    quantity = Fraction(draw(st.integers(1, 2000 * HOUR)), HOUR)
    return DocumentLine("Hours", quantity, "HUR", price, price.times(quantity))


@st.composite
def documents(draw):
    currency = draw(st.sampled_from(("EUR", "JPY", "KWD", "CHF")))
    lines = draw(st.lists(charged(currency), min_size=1, max_size=5))
    tax = draw(st.none() | st.builds(Tax, st.fractions(0, 30, max_denominator=1).map(lambda whole: whole / 10)))
    document = invoice(draw(st.sampled_from(LOCALES)), *lines, tax=tax, hours_format=draw(st.sampled_from(HoursFormat)))
    return credit_note(document) if draw(st.booleans()) else document


def read(text: str, locale: str) -> Fraction:
    """The figure as a person with that locale reads it: decimals, or hours, minutes and seconds."""
    symbols = locale_of(locale).number_symbols["latn"]
    plain = text.replace(symbols["minusSign"], "-").replace("\N{MINUS SIGN}", "-")
    negative = "-" in plain
    if found := re.search(r"(\d+):(\d\d)(?::(\d\d))?", plain):
        whole, minutes, seconds = (int(part or 0) for part in found.groups())
        value = Fraction(whole * HOUR + minutes * 60 + seconds, HOUR)
    else:
        digits = re.sub(rf"[^\d{re.escape(symbols['decimal'])}]", "", re.sub(r"[A-Za-z.\s]+$|^[A-Za-z.\s]+", "", plain))
        value = Fraction(digits.replace(symbols["decimal"], ".") or 0)
    return -value if negative else value


@given(documents())
def test_what_is_printed_multiplies_out_and_adds_up(document):
    currency, locale = document.gross.currency, document.locale
    worded, unit = word_document(document), 10 ** currency_exponent(currency)

    def minor(text: str) -> int:
        return round_half_away(read(text, locale) * unit)

    amounts = [minor(one.amount) for one in worded.lines]
    for one, amount in zip(worded.lines, amounts, strict=True):
        assert amount == round_half_away(read(one.quantity, locale) * read(one.unit_price, locale) * unit)
    net, *taxes = [minor(amount) for _, amount in worded.totals]
    assert sum(amounts) == net
    assert net + sum(taxes) == minor(worded.gross[1])


@given(documents())
def test_rows_for_accounting_programs_multiply_out(document):
    for one in document.lines:
        _, quantity, price = multiplied(one)
        exact = Fraction(quantity) * Fraction(price) * 10 ** currency_exponent(one.amount.currency)

        assert price >= 0
        assert one.amount.minor == round_half_away(exact)


@pytest.mark.parametrize(
    ("quantity", "price", "printed"),
    [
        ("6.75", "100.00", "6,75 h"),
        ("20", "100.00", "20 h"),
        ("1/3", "100.00", "0,3333 h"),
        ("1/3", "12000.00", "0:20 h"),
        ("1/3600", "36000.00", "0:00:01 h"),
        ("-1/3", "12000.00", "-0:20 h"),
    ],
)
def test_hours_are_printed_as_decimals_if_those_multiply_out(quantity, price, printed):
    assert printed == printed_quantity(line("Work", quantity, price), Formats(locale_of("de")))


def test_a_client_with_the_clock_format_gets_it_here_too():
    document = invoice("en", hours_format=HoursFormat.CLOCK)

    assert "6:45 h" == word_document(document).lines[1].quantity
    assert ("Used", "-26:45 h") in word_document(document).sections[0].hours


def test_a_decimal_that_does_not_multiply_out_is_none():
    assert decimal_quantity(line("Work", "1/3", "12000.00")) is None
    assert decimal_quantity(replace(line("Work", "2.50", "10.00"))).as_tuple().exponent == -1
