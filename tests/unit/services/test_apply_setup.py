from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client, Link, Retainer
from chalicelib.services.apply_setup import ApplySetup
from chalicelib.services.plan_setup import Fate
from chalicelib.services.ports import ClientBook, ImportHead, OperatorBook, StaleWriteError
from chalicelib.services.setup import ClientSetup, Operator, Setup
from tests.builders import day, retainer, terms
from tests.fakes import FakeDirectory

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = Client(ClientId("acme"), "Acme", aliases=("Acme Ltd",))


def declared(*retainers: Retainer, client: Client = ACME) -> Setup:
    return Setup(clients=(ClientSetup(client, retainers or (retainer(backfill=True),), ()),))


def stored(*retainers: Retainer, client: Client = ACME) -> ClientBook:
    return ClientBook(client, retainers or (retainer(backfill=True),), (), ImportHead(), version=1)


def named(slug: str) -> RetainerId:
    return RetainerId(ACME.id, RetainerSlug(slug))


def apply(directory: FakeDirectory, setup: Setup, now: datetime = NOW) -> dict[str, Fate]:
    plan = ApplySetup(directory, lambda: now).apply(setup)
    assert plan.conflicts == ()
    return {f"{change.kind} {change.name}".strip(): change.fate for change in plan.changes}


class RacedDirectory(FakeDirectory):
    """A directory in which somebody else writes just before each of our first writes."""

    def __init__(self, *books: ClientBook, races: int) -> None:
        super().__init__(*books)
        self.races = races
        self.writes = 0

    def write_client(self, book: ClientBook) -> None:
        if self.races:
            self.races -= 1
            theirs = self.books[book.client.id]
            link = Link(version=theirs.client.link.version + 1)
            self.books[book.client.id] = replace(
                theirs, client=replace(theirs.client, link=link), version=theirs.version + 1
            )
        super().write_client(book)
        self.writes += 1


@pytest.mark.parametrize(
    ("starts", "live_from"),
    [
        ("2026-10-22", None),
        ("2026-10-23", "2026-10-23"),
        ("2026-11-22", "2026-11-22"),
        ("2027-02-01", "2027-02-01"),
    ],
)
def test_a_retainer_is_live_at_once_unless_its_first_cycle_is_over(starts: str, live_from: str | None) -> None:
    directory = FakeDirectory()

    apply(directory, declared(retainer(starts=starts, backfill=True)))

    [made] = directory.books[ACME.id].retainers
    assert made.live_from == (None if live_from is None else day(live_from))


def test_today_is_read_in_the_retainers_zone() -> None:
    directory = FakeDirectory()
    last_minute = datetime(2026, 11, 30, 23, 30, tzinfo=UTC)  # already December in Berlin

    apply(directory, declared(retainer(starts="2026-11-01", backfill=True)), last_minute)

    assert directory.books[ACME.id].retainers[0].live_from is None


def test_applying_again_never_decides_anew_whether_a_retainer_is_live() -> None:
    directory = FakeDirectory(stored(retainer(starts="2026-01-01", backfill=False)))

    fates = apply(directory, declared(retainer(starts="2026-01-01", backfill=True)))

    assert set(fates.values()) == {Fate.UNCHANGED}
    assert directory.books[ACME.id].retainers[0].live_from == day("2026-01-01")


def test_the_link_and_the_imports_of_a_client_are_kept() -> None:
    linked = replace(ACME, link=Link(version=7, revoked=True))
    directory = FakeDirectory(replace(stored(client=linked), head=ImportHead(version=3, last_order="x")))

    fates = apply(directory, declared(client=replace(ACME, name="Acme International")))

    book = directory.books[ACME.id]
    assert fates["client acme"] is Fate.CHANGED
    assert (book.client.link.version, book.client.link.revoked, book.head.version) == (7, True, 3)


def test_a_retainer_that_the_file_no_longer_names_is_left_alone() -> None:
    old = retainer(retainer_id=named("old"), backfill=True)
    directory = FakeDirectory(stored(retainer(backfill=True), old))

    fates = apply(directory, declared())

    assert fates["retainer acme/old"] is Fate.LEFT_ALONE
    assert directory.books[ACME.id] == stored(retainer(backfill=True), old)


def test_retainers_stand_in_the_order_of_the_file() -> None:
    one, two = (retainer(retainer_id=named(slug), backfill=True) for slug in ("one", "two"))
    directory = FakeDirectory(stored(one, two))

    fates = apply(directory, declared(two, one))

    assert fates["order of retainers acme"] is Fate.CHANGED
    assert directory.books[ACME.id].retainers == (two, one)


def test_a_new_version_of_the_terms_is_a_change_and_its_removal_too() -> None:
    longer = retainer(terms("2026-01-01"), terms("2027-01-01", allotment="12"), backfill=True)
    directory = FakeDirectory(stored())

    assert apply(directory, declared(longer))["retainer acme/support"] is Fate.CHANGED
    assert apply(directory, declared(longer))["retainer acme/support"] is Fate.UNCHANGED
    assert apply(directory, declared())["retainer acme/support"] is Fate.CHANGED
    assert directory.books[ACME.id].retainers == stored().retainers


def test_a_write_that_came_second_is_planned_anew_on_what_the_first_one_wrote() -> None:
    directory = RacedDirectory(stored(), races=2)

    apply(directory, declared(client=replace(ACME, name="Acme International")))

    book = directory.books[ACME.id]
    assert (book.client.name, book.client.link.version) == ("Acme International", 3)


def test_who_never_gets_a_turn_is_told() -> None:
    directory = RacedDirectory(stored(), races=99)

    with pytest.raises(StaleWriteError):
        apply(directory, declared(client=replace(ACME, name="Acme International")))


def test_a_second_run_does_not_write() -> None:
    directory = RacedDirectory(stored(), races=0)

    apply(directory, declared())

    assert directory.writes == 0


def test_a_name_of_a_stored_client_is_not_given_twice() -> None:
    other = replace(ACME, id=ClientId("other"), name="Other", aliases=("ACME  ltd",))
    use_case = ApplySetup(FakeDirectory(stored()), lambda: NOW)

    plan = use_case.apply(declared(client=other))

    assert [problem.text for problem in plan.conflicts] == [
        "`other` and the stored client `acme` share the name `ACME  ltd`; give one another."
    ]
    assert plan.changes == ()


def test_a_section_that_the_file_lacks_stays_as_it_is() -> None:
    kept = OperatorBook(name="Fjordblick IT", email="a@b.example", version=1)
    directory = FakeDirectory(operator=kept)

    fates = apply(directory, declared())
    assert directory.operator == kept
    assert fates["operator"] is Fate.LEFT_ALONE

    apply(directory, replace(declared(), operator=Operator("Fjordblick", "a@b.example")))
    assert (directory.operator.name, directory.operator.version) == ("Fjordblick", 2)
