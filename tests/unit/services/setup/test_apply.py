from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.branding import Logo
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Client, CycleLength, Link, Retainer
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.plan import Action
from chalicelib.services.store.audit import Act
from chalicelib.services.store.books import ClientBook, ClientHead, Operator
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import day, entry, ledger, retainer, terms
from tests.fakes import FakeDirectory, FakeLedger
from tests.logos import SVG

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = Client(ClientId("acme"), "Acme", aliases=("Acme Ltd",))


def declared(*retainers: Retainer, client: Client = ACME) -> Setup:
    return Setup(clients=(ClientBook(client, retainers or (retainer(backfill=True),)),))


def stored(*retainers: Retainer, client: Client = ACME) -> ClientBook:
    return ClientBook(client, retainers or (retainer(backfill=True),), (), ClientHead(), version=1)


def named(slug: str) -> RetainerId:
    return RetainerId(ACME.id, RetainerSlug(slug))


def apply(
    directory: FakeDirectory, setup: Setup, now: datetime = NOW, *, cycles: FakeLedger | None = None
) -> dict[str, Action]:
    plan = ApplySetup(directory, cycles or FakeLedger(directory=directory), lambda: now).apply(setup)
    assert plan.conflicts == ()
    return {f"{change.kind} {change.name}".strip(): change.action for change in plan.changes}


class RacedDirectory(FakeDirectory):
    """A directory in which somebody else writes just before each of our first writes."""

    def __init__(self, *books: ClientBook, races: int) -> None:
        super().__init__(*books)
        self.races = races
        self.writes = 0

    def write_client(self, book: ClientBook, *args: Any, **options: Any) -> None:
        if self.races:
            self.races -= 1
            theirs = self.books[book.client.id]
            link = Link(version=theirs.client.link.version + 1)
            self.books[book.client.id] = replace(
                theirs, client=replace(theirs.client, link=link), version=theirs.version + 1
            )
        super().write_client(book, *args, **options)
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

    actions = apply(directory, declared(retainer(starts="2026-01-01", backfill=True)))

    assert set(actions.values()) == {Action.UNCHANGED}
    assert directory.books[ACME.id].retainers[0].live_from == day("2026-01-01")


def test_the_link_and_the_imports_of_a_client_are_kept() -> None:
    linked = replace(ACME, link=Link(version=7, revoked=True))
    directory = FakeDirectory(replace(stored(client=linked), head=ClientHead(version=3, last_order="x")))

    actions = apply(directory, declared(client=replace(ACME, name="Acme International")))

    book = directory.books[ACME.id]
    assert actions["client acme"] is Action.CHANGED
    assert (book.client.link.version, book.client.link.revoked, book.head.last_order) == (7, True, "x")


def test_a_retainer_that_the_file_no_longer_names_is_left_alone() -> None:
    old = retainer(retainer_id=named("old"), backfill=True)
    directory = FakeDirectory(stored(retainer(backfill=True), old))

    actions = apply(directory, declared())

    assert actions["retainer acme/old"] is Action.LEFT_ALONE
    assert directory.books[ACME.id] == stored(retainer(backfill=True), old)


def test_retainers_are_in_the_order_of_the_file() -> None:
    one, two = (retainer(retainer_id=named(slug), backfill=True) for slug in ("one", "two"))
    directory = FakeDirectory(stored(one, two))

    actions = apply(directory, declared(two, one))

    assert actions["order of retainers acme"] is Action.CHANGED
    assert directory.books[ACME.id].retainers == (two, one)


def test_a_new_version_of_the_terms_is_a_change_and_its_removal_too() -> None:
    longer = retainer(terms("2026-01-01"), terms("2027-01-01", allotment="12"), backfill=True)
    directory = FakeDirectory(stored())

    assert apply(directory, declared(longer))["retainer acme/support"] is Action.CHANGED
    assert apply(directory, declared(longer))["retainer acme/support"] is Action.UNCHANGED
    assert apply(directory, declared())["retainer acme/support"] is Action.CHANGED
    assert directory.books[ACME.id].retainers == stored().retainers


def test_an_apply_records_each_key_before_and_after_once_for_each_client_that_changes() -> None:
    directory = FakeDirectory()
    apply(directory, declared())
    renamed = declared(client=replace(ACME, name="Acme Werke"))
    apply(directory, renamed)
    apply(directory, renamed)

    created, changed = directory.acts
    assert (Act.SET_UP, "acme", "set-up-acme-1") == (created.act, created.about, created.id)
    assert "client acme created; retainer acme/support created" == created.details
    assert "client acme changed (name: Acme → Acme Werke)" == changed.details


def test_a_stale_write_is_planned_anew_on_the_winner_s_state() -> None:
    directory = RacedDirectory(stored(), races=2)

    apply(directory, declared(client=replace(ACME, name="Acme International")))

    book = directory.books[ACME.id]
    assert (book.client.name, book.client.link.version) == ("Acme International", 3)


