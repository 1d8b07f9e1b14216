"""The invoices that a client's page offers, and the links to them."""

import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from chalice.test import Client

from chalicelib.adapters.links import SignedInvoiceLinks, SignedLinks
from chalicelib.domain.billing import InvoiceId
from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.domain.retainer import Link
from chalicelib.services.invoices.issue import issue, void
from chalicelib.settings import Settings
from chalicelib.site import make_site
from tests.builders import day, used
from tests.fakes import FakeLedger
from tests.invoice_rig import JANUARY, NOW, SEED, book, draft, ports
from tests.parts import parts_with

KEY = "an invented key of more than 32 characters"
FIRST = InvoiceId("acme/support/2026-01-01")


class Site:
    """The pages of Acme, whose January is closed, with what was done with its invoice."""

    def __init__(self, *, voided: bool = False, issued: bool = True, **client: object) -> None:
        self.now = NOW
        self.ports = ports(draft(), of=book(**client))
        self.directory = self.ports.directory
        if issued:
            issue(self.ports, FIRST)
        if voided:
            void(self.ports, FIRST, "wrong hours")
        self.links = SignedLinks(lambda: (KEY,))

    @property
    def book(self):
        return self.directory.books["acme"]

    def change(self, **changes: object) -> None:
        self.directory.books["acme"] = replace(self.book, **changes)

    def get(self, path: str):
        with Client(self.serve()) as client:
            return client.http.get(path)

    def serve(self, **settings: str):
        ledger = FakeLedger(used(JANUARY, "20:00", "6:45"), directory=self.directory)
        invoice_links = SignedInvoiceLinks(lambda: (KEY,))
        given = {"directory": self.directory, "ledger": ledger, "links": self.links, "invoices": self.ports.invoices}
        return make_site(parts_with(Settings(**settings), **given, invoice_links=invoice_links, clock=lambda: self.now))

    @property
    def address(self) -> str:
        return f"/b/{self.links.token(self.book.client.id, self.book.client.link.version)}"

    @property
    def listed(self) -> str:
        return self.get(f"{self.address}?invoices=1").body.decode()

    @property
    def documents(self) -> list[str]:
        return re.findall(r'href="[.][.](/d/[^"]+)"', self.listed)


def rows(page: str) -> Iterator[tuple[str, ...]]:
    for row in re.findall("<tr>(<th scope=.row.*?)</tr>", page):
        text = unescape(row).replace("\N{THIN SPACE}", " ")
        yield tuple(re.sub("<[^>]+>", "", cell) for cell in re.findall("(?:<a|<small|<t[id]).*?</[^>]+>", text))


def test_the_page_lists_what_was_issued_with_number_date_and_amount():
    assert list(rows(Site().listed)) == [
        ("Invoice 2026-0001", "Jan 1 – 31, 2026", "February 5, 2026", "€1,993.25"),
    ]


def test_a_credit_note_and_the_invoice_that_it_cancels_say_so():
    assert list(rows(Site(voided=True).listed)) == [
        ("Credit note 2026-0002", "Jan 1 – 31, 2026 · Cancels invoice 2026-0001", "February 5, 2026", "-€1,993.25"),
        ("Invoice 2026-0001", "Jan 1 – 31, 2026 · cancelled by 2026-0002", "February 5, 2026", "€1,993.25"),
    ]


@pytest.mark.parametrize(
    ("locale", "said"),
    [
        ("en", ["Invoices", "Invoice 2026-0001", "The links work until February 6, 2026; reload this page for new"]),
        ("de", ["Rechnungen", "Rechnung 2026-0001", "Die Links gelten bis zum 6. Februar 2026; laden Sie diese Seite"]),
        ("fr", ["Factures", "Facture 2026-0001", "Ces liens fonctionnent jusqu’au 6 février 2026\u00a0; rechargez"]),
        ("nl", ["Facturen", "Factuur 2026-0001", "De links werken tot en met 6 februari 2026; laad deze pagina"]),
    ],
)
def test_the_list_is_in_the_client_s_language(locale, said):
    listed = re.sub("<[^>]+>", "", Site(locale=locale).listed)

    assert [] == [one for one in said if one not in listed]


@pytest.mark.parametrize(("count", "is_said"), [(100, False), (101, True)])
def test_a_list_that_lacks_older_ones_says_so(count, is_said):
    site = Site()
    issued = site.ports.invoices.records[FIRST]
    site.ports.invoices.records |= {f"{FIRST}/{n}": replace(issued, id=f"{FIRST}/{n}") for n in range(2, count + 1)}

    assert 100 == len(set(site.documents))
    assert is_said == ("Only the newest 100 are listed; ask for older ones. The links work" in site.listed)


