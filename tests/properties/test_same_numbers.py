"""Page, JSON, spreadsheet, mail, PDF and e-invoice of one cycle, read back: all say the same numbers."""

import csv
import io
import re
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from typing import Any
from xml.etree import ElementTree as ET

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from chalicelib.documents.as_json import document_json
from chalicelib.documents.einvoice import einvoice_xml
from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.billing import InvoiceDocument, InvoiceRecord, invoice_id
from chalicelib.domain.ids import ClientId
from chalicelib.domain.invoice import invoice_of
from chalicelib.domain.retainer import Client, HoursFormat
from chalicelib.domain.statements import statements
from chalicelib.mails.client_mails import Recipient, alert_content, invoice_mail
from chalicelib.render.jinja import render
from chalicelib.services.cycles.read_balance import ClientBalance, RetainerBalance
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.mails.mime import NothingToSayError
from chalicelib.web.page.balance_json import balance_json
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.work_log_csv import work_log_text
from chalicelib.words.formats import Formats
from chalicelib.words.invoices import word_section
from chalicelib.words.sentences import Localizer
from tests.effort import tries
from tests.invoice_rig import BUYER, OPERATOR, book
from tests.unit.domain.strategies import books

LOCALES = ("en-GB", "de-DE", "fr-FR", "nl-NL")
_AMOUNT = ".//{urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100}"
Cycle = dict[str, Any]


def folded(text: str) -> str:
    """With plain spaces only, as a reader sees no others."""
    return re.sub(r"\s+", " ", text)


def html_of(balance: ClientBalance) -> str:
    view = build_page(balance, "token")
    page = render("page.html", page=view, texts=view.texts, query="")
    return folded(re.sub(r"<style>.*?</style>|<[^>]+>", " ", page, flags=re.DOTALL))


def pdf_of(document: InvoiceDocument) -> str:
    printed = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=render_pdf(document), capture_output=True, check=True
    )
    return folded(printed.stdout.decode())


def spreadsheet(balance: ClientBalance, start: str) -> int:
    """The accounted seconds of a cycle by the file's columns."""
    rows = csv.DictReader(io.StringIO(work_log_text(balance).removeprefix("\N{BYTE ORDER MARK}")))
    return sum(seconds_of(row["Accounted"]) for row in rows if row["Cycle"] == start and row["Pool"] == "retainer")


def seconds_of(clock: str) -> int:
    hours, minutes, seconds = (int(part) for part in clock.removeprefix("-").split(":"))
    return (-1 if clock.startswith("-") else 1) * (3600 * hours + 60 * minutes + seconds)


@settings(max_examples=tries(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(books(), st.sampled_from(LOCALES), st.sampled_from(HoursFormat))
def test_the_numbers_of_a_cycle_are_the_same_wherever_they_are_read(drawn, locale, hours_format):
    retainer, ledgers, today = drawn
    shown = RetainerBalance(retainer, today, statements(retainer, ledgers, today))
    assume(shown.current is not None and shown.has_begun)
    current = shown.current
    client = Client(ClientId("acme"), "Acme Ltd", locale, hours_format=hours_format)
    now = datetime.combine(today, time(12), UTC)
    balance = ClientBalance(client, (shown,), now)
    localizer = Localizer(Formats.for_client(client))
    texts, hours = localizer.texts, localizer.formats.hours
    [figures] = balance_json(balance)["retainers"]

    page = html_of(balance)
    facts = {fact.name: fact.lines[0][0] for fact in build_page(balance, "token").retainers[0].facts}
    assert hours(figures["used_seconds"]) == facts[texts.used]
    if not shown.has_ended and figures["remaining_seconds"] > 0:
        assert folded(hours(figures["remaining_seconds"])) in page
    entries = [one for one in figures["entries"] if one["cycle"] == current.period.start.isoformat()]
    counted = sum(one["accounted_seconds"] for one in entries if one["pool"] == "retainer")
    assert counted == spreadsheet(balance, current.period.start.isoformat())
    assert_mail(client, shown, figures, localizer)
    assert_invoice(client, shown, figures, localizer, now)


def assert_mail(client: Client, shown: RetainerBalance, figures: Cycle, localizer: Localizer) -> None:
    """An alert has the figures of the JSON, if there is anything to alert of."""
    recipient = Recipient(client, "kasse@acme.example", OPERATOR, None)
    try:
        content = alert_content(recipient, shown, shown.current.period.start, 1)
    except NothingToSayError:
        return
    rows = dict(row[:2] for row in content.rows)
    names = localizer.figure_names()
    for name in ("allotment", "used", "remaining"):
        assert localizer.formats.hours(figures[f"{name}_seconds"]) == rows[names[name]]


def assert_invoice(client: Client, shown: RetainerBalance, figures: Cycle, localizer: Localizer, now: datetime) -> None:
    """Document, PDF, mail and e-invoice have the same lines and sums, and the hours of the JSON."""
    statement = shown.current
    record = InvoiceRecord(
        invoice_id(statement.id), statement.id, statement.period.end, now, invoice_of(shown.retainer, statement)
    )
    if not any(line.amount.minor for line in record.invoice.lines):
        return
    of = replace(book(shown.retainer, BUYER), client=client)
    document = build_document(record, of, OPERATOR, word_section, number="2026-0001", on=now.date())
    money, data = localizer.formats.money, document_json(document)
    printed, mailed = (
        pdf_of(document),
        folded(invoice_mail(Recipient(client, "a@b.example", OPERATOR, None), document).text),
    )
    xml = ET.fromstring(einvoice_xml(document))  # noqa: S314 - our own

    for amount in (document.net, document.gross, *(line.amount for line in document.lines)):
        assert folded(money(amount)) in printed
        assert folded(money(amount)) in mailed
    assert figures["used_seconds"] == data["balance"]["used_seconds"]
    assert folded(localizer.formats.hours_cell(-data["balance"]["used_seconds"])) in printed
    assert data["gross_minor"] == data["net_minor"] + sum(one["amount_minor"] for one in data["taxes"])
    assert data["net_minor"] == sum(one["amount_minor"] for one in data["lines"])
    [grand, due] = (Decimal(xml.find(f"{_AMOUNT}{name}").text) for name in ("GrandTotalAmount", "DuePayableAmount"))
    assert document.gross.amount == grand == due
    lines = [Decimal(one.text) for one in xml.iter(f"{_AMOUNT[3:]}LineTotalAmount")]
    assert [document.net.amount] == [sum(lines[:-1])]