def test_an_apply_that_loses_every_attempt_raises_a_stale_write_error() -> None:
    directory = RacedDirectory(stored(), races=99)

    with pytest.raises(StaleWriteError):
        apply(directory, declared(client=replace(ACME, name="Acme International")))


def test_a_second_run_does_not_write() -> None:
    directory = RacedDirectory(stored(), races=0)

    apply(directory, declared())

    assert directory.writes == 0


def test_a_name_of_a_stored_client_is_not_given_twice() -> None:
    other = replace(ACME, id=ClientId("other"), name="Other", aliases=("ACME  ltd",))
    use_case = ApplySetup(FakeDirectory(stored()), FakeLedger(), lambda: NOW)

    plan = use_case.apply(declared(client=other))

    assert [problem.text for problem in plan.conflicts] == [
        "`other` and the stored client `acme` share the name `ACME  ltd`; rename one of them."
    ]
    assert plan.changes == ()


def test_a_section_that_the_file_lacks_does_not_change() -> None:
    kept = OperatorBook(name="Fjordblick IT", email="a@b.example", version=1, names_indexed=True)
    directory = FakeDirectory(operator=kept)

    actions = apply(directory, declared())
    assert directory.operator == kept
    assert actions["operator"] is Action.LEFT_ALONE

    apply(directory, replace(declared(), operator=Operator("Fjordblick", "a@b.example")))
    assert (directory.operator.name, directory.operator.version) == ("Fjordblick", 2)


def test_the_first_apply_after_an_upgrade_indexes_the_names_of_all_clients_and_later_ones_do_not() -> None:
    directory = FakeDirectory(stored(), operator=OperatorBook(version=3))

    ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW).preview(declared())
    assert (0, 3) == (directory.indexings, directory.operator.version)

    for _ in range(2):
        apply(directory, declared())
        assert (1, OperatorBook(version=4, names_indexed=True)) == (directory.indexings, directory.operator)


def test_a_file_whose_clients_are_all_stored_reads_them_in_one_batch_and_one_that_changes_once_more() -> None:
    clients = [replace(ACME, id=ClientId(f"c{number}"), name=f"Client {number}", aliases=()) for number in range(300)]
    setup = Setup(clients=tuple(ClientBook(client, (retainer(backfill=True),)) for client in clients))
    directory = FakeDirectory(*(stored(client=client) for client in clients))
    directory.operator = OperatorBook(names_indexed=True)

    ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW).apply(setup)
    assert (1, []) == (directory.batches, directory.reads)

    renamed = replace(setup.clients[7], client=replace(clients[7], name="Another"))
    ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW).apply(
        replace(setup, clients=(*setup.clients[:7], renamed, *setup.clients[8:]))
    )
    assert (2, ["c7"]) == (directory.batches, directory.reads)


def test_of_clients_that_the_file_does_not_name_only_those_are_read_one_by_one_whose_copies_change() -> None:
    others = [replace(ACME, id=ClientId(f"c{number}"), name=f"Client {number}", aliases=()) for number in range(9)]
    directory = FakeDirectory(*(stored(client=client) for client in others))
    new = Operator("Fjordblick", "hello@fjordblick.example")
    directory.books["c4"] = replace(directory.books["c4"], operator=new)

    apply(directory, replace(Setup(), operator=new))

    assert {new} == {book.operator for book in directory.books.values()}
    assert ["c0", "c1", "c2", "c3", "c5", "c6", "c7", "c8"] == directory.reads


def test_every_client_has_the_operator_s_data_even_one_that_the_file_does_not_name() -> None:
    other = replace(stored(), client=replace(ACME, id=ClientId("other"), name="Other", aliases=()))
    directory = FakeDirectory(stored(), other, operator=OperatorBook("Fjordblick IT", "a@b.example"))
    renamed = Operator("Fjordblick", "hello@fjordblick.example")

    apply(directory, replace(declared(), operator=renamed))

    assert {renamed} == {book.operator for book in directory.books.values()}


def test_a_file_without_an_operator_keeps_the_one_that_is_stored() -> None:
    directory = FakeDirectory(operator=OperatorBook("Fjordblick IT", "a@b.example"))

    apply(directory, declared())

    assert Operator("Fjordblick IT", "a@b.example") == directory.books[ACME.id].operator


JANE = (Renamed("Jane Doe", ("J. Doe",)),)
WEBSITE = (Renamed("Website 2026", ("Website",)),)


def test_every_client_has_the_renamed_workers_even_one_that_the_file_does_not_name_or_creates() -> None:
    other = replace(stored(), client=replace(ACME, id=ClientId("other"), name="Other", aliases=()))
    other = replace(other, aliases=Aliases(projects=WEBSITE))
    directory = FakeDirectory(other)

    actions = apply(directory, replace(declared(), workers=JANE))

    assert actions["workers"] is Action.CREATED
    assert directory.operator.workers == JANE
    assert directory.books[ACME.id].aliases == Aliases(JANE)
    assert directory.books[ClientId("other")].aliases == Aliases(JANE, WEBSITE)


