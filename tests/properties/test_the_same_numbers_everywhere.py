"""One cycle's numbers, read back from page, JSON, CSV, mail, PDF and XML: they are the same everywhere.

What is printed is parsed here by rules of its own, not by the code that printed it.
"""

import csv
import json
import random
import re
import subprocess
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from html import unescape
from xml.etree import ElementTree as ET

import pytest

from chalicelib.documents.as_json import document_json
from chalicelib.documents.einvoice import einvoice_xml
from chalicelib.domain.retainer import HoursFormat
from chalicelib.mails.client_mails import Recipient, alert_content, invoice_mail
from chalicelib.render.jinja import render
from chalicelib.services.cycles.close_due import draft_of
from chalicelib.services.invoices.build_document import build_document
from chalicelib.services.mails.check_usage import crossed_levels
from chalicelib.web.page.balance_json import balance_text
from chalicelib.web.page.build_view import build_page
from chalicelib.web.page.work_log_csv import work_log_text
from chalicelib.words.invoices import word_record
from chalicelib.words.sent_texts import sent_texts_in
from tests.builders import day, entry, ledger, retainer, rounding, rule, terms, top_up
from tests.effort import tries
from tests.invoice_rig import BUYER, OPERATOR
from tests.unit.web.page.samples import CLIENT, HELPDESK, Sample, sample

HOUR = 3600
FEBRUARY = date(2026, 2, 1)
AFTERWARDS = datetime(2026, 3, 2, 9, tzinfo=UTC)
UNIT = {HoursFormat.DECIMAL: 36, HoursFormat.CLOCK: 60}
"""The seconds to which hours are shown."""


def any_cycle(chance: random.Random) -> Sample:
    """Two months of any work under any terms, in any language; the second one is read."""

    def clock(most: int) -> str:
        seconds = chance.choice((60, 900, 1)) * chance.randrange(most)
        return f"{seconds // HOUR}:{seconds // 60 % 60:02}:{seconds % 60:02}"

    carry = chance.random() < 0.6
    cap, expires = chance.choice((None, "5:00", "50%")), chance.choice((None, 1, 2))
    carry_over = rule(carry=carry, cap=cap if carry else None, expires_after=expires if carry else None)
    version = terms(
        allotment=clock(100),
        fee=f"{chance.randrange(1, 500_000) / 100:.2f}",
        rate=f"{chance.randrange(20_000) / 100:.2f}",
        carry_over=replace(carry_over, overrun=rule(deduct=chance.random() < 0.4).overrun),
        rounded=chance.choice((rounding(), rounding("0:15"), rounding("0:06", "0:10", multipliers={"night": "1.5"}))),
    )
    cycles = [
        ledger(
            f"2026-{month}-01",
            [
                entry(f"2026-{month}-{chance.randrange(1, 29):02}", clock(50), work_type=chance.choice((None, "night")))
                for _ in range(chance.randrange(1, 8))
            ],
            top_ups=[top_up(f"2026-{month}-05", clock(20))] if chance.random() < 0.3 else [],
            of=HELPDESK,
        )
        for month in ("01", "02")
    ]
    of = retainer(version, retainer_id=HELPDESK, title="Helpdesk")
    locale, hours_format = chance.choice(("en-GB", "de-DE", "fr-FR", "nl-NL")), chance.choice(list(HoursFormat))
    one = sample(of, cycles=cycles, locale=locale, hours_format=hours_format)
    one.directory.books[CLIENT] = replace(one.directory.books[CLIENT], billing=BUYER)
    one.now = AFTERWARDS
    return one


def figure(text: str) -> str:
    return re.sub(r"[^\d:,.\-\N{MINUS SIGN}]", "", text).replace("\N{MINUS SIGN}", "-")


def seconds_in(text: str) -> Decimal:
    """The seconds of printed hours: `1,234.56`, `1.234,56`, `12`, `6:45`, `6:45:30`."""
    shown = figure(text)
    sign, digits = (-1 if shown.startswith("-") else 1), shown.lstrip("-")
    if ":" in digits:
        parts = [int(part) for part in digits.split(":")]
        return Decimal(sign * sum(part * size for part, size in zip(parts, (HOUR, 60, 1), strict=False)))
    whole, _, rest = re.sub(r"[.,](\d\d)$", r" \1", digits).partition(" ")
    return sign * HOUR * Decimal(f"{re.sub('[.,]', '', whole)}.{rest or 0}")


def minor_in(text: str) -> int:
    """The minor units of printed money, which always has its two decimals."""
    shown = figure(text)
    return int(re.sub(r"\D", "", shown)) * (-1 if "-" in shown else 1)


