"""An invented client for the tests of the page: two retainers, one of them over, on 22 November 2026."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import chain

from chalice import Chalice

from chalicelib.adapters.links import SignedInvoiceLinks
from chalicelib.domain.branding import Logo
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import Entry, Pool
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client, CycleLength, HoursFormat, Link, Pause, Retainer
from chalicelib.domain.terms import Terms
from chalicelib.services.cycles.read_balance import ClientBalance, read_balance
from chalicelib.services.invoices.issue import issue, void
from chalicelib.services.store.books import ClientBook, ClientHead, Operator
from chalicelib.services.store.lookup import Admit, admit_all
from chalicelib.settings import Settings
from chalicelib.site import make_site
from chalicelib.web.headers import BODY_LIMIT
from tests.builders import day, entry, ledger, retainer, rounding, rule, terms, top_up
from tests.fakes import FakeDirectory, FakeLedger, FakeLinks
from tests.invoice_rig import BUYER, FakeInvoices, draft, ports
from tests.logos import SVG
from tests.parts import parts_with

NOW = datetime(2026, 11, 22, 8, 14, tzinfo=UTC)
KEY = "an invented key of more than 32 characters"
CLIENT = ClientId("seeblick-klinik")
HELPDESK = RetainerId(CLIENT, RetainerSlug("helpdesk"))
ADVISORY = RetainerId(CLIENT, RetainerSlug("advisory"))


@dataclass
class Sample:
    """A stored client and the ports to read it."""

    directory: FakeDirectory
    ledger: FakeLedger
    links: FakeLinks
    invoices: FakeInvoices = field(default_factory=FakeInvoices)
    now: datetime = NOW
    token: str = f"{CLIENT}~1"

    def balance(self, token: str | None = None, admit: Admit = admit_all) -> ClientBalance | None:
        return read_balance(
            self.token if token is None else token,
            self.now,
            links=self.links,
            directory=self.directory,
            ledger=self.ledger,
            admit=admit,
        )

    def serve(self, body_limit: int = BODY_LIMIT, link_requests: str = "") -> Chalice:
        """The app, serving this sample."""
        parts = parts_with(
            Settings(link_requests=link_requests),
            directory=self.directory,
            ledger=self.ledger,
            links=self.links,
            invoices=self.invoices,
            invoice_links=SignedInvoiceLinks(lambda: (KEY,)),
            clock=lambda: self.now,
        )
        return make_site(parts, body_limit)


def sample(
    *retainers: Retainer,
    cycles: Iterable[CycleLedger] = (),
    locale: str = "en-GB",
    link: Link | None = None,
    as_of: datetime | None = NOW,
    plan: str | None = None,
    **client: object,
) -> Sample:
    """A client with these retainers and stored cycles."""
    person = replace(Client(CLIENT, "Seeblick Klinik", locale, link=link or Link()), **client)
    directory = FakeDirectory(ClientBook(person, retainers, (), ClientHead(1, "1", as_of, plan), 1))
    return Sample(directory, FakeLedger(*cycles, directory=directory), FakeLinks())


def helpdesk(**changes: object) -> Retainer:
    """20 h a month; unused hours carry over for 2 months, at most 10 h; 100 € an hour beyond them."""
    carry = rule(carry=True, cap="10", expires_after=2)
    version = terms("2025-12-01", allotment="20:00", carry_over=carry)
    plain = retainer(version, starts="2025-12-01", retainer_id=HELPDESK, title="Helpdesk")
    return replace(plain, **changes)


def advisory(**changes: object) -> Retainer:
    """5 h a month, use it or lose it; 120 € an hour beyond them."""
    version = terms("2026-05-01", allotment="5:00", rate="140.00", overage_rate="120.00")
    plain = retainer(version, starts="2026-05-01", retainer_id=ADVISORY, title="Advisory")
    return replace(plain, **changes)


def seeblick(**changes: object) -> Sample:
    """The sample of the screenshots: Helpdesk with 6.75 h left of 23 h, Advisory 1.50 h over its 5 h."""
    past = zip(
        ("2025-12", "2026-01", "2026-02", "2026-03", "2026-04", "2026-05"), (15, 18, 21, 17, 20, 24), strict=True
    )
    later = zip(("2026-06", "2026-07", "2026-08", "2026-09", "2026-10"), (20, 16, 14, 30, 17), strict=True)
    cycles = [ledger(f"{month}-01", quarters(month, hours), of=HELPDESK) for month, hours in (*past, *later)]
    cycles += [ledger("2026-11-01", helpdesk_work(), of=HELPDESK)]
    cycles += [
        ledger(f"2026-{month:02}-01", [advice(f"2026-{month:02}-12", f"{month - 3}:30")], of=ADVISORY)
        for month in range(5, 10)
    ]
    cycles += [ledger("2026-11-01", advisory_work(), of=ADVISORY)]
    return sample(helpdesk(), advisory(), cycles=cycles, **changes)


def far_over(locale: str, hours_format: HoursFormat) -> Sample:
    """Helpdesk 100:05:30 h over, with past months: long figures in every table."""
    work = [entry("2026-11-20", "112:50:30", "Mira Okafor", description="Storage array rebuilt"), *helpdesk_work()]
    months = {"2026-10-01": quarters("2026-10", 17), "2026-11-01": work}
    cycles = [ledger(start, entries, of=HELPDESK) for start, entries in months.items()]
    cycles += [ledger("2026-11-01", advisory_work(), of=ADVISORY)]
    return sample(helpdesk(), advisory(), cycles=cycles, locale=locale, hours_format=hours_format)


def branded(one: Sample, name: str = "Kestrel IT") -> Sample:
    """The sample with an operator who has a logo and a colour."""
    logo = Logo.of(SVG)
    one.directory.write_logo(logo)
    book = one.directory.books[CLIENT]
    ways = {"phone": "+49 40 555 0", "web": "https://kestrel.example", "accent": "#215e82", "logo": logo.id}
    one.directory.books[CLIENT] = replace(book, operator=Operator(name, "support@kestrel.example", **ways))
    return one


def invoiced(one: Sample) -> Sample:
    """The sample with an invoice, the credit note that cancels it, and the invoice that took its place."""
    of = ports(draft(helpdesk()), of=replace(one.directory.books[CLIENT], billing=BUYER))
    first = f"{HELPDESK}/2025-12-01"
    issue(of, first)
    void(of, first, "Wrong address")
    issue(of, f"{first}/2")
    return replace(one, invoices=of.invoices)


def every_kind(*, locale: str = "en-GB", hours_format: HoursFormat = HoursFormat.DECIMAL) -> dict[str, tuple]:
    """A branded sample of each kind of page and its query, by a name."""
    given = {"locale": locale, "hours_format": hours_format}
    made = {
        "two-tiers": (seeblick(**given), ""),
        "over": (far_over(locale, hours_format), ""),
        "empty": (sample(helpdesk(), **given), ""),
        "300-entries": (many(300, **given), ""),
        "past-cycle": (seeblick(**given), "?cycle=2026-09-01"),
        "year": (seeblick(**given), "?year=2026"),
        "question": (seeblick(**given), "?ask=1"),
        "invoices": (invoiced(seeblick(**given)), "?invoices=1"),
        "states": (every_state(**given), ""),
        "states-year": (every_state(**given), "?year=2026"),
    }
    return {name: (branded(one), query) for name, (one, query) in made.items()}


def every_state(**changes: object) -> Sample:
    """A retainer in each rare state, with long names and figures: none yet, ended, without hours, in debt, paused …"""

    def of(slug: str, *versions: Terms, starts: str = "2026-01-01", **rest: object) -> Retainer:
        return retainer(*versions, starts=starts, retainer_id=RetainerId(CLIENT, RetainerSlug(slug)), **rest)

    kinds = rounding("0:15", "0:30", multipliers={_RARE: "1.75"})
    debtor = of("debtor", terms(allotment="160:00", carry_over=rule(deduct=True), rounded=kinds), title="D" * 60)
    retainers = (
        of("next", starts="2027-01-01", title="Not begun"),
        of("ended", ends="2026-10-01", title="Ended"),
        of("hourly", terms(allotment="0"), title="Without hours"),
        debtor,
        replace(of("paused", title="Paused"), pauses=(Pause(day("2026-11-01"), day("2026-12-15")),)),
        of("quarter", length=CycleLength.QUARTER, anchor_day=15, backfill=True, title="Quarters"),
    )
    long = entry("2026-11-20", "112:50:30", "W" * 50, description="x" * 90, project="P" * 60, ticket="#" + "7" * 40)
    expiring = [top_up("2026-11-01", "5:00", expires="2026-11-15")]
    worked = (
        ("2026-11-01", "hourly", [long]),
        ("2026-10-01", "debtor", [entry("2026-10-20", "512:50:30")]),
        ("2026-11-01", "debtor", [long._replace(work_type=_RARE), entry("2026-11-21", "-1:20")], expiring),
        ("2026-07-15", "quarter", [entry("2026-08-01", "40:00")]),
    )
    cycles = [
        ledger(start, work, top_ups=[*chain(*bought)], of=RetainerId(CLIENT, RetainerSlug(slug)))
        for start, slug, work, *bought in worked
    ]
    return sample(*retainers, cycles=cycles, **changes)


def quarters(month: str, hours: int) -> list:
    """Four equal days of work in a month."""
    duration, ticket = f"{hours // 4}:{hours % 4 * 15:02}", 3800 + 30 * int(month[-2:])
    return [
        entry(f"{month}-{10 + n}", duration, worker, description=text, work_type=kind, ticket=f"#{ticket + n}")
        for n, (worker, text, kind) in enumerate(_EVERY_MONTH)
    ]


def helpdesk_work() -> list:
    """16.25 h of the retainer and 14 h of a project."""
    mira, jonas, migration = "Mira Okafor", "Jonas Brandt", {"pool": Pool.PROJECT, "project": "Mailbox migration"}
    return [
        entry(
            "2026-11-20",
            "1:15",
            mira,
            start="9:00",
            description="Suspicious mail: three accounts locked and checked",
            ticket="#4182",
        ),
        entry("2026-11-19", "0:30", jonas, start="15:00", description="Label printer on the second floor offline"),
        entry("2026-11-18", "6:00", mira, description="Mailboxes of the front office moved", **migration),
        entry("2026-11-17", "2:45", jonas, description="New colleague: laptop, VPN and door badge", ticket="#4171"),
        entry("2026-11-16", "3:00", mira, description="Backup restore rehearsed, report for the insurer"),
        entry("2026-11-12", "8:00", jonas, description="Mailboxes of both labs moved", **migration),
        entry("2026-11-11", "1:30", mira, description="X-ray workstation: disk replaced", work_type="On site"),
        entry("2026-11-09", "2:15", jonas, description="Quarterly patch evening, servers and switches"),
        entry("2026-11-05", "1:00", mira, description="Phone queue rerouted for the holiday rota"),
        entry("2026-11-04", "0:45", jonas, description="Password vault: two seats added"),
        entry("2026-11-02", "3:15", mira, description="Wi-Fi survey of the new treatment rooms", work_type="On site"),
    ]


def advisory_work() -> list:
    """6.50 h."""
    return [
        advice("2026-11-18", "2:00", "Review of the lab software contract"),
        advice("2026-11-10", "3:00", "Security workshop with the management team"),
        advice("2026-11-03", "1:30", "Budget for 2027: options for the server room"),
    ]


def advice(on: str, duration: str, description: str = "Meeting with the management team") -> Entry:
    return entry(on, duration, "Ines Castellan", description=description)


def many(count: int, **changes: object) -> Sample:
    """A November with this many quarter-hour entries."""
    return sample(helpdesk(), cycles=[ledger("2026-11-01", map(_numbered, range(count)), of=HELPDESK)], **changes)


def _numbered(n: int) -> Entry:
    text = f"Ticket {n * 7919 % 10007}: {_WORDS[n % 8]} {_WORDS[n * 5 % 7]}, {_WORDS[n * 3 % 8]} checked"
    clock = f"{8 + n % 9}:{n % 60:02}"
    return entry(f"2026-11-{1 + n % 20:02}", "0:15", f"Worker {n % 7}", start=clock, description=text)


_RARE = "Rufbereitschaftswochenenden"
_EVERY_MONTH = (
    ("Mira Okafor", "Helpdesk calls of the week", "Remote"),
    ("Jonas Brandt", "Patches for servers and switches", "Maintenance"),
    ("Mira Okafor", "Visit to the treatment rooms", "On site"),
    ("Jonas Brandt", "New colleagues: accounts and laptops", "Remote"),
)
_WORDS = ("printer", "mailbox", "VPN", "backup", "switch", "notebook", "licence", "phone")
