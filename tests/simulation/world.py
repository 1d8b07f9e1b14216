"""An operator's client over two years: what is worked, told, told late, bought and changed, by dice."""

import csv
import io
import pickle
import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction

from chalicelib.domain.calendar import today
from chalicelib.domain.cycle import CycleLedger, TopUp
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client, CycleLength, LateWorkRule, PartialCycle, Retainer
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, RoundingLevel, Terms, Unused
from chalicelib.services.import_export import ImportExport
from chalicelib.services.import_record import ImportStatus
from chalicelib.services.ports import ClientBook, ImportHead, LedgerCommit
from chalicelib.services.roll_over import roll_over, with_due
from tests.import_rig import Rig
from tests.simulation.oracle import Bought, Row

BEGIN, END = datetime(2026, 1, 1, tzinfo=UTC), datetime(2028, 1, 1, tzinfo=UTC)
_ZONES = (
    *("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Auckland", "Pacific/Kiritimati"),
    *("Pacific/Niue", "Africa/Cairo", "America/Havana", "UTC"),
)
_WORKERS = ("Ada Byron", "Max Planck", "Zoë Núñez")
_WORK_TYPES = ("", "", "after hours")
_HEADER = ("Entry ID", "Date", "Duration", "User", "Project", "Work type", "Description")


