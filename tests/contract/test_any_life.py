"""In any history of a client, in any order, repeated or interrupted between any two calls: nothing is lost or doubled.

The real services over the real adapters. Files arrive late, twice and in any order, hours are bought and corrected,
terms change, imports are undone, cycles close, invoices are issued, the clock jumps and steps back; and each of these
may be killed at one of its calls to AWS, and is then repeated some time later.
"""

from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from itertools import count

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from chalicelib.adapters.codec import pack_document
from chalicelib.documents.pdf import unprintable
from chalicelib.domain.accounting import account
from chalicelib.domain.billing import InvoiceKind, InvoiceState, invoice_id
from chalicelib.domain.calendar import period_of, periods_between, today
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import LATE_SOURCES, MANUAL, OWN_SOURCES
from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import HOUR, Money
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.terms_versions import terms_at
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, NotAdjustableError, Order, adjust_hours
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.cycles.read_balance import Asked, balance_of
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.invoices.issue import issue, void
from chalicelib.services.invoices.ports import InvoicePorts
from chalicelib.services.mails.check_usage import CheckUsage
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook
from chalicelib.services.store.import_record import DroppedFile, ImportRecord, Verb, import_id, is_undone
from chalicelib.services.store.tasks import Task, TaskKind, TaskState, alert_mail, usage_check
from chalicelib.words.invoices import word_section
from tests.aws_calls import record_calls
from tests.builders import retainer, rounding, terms
from tests.builders import rule as carry_over
from tests.conservation import check_chain
from tests.effort import tries
from tests.import_rig import csv_of
from tests.invoice_rig import BUYER, OPERATOR

_HEADER = ("Entry ID", "Date", "Duration", "User", "Description")
_BEGIN = datetime(2026, 1, 20, 12, tzinfo=UTC)
_LIVES = count()
_KILLED = st.none() | st.integers(1, 30)
_RULES = st.sampled_from(
    [carry_over(), carry_over(carry=True, expires_after=2), carry_over(carry=True, cap="50%", deduct=True)]
)
_ROUNDINGS = st.sampled_from([rounding(), rounding("0:15")])
_ROWS = st.lists(
    st.tuples(
        st.integers(1, 12),
        st.sampled_from([*range(12), 20, 35, 50, 70]),
        st.sampled_from(["0:20", "1:30", "9:00", "-0:30"]),
    ),
    min_size=1,
    max_size=5,
    unique_by=lambda row: row[0],
)


class KilledError(Exception):
    """The process was killed."""


@dataclass
class File:
    """A file in the bucket, and its content: seconds by row id."""

    dropped: DroppedFile
    says: dict[str, int]


