"""An operator's client over two years: work done, reported, reported late, hours bought, terms changed, at random."""

import csv
import io
import pickle
import random
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from chalicelib.domain.calendar import today
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client, CycleLength, LateEntryRule, PartialCycle, Pause, Retainer
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, NotAdjustableError, Order, adjust_hours
from chalicelib.services.cycles.close_due import close_due, with_due
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.import_record import ImportStatus, Verb
from tests.import_rig import Rig
from tests.simulation.oracle import Bought, Corrected, Row

if TYPE_CHECKING:
    from chalicelib.domain.cycle import CycleLedger

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
_ZONES = (
    *("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Kiritimati"),
    *("Pacific/Niue", "Africa/Cairo", "America/Havana", "UTC"),
)
_WORKERS = ("Ada Byron", "Max Planck", "Zoë Núñez")
_WORK_TYPES = ("", "", "after hours")
_HEADER = ("Entry ID", "Date", "Duration", "User", "Project", "Work type", "Description")


class World(Rig):
    """One client with its retainers, and everything that was ever reported about them."""

    def __init__(self, dice: random.Random, name: str, retainers: int, *, is_lazy: bool = False) -> None:
        """`is_lazy`: the scheduled cycle close runs only at the very end."""
        self.dice, self.is_lazy = dice, is_lazy
        self.client = ClientId(name)
        slugs = [RetainerSlug(f"tier-{nth}") for nth in range(retainers)]
        rules = tuple(ClientRule(Match(project=slug), Pool.RETAINER, slug) for slug in slugs)
        made = tuple(_retainer(dice, RetainerId(self.client, slug)) for slug in slugs)
        book = ClientBook(Client(self.client, name.title()), made, rules, ClientHead())
        super().__init__(replace(book, head=with_due(book.head, book)))
        self.now = BEGIN
        self.works: dict[str, tuple[RetainerSlug, Row]] = {}
        self.reported: dict[RetainerSlug, list[tuple[datetime, list[Row]]]] = {slug: [] for slug in slugs}
        self.bought: dict[RetainerSlug, list[Bought | Corrected]] = {slug: [] for slug in slugs}
        self.imported: list[tuple[ImportId, datetime]] = []
        self._unreported: list[tuple[datetime, str]] = []
        self._closed: dict[CycleId, tuple[CycleLedger, bytes]] = {}

    @property
    def book(self) -> ClientBook:
        return self.directory.books[self.client]

    def live(self) -> None:
        """Play through the two years, and the months in which the last cycles close."""
        while self.now < END:
            self.advance(timedelta(days=self.dice.randint(4, 22), seconds=self.dice.randrange(86_400)))
            self.work_is_done()
            if not self.is_lazy:
                self.close_cycles()
            actions = [self.buy_or_correct, self.undo, self.change_terms, self.pause, self.end, self.time_goes_by]
            self.dice.choices(actions, [3, 2, 2, 0.7, 0.3, 4])[0]()
            if self.dice.random() < 0.8:
                self.drop_what_is_reported()
            self.closed_cycles_are_as_they_were()
        self.advance(timedelta(days=400))
        self.close_cycles()
        self.closed_cycles_are_as_they_were()

    def advance(self, by: timedelta) -> None:
        self.now += by
        self.imports = RunImport(replace(self.ports, clock=lambda: self.now))

    def time_goes_by(self) -> None:
        """Do nothing else."""

    def close_cycles(self) -> None:
        close_due(self.directory, self.ledger, self.client, self.now)

    def work_is_done(self) -> None:
        """Add work in the last weeks; some is reported weeks later, some is edited later, some is negative."""
        for _ in range(self.dice.randint(3, 12)):
            one = self.dice.choice(self.book.retainers)
            day = self.now.date() - timedelta(days=self.dice.randint(0, 20))
            late = self.dice.choice([0, 0, 0, 0, 0, 0, 10, 25, 60])
            name = str(len(self.works) + 1)
            minutes = self.dice.choice([1, 7, 20, 50, 90, 180, 400])
            seconds = self.dice.choice([1, 1, 1, 1, 1, 1, -1]) * (minutes * 60 + self.dice.choice([0, 0, 25]))
            worker, work_type = self.dice.choice(_WORKERS), self.dice.choice(_WORK_TYPES)
            self.works[name] = one.id.retainer, Row(name, worker, day, seconds, work_type)
            self._unreported.append((self.now + timedelta(days=late), name))
        for name in self.dice.sample(sorted(self.works), 2):
            slug, row = self.works[name]
            if row.day > self.now.date() - timedelta(days=120) and name not in {one for _, one in self._unreported}:
                self.works[name] = slug, row._replace(seconds=row.seconds + self.dice.choice([-600, 300, 5400]))
                self._unreported.append((self.now, name))

    def drop_what_is_reported(self) -> None:
        """Drop a file with what is newly reported, and all the work of the last weeks again."""
        now_reported = {name for at, name in self._unreported if at <= self.now}
        self._unreported = [(at, name) for at, name in self._unreported if at > self.now]
        waiting = {name for _, name in self._unreported}
        recent = self.now.date() - timedelta(days=self.dice.choice([3, 40]))
        again = {name for name, (_, row) in self.works.items() if row.day >= recent and name not in waiting}
        rows = [self.works[name] for name in sorted(now_reported | again, key=int)]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_HEADER, *((_cells(slug, row)) for slug, row in rows)])
        record = self.drop(key=f"inbox/{self.client}/all.csv", data=text.getvalue().encode())
        assert record.report.status is not ImportStatus.REFUSED, record.report.refusal
        self.imported.append((record.id, self.now))
        for slug, files in self.reported.items():
            files.append((self.now, [row for where, row in rows if where == slug]))

    def buy_or_correct(self) -> None:
        """Hours for a cycle that is not closed."""
        one, name = self.dice.choice(self.book.retainers), f"order-{self.now:%Y%m%d%H%M%S}"
        day = today(self.now, one.zone) - timedelta(days=self.dice.randint(0, 25))
        seconds = self.dice.choice([1800, 36_000])
        expires = self.dice.choice([None, day + timedelta(days=self.dice.randint(1, 90))])
        price = self.dice.choice([None, Money(12345, "EUR")])
        order: Order = BuyHours(name, seconds, day, price, expires)
        if self.dice.random() < 0.3:
            order = CorrectHours(name, self.dice.choice([seconds, -seconds]), "Agreed", day)
        with suppress(NotAdjustableError):
            ports = {"directory": self.directory, "ledger": self.ledger}
            done = adjust_hours(self.client, one.id.retainer, order, self.now, **ports)
            if isinstance(order, CorrectHours):
                self.bought[one.id.retainer].append(Corrected(done.cycle.start, day, order.seconds))
            else:
                bought = Bought(done.cycle.start, seconds, expires, price.minor if price else 0)
                self.bought[one.id.retainer].append(bought)

    def change_terms(self) -> None:
        """From some day on; refused by the set-up if a closed cycle contains it."""
        one = self.dice.choice(self.book.retainers)
        day = max(self.now.date() - timedelta(days=20), one.terms[-1].effective_from + timedelta(days=1))
        day += timedelta(days=self.dice.randint(0, 60))
        self._apply(replace(one, terms=(*one.terms, _terms(self.dice, day))))

    def pause(self) -> None:
        """From some day on, for some weeks or without an end."""
        one = self.dice.choice(self.book.retainers)
        day = self.now.date() + timedelta(days=self.dice.randint(-15, 30))
        end = self.dice.choice([day + timedelta(days=self.dice.randint(1, 60)), None])
        if end or self.dice.random() < 0.2:
            open_before = [each for each in one.pauses if each.end is None or each.end > day]
            if not open_before:
                self._apply(replace(one, pauses=(*one.pauses, Pause(day, end))))

    def end(self) -> None:
        """End a retainer some days from now."""
        one = self.dice.choice(self.book.retainers)
        day = max(today(self.now, one.zone), one.starts_on) + timedelta(days=self.dice.randint(3, 50))
        if one.ends_on is None:
            self._apply(replace(one, ends_on=day))

    def undo(self) -> None:
        """Undo one of the last files, unless it counts in a closed cycle."""
        if not self.imported:
            return
        name, at = self.dice.choice(self.imported[-3:])
        record = self.log.read(name)
        with suppress(NothingToDecideError):
            self.imports.decide(record, Verb.UNDO)
            for slug, files in self.reported.items():
                self.reported[slug] = [one for one in files if one[0] != at]

    def closed_cycles_are_as_they_were(self) -> None:
        for cycle in self.ledger.cycles.values():
            if cycle.frozen is None:
                assert cycle.id not in self._closed, "a closed cycle stays closed"
                continue
            known = self._closed.get(cycle.id)
            if known is None or known[0] is not cycle:
                frozen = pickle.dumps((cycle.entries, cycle.top_ups, cycle.frozen), protocol=5)
                assert known is None or known[1] == frozen, f"{cycle.id} was changed after its close"
                self._closed[cycle.id] = cycle, frozen

    def _apply(self, changed: Retainer) -> None:
        retainers = tuple(changed if one.id == changed.id else one for one in self.book.retainers)
        client = ClientBook(self.book.client, retainers, self.book.rules)
        ApplySetup(self.directory, self.ledger, lambda: self.now).apply(Setup(clients=(client,)))


