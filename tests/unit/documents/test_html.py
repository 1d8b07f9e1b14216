"""The invoice as HTML."""

import re
from dataclasses import replace
from fractions import Fraction
from html.parser import HTMLParser

import pytest

from chalicelib.documents.word_document import render_html, word_document
from chalicelib.domain.billing import InvoiceDocument, WorkLine
from chalicelib.domain.parties import Tax
from chalicelib.words.formats import LANGUAGES
from tests.builders import day, hours, money
from tests.unit.documents.samples import BUYER, SELLER, balance, credit_note, invoice


class Read(HTMLParser):
    """The text of a page, and the tags in it."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.words: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data):
        self.words.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.words))


def text(document: InvoiceDocument) -> str:
    return Read(render_html(document)).text


@pytest.mark.parametrize("locale", LANGUAGES)
def test_every_text_of_the_document_is_in_the_page(locale):
    document = invoice(locale, tax=Tax(category="AE"))
    worded, found = word_document(document), text(document)

    said = [
        *(cell for one in worded.lines for cell in one),
        *(
            cell
            for pair in (*worded.totals, worded.gross, *worded.sections[0].hours, *worded.accounts, *worded.facts)
            for cell in pair
        ),
        *(
            *worded.seller,
            *worded.buyer,
            *worded.reasons,
            *worded.payment,
            worded.comparison,
            worded.sections[0].carry_over,
        ),
    ]
    assert [] == [one for one in said if re.sub(r"\s+", " ", one) not in found]


def test_it_fetches_nothing_and_runs_nothing():
    page = Read(render_html(invoice()))

    assert not {"script", "img", "iframe", "object"} & {tag for tag, _ in page.tags}
    assert [] == [attrs for _, attrs in page.tags if attrs.keys() & {"style", "src", "onclick"}]
    assert ["data:,"] == [attrs["href"] for _, attrs in page.tags if "href" in attrs]
    assert "url(" not in render_html(invoice())


def test_the_work_is_a_table_with_its_sum():
    work = WorkLine(day("2026-10-05"), "Backup <restored>", "Mira", hours("26:45"))
    table = "Work, Oct 1 – 31, 2026 Date Work Hours Oct 5 Backup <restored> Mira 26.75 Used 26.75"

    assert table in text(invoice(work=(work,))).replace("\u2009", " ")


def test_names_are_escaped():
    evil = "<script>alert(1)</script>"
    page = Read(
        render_html(
            invoice(
                seller=replace(SELLER, name=evil, address=(evil,)),
                buyer=replace(BUYER, name=evil),
                number=evil,
                carry_over=evil,
                payment_terms=evil,
            )
        )
    )

    assert "script" not in {tag for tag, _ in page.tags}
    assert page.text.count(evil) >= 6


@pytest.mark.parametrize(
    ("locale", "title", "corrects"),
    [
        ("en", "Credit note", "Cancels invoice"),
        ("de", "Stornorechnung", "Storniert Rechnung"),
        ("fr", "Avoir", "Annule la facture"),
    ],
)
def test_a_credit_note_has_the_right_name_and_names_its_invoice(locale, title, corrects):
    found = text(credit_note(invoice(locale)))

    assert f"{title} 2026-0002" in found
    assert f"{corrects} 2026-0001" in found
    assert "The wrong month." in found


def test_the_balance_statement_adds_up():
    statement = balance(
        allotment_seconds=hours("20"),
        carried_in_seconds=hours("5"),
        topped_up_seconds=hours("2"),
        corrected_seconds=hours("-1"),
        deducted_seconds=hours("3"),
        used_seconds=hours("10"),
        expired_seconds=hours("1"),
        forfeited_seconds=hours("4"),
        capped_seconds=hours("2"),
        carried_out_seconds=hours("6"),
    )
    *rows, carried_on = [value for _, value in word_document(invoice("en", balance=statement)).sections[0].hours]

    assert ["20.00 h", "5.00 h", "2.00 h", "-1.00 h", "-3.00 h", "-10.00 h", "-1.00 h", "-4.00 h", "-2.00 h"] == rows
    assert "6.00 h" == carried_on


@pytest.mark.parametrize(
    ("locale", "reason"),
    [
        ("en", "Reverse charge: the recipient of the service owes the tax."),
        ("de", "Steuerschuldnerschaft des Leistungsempfängers (Reverse Charge)."),
        ("fr", "Autoliquidation\u00a0: la taxe est due par le preneur."),
    ],
)
def test_reverse_charge_is_stated_in_words_even_without_a_reason_in_the_set_up(locale, reason):
    assert (reason,) == word_document(invoice(locale, tax=Tax(category="AE"))).reasons
    assert "0" not in word_document(invoice(locale, tax=Tax(category="AE"))).totals[1][0]
    assert ("Own words",) == word_document(invoice(locale, tax=Tax(category="AE", reason="Own words"))).reasons


def test_the_country_is_in_the_address_if_seller_and_buyer_are_in_different_ones():
    abroad, at_home = invoice("de"), invoice("de", buyer=replace(BUYER, country="DE"))

    assert ("Deutschland", "Frankreich") == (word_document(abroad).seller[-1], word_document(abroad).buyer[-1])
    assert ("20457 Hamburg", "67000 Strasbourg") == (
        word_document(at_home).seller[-1],
        word_document(at_home).buyer[-1],
    )


def test_a_rate_is_printed_with_all_its_decimals():
    assert "USt. 7,7\N{NO-BREAK SPACE}%" == word_document(invoice("de", tax=Tax(Fraction(77, 10)))).totals[1][0]


def test_a_seller_without_vat_id_charges_tax_and_one_with_it_vat():
    rate = Tax(Fraction(8))

    assert "VAT 8%" == word_document(invoice("en", tax=rate)).totals[1][0]
    assert "Tax 8%" == word_document(invoice("en", tax=rate, seller=replace(SELLER, vat_id=""))).totals[1][0]


@pytest.mark.parametrize("write", [lambda document: document, credit_note], ids=["invoice", "credit note"])
@pytest.mark.parametrize(("amount", "is_there"), [("1675.00", False), ("1675.01", True)])
def test_the_comparison_is_printed_only_where_the_hours_would_have_cost_more(write, amount, is_there):
    document = write(invoice(at_regular_rate=money(amount)))

    assert (
        is_there == ("All used hours at the normal price" in text(document)) == bool(word_document(document).comparison)
    )


@pytest.mark.parametrize(
    ("tax", "named"),
    [
        (Tax(Fraction(19)), "VAT 19%"),
        (Tax(category="Z"), "VAT 0%"),
        (Tax(category="E", reason="Small business"), "Exempt from tax"),
        (Tax(category="AE"), "Reverse charge"),
        (Tax(category="O", reason="Services outside the EU"), "Outside the scope of tax"),
    ],
)
def test_a_tax_that_is_not_charged_is_named_in_words_and_not_by_a_rate_of_zero(tax, named):
    assert named == word_document(invoice("en", tax=tax)).totals[1][0]