class AnyLife(RuleBasedStateMachine):
    """One client with one retainer, in a store that other clients share."""

    def __init__(self, store) -> None:
        super().__init__()
        self.store = store
        self.slug = f"life-{next(_LIVES)}"
        self.now = self.latest = _BEGIN
        self.files: list[File] = []
        self.waiting: list[File] = []
        self.days: dict[str, date] = {}
        self.orders: list[Order] = []
        self.frozen: dict[CycleId, bytes] = {}
        self.alerts: dict[date, list[int]] = {}

    @initialize(
        rule_of_terms=_RULES,
        rounded=_ROUNDINGS,
        anchor=st.sampled_from([1, 15, 31]),
        zone=st.sampled_from(["Europe/Berlin", "Pacific/Auckland"]),
    )
    def begin(self, rule_of_terms, rounded, anchor, zone) -> None:
        versions = terms("2026-01-01", carry_over=rule_of_terms, rounded=rounded)
        name = RetainerId(ClientId(self.slug), RetainerSlug("support"))
        declared = retainer(versions, starts="2026-01-01", anchor_day=anchor, zone=zone, retainer_id=name)
        first_day, self.now = self.now, datetime(2025, 12, 30, tzinfo=UTC)  # before it begins, so that it is live
        self.apply(declared)
        self.now = first_day

    # The rules: what can happen

    @rule(days=st.integers(0, 45), seconds=st.integers(0, 86_400))
    def time_goes_by(self, days, seconds) -> None:
        self.now = self.latest = self.latest + timedelta(days=days, seconds=seconds)

    @rule(days=st.integers(1, 40))
    def the_clock_steps_back(self, days) -> None:
        self.now = max(self.now - timedelta(days=days), _BEGIN)

    @rule(rows=_ROWS, at_once=st.booleans(), killed=_KILLED)
    def a_file_is_dropped(self, rows, at_once, killed) -> None:
        """Each row keeps its day; its other values may change with every file."""
        lines, says = [], {}
        for number, back, duration in rows:
            day = self.days.setdefault(str(number), max(self.now.date() - timedelta(days=back), date(2026, 1, 1)))
            if day <= self.now.date():
                lines.append((str(number), day.isoformat(), duration, f"Worker {number % 2}", f"Work {number}"))
                says[str(number)] = _seconds(duration)
        key = f"inbox/{self.slug}/support/export.csv"
        version = self.store.files.drop(key, BytesIO(csv_of(*lines, header=_HEADER).encode()))
        file = File(DroppedFile("inbox", key, version, f"{len(self.files):04}"), says)
        self.files.append(file)
        self.waiting.append(file)
        if at_once:
            self.deliver(file, killed)

    @precondition(lambda self: self.waiting)
    @rule(which=st.integers(0, 99), killed=_KILLED)
    def a_file_arrives(self, which, killed) -> None:
        self.deliver(self.waiting[which % len(self.waiting)], killed)

    @precondition(lambda self: self.files)
    @rule(which=st.integers(0, 99), killed=_KILLED)
    def a_file_arrives_again(self, which, killed) -> None:
        self.deliver(self.files[which % len(self.files)], killed)

    @precondition(lambda self: self.files)
    @rule(which=st.integers(0, 99), killed=_KILLED)
    def an_import_is_undone_or_redone(self, which, killed) -> None:
        record = self.record_of(self.files[which % len(self.files)])
        if record:
            verb = Verb.REDO if is_undone(record) else Verb.UNDO
            done = lambda: self.imports.decide(self.store.import_log.read(record.id), verb)  # noqa: E731
            with suppress(NothingToDecideError):
                if self.is_killed(done, killed):
                    done()

    @rule(which=st.sampled_from([*range(4)]), hours=st.sampled_from([-2, 1, 5]), is_sold=st.booleans(), killed=_KILLED)
    def hours_are_bought_or_corrected(self, which, hours, is_sold, killed) -> None:
        """Some orders are repeated under one id."""
        order = next((one for one in self.orders if one.id == f"order-{which}"), None)
        if order is None:
            day = today(self.now, self.declared.zone)
            order = CorrectHours(f"order-{which}", hours * HOUR, "Agreed", day)
            if is_sold:
                order = BuyHours(f"order-{which}", abs(hours) * HOUR, day, Money(9900, "EUR"))
        with suppress(NotAdjustableError):
            if self.is_killed(lambda: self.adjust(order), killed):
                self.adjust(order)
            self.orders = [*(one for one in self.orders if one.id != order.id), order]

    @rule(ahead=st.integers(-30, 40), rule_of_terms=_RULES, rounded=_ROUNDINGS, killed=_KILLED)
    def terms_change(self, ahead, rule_of_terms, rounded, killed) -> None:
        """From some day on; a day in a closed cycle is refused."""
        last = self.declared.terms[-1].effective_from
        day = max(last + timedelta(days=1), self.now.date() + timedelta(days=ahead))
        version = terms(day.isoformat(), allotment="8:00", carry_over=rule_of_terms, rounded=rounded)
        changed = replace(self.declared, terms=(*self.declared.terms, version))
        if self.is_killed(lambda: self.apply(changed), killed):
            self.apply(changed)

    @rule(killed=_KILLED)
    def overdue_cycles_close(self, killed) -> None:
        self.is_killed(self.close_overdue, killed)

    @rule(which=st.integers(0, 99), killed=_KILLED, is_void=st.booleans())
    def an_invoice_is_issued_or_taken_back(self, which, killed, is_void) -> None:
        drafts = sorted(self.invoices, key=lambda one: one.id)
        if drafts:
            one = drafts[which % len(drafts)]
            if one.state is InvoiceState.DRAFT:
                act = lambda: issue(self.invoice_ports, one.id)  # noqa: E731
            elif is_void and one.document and one.kind is InvoiceKind.INVOICE:
                act = lambda: void(self.invoice_ports, one.id, "A mistake")  # noqa: E731
            else:
                return
            if self.is_killed(act, killed):
                act()

    @rule(hours=st.sampled_from([0, 2, 4]), killed=_KILLED)
    def usage_is_checked_and_again_when_hours_are_bought(self, hours, killed) -> None:
        self.check_usage(killed)
        if hours:
            order = BuyHours(f"more-{len(self.orders)}", hours * HOUR)
            with suppress(NotAdjustableError):
                self.adjust(order)
                self.orders.append(order)
            self.check_usage(None)

    # The invariants

    @invariant()
    def closed_cycles_never_change(self) -> None:
        if not hasattr(self, "declared"):
            return
        for cycle in self.cycles():
            if cycle.frozen is not None:
                packed = pack_document(cycle.frozen) + repr((cycle.entries, cycle.top_ups)).encode()
                assert packed == self.frozen.setdefault(cycle.id, packed)
        assert self.frozen.keys() <= {one.id for one in self.cycles() if one.frozen}

    def teardown(self) -> None:
        if not hasattr(self, "declared"):
            return
        self.now = self.latest
        while self.waiting:
            self.deliver(self.waiting[-1], None)
        self.close_overdue()
        self.closed_cycles_never_change()
        self.nothing_is_lost_or_doubled()
        self.balances_add_up()
        self.every_closed_cycle_has_its_one_invoice()

    def nothing_is_lost_or_doubled(self) -> None:
        """Everything in the files is counted once: in a closed cycle, in an open one, or as a late entry."""
        truth: dict[str, int] = {}
        for file in self.files:
            if not is_undone(self.record_of(file)):
                truth |= file.says
        cycles = self.cycles()
        reported = [one for cycle in cycles for one in cycle.latest_reported if one.source not in OWN_SOURCES]
        assert sum(truth.values()) == sum(one.seconds for one in reported), "everything in the files is counted"
        for cycle in (one for one in cycles if one.frozen):  # what changed since is posted once, as accounted time
            now = [one for one in cycle.latest_reported if one.source not in LATE_SOURCES]
            accounted = sum(account(now, lambda day: terms_at(self.declared, day).rounding))
            frozen = sum(
                cost.accounted_seconds - cost.given_back_seconds
                for one, cost in zip(cycle.entries, cycle.frozen.costs, strict=True)
                if one.source not in LATE_SOURCES
            )
            assert accounted - frozen == sum(one.seconds for one in cycle.late_postings)
        postings = [one for cycle in cycles for one in cycle.late_postings]
        counted = sum(one.seconds for cycle in cycles for one in cycle.entries if one.source in LATE_SOURCES)
        assert counted == sum(one.seconds for one in postings)
        assert not [one for one in postings if one.posted_to is None], "nothing is written off"
        corrected = -sum(one.seconds for one in self.orders if isinstance(one, CorrectHours))
        assert corrected == sum(e.seconds for cycle in self.cycles() for e in cycle.entries if e.source == MANUAL)
        bought = sum(one.seconds for one in self.orders if isinstance(one, BuyHours))
        assert bought == sum(one.seconds for cycle in self.cycles() for one in cycle.top_ups)

    def balances_add_up(self) -> None:
        for year in range(2026, self.now.year + 1):
            [balance] = balance_of(self.book, self.now, self.store.ledger, Asked(year=year)).retainers
            check_chain([one for one in balance.statements if one.period.start.year == year])

    def every_closed_cycle_has_its_one_invoice(self) -> None:
        """Or its draft: after a credit note it has a draft again."""
        closed = {cycle.id: cycle for cycle in self.cycles() if cycle.frozen}
        in_force = [one for one in self.invoices if one.state is not InvoiceState.VOID]
        originals = Counter(one.cycle for one in in_force if one.kind is InvoiceKind.INVOICE)
        assert set(closed) == set(originals), "each cycle has a fee"
        assert {1} >= set(originals.values())
        taken_back = Counter(one.cycle for one in self.invoices if one.kind is InvoiceKind.CREDIT_NOTE)
        assert taken_back == Counter(one.cycle for one in self.invoices if one.state is InvoiceState.VOID)

    # Helpers

    @property
    def book(self):
        return self.store.directory.read_client(ClientId(self.slug))

    @property
    def imports(self) -> RunImport:
        store = self.store
        ports = ImportPorts(
            store.directory, store.ledger, store.import_log, store.files, lambda: self.now, store.progress
        )
        return RunImport(ports)

    @property
    def invoice_ports(self) -> InvoicePorts:
        return InvoicePorts(self.store.directory, self.store.invoices, word_section, unprintable, lambda: self.now)

    @property
    def invoices(self):
        return list(self.store.invoices.newest(ClientId(self.slug)))

    def cycles(self) -> list[CycleLedger]:
        book = self.book
        ids = [CycleId(self.declared.id, start) for start in self.starts()]
        return list(self.store.ledger.read_cycles(ids, book.head.plan).values())

    def starts(self) -> list[date]:
        return [one.start for one in periods_between(self.declared, self.declared.starts_on, self.latest.date())]

    def record_of(self, file: File) -> ImportRecord | None:
        return self.store.import_log.read(import_id(file.dropped))

    def deliver(self, file: File, killed: int | None) -> None:
        if not self.is_killed(lambda: self.imports.run(file.dropped), killed) and file in self.waiting:
            self.waiting.remove(file)

    def check_usage(self, killed: int | None) -> None:
        """Each check writes at most one alert, of a higher level than all earlier ones of the cycle."""
        store, period = self.store, period_of(self.declared, today(self.now, self.declared.zone))
        check = CheckUsage(store.directory, store.ledger, store.tasks, store.task_queue, lambda: self.now)
        mail = usage_check(ClientId(self.slug), ImportId("any"), self.now)
        if self.is_killed(lambda: check(mail), killed):
            check(mail)
        before = self.alerts.get(period.start, [])
        ids = {percent: alert_mail(self.declared.id, period.start, percent, self.now).id for percent in (75, 90, 100)}
        alerted = [percent for percent, one in ids.items() if _is_waiting(store.tasks.read(one))]
        written = sorted(set(alerted) - set(before))
        assert len(written) <= 1
        assert all(percent > max(before, default=0) for percent in written)
        self.alerts[period.start] = [*before, *written]

    def adjust(self, order: Order) -> None:
        adjust_hours(self.slug, "support", order, self.now, directory=self.store.directory, ledger=self.store.ledger)

    def close_overdue(self) -> None:
        close_due(self.store.directory, self.store.ledger, ClientId(self.slug), self.now)

    def apply(self, declared: Retainer) -> None:
        client = ClientBook(Client(ClientId(self.slug), self.slug), (declared,), billing=BUYER)
        plan = ApplySetup(self.store.directory, self.store.ledger, lambda: self.now).apply(Setup(clients=(client,)))
        if not plan.conflicts:
            self.declared = declared

    def is_killed(self, act: Callable[[], object], call: int | None) -> bool:
        """Run `act`, killing it at its n-th call to AWS; returns whether it was killed."""
        made = 0

        def kill(_: str) -> None:
            nonlocal made
            made += 1
            if made == call:
                raise KilledError

        try:
            with record_calls(after=kill):
                act()
        except KilledError:
            return True
        return False


