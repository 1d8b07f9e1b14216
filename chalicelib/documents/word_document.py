"""An invoice in the client's language, every figure as text: the content that HTML and PDF lay out."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import NamedTuple

from chalicelib.documents.pay_code import dark_runs, pay_code
from chalicelib.documents.quantities import printed_quantity
from chalicelib.domain.billing import DocumentSection, InvoiceDocument, TaxTotal
from chalicelib.domain.branding import Logo
from chalicelib.domain.invoice import InvoiceBalance
from chalicelib.domain.parties import Party
from chalicelib.render.jinja import render
from chalicelib.render.text import plain
from chalicelib.words.formats import Formats, locale_of
from chalicelib.words.invoices import named_hours
from chalicelib.words.sent_texts import SentTexts, sent_texts_in
from chalicelib.words.sentences import Localizer

_ALWAYS = ("allotment_seconds", "used_seconds", "carried_out_seconds")
"""Hours that are shown even if they are zero."""
_TAKEN = ("deducted_seconds", "used_seconds", "expired_seconds", "forfeited_seconds", "capped_seconds")
"""Hours that the statement subtracts."""


_MOST_TITLES = 3
"""The facts are columns of a page: more titles would fill it, and the lines name them, too."""


class WordedLine(NamedTuple):
    """A line of the invoice."""

    text: str
    quantity: str
    unit_price: str
    amount: str


class WordedSection(NamedTuple):
    """What is said about the hours of one retainer."""

    hours_of: str
    hours: tuple[tuple[str, str], ...]
    """The balance statement: subtracted hours are negative, so that it adds up to the hours carried out."""
    hours_note: str
    """That hours are rounded, where the statement does not add up as it is printed; "" else."""
    carry_over: str
    work_title: str
    work: tuple[tuple[str, str, str, str], ...]
    """Day, work, who and why, hours."""
    work_sums: tuple[tuple[str, str], ...]
    """From the hours listed to the hours used."""


class WordedDocument(NamedTuple):
    """The words of an invoice or credit note, from top to bottom."""

    language: str
    kind: str
    """"Invoice"."""
    number: str
    seller: tuple[str, ...]
    """Name first, then the address."""
    contact: tuple[tuple[str, str], ...]
    """How to reach the seller."""
    seller_ids: tuple[tuple[str, str], ...]
    """Tax numbers with their labels."""
    buyer_label: str
    buyer: tuple[str, ...]
    buyer_ids: tuple[tuple[str, str], ...]
    facts: tuple[tuple[str, str], ...]
    """Date, due date, period …"""
    head: tuple[str, str, str, str]
    lines: tuple[WordedLine, ...]
    totals: tuple[tuple[str, str], ...]
    """Net and the tax of each rate."""
    gross: tuple[str, str]
    reasons: tuple[str, ...]
    """Why no tax is charged."""
    payment: tuple[str, ...]
    """What to pay by when, the terms, the note."""
    accounts: tuple[tuple[str, str], ...]
    """IBAN and BIC."""
    pay_code: tuple[str, ...]
    """The QR code of the transfer (pay_code.py), or none."""
    scan: str
    """What it is for."""
    sections: tuple[WordedSection, ...]
    """One for each retainer."""
    comparison: str
    """What the used hours would have cost at the regular rate; "" if that is not more than the client pays."""
    link: tuple[str, str] | None
    """The address of the client's page, and its text; it is a secret, so no document is stored with it."""
    work_head: tuple[str, str, str]
    page: str
    """"Page {page} of {pages}"."""


def word_document(document: InvoiceDocument, link: str = "") -> WordedDocument:
    """The document as the client reads it; `link`: the address of its page."""
    localizer = Localizer(Formats(locale_of(document.locale), document.hours_format))
    texts, money = sent_texts_in(localizer.texts.language), localizer.formats.money
    period = localizer.formats.days(document.period_start, document.period_end)
    return WordedDocument(
        language=localizer.texts.language,
        kind=texts.title[document.kind],
        number=plain(document.number),
        seller=_who(document.seller, localizer.formats, document.buyer.country),
        contact=_contact(document, texts),
        seller_ids=_ids(document.seller, texts),
        buyer_label=texts.buyer,
        buyer=_who(document.buyer, localizer.formats, document.seller.country),
        buyer_ids=_ids(document.buyer, texts),
        facts=tuple(_facts(document, texts, localizer.formats, period)),
        head=(texts.service, texts.quantity, texts.unit_price, texts.amount),
        lines=tuple(
            WordedLine(
                plain(line.text), printed_quantity(line, localizer.formats), money(line.unit_price), money(line.amount)
            )
            for line in document.lines
        ),
        totals=((texts.net, money(document.net)), *_taxes(document, texts, localizer.formats)),
        gross=(texts.gross, money(document.gross)),
        reasons=tuple(filter(None, (_reason(total, texts) for total in document.taxes))),
        payment=tuple(_payment(document, texts, localizer.formats)),
        accounts=tuple(_accounts(document)),
        pay_code=pay_code(document),
        scan=texts.scan,
        sections=tuple(_section(document, one, texts, localizer) for one in document.parts),
        comparison=texts.compared.format(name=texts.at_regular_rate, amount=money(document.at_regular_rate))
        if document.saves
        else "",
        link=(link, texts.open_page) if link else None,
        work_head=(localizer.texts.date, localizer.texts.work, localizer.texts.hours),
        page=texts.page,
    )