class World(Rig):
    """One client with its retainers, and everything that was ever said about them."""

    def __init__(self, dice: random.Random, name: str, retainers: int) -> None:
        self.dice = dice
        self.client = ClientId(name)
        slugs = [RetainerSlug(f"tier-{nth}") for nth in range(retainers)]
        rules = tuple(ClientRule(Match(project=slug), Pool.RETAINER, slug) for slug in slugs)
        made = tuple(_retainer(dice, RetainerId(self.client, slug)) for slug in slugs)
        book = ClientBook(Client(self.client, name.title()), made, rules, ImportHead())
        super().__init__(replace(book, head=with_due(book.head, book)))
        self.now = BEGIN
        self.works: dict[str, tuple[RetainerSlug, Row]] = {}
        self.told: dict[RetainerSlug, list[tuple[datetime, list[Row]]]] = {slug: [] for slug in slugs}
        self.bought: dict[RetainerSlug, list[Bought]] = {slug: [] for slug in slugs}
        self._untold: list[tuple[datetime, str]] = []
        self._closed: dict[CycleId, tuple[CycleLedger, bytes]] = {}

    @property
    def book(self) -> ClientBook:
        return self.directory.books[self.client]

    def live(self) -> None:
        """Let the two years go by, and the months in which the last cycles close."""
        while self.now < END:
            self.go_on(timedelta(days=self.dice.randint(4, 22), seconds=self.dice.randrange(86_400)))
            self.work_is_done()
            happens = self.dice.choices([self.roll, self.buy, self.change_terms, self.end], [8, 2, 1, 0.3])[0]
            happens()
            if self.dice.random() < 0.8:
                self.drop_what_is_told()
            self.closed_cycles_are_as_they_were()
        self.go_on(timedelta(days=400))
        self.roll()
        self.closed_cycles_are_as_they_were()

    def go_on(self, by: timedelta) -> None:
        self.now += by
        self.imports = ImportExport(replace(self.ports, clock=lambda: self.now))

    def roll(self) -> None:
        roll_over(self.directory, self.ledger, self.client, self.now)

    def work_is_done(self) -> None:
        """On days of the last weeks; some of it is told weeks later, some is edited later, and some given back."""
        for _ in range(self.dice.randint(3, 12)):
            one = self.dice.choice(self.book.retainers)
            day = self.now.date() - timedelta(days=self.dice.randint(0, 20))
            late = self.dice.choice([0, 0, 0, 0, 0, 0, 10, 25, 60])
            name = str(len(self.works) + 1)
            minutes = self.dice.choice([1, 7, 20, 50, 90, 180, 400])
            seconds = self.dice.choice([1, 1, 1, 1, 1, 1, -1]) * (minutes * 60 + self.dice.choice([0, 0, 25]))
            worker, work_type = self.dice.choice(_WORKERS), self.dice.choice(_WORK_TYPES)
            self.works[name] = one.id.retainer, Row(name, worker, day, seconds, work_type)
            self._untold.append((self.now + timedelta(days=late), name))
        for name in self.dice.sample(sorted(self.works), 2):
            slug, row = self.works[name]
            if row.day > self.now.date() - timedelta(days=120) and name not in {one for _, one in self._untold}:
                self.works[name] = slug, row._replace(seconds=row.seconds + self.dice.choice([-600, 300, 5400]))
                self._untold.append((self.now, name))

    def drop_what_is_told(self) -> None:
        """What is new by now, and all the work of the last weeks again."""
        now_told = {name for at, name in self._untold if at <= self.now}
        self._untold = [(at, name) for at, name in self._untold if at > self.now]
        waiting = {name for _, name in self._untold}
        recent = self.now.date() - timedelta(days=40)
        again = {name for name, (_, row) in self.works.items() if row.day >= recent and name not in waiting}
        rows = [self.works[name] for name in sorted(now_told | again, key=int)]
        text = io.StringIO(newline="")
        csv.writer(text).writerows([_HEADER, *((_cells(slug, row)) for slug, row in rows)])
        record = self.drop(key=f"inbox/{self.client}/all.csv", data=text.getvalue().encode())
        assert record.report.status is not ImportStatus.REFUSED, record.report.refusal
        for slug, files in self.told.items():
            files.append((self.now, [row for where, row in rows if where == slug]))

    def buy(self) -> None:
        """Hours for a cycle that is not closed."""
        self.roll()
        one = self.dice.choice(self.book.retainers)
        if cycle := self._open_cycle(one):
            stored = self.ledger.cycles.get(cycle) or CycleLedger(cycle)
            price = self.dice.choice([None, Money(12345, "EUR")])
            day = today(self.now, one.zone)
            expires = self.dice.choice([None, day + timedelta(days=self.dice.randint(1, 90))])
            seconds = self.dice.choice([1800, 36_000])
            top_up = TopUp(f"bought-{self.now.isoformat()}", seconds, day, expires, price)
            after = replace(stored, top_ups=(*stored.top_ups, top_up))
            self.ledger.commit(LedgerCommit(self.client, self.book.head, (after,), list))
            self.bought[one.id.retainer].append(Bought(cycle.start, seconds, expires, price.minor if price else 0))

    def change_terms(self) -> None:
        """From a day on that no closed cycle holds."""
        self.roll()
        one = self.dice.choice(self.book.retainers)
        first = self.book.head.standing(one.id).closed_before or one.starts_on
        day = max(first, one.terms[-1].effective_from + timedelta(days=1)) + timedelta(days=self.dice.randint(0, 45))
        self._keep(replace(one, terms=(*one.terms, _terms(self.dice, day))))

    def end(self) -> None:
        """A retainer, some days from now."""
        self.roll()
        one = self.dice.choice(self.book.retainers)
        if one.ends_on is None:
            day = max(today(self.now, one.zone), one.starts_on) + timedelta(days=self.dice.randint(3, 50))
            self._keep(replace(one, ends_on=day))

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

    def _keep(self, changed: Retainer) -> None:
        retainers = tuple(changed if one.id == changed.id else one for one in self.book.retainers)
        book = replace(self.book, retainers=retainers)
        self.directory.write_client(book, with_due(book.head, book))

    def _open_cycle(self, one: Retainer) -> CycleId | None:
        """The oldest cycle that is not closed, if it has begun."""
        first = self.book.head.standing(one.id).closed_before or one.starts_on
        ended = one.ends_on is not None and first >= one.ends_on
        return None if ended or first > today(self.now, one.zone) else CycleId(one.id, first)


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
        late_work=dice.choices(list(LateWorkRule), [4, 1])[0],
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
