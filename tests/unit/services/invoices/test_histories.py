"""In any history of invoices: numbers have no gaps, dates never go back, issued documents never change."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from chalicelib.documents.pdf import unprintable
from chalicelib.domain.billing import InvoiceDocument, InvoiceId, InvoiceKind, InvoiceRecord, InvoiceState
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import Money
from chalicelib.services.invoices.issue import adjust, issue, void
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.words.invoices import word_section
from tests.builders import day
from tests.effort import tries
from tests.fakes import FakeDirectory
from tests.invoice_rig import BUYER, JANUARY, OPERATOR, SEED, FakeInvoices, book, draft_for

if TYPE_CHECKING:
    from chalicelib.services.store.books import ClientBook

_ZONES = ("Pacific/Auckland", "Europe/Berlin", "America/Los_Angeles")
_EACH = 3


class KilledError(Exception):
    """The process was killed."""


class Killable(FakeInvoices):
    """Invoices whose next transaction loses a race, or kills the process before or after it is done."""

    fate = ""

    def issue(self, *arguments: object) -> None:  # type: ignore[override] # what issue() was given
        fate, self.fate = self.fate, ""
        if fate == "lost":
            raise StaleWriteError
        if fate == "before":
            raise KilledError
        super().issue(*arguments)  # type: ignore[arg-type]
        if fate == "after":
            raise KilledError


class Histories(RuleBasedStateMachine):
    """One operator, retainers in three zones, a clock that may also step back."""

    @initialize()
    def begin(self) -> None:
        tiers = [replace(SEED, id=_tier(number), zone=zone) for number, zone in enumerate(_ZONES * _EACH)]
        drafts = [draft_for(CycleId(one.id, day(JANUARY))) for one in tiers]
        self.now = datetime(2026, 12, 28, 12, tzinfo=UTC)
        self.invoices = Killable(*drafts)
        acme: ClientBook = replace(book(billing=BUYER), retainers=tuple(tiers))
        directory = FakeDirectory(acme, operator=OPERATOR)
        self.ports = InvoicePorts(directory, self.invoices, word_section, unprintable, lambda: self.now)
        self.names = [one.id for one in drafts]
        self.seen: dict[str, InvoiceDocument] = {}

    @rule(hours=st.integers(-30, 90))
    def time_passes(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule(fate=st.sampled_from(["lost", "before", "after"]))
    def something_goes_wrong_next(self, fate: str) -> None:
        self.invoices.fate = fate

    @rule(series=st.sampled_from(["", "HT-"]))
    def the_set_up_changes(self, series: str) -> None:
        stored = self.ports.directory.read_operator()
        self.ports.directory.write_operator(replace(stored, billing=replace(stored.billing, series=series)))

    @rule(which=st.integers(0, len(_ZONES) * _EACH - 1), minor=st.integers(-50_000, 50_000))
    def adjusts(self, which: int, minor: int) -> None:
        self._try(lambda: adjust(self.invoices, self._name(which), Money(minor, "EUR"), "Because", self.now))

    @rule(which=st.integers(0, len(_ZONES) * _EACH - 1), back=st.none() | st.integers(0, 3))
    def issues(self, which: int, back: int | None) -> None:
        on = None if back is None else (self.now - timedelta(days=back)).date()
        self._try(lambda: issue(self.ports, self._name(which), on))

    @rule(which=st.integers(0, len(_ZONES) * _EACH - 1))
    def takes_back(self, which: int) -> None:
        self._try(lambda: void(self.ports, self._name(which), "Wrong"))

    @rule(which=st.integers(0, len(_ZONES) * _EACH - 1))
    def takes_the_first_one_back_again(self, which: int) -> None:
        self._try(lambda: void(self.ports, self.names[which], "Wrong"))

    def _name(self, which: int) -> InvoiceId:
        """The invoice of a cycle that is not void."""
        found = self.invoices.records[self.names[which]]
        while found.followed_by:
            found = self.invoices.records[found.followed_by]
        return found.id

    @staticmethod
    def _try(step: Callable[[], object]) -> None:
        with suppress(HourTabError, KilledError):
            step()

    @invariant()
    def numbers_have_no_gap_and_dates_never_go_back(self) -> None:
        series: dict[str, list[InvoiceDocument]] = {}
        for one in self.documents():
            series.setdefault(one.number.rpartition("-")[0], []).append(one)
        for name, issued in series.items():
            issued.sort(key=lambda one: one.number)
            assert [one.number for one in issued] == [f"{name}-{nth:04}" for nth in range(1, len(issued) + 1)]
            assert {str(one.issued_on.year) for one in issued} == {name[-4:]}
            assert all(one.issued_on <= other.issued_on for one, other in pairwise(issued))

    @invariant()
    def the_issued_stays_and_every_void_has_one_credit_note(self) -> None:
        issued = {one.number: one for one in self.documents()}
        assert self.seen.items() <= issued.items()
        self.seen = issued
        void_ones = [one for one in self.records() if one.state is InvoiceState.VOID]
        credits_by_number = {one.corrects: one for one in self.documents() if one.corrects}
        assert {one.document.number for one in void_ones if one.document} == set(credits_by_number)
        assert len({mail.id for mail in self.invoices.tasks}) == len(self.invoices.tasks) == len(issued)
        in_force = [one.cycle for one in self.records() if one not in void_ones and one.kind is InvoiceKind.INVOICE]
        assert len(set(in_force)) == len(in_force) == len({one.cycle for one in self.records()})
        for one in void_ones:
            assert one.document
            assert one.document.gross.minor + credits_by_number[one.document.number].gross.minor == 0

    def records(self) -> list[InvoiceRecord]:
        return list(self.invoices.records.values()) if hasattr(self, "invoices") else []

    def documents(self) -> list[InvoiceDocument]:
        return [one.document for one in self.records() if one.document]


def _tier(number: int) -> RetainerId:
    return RetainerId(ClientId("acme"), RetainerSlug(f"tier-{number}"))


TestHistories = Histories.TestCase
TestHistories.settings = settings(max_examples=tries(40), stateful_step_count=25, deadline=None)