def _section(
    document: InvoiceDocument, section: DocumentSection, texts: SentTexts, localizer: Localizer
) -> WordedSection:
    formats, title = localizer.formats, f"{plain(section.retainer_title)} · " if document.sections else ""
    period = formats.days(section.period_start, document.period_end)
    return WordedSection(
        hours_of=title + texts.hours_of.format(period=period),
        hours=tuple(_hours(section.balance, texts, localizer)),
        hours_note="" if _adds_up(section.balance, formats) else localizer.texts.rounded,
        carry_over=plain(section.carry_over),
        work_title=title + localizer.texts.work_log_of.format(cycle=period),
        work=tuple(
            (formats.day(one.day), plain(one.text), plain(one.about), formats.hours_cell(one.seconds))
            for one in section.work
        ),
        work_sums=_work_sums(section, localizer) if section.work else (),
    )


def _work_sums(section: DocumentSection, localizer: Localizer) -> tuple[tuple[str, str], ...]:
    """From the work listed to the hours used: what corrections gave back is not in `used`."""
    used, hours = section.balance.used_seconds, [one.seconds for one in section.work]
    given_back = used - sum(hours)
    rounding = localizer.formats.rounding((*hours, given_back), used)
    steps = ((localizer.texts.corrected, given_back), (localizer.texts.rounding_line, rounding))
    sums = (*(step for step in steps if step[1]), (localizer.texts.used, used))
    return tuple((name, localizer.formats.hours_cell(seconds)) for name, seconds in sums)


def _who(party: Party, formats: Formats, other_country: str) -> tuple[str, ...]:
    """Name and address, which may be empty; with the country if seller and buyer are in different ones."""
    country = formats.country(party.country) if party.country != other_country else ""
    return tuple(filter(None, (plain(line) for line in (party.name, *party.address, country))))


def _ids(party: Party, texts: SentTexts) -> tuple[tuple[str, str], ...]:
    named = ((texts.vat_id, party.vat_id), (texts.tax_number, party.tax_number))
    return tuple((name, plain(value)) for name, value in named if value)


def _contact(document: InvoiceDocument, texts: SentTexts) -> tuple[tuple[str, str], ...]:
    """How to reach the seller."""
    seller = document.seller
    if not document.shows_contact:
        return ()
    web = seller.web.removeprefix("https://").removeprefix("http://").rstrip("/")
    named = ((texts.phone, seller.phone), (texts.email, seller.email), (texts.web, web))
    return tuple((name, plain(value)) for name, value in named if value)


def _facts(document: InvoiceDocument, texts: SentTexts, formats: Formats, period: str) -> Iterator[tuple[str, str]]:
    yield texts.issued_on, formats.full_day(document.issued_on)
    if document.corrects:
        yield texts.corrects, plain(document.corrects)
    else:
        yield texts.due_on, formats.full_day(document.due_on)
    yield texts.period, period
    if len(document.sections) <= _MOST_TITLES:
        yield texts.retainer, plain(document.retainer_title)
    for name, value in ((texts.purchase_order, document.purchase_order), (texts.reference, document.reference)):
        if value:
            yield name, plain(value)


def _taxes(document: InvoiceDocument, texts: SentTexts, formats: Formats) -> Iterator[tuple[str, str]]:
    name = texts.vat if document.seller.vat_id else texts.tax
    for total in document.taxes:
        rate = name.format(percent=formats.percent(total.tax.percent))
        yield texts.untaxed.get(total.tax.category, rate), formats.money(total.amount)


def _reason(total: TaxTotal, texts: SentTexts) -> str:
    if total.tax.percent:
        return ""
    return plain(total.tax.reason) or (texts.reverse_charge if total.tax.category == "AE" else "")


def _payment(document: InvoiceDocument, texts: SentTexts, formats: Formats) -> Iterator[str]:
    if document.gross.minor > 0:
        yield texts.pay.format(gross=formats.money(document.gross), due=formats.full_day(document.due_on))
    yield from filter(None, (plain(document.payment_terms), plain(document.note)))


def _accounts(document: InvoiceDocument) -> Iterator[tuple[str, str]]:
    if document.gross.minor > 0 and document.seller.iban:
        compact = "".join(document.seller.iban.split())
        yield "IBAN", " ".join(compact[start : start + 4] for start in range(0, len(compact), 4))
        if document.seller.bic:
            yield "BIC", plain(document.seller.bic)


def _hours(balance: InvoiceBalance, texts: SentTexts, localizer: Localizer) -> Iterator[tuple[str, str]]:
    for field, name, seconds in named_hours(localizer, texts, balance, _ALWAYS):
        yield name, f"{localizer.formats.hours_cell(-seconds if field in _TAKEN else seconds)} h"


def _adds_up(balance: InvoiceBalance, formats: Formats) -> bool:
    """Whether the statement as it is printed adds up to the hours carried out."""
    hours = asdict(balance)
    total, _ = hours.pop("carried_out_seconds"), hours.pop("debt_out_seconds")
    return not formats.rounding((-each if name in _TAKEN else each for name, each in hours.items()), total)


STYLE = "invoice.css"
"""The name of the style sheet added to the page's own, as `render.jinja.style_hash` takes it."""


def render_html(document: InvoiceDocument, link: str = "", accent: str = "", logo: Logo | None = None) -> str:
    """The whole document, with its style sheet inline and everything escaped; `accent` is a checked `#rrggbb` or ""."""
    doc = word_document(document, link)
    return render("invoice.html", more_style=STYLE, accent=accent, doc=doc, code=dark_runs(doc.pay_code), logo=logo)