@pytest.mark.parametrize(
    ("given", "is_linked", "is_listed"),
    [
        ({}, True, True),
        ({"issued": False}, True, False),
        ({"invoices_on_page": False}, False, False),
    ],
)
def test_a_page_offers_issued_invoices_unless_the_set_up_keeps_them_off_it(given, is_linked, is_listed):
    site = Site(**given)
    page = site.get(site.address).body.decode()

    assert (is_linked, is_listed) == ("?invoices=1" in page, bool(site.documents))
    assert not re.search("/d/|1,993", page)


def test_the_links_of_a_list_stay_the_same_all_day():
    site = Site()
    morning = site.documents
    site.now = NOW.replace(hour=23, minute=59)

    assert morning == site.documents


def test_a_link_opens_its_invoice_as_a_pdf_to_keep():
    site = Site()
    [address] = site.documents
    opened = site.get(address)

    assert (200, b"%PDF-") == (opened.status_code, opened.body[:5])
    assert ("application/pdf", 'attachment; filename="2026-0001.pdf"', "no-store", "no-referrer") == tuple(
        opened.headers[name] for name in ("Content-Type", "Content-Disposition", "Cache-Control", "Referrer-Policy")
    )


def test_neither_the_link_nor_the_file_says_anything_of_the_page_s_address():
    site = Site()
    [address] = site.documents
    token = site.address.removeprefix("/b/")

    assert not {part for part in token.split(".") if len(part) > 8} & set(re.split("[./~]", address))
    assert b"/URI" not in site.get(address).body


HIDDEN = replace(SEED, ends_on=day("2026-02-01"), hidden=True)
CLOSED = {SEED.id.retainer: ClosingPosition(closed_before=day("2026-02-01"))}


def later(site, **kept):
    site.now += timedelta(**kept)


def relink(**changes):
    def change(site):
        site.change(client=replace(site.book.client, link=Link(**changes)))

    return change


@pytest.mark.parametrize(
    ("what", "status"),
    [
        (lambda site: later(site, hours=38, minutes=59), 200),
        (lambda site: later(site, hours=39), 404),
        (relink(version=2), 404),
        (relink(revoked=True), 404),
        (relink(expires_at=datetime(2026, 2, 5, 9, tzinfo=UTC)), 404),
        (lambda site: site.directory.books.clear(), 404),
        (lambda site: site.change(client=replace(site.book.client, invoices_on_page=False)), 404),
        (lambda site: site.change(retainers=(HIDDEN,), head=replace(site.book.head, positions=CLOSED)), 404),
    ],
)
def test_a_link_ends_after_the_next_day_and_with_the_page_s_own(what, status):
    site = Site()
    [address] = site.documents
    what(site)

    assert status == site.get(address).status_code


def test_after_a_rotation_the_new_page_has_new_links():
    site = Site()
    relink(version=2)(site)

    assert [200] == [site.get(address).status_code for address in site.documents]


def test_a_link_that_has_ended_is_refused_as_one_that_never_was_and_costs_no_read():
    site = Site()
    [address] = site.documents
    later(site, days=2)
    reads = len(site.directory.reads)
    refused = [site.get(path) for path in (address, "/d/x", f"{address}x", site.address.replace("/b/", "/d/"))]

    assert 1 == len({(one.status_code, one.body, str(sorted(one.headers.items()))) for one in refused})
    assert (404, "no-store", reads) == (
        refused[0].status_code,
        refused[0].headers["Cache-Control"],
        len(site.directory.reads),
    )


def test_a_draft_has_no_link_and_even_a_signed_one_would_not_open_it():
    site = Site(issued=False)
    token = SignedInvoiceLinks(lambda: (KEY,)).token(FIRST, 1, day("2026-02-06"))

    assert 404 == site.get(f"/d/{token}").status_code


def test_a_page_itself_loads_nothing_that_only_invoices_need():
    code = (
        "import sys; from tests.unit.web.page.test_pages import get, seeblick; get(seeblick());"
        "late = {'fpdf', 'fontTools', 'chalicelib.web.page.build_invoices', 'chalicelib.services.invoices.offer'};"
        "print(late & set(sys.modules))"
    )

    assert "set()\n" == subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout


def test_all_invoices_of_one_page_together_may_be_opened_so_many_times_a_minute():
    site = Site(voided=True)
    with Client(site.serve(link_requests="3")) as client:
        answered = [client.http.get(path).status_code for path in site.documents * 2]

    assert [200, 200, 200, 429] == answered


def test_on_paper_there_is_the_list_and_not_how_long_its_links_work():
    [section] = re.findall("<section.*?</section>", Site().listed, re.DOTALL)

    assert ["soft on-screen"] == re.findall('class="([^"]*on-screen)"', section)


def test_a_head_request_of_a_file_is_answered_without_it():
    site = Site()
    [address] = site.documents
    with Client(site.serve()) as client:
        answered = client.http.head(address)

    assert (200, b"") == (answered.status_code, answered.body)
