"""The PDF, read back by an independent program."""

import os
import re
import subprocess
from dataclasses import replace
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from chalicelib.documents.pay_code import pay_code
from chalicelib.documents.pdf import render_pdf, unprintable
from chalicelib.documents.word_document import render_html
from chalicelib.domain.billing import InvoiceDocument, WorkLine
from chalicelib.domain.parties import Tax
from tests.logos import SVG, logo, picture
from tests.unit.documents.samples import LANGUAGES, SELLER, complete_invoice, credit_note, invoice, line

pytestmark = pytest.mark.filterwarnings("error")


def tool(*command: str, given: bytes) -> str:
    done = subprocess.run([*command], input=given, capture_output=True, check=True, env={**os.environ, "TZ": "UTC"})
    return done.stdout.decode()


def lines_of(document: InvoiceDocument) -> list[str]:
    """The text of the PDF, line by line, with runs of blanks collapsed."""
    text = tool("pdftotext", "-layout", "-", "-", given=render_pdf(document))
    return [re.sub(r"\s+", " ", one).strip() for one in text.splitlines() if one.strip()]


@pytest.mark.parametrize(
    ("locale", "printed"),
    [
        (
            "en",
            [
                "Invoice 2026-0001",
                "November 4, 2026 November 18, 2026 Oct 1 – 31, 2026 Helpdesk",
                "Retainer (20 hours at €50) 1 €1,000.00 €1,000.00",
                "6.75 hours at the normal price (€100) 6.75 h €100.00 €675.00",
                "Total net amount €1,675.00",
                "VAT 19% €318.25",
                "Total amount €1,993.25",
                "Used -26.75 h",
                "All used hours at the normal price: €2,675.00",
            ],
        ),
        (
            "de-DE",
            [
                "Rechnung 2026-0001",
                "4. November 2026 18. November 2026 1.–31. Okt. 2026 Helpdesk",
                "Kontingent (20 Stunden zu 50 €) 1 1.000,00 € 1.000,00 €",
                "6,75 Stunden zum Normalpreis (100 €) 6,75 h 100,00 € 675,00 €",
                "Nettosumme 1.675,00 €",
                "USt. 19 % 318,25 €",
                "Gesamtbetrag 1.993,25 €",
                "Verbraucht -26,75 h",
                "Alle verbrauchten Stunden zum Normalpreis: 2.675,00 €",
            ],
        ),
        (
            "fr-FR",
            [
                "Facture 2026-0001",
                "4 novembre 2026 18 novembre 2026 1–31 oct. 2026 Helpdesk",
                "Forfait (20 heures à 50 €) 1 1 000,00 € 1 000,00 €",
                "6,75 heures au tarif normal (100 €) 6,75 h 100,00 € 675,00 €",
                "Total net 1 675,00 €",
                "TVA 19 % 318,25 €",
                "Montant total 1 993,25 €",
                "Utilisées -26,75 h",
                "Toutes les heures utilisées au tarif normal : 2 675,00 €",
            ],
        ),
    ],
)
def test_the_pdf_says_what_is_charged_in_the_clients_language(locale, printed):
    found = lines_of(invoice(locale, tax=Tax(Fraction(19))))

    assert printed == [one for one in found if one in printed]


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_period_retainer_order_and_reference_stand_on_one_line(language):
    [facts] = [one for one in lines_of(complete_invoice(language)) if "PO-7714" in one]

    assert re.fullmatch(r"4\.? \w+ 2026 18\.? \w+ 2026 1\S+ \w+\.? 2026 Helpdesk PO-7714 4400-IT", facts)


def codes_in(document: InvoiceDocument, folder: Path) -> list[str]:
    """What a reader of QR codes sees on the first page."""
    tool("pdftoppm", "-r", "150", "-png", "-singlefile", "-", str(folder / "page"), given=render_pdf(document))
    seen = subprocess.run(
        ["zbarimg", "--quiet", "--raw", "--nodbus", str(folder / "page.png")], capture_output=True, check=False
    )
    return [one for one in seen.stdout.decode().strip().split("\f") if one]


def test_a_banking_app_reads_recipient_account_amount_and_number(tmp_path: Path):
    seller = replace(SELLER, name="Łódź Ελλάδα AG", iban="DE89 3704 0044 0532 0130 00", bic="COBADEFFXXX")
    [code] = codes_in(invoice("de-DE", seller=seller), tmp_path)
    transfer = ["BCD", "002", "1", "SCT", "COBADEFFXXX", "Łódź Ελλάδα AG", "DE89370400440532013000", "EUR1675"]

    assert [*transfer, "", "", "2026-0001"] == code.splitlines()


