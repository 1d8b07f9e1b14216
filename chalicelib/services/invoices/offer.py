"""The invoices that a client's page offers, each by a link of its own that ends (docs/security.md, "Links").

Such a link can be passed on to whoever keeps the books: it opens one document for a day or two, and says nothing of the
page. It opens nothing any more once the page's own link was replaced, revoked or has expired.
"""

from datetime import date, datetime, timedelta
from itertools import islice
from typing import NamedTuple, Protocol

from chalicelib.domain.billing import InvoiceDocument, InvoiceId, InvoiceRecord
from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Client
from chalicelib.services.cycles.read_balance import open_link
from chalicelib.services.invoices.ports import Invoices
from chalicelib.services.store.books import ClientBook, Directory
from chalicelib.services.store.lookup import Admit, admit_all

MOST_OFFERED = 100
"""How many invoices and credit notes the page lists: the newest."""
_LASTS = timedelta(days=1)


class InvoiceLinks(Protocol):
    """Makes and reads the tokens of invoices' links. The key is a secret that no table holds."""

    def token(self, invoice: str, version: int, last_day: date) -> str:
        """The token for this invoice up to a day, made on a page whose link has this version."""

    def read(self, token: str) -> tuple[str, int, date] | None:
        """What the token proves, in the order of `token`; None for anything else."""


class Offer(NamedTuple):
    """What a client's page offers at a moment."""

    records: tuple[InvoiceRecord, ...]
    """Issued ones, by date and number, newest first."""
    tokens: tuple[str, ...]
    """Those of their links."""
    last_day: date
    """The last day, in UTC, on which the links work: the same all day, so that the page stays the same, too."""
    has_more: bool
    """Whether there are older ones."""


def offer_invoices(client: Client, now: datetime, *, links: InvoiceLinks, invoices: Invoices) -> Offer:
    """The newest issued invoices and credit notes of a client, with links made at the aware instant `now`."""
    last_day = (now + _LASTS).date()
    newest = list(islice((one for one in invoices.newest(client.id) if one.document), MOST_OFFERED + 1))
    records = tuple(sorted(newest[:MOST_OFFERED], key=_order, reverse=True))
    tokens = tuple(links.token(one.id, client.link.version, last_day) for one in records)
    return Offer(records, tokens, last_day, has_more=len(newest) > MOST_OFFERED)


def _order(record: InvoiceRecord) -> tuple[date, str]:
    document = record.document
    return (document.issued_on, document.number) if document else (date.min, "")


def open_invoice(
    token: str,
    now: datetime,
    *,
    links: InvoiceLinks,
    directory: Directory,
    invoices: Invoices,
    admit: Admit = admit_all,
) -> tuple[InvoiceDocument, ClientBook] | None:
    """The document that a link opens at the aware instant `now`, and whose it is; None if it opens nothing (any more).

    `token` comes from the visitor's address and may be any text. One that was not signed, or has ended, costs no read.
    """
    proven = links.read(token)
    if proven is None or now.date() > proven[2]:
        return None
    invoice, version, _ = proven
    client = ClientId(invoice.partition("/")[0])
    admit(f"{client}.{version}")  # together: making a file takes much longer than making a page
    book = open_link(client, version, now, directory)
    if book is None or not book.client.invoices_on_page:
        return None
    record = invoices.read(InvoiceId(invoice))
    return (record.document, book) if record and record.document else None
