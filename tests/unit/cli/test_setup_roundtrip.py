"""Any set-up that can be declared, written as YAML, is read back unchanged."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.cli.setup_file.write_setup import as_yaml, write_setup
from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import (
    ApprovalRules,
    Client,
    ClientMails,
    CycleLength,
    HoursFormat,
    Issuing,
    LateEntryRule,
    PartialCycle,
    Pause,
    Retainer,
)
from chalicelib.domain.routing import ClientRule, ColumnMatch, InboxRule, Match
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused
from chalicelib.intake.rows import SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import InboxRuleSetup, Setup
from chalicelib.services.setup.plan import Action
from chalicelib.services.setup.stored import stored_setup
from chalicelib.services.store.books import NO_IMPORTS, ClientBook, Operator
from chalicelib.words.formats import LANGUAGES
from tests.effort import tries
from tests.fakes import FakeDirectory, FakeLedger
from tests.logos import PNG, SVG, logo

SLUGS = st.from_regex(r"[a-z](?:[a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True)
SOURCE_NAMES = ("toggl", "harvest")
TEXTS = st.text("aZ0é#:{}[]-*&!|>'\"%@,?~= ", min_size=1, max_size=12).map(lambda text: f"x{' '.join(text.split())}")
DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))
SECONDS = st.integers(0, 400 * 3600)
LOGOS = (logo(PNG), logo(SVG))
BEFORE_ALL = datetime(2019, 11, 22, 12, 0, tzinfo=UTC)
"""No cycle has begun, so none closes."""


def amounts(currency: str) -> st.SearchStrategy[Money]:
    return st.integers(0, 10**11).map(lambda minor: Money(minor, currency))


def carry_overs() -> st.SearchStrategy[CarryOver]:
    caps = st.none() | SECONDS.map(lambda s: Cap(seconds=s)) | st.integers(0, 500).map(lambda p: Cap(percent=p))
    overruns = st.sampled_from(Overrun)
    expiries = st.none() | st.integers(1, 36)
    carried = st.builds(CarryOver, st.just(Unused.CARRY), caps, expiries, overruns)
    return carried | st.builds(CarryOver, overrun=overruns)


def roundings() -> st.SearchStrategy[Rounding]:
    factors = st.integers(1, 5000).map(lambda thousandths: Fraction(thousandths, 1000))
    return st.builds(
        Rounding, SECONDS, SECONDS, st.sampled_from(RoundingLevel), st.dictionaries(SLUGS, factors, max_size=2)
    )


def terms(day: date, currency: str) -> st.SearchStrategy[Terms]:
    alerts = st.sets(st.integers(1, 1000), max_size=3).map(lambda percents: tuple(sorted(percents)))
    money = amounts(currency)
    return st.builds(Terms, st.just(day), SECONDS, money, money, st.none() | money, carry_overs(), roundings(), alerts)


@st.composite
def versions(draw: st.DrawFn, starts_on: date, currency: str) -> tuple[Terms, ...]:
    """One to three versions, which begin on different days before 2031."""
    later = draw(st.lists(st.dates(starts_on + timedelta(1), date(2030, 12, 31)), max_size=2, unique=True))
    return tuple(draw(terms(day, currency)) for day in (starts_on, *sorted(later)))


def pauses() -> st.SearchStrategy[tuple[Pause, ...]]:
    """Pairs of days, oldest first; the last end may be open."""
    bounds = st.lists(DAYS, max_size=5, unique=True).map(sorted)
    return bounds.map(lambda days: tuple(Pause(start, end) for start, end in zip_longest(days[::2], days[1::2])))


@st.composite
def retainers(draw: st.DrawFn, client: Client, slug: str) -> Retainer:
    starts_on = draw(DAYS)
    ends_on = draw(st.none() | st.just(date(2031, 1, 1)))
    return Retainer(
        id=RetainerId(client.id, RetainerSlug(slug)),
        title=draw(TEXTS),
        zone=draw(st.sampled_from(["Europe/Berlin", "UTC", "America/New_York"])),
        starts_on=starts_on,
        terms=draw(versions(starts_on, client.currency)),
        length=draw(st.sampled_from(CycleLength)),
        anchor_day=draw(st.none() | st.integers(1, 31)),
        ends_on=ends_on,
        hidden=ends_on is not None and draw(st.booleans()),
        partial=draw(st.sampled_from(PartialCycle)),
        grace_days=draw(st.integers(0, 31)),
        late_work=draw(st.sampled_from(LateEntryRule)),
        pauses=draw(pauses()),
    )


@st.composite
def setups(draw: st.DrawFn) -> Setup:
    clients = []
    for number, slug in enumerate(draw(st.lists(SLUGS, max_size=2, unique=True))):
        client = Client(
            ClientId(f"{number}{slug}"[:20]),
            f"{number}{draw(TEXTS)}",
            draw(st.sampled_from(["en", "de-DE", "fr-CA"])),
            draw(st.sampled_from(["EUR", "JPY", "KWD"])),
            tuple(f"{number}{alias}" for alias in draw(st.lists(TEXTS, max_size=2))),
            draw(st.sampled_from(HoursFormat)),
            tickets_together=draw(st.booleans()),
        )
        slugs = draw(st.lists(SLUGS, min_size=1, max_size=2, unique=True))
        own = tuple(draw(retainers(client, slug)) for slug in slugs)
        columns = st.lists(
            st.builds(ColumnMatch, TEXTS, st.lists(TEXTS, min_size=1, max_size=2).map(tuple)), max_size=2
        )
        matches = st.builds(Match, project=st.none() | TEXTS, tag=st.none() | TEXTS, columns=columns.map(tuple))
        to_retainer = st.builds(ClientRule, matches, st.sampled_from(Pool), st.just(own[0].id.retainer), TEXTS)
        rules = tuple(draw(st.lists(to_retainer, max_size=2)))
        clients.append(
            ClientBook(
                client, own, rules, aliases=Aliases(projects=draw(renamed())), billing=draw(buyers()), **draw(notices())
            )
        )
    rules = [InboxRuleSetup(InboxRule(Match(client=draw(TEXTS)), each.client.id)) for each in clients]
    logo = draw(st.none() | st.sampled_from(LOGOS))
    operator = Operator(
        draw(TEXTS),
        "a@b.example",
        draw(st.sampled_from([0, 900, 1_800, 93_784])),
        draw(st.sampled_from(["", "+49 40 555 0"])),
        draw(st.sampled_from(["", "https://fjordblick.example"])),
        draw(st.sampled_from(["", "#215e82"])),
        logo.id if logo else "",
    )
    told = draw(st.none() | hints()), draw(renamed()), tuple(rules)
    return Setup(operator, *told, tuple(clients), draw(sellers()), logo)


def hints() -> st.SearchStrategy[SourceHints]:
    names = st.sampled_from(SOURCE_NAMES)
    orders, zones = (
        st.dictionaries(names, st.sampled_from(each)) for each in (tuple(DateOrder), ("UTC", "Asia/Tokyo"))
    )
    return st.builds(SourceHints, orders, st.frozensets(names), zones=zones)


def parties(**more: st.SearchStrategy[str]) -> st.SearchStrategy[Party]:
    return st.builds(
        Party,
        name=st.just("") | TEXTS,
        address=st.lists(TEXTS, max_size=2).map(tuple),
        country=st.sampled_from(["", "NO", "DE"]),
        vat_id=st.sampled_from(["", "DE123456789"]),
        tax_number=st.just("") | TEXTS,
        **more,
    )


def sellers() -> st.SearchStrategy[OperatorBilling]:
    bank = {"iban": st.sampled_from(["", "DE89370400440532013000"]), "bic": st.sampled_from(["", "COBADEFFXXX"])}
    prefixes = st.sampled_from(["", "HT-", "a1"])
    notes = st.dictionaries(st.sampled_from(LANGUAGES), TEXTS)
    return st.builds(
        OperatorBilling, parties(**bank), prefixes, st.integers(0, 365), st.just("") | TEXTS, notes, st.booleans()
    )


def buyers() -> st.SearchStrategy[ClientBilling]:
    rates = st.integers(1, 10**6).map(lambda each: Fraction(each, 10_000)).map(Tax)
    taxes = st.none() | rates | st.builds(Tax, st.just(Fraction(0)), st.sampled_from("ZEO"), TEXTS)
    mail = st.sampled_from(["", "a@b.example"])
    days, words = st.none() | st.integers(0, 365), st.just("") | TEXTS
    return st.builds(ClientBilling, parties(email=mail), days, taxes, words, words)


def notices() -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {
            "issuing": st.sampled_from(Issuing),
            "mails": st.builds(ClientMails, st.booleans(), st.booleans(), st.booleans()),
            "approvals": st.builds(
                ApprovalRules, st.sampled_from([(), ("ida@a.example",)]), st.integers(1, 90), st.integers(1, 90)
            ),
        }
    )


def renamed() -> st.SearchStrategy[tuple[Renamed, ...]]:
    """Names that are numbered, so that they always differ."""
    groups = st.lists(st.lists(TEXTS, min_size=2, max_size=3), max_size=2)
    return groups.map(
        lambda drawn: tuple(
            Renamed(f"{place}0 {names[0]}", tuple(f"{place}{nth} {name}" for nth, name in enumerate(names[1:], 1)))
            for place, names in enumerate(drawn)
        )
    )


def written(setup: Setup) -> str:
    """The set-up as YAML."""
    return as_yaml(write_setup(setup))


def without_places(setup: Setup) -> Setup:
    rules = tuple(InboxRuleSetup(each.rule) for each in setup.inbox_rules or ())
    return replace(setup, inbox_rules=rules, places={})


@settings(max_examples=tries(60), deadline=None)
@given(setups())
def test_any_set_up_round_trips_through_yaml(setup: Setup) -> None:
    read = read_setup(written(setup), SOURCE_NAMES)

    assert isinstance(read, Setup), read
    assert setup == without_places(read)


@settings(max_examples=tries(40), deadline=None)
@given(setups())
def test_what_is_exported_applies_without_a_change(setup: Setup) -> None:
    directory = FakeDirectory()
    use_case = ApplySetup(directory, FakeLedger(directory=directory), lambda: BEFORE_ALL)
    assert use_case.apply(setup).conflicts == ()
    before = (directory.operator, set_ups(directory))

    exported = read_setup(written(stored_setup(directory)), SOURCE_NAMES)
    assert isinstance(exported, Setup), exported
    plan = use_case.apply(exported)

    assert plan.conflicts == ()
    assert {Action.UNCHANGED} >= {change.action for change in plan.changes}
    assert before == (directory.operator, set_ups(directory))


def set_ups(directory: FakeDirectory) -> list[ClientBook]:
    """The stored books without their heads: an apply first takes the steps of cycles that are due."""
    return [replace(book, head=NO_IMPORTS) for book in directory.books.values()]