def amount_after(label: str, text: str) -> str:
    """The rest of the last line that begins with a label."""
    return [line.strip().removeprefix(label) for line in text.splitlines() if line.strip().startswith(label)][-1]


def hours_of_the_csv(text: str) -> dict[str, int]:
    rows = csv.DictReader(text.removeprefix("\N{BYTE ORDER MARK}").splitlines())
    pools: dict[str, int] = {}
    for row in rows:
        pools[row["Pool"]] = pools.get(row["Pool"], 0) + int(seconds_in(row["Accounted"]))
    return pools


def sums_of_the_page(one: Sample, balance) -> dict[str, Decimal]:
    """The lines of "How this number is made", by their names."""
    view = build_page(balance, one.token, None, FEBRUARY)
    html = render("page.html", page=view, texts=view.texts, query="")
    steps = html.partition('<table class="steps">')[2].partition("</table>")[0]
    lines = re.findall(r'<th scope="row">([^<]+)</th><td class="n">([^<]+)<', steps)
    return {unescape(name): seconds_in(shown) for name, shown in lines}


@pytest.mark.parametrize("number", range(tries(200)))
def test_the_numbers_of_a_cycle_are_the_same_everywhere(number):
    one = any_cycle(random.Random(number))  # noqa: S311 - examples, not secrets
    balance = one.balance()
    book, of = one.directory.books[CLIENT], balance.retainers[0]
    statement = next(each for each in of.statements if each.period.start == FEBRUARY)
    [stored] = json.loads(balance_text(balance, cycle=FEBRUARY))["retainers"][0]["past_cycles"]
    half = UNIT[book.client.hours_format] / 2

    assert stored["used_seconds"] == hours_of_the_csv(work_log_text(balance, cycle=FEBRUARY)).get("retainer", 0)

    recipient = Recipient(book.client, "kasse@seeblick.example", book.operator._replace(name="Kestrel IT"), "")
    names = recipient.localizer.figure_names()
    page = sums_of_the_page(one, balance)
    assert page[names["used"]] == pytest.approx(stored["used_seconds"], abs=half)
    assert page[names["remaining"]] == pytest.approx(stored["remaining_seconds"], abs=half)
    for field in ("carried", "topped_up", "deducted", "expired"):
        assert page.get(names[field], 0) == pytest.approx(stored[f"{field}_seconds"], abs=half)

    if levels := crossed_levels(statement, statement.terms.alert_percents):
        rows = {row.name: row.figure for row in alert_content(recipient, of, FEBRUARY, levels[-1], is_over=True).rows}
        assert seconds_in(rows[names["used"]]) == pytest.approx(stored["used_seconds"], abs=half)
        assert seconds_in(rows[names["remaining"]]) == pytest.approx(stored["remaining_seconds"], abs=half)

    record = draft_of(of.retainer, statement, AFTERWARDS)
    document = build_document(record, book, OPERATOR, word_record, number="2026-0001", on=day("2026-03-04"))
    bill = document_json(document)
    assert (stored["used_seconds"], stored["overage_seconds"]) == (
        bill["balance"]["used_seconds"],
        bill["balance"]["overage_seconds"],
    )
    assert bill["gross_minor"] == bill["net_minor"] + sum(tax["amount_minor"] for tax in bill["taxes"])
    assert bill["net_minor"] == sum(line["amount_minor"] for line in bill["lines"])

    xml = ET.fromstring(einvoice_xml(document))  # noqa: S314 - our own
    for tag, expected in (("TaxBasisTotalAmount", "net_minor"), ("GrandTotalAmount", "gross_minor")):
        assert minor_in(xml.find(f".//{{*}}{tag}").text) == bill[expected]
    assert [line["amount_minor"] for line in bill["lines"]] == [
        minor_in(each.find(".//{*}LineTotalAmount").text) for each in xml.iter() if each.tag.endswith("LineItem")
    ]

    words, mail = sent_texts_in(recipient.localizer.texts.language), invoice_mail(recipient, document)
    printed = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=mail.attachments[0].content, capture_output=True, check=True
    ).stdout.decode()
    for label, expected in ((words.net, "net_minor"), (words.gross, "gross_minor")):
        assert minor_in(amount_after(label, printed)) == bill[expected]
        assert minor_in(amount_after(label, mail.text)) == bill[expected]
    taken_off = abs(
        seconds_in(amount_after(names["used"], printed))
    )  # the document prints what it subtracts with a minus
    assert taken_off == pytest.approx(stored["used_seconds"], abs=half)