def no_mail_is_doubled(store) -> None:
    """Kind and subject of each task are unique; every invoice with a number has its mail, every draft its task."""
    mails = Counter((mail.kind, mail.client, mail.about) for mail in store.tasks.list_recent(100_000))
    assert {1} >= set(mails.values())
    mailed = {about[0] for kind, _, about in mails if kind is TaskKind.INVOICE}
    invoices = list(store.invoices.newest())
    assert {one.id for one in invoices if one.document} == mailed
    drafted = {about[0] for kind, _, about in mails if kind is TaskKind.ISSUE_DRAFT}
    assert {one.id for one in invoices if one.id == invoice_id(one.cycle)} == drafted, (
        "a credit note's only by a person"
    )


def numbers_have_no_gap(store) -> None:
    numbers: dict[str, list[int]] = {}
    for one in store.invoices.newest():
        if one.document:
            series, _, number = one.document.number.rpartition("-")
            numbers.setdefault(series, []).append(int(number))
    for found in numbers.values():
        assert list(range(1, len(found) + 1)) == sorted(found)
    assert numbers


def _is_waiting(mail: Task | None) -> bool:
    return mail is not None and mail.state is TaskState.WAITING


def _seconds(duration: str) -> int:
    hours, _, minutes = duration.lstrip("-").partition(":")
    return (-1 if duration.startswith("-") else 1) * (int(hours) * 3600 + int(minutes) * 60)


@pytest.mark.parametrize("engine", ["moto"], indirect=True)
def test_in_any_history_nothing_is_lost_or_doubled_and_closed_cycles_never_change(store):
    store.directory.write_operator(replace(OPERATOR, version=0))
    profile = settings(
        max_examples=tries(15),
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(lambda: AnyLife(store), settings=profile)
    no_mail_is_doubled(store)
    numbers_have_no_gap(store)
