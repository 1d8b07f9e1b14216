"""The invoice in the client's language."""

from dataclasses import fields, replace

import pytest

from chalicelib.documents.pdf import unprintable
from chalicelib.domain.invoice import InvoiceBalance
from chalicelib.domain.quantities import HOUR, Money
from chalicelib.domain.retainer import Retainer
from chalicelib.services.invoices.read import InvoicePreview, preview_invoice
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.words.invoices import _PRINTABLE, word_invoice
from chalicelib.words.sent_texts import sent_texts_in
from tests.builders import asked, day, entry, ledger, retainer, rule, settled, terms
from tests.unit.documents.samples import invoice
from tests.unit.web.page.samples import CLIENT, HELPDESK, sample

JANUARY = "2026-01-01"


def october(of: Retainer, *work: str, **client: object) -> InvoicePreview:
    """A preview of October 2026 with this work."""
    entries = [entry(f"2026-10-{n:02}", duration) for n, duration in enumerate(work, 1)]
    one = sample(of, cycles=[ledger("2026-10-01", entries, of=HELPDESK)], **client)
    return preview_invoice(CLIENT, "helpdesk", day("2026-10-01"), one.now, directory=one.directory, ledger=one.ledger)


def plain(allotment: str = "20", fee: str = "1000.00", **changes: object) -> Retainer:
    return retainer(terms(JANUARY, allotment=allotment, fee=fee, **changes), starts=JANUARY, retainer_id=HELPDESK)


def texts(shown: InvoicePreview) -> list[str]:
    return [text.replace("\N{NO-BREAK SPACE}", " ") for text, _ in word_invoice(shown).lines]


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        ("en", ["Retainer (20 hours at €50)", "6.75 hours at the normal price (€100)"]),
        ("de-DE", ["Kontingent (20 Stunden zu 50 €)", "6,75 Stunden zum Normalpreis (100 €)"]),
        ("fr-FR", ["Forfait (20 heures à 50 €)", "6,75 heures au tarif normal (100 €)"]),
    ],
)
def test_lines_are_in_the_clients_language(locale, lines):
    assert lines == texts(october(plain(), "20:00", "6:45", locale=locale))


@pytest.mark.parametrize(
    ("locale", "worked", "line"),
    [
        ("en", "1:00", "1 hour beyond the retainer (€80)"),
        ("en", "1:30", "1.50 hours beyond the retainer (€80)"),
        ("de", "1:00", "1 Stunde über das Kontingent hinaus (80 €)"),
        ("fr", "1:30", "1,50 heure au-delà du forfait (80 €)"),
        ("fr", "2:00", "2 heures au-delà du forfait (80 €)"),
    ],
)
def test_one_hour_is_singular_as_the_language_requires(locale, worked, line):
    free = plain(allotment="0", fee="0", rate="100", overage_rate="80")

    assert [line] == texts(october(free, worked, locale=locale))


def test_a_retainer_without_hours_has_no_price_of_an_hour():
    assert ["Retainer"] == texts(october(plain(allotment="0", fee="50")))


def test_overruns_that_are_billed_at_the_end_name_their_time():
    ending = replace(plain(carry_over=rule(deduct=True)), ends_on=day("2026-11-01"), starts_on=day("2026-09-01"))
    work = [ledger("2026-09-01", [entry("2026-09-02", "43:00")], of=HELPDESK)]
    one = sample(ending, cycles=work)
    shown = preview_invoice(CLIENT, "helpdesk", None, one.now, directory=one.directory, ledger=one.ledger)

    assert ["Retainer (20 hours at €50)", "3 hours overrun in earlier periods (€100)"] == texts(shown)


def approved(locale: str, name: str = "Ida Berg") -> list[str]:
    """The lines of an October with 25 h of 20 h, of which 3 h at 80 € were approved on the 2nd."""
    question = settled(asked("2026-10-02", "3:00", of=HELPDESK), name=name)
    entries = [entry("2026-10-01", "20:00"), entry("2026-10-03", "5:00")]
    one = sample(plain(), cycles=[ledger("2026-10-01", entries, of=HELPDESK)], locale=locale)
    one.ledger.approvals[CLIENT] = ClientApprovals(CLIENT, (question,))
    return texts(
        preview_invoice(CLIENT, "helpdesk", day("2026-10-01"), one.now, directory=one.directory, ledger=one.ledger)
    )[1:]


@pytest.mark.parametrize(
    ("locale", "line", "rest"),
    [
        ("en-GB", "3 hours beyond the retainer (€80), approved by Ida Berg on 2 October 2026", "2 hours at the normal"),
        ("de-DE", "3 Stunden über das Kontingent hinaus (80 €), freigegeben von Ida Berg am 2. Oktober 2026", "2 Std"),
        ("fr-FR", "3 heures au-delà du forfait (80 €), accord de Ida Berg du 2 octobre 2026", "2 heures au tarif"),
        ("nl-NL", "3 uur boven de bundel (€ 80), goedgekeurd door Ida Berg op 2 oktober 2026", "2 uur tegen het nor"),
    ],
)
def test_hours_that_were_approved_say_by_whom_and_when(locale, line, rest):
    lines = approved(locale)

    assert line == lines[0]
    assert lines[1].startswith(rest[:3])


def test_a_name_that_documents_cannot_print_keeps_no_invoice_from_being_issued():
    assert "3 hours beyond the retainer (€80), approved on 2 October 2026" == approved("en-GB", "田中")[0]
    assert "approved by Łukasz Żółć-O’Neil on" in approved("en-GB", "Łukasz Żółć-O’Neil")[0]


def test_every_name_that_is_printed_has_its_letters_in_the_fonts():
    letters = "".join(char for char in map(chr, range(0x20, 0x3000)) if _PRINTABLE.fullmatch(char))

    assert len(letters) > 400
    assert () == unprintable(replace(invoice(), note=letters))


def test_the_balance_leaves_out_zeros():
    shown = word_invoice(october(plain(), locale="en"))

    assert (("Included", "20 h"), ("Used", "0 h"), ("Forfeited", "20 h")) == shown.balance
    assert ("Total net amount", "€1,000.00") == shown.net


@pytest.mark.parametrize(("worked", "amount"), [("9:59", None), ("10:00", None), ("10:01", "€1,001.67")])
def test_the_comparison_comes_last_where_the_hours_would_have_cost_more(worked, amount):
    balance = word_invoice(october(plain(), worked, locale="en")).balance

    assert amount == dict(balance).get("All used hours at the normal price")
    assert amount is None or amount == balance[-1][1]


def test_every_figure_of_the_balance_has_a_name():
    shown = october(plain())
    everything = InvoiceBalance(**{field.name: HOUR for field in fields(InvoiceBalance)})
    full = replace(shown, invoice=replace(shown.invoice, balance=everything, at_regular_rate=Money(10**6, "EUR")))

    names = [name for name, _ in word_invoice(full).balance]

    assert len(fields(InvoiceBalance)) + 1 == len(names) == len(set(names))


def test_every_kind_of_line_has_its_text():
    assert {"fee", "fee.no_hours", "overage.regular", "overage", "agreed", "agreed.unnamed", "debt", "top_up"} == set(
        sent_texts_in("en").lines
    )