def test_the_document_has_a_link_to_the_client_s_page_where_it_is_given_one():
    address = b"https://hours.example/b/seeblick-klinik~1"

    assert "See the hours and the work" in tool("pdftotext", "-", "-", given=render_pdf(invoice(), address.decode()))
    assert (True, False) == (address in render_pdf(invoice(), address.decode()), address in render_pdf(invoice()))


def test_the_work_is_on_a_page_of_its_own_and_as_long_as_it_needs():
    work = [WorkLine(date(2026, 10, number), f"Work {number}", "Mira", 3600) for number in range(1, 27)]
    long = WorkLine(date(2026, 10, 27), "A long report. " * 800, "Mira, worked 0:30, × 1.5", 2700)
    document = invoice("en-GB", work=(*work, long))
    text = tool("pdftotext", "-layout", "-", "-", given=render_pdf(document))
    pages = [re.sub(r"\s+", " ", page) for page in text.split("\f")]

    assert "Hours, 1–31 Oct 2026" in pages[0]
    assert "Work 1" not in pages[0]
    assert all(said in pages[1] for said in ("Work, 1–31 Oct 2026", "Date Work Hours", "22 Oct Work 22 1.00 Mira"))
    assert 800 == text.replace("\n", " ").count("report.")
    assert "Mira, worked 0:30, × 1.5" in text
    assert "Used 26.75" in " ".join(pages[-2:])


def colours_in(file: bytes, folder: Path) -> set[tuple[int, int, int]]:
    """Of the pixels of the first page."""
    tool("pdftoppm", "-r", "100", "-singlefile", "-", str(folder / "page"), given=file)
    pixels = (folder / "page.ppm").read_bytes().split(b"\n", 3)[3]  # after format, size and depth
    return set(zip(pixels[::3], pixels[1::3], pixels[2::3], strict=True))


@pytest.mark.parametrize(
    ("accent", "painted"), [("#7a2a50", (0x7A, 0x2A, 0x50)), ("#215e82", (0x21, 0x5E, 0x82)), ("", (0x1D, 0x5B, 0x79))]
)
def test_the_title_is_in_the_operator_s_accent_else_in_that_of_the_page(
    accent: str, painted: tuple[int, int, int], tmp_path: Path
):
    accents = {(0x7A, 0x2A, 0x50), (0x21, 0x5E, 0x82), (0x1D, 0x5B, 0x79)}

    assert {painted} == accents & colours_in(render_pdf(invoice(), accent=accent), tmp_path)
    assert (f":root{{--accent:{accent}}}" in render_html(invoice(), accent=accent)) == bool(accent)


HALF_RED = (255, 0, 0, 128)
LIGHT_RED = (255, 127, 127)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        pytest.param(SVG, (20, 20), id="svg"),
        pytest.param(picture("RGBA", (850, 100), HALF_RED), (85, 10), id="wide"),
        pytest.param(picture("P", (120, 480), 7), (5, 20), id="tall, with a palette"),
        pytest.param(picture("LA", (96, 48), (0, 90)), (25, 13), id="small, in grey"),
    ],
)
def test_a_logo_stands_above_the_address_in_its_proportions(data, size, tmp_path: Path):
    file = render_pdf(invoice(), logo=logo(data))
    tool("pdftoppm", "-r", "254", "-singlefile", "-", str(tmp_path / "page"), given=file)
    with Image.open(tmp_path / "page.ppm") as page:
        above = page.crop((0, 0, 1_180, 440))
    found = ImageChops.invert(above.convert("L")).point(lambda grey: 255 * (grey > 5)).getbbox()

    assert (25, 20, 25 + size[0], 20 + size[1]) == tuple(round(edge / 10) for edge in found or ())


def test_what_shines_through_a_logo_is_the_paper(tmp_path: Path):
    file = render_pdf(invoice(), logo=logo(picture("RGBA", (850, 100), HALF_RED)))

    assert LIGHT_RED in colours_in(file, tmp_path)


@pytest.mark.parametrize("locale", ["en", "de-DE", "fr-FR", "nl-NL"])
def test_a_logo_changes_no_word_and_the_same_one_gives_the_same_bytes(locale):
    document = invoice(locale, tax=Tax(Fraction(19)))
    file, without = render_pdf(document, logo=logo(SVG)), render_pdf(document)
    layout = [tool("pdftotext", "-layout", "-", "-", given=one) for one in (file, without)]

    assert layout[0] == layout[1]
    assert (True, False) == (file == render_pdf(document, logo=logo(SVG)), file == without)