def _cells(slug: RetainerSlug, row: Row) -> tuple[str, ...]:
    hours, rest = divmod(abs(row.seconds), 3600)
    duration = f"{'-' if row.seconds < 0 else ''}{hours}:{rest // 60:02}:{rest % 60:02}"
    return row.id, row.day.isoformat(), duration, row.worker, slug, row.work_type, f"Work {row.id}"


def _retainer(dice: random.Random, name: RetainerId) -> Retainer:
    starts = BEGIN.date() + timedelta(days=dice.choice([0, 0, 14, 30, 58, 200]))
    return Retainer(
        name,
        name.retainer,
        dice.choice(_ZONES),
        starts,
        (_terms(dice, starts),),
        dice.choices(list(CycleLength), [6, 3, 1])[0],
        dice.choice([None, 1, 15, 28, 29, 30, 31]),
        live_from=starts,
        partial=dice.choice(list(PartialCycle)),
        grace_days=dice.choice([0, 3, 3, 10]),
        late_work=dice.choices(list(LateEntryRule), [4, 1])[0],
    )


def _terms(dice: random.Random, effective: date) -> Terms:
    rule = CarryOver(
        dice.choice(list(Unused)),
        dice.choice([None, None, Cap(seconds=4 * 3600), Cap(percent=33)]),
        dice.choice([None, 1, 2, 3]),
        dice.choice(list(Overrun)),
    )
    rounding = Rounding(
        dice.choice([0, 360, 900]),
        dice.choice([0, 0, 1800]),
        dice.choice(list(RoundingLevel)),
        dice.choice([{}, {"after hours": Fraction(3, 2)}]),
    )
    rate = Money(dice.randint(50, 250) * 100 + dice.randint(0, 99), "EUR")
    overage = Money(rate.minor + dice.randint(1, 4000), "EUR")
    fee, allotment = Money(dice.choice([0, 50_000, 99_999]), "EUR"), dice.choice([0, 7200, 18_000, 36_000])
    return Terms(effective, allotment, fee, rate, dice.choice([None, overage]), rule, rounding)