def test_a_file_without_workers_keeps_them_and_an_empty_list_removes_them() -> None:
    directory = FakeDirectory(operator=OperatorBook(workers=JANE))

    assert apply(directory, declared())["workers"] is Action.LEFT_ALONE
    assert directory.books[ACME.id].aliases == Aliases(JANE)

    assert apply(directory, replace(declared(), workers=()))["workers"] is Action.CHANGED
    assert directory.books[ACME.id].aliases == Aliases()


def test_a_client_s_renamed_projects_are_what_the_file_says() -> None:
    directory = FakeDirectory(stored())
    setup = declared()
    renamed = replace(setup, clients=(replace(setup.clients[0], aliases=Aliases(projects=WEBSITE)),))

    assert apply(directory, renamed)["projects acme"] is Action.CREATED
    assert directory.books[ACME.id].aliases == Aliases(projects=WEBSITE)
    assert apply(directory, renamed)["projects acme"] is Action.UNCHANGED
    assert apply(directory, setup)["projects acme"] is Action.CHANGED
    assert directory.books[ACME.id].aliases == Aliases()


WORKED = retainer(terms("2026-01-31"), starts="2026-01-31", anchor_day=31, backfill=True)


def conflicts_of(after: Retainer, *cycles: CycleLedger) -> list[str]:
    """The conflicts of changing WORKED into `after` while these cycles are stored."""
    directory = FakeDirectory(stored(WORKED))
    use_case = ApplySetup(directory, FakeLedger(*cycles, directory=directory), lambda: NOW)

    plan = use_case.apply(declared(after))

    assert (not plan.conflicts) == (directory.books[ACME.id].retainers == (after,))
    return [problem.text for problem in plan.conflicts]


MARCH = ledger("2026-03-31", [entry("2026-04-02", "1:00")])


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"starts_on": day("2026-01-30")}, "`starts_on` (2026-01-31)"),
        ({"anchor_day": 1}, "`anchor_day` (31)"),
        ({"length": CycleLength.QUARTER, "zone": "UTC"}, "`zone` (Europe/Berlin) and `length` (month)"),
    ],
)
def test_a_retainer_with_work_keeps_its_calendar(change: dict, kept: str) -> None:
    assert conflicts_of(replace(WORKED, **change), MARCH) == [
        f"`acme/support` has work since 2026-03-31: keep its {kept}, or make a new retainer with another id."
    ]


@pytest.mark.parametrize("cycles", [(), (ledger("2026-03-31"),)])
def test_a_retainer_without_work_may_begin_on_another_day(cycles: tuple[CycleLedger, ...]) -> None:
    assert conflicts_of(replace(WORKED, starts_on=day("2026-02-01"), anchor_day=None), *cycles) == []


def test_an_anchor_day_equal_to_the_start_s_does_not_change_the_calendar() -> None:
    assert conflicts_of(replace(WORKED, anchor_day=None), MARCH) == []


@pytest.mark.parametrize(("ends_on", "is_refused"), [("2026-04-02", True), ("2026-04-03", False)])
def test_a_retainer_ends_after_its_work(ends_on: str, is_refused: bool) -> None:
    said = conflicts_of(replace(WORKED, ends_on=day(ends_on)), MARCH)

    assert said == (["`acme/support` has work on 2026-04-02: set `ends_on` to a later day."] * is_refused)


def test_work_of_tomorrow_is_work() -> None:
    directory = FakeDirectory(stored(retainer(starts="2026-10-23", backfill=True)))
    use_case = ApplySetup(directory, FakeLedger(ledger("2026-11-23", [entry("2026-11-23", "1:00")])), lambda: NOW)

    plan = use_case.apply(declared(retainer(starts="2026-10-22", backfill=True)))

    assert [problem.text.partition(":")[0] for problem in plan.conflicts] == [
        "`acme/support` has work since 2026-11-23"
    ]


def test_cycles_are_read_only_where_the_calendar_would_change() -> None:
    directory = FakeDirectory(stored(WORKED))
    cycles = FakeLedger(MARCH, directory=directory)

    apply(directory, declared(replace(WORKED, title="Helpdesk")), cycles=cycles)

    assert cycles.reads == []


def test_a_logo_is_stored_before_the_books_that_name_it_and_only_if_it_is_not_there():
    logo, directory = Logo.of(SVG, b"printed"), FakeDirectory()
    with_logo = replace(declared(), operator=Operator("Fjordblick", "a@b.example", logo=logo.id), logo=logo)

    use_case = ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW)
    use_case.preview(with_logo)
    assert {} == directory.logos

    plan = use_case.apply(with_logo)
    assert {logo.id: logo} == directory.logos
    assert logo.id == directory.books[ACME.id].operator.logo
    assert ("logo", "", logo.id) in {field for change in plan.changes for field in change.fields}

    directory.logos = {logo.id: Logo(logo.id, SVG, b"printed before")}
    use_case.apply(with_logo)
    assert b"printed before" == directory.logos[logo.id].printed

    directory.logos = {logo.id: Logo.of(SVG)}
    use_case.apply(with_logo)
    assert {logo.id: logo} == directory.logos, "one that was stored before logos were printed"