def test_the_html_document_has_the_logo_as_it_is():
    assert f'<img src="{logo(SVG).data_uri}" alt="">' in render_html(invoice(), logo=logo(SVG))
    assert "<img" not in render_html(invoice())


IBAN = "DE89370400440532013000"


@pytest.mark.parametrize(
    "document",
    [
        invoice(seller=replace(SELLER, iban="")),
        invoice("en", line("Work", "1", "10.00", currency="CHF"), seller=replace(SELLER, iban=IBAN)),
        credit_note(invoice(seller=replace(SELLER, iban=IBAN))),
        invoice(seller=replace(SELLER, iban=IBAN, name="A" * 71)),
    ],
)
def test_there_is_no_code_where_no_transfer_in_euros_is_asked_for_or_it_would_be_cut(document):
    assert () == pay_code(document)


def test_names_in_any_european_script_are_printed():
    seller = replace(SELLER, name="Łódź Žižkov Őrség Ελλάδα Київ")

    assert "Łódź Žižkov Őrség Ελλάδα Київ" in lines_of(invoice(seller=seller))


def test_a_credit_note_says_what_it_cancels():
    found = lines_of(credit_note(invoice("de-DE")))

    assert "Stornorechnung 2026-0002" in found
    assert "Gesamtbetrag -1.675,00 €" in found
    assert any("2026-0001" in one for one in found)
    assert not [one for one in found if one.startswith(("IBAN", "Bitte zahlen"))]


def test_a_long_invoice_repeats_its_headers_and_numbers_its_pages():
    many = [
        line(f"Work {number:03}, with words that need more than one line of the table", "1", "10.00")
        for number in range(90)
    ]
    found = lines_of(invoice("en", *many))
    pages = found[-1].rpartition(" ")[2]

    assert [f"Page {number} of {pages}" for number in range(1, int(pages) + 1)] == re.findall(
        r"Page \d+ of \d+", "\n".join(found)
    )
    assert [f"Work {number:03}" for number in range(90)] == re.findall(r"Work \d{3}", "\n".join(found))
    assert found.count("Service Quantity Unit price Amount") >= int(pages) - 2
    assert "Total amount €900.00" in found


def test_the_file_says_what_it_is_and_in_which_language():
    file = render_pdf(invoice("de-DE"))
    said = tool("pdfinfo", "-", given=file)

    assert "Title:           Rechnung 2026-0001" in said
    assert "Author:          Łukasz Żółć IT-Beratung" in said
    assert "CreationDate:    Wed Nov  4 00:00:00 2026 UTC" in said
    assert "(A4)" in said
    assert b"/Lang (de)" in file


def test_the_same_document_gives_the_same_bytes():
    assert render_pdf(invoice()) == render_pdf(invoice())


def test_the_used_parts_of_its_fonts_are_embedded():
    listed = tool("pdffonts", "-", given=render_pdf(invoice())).splitlines()[2:]

    assert 2 == len(listed)
    assert all(re.search(r"yes yes yes", one) for one in listed)


def test_a_text_longer_than_a_page_continues_on_the_next():
    words = [f"word{number:04}" for number in range(1500)]
    found = " ".join(lines_of(invoice("en", line(" ".join(words), "1", "10.00"))))

    assert words == re.findall(r"word\d{4}", found)
    assert "Total amount €10.00" in found


def test_the_number_of_pages_is_printed_where_it_belongs_and_nowhere_else():
    found = lines_of(invoice("en", line("Deploy {nb} templates", "1", "10.00"), seller=replace(SELLER, name="{nb} IT")))

    assert any("Deploy {nb} templates" in one for one in found)
    assert any("{nb} IT" in one and one.endswith("Page 1 of 1") for one in found)


def test_a_separator_of_lines_is_a_space_and_prevents_no_invoice():
    seller = replace(SELLER, name="Kestrel\u2028IT\u2029Ltd")

    assert () == unprintable(invoice(seller=seller))
    assert "Kestrel IT Ltd" in lines_of(invoice(seller=seller))


@pytest.mark.parametrize("name", ["字" * 400, "x" * 400, "a\x00b\ud800", "<b>&amp;</b> **bold**", "\u202eevil"])
def test_no_name_can_prevent_an_invoice_from_being_printed(name):
    file = render_pdf(invoice(seller=replace(SELLER, name=name), retainer_title=name))

    assert "Total amount €1,675.00" in re.sub(r" +", " ", tool("pdftotext", "-layout", "-", "-", given=file))
