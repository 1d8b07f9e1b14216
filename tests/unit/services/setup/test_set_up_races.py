"""A change of the set-up beside an import or a close: each counts on what the other has written, or says why not."""

from dataclasses import replace

import pytest

from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook
from tests.builders import day, hours, money, retainer, terms
from tests.fakes import no_pause
from tests.import_rig import Rig, book, row
from tests.interposed import Interposed
from tests.unit.services.cycles.test_close_due import JANUARY, Deployment, january

WORK = row("2026-01-20", "1:00")


def apply(rig, *retainers, now):
    mine = rig.directory.books["acme"]
    setup = Setup(clients=(ClientBook(mine.client, retainers, mine.rules),))
    return ApplySetup(rig.directory, rig.ledger, lambda: now).apply(setup)


def moved(rig):
    """Acme's retainer with cycles from the 15th on instead of the 1st, to be applied."""
    return replace(rig.directory.books["acme"].retainers[0], starts_on=day("2026-01-15"), anchor_day=15)


def named(slug, *aliases):
    return Setup(clients=(replace(book(slug, aliases=aliases), version=0),))


@pytest.mark.parametrize(
    ("stored", "first", "second"),
    [
        ((), named("acme", "Both"), named("beta", "Both")),
        ((named("acme"), named("beta")), named("acme", "Both"), named("beta", "both")),
        ((), named("acme"), named("beta", "ACME")),
    ],
    ids=["two new clients", "two known clients", "the id of a new one"],
)
def test_of_two_set_ups_at_once_that_give_two_clients_one_name_the_second_is_refused(stored, first, second):
    for call in range(1, 100):
        rig = Rig()
        rig.directory.books.clear()
        use_case = ApplySetup(rig.directory, rig.ledger, rig.ports.clock, no_pause)
        for setup in stored:
            use_case.apply(setup)
        with Interposed(rig.directory, at=call) as once:
            once.act = lambda use_case=use_case: use_case.apply(second)
            plan = use_case.apply(first)
        if once.made is None:
            break
        assert [False, True] == sorted(bool(one.conflicts) for one in (plan, once.made)), call
        assert all("share the name" in one.text for one in (*plan.conflicts, *once.made.conflicts))
        taken = first.clients[0].client.aliases or (first.clients[0].client.id,)
        assert 1 == len(rig.directory.read_named(taken[0]))
    assert call > 3, "the calls are counted"


def test_an_import_beside_a_moved_calendar_counts_under_the_new_one():
    for call in range(1, 100):
        rig = Rig(book())
        file = rig.put(WORK)
        after = moved(rig)
        with Interposed(rig.directory, rig.ledger, at=call) as once:
            once.act = lambda rig=rig, after=after: apply(rig, after, now=rig.ports.clock())
            record = rig.imports.run(file)
        if once.made is None:
            break
        if not once.made.conflicts:
            assert ("2026-01-15", hours("1:00")) == (str(record.cycles[0].start), rig.seconds)
            assert {day("2026-01-15")} == {cycle.id.start for cycle in rig.ledger.cycles.values() if cycle.entries}
    assert call > 3, "the calls are counted"


def test_a_calendar_is_not_moved_beside_an_import_that_counts_first():
    for call in range(1, 100):
        rig = Rig(book())
        file = rig.put(WORK)
        with Interposed(rig.directory, rig.ledger, at=call) as once:
            once.act = lambda rig=rig, file=file: rig.imports.run(file)
            plan = apply(rig, moved(rig), now=rig.ports.clock())
        if once.made is None:
            break
        refused = [one.text.partition(":")[0] for one in plan.conflicts]
        assert refused in ([f"`acme/support` has work since {JANUARY}"], [])
        start = rig.directory.books["acme"].retainers[0].starts_on
        assert start == (JANUARY if refused else day("2026-01-15"))
        assert {start} == {cycle.id.start for cycle in rig.ledger.cycles.values()}
    assert call > 3, "the calls are counted"


def test_the_terms_of_a_cycle_that_closes_beside_a_price_change_are_those_it_was_closed_at():
    cheaper = (terms("2026-01-01", fee="900.00"),)
    outcomes = set()
    for first in ("apply", "close"):
        for call in range(1, 100):
            at = Deployment()
            at.drop(january())
            at.at("2026-02-03T22:59")
            at.close_overdue()
            before, after = at.now, replace(at.directory.books["acme"].retainers[0], terms=cheaper)
            at.at("2026-02-03T23:00")  # January is due to close
            change = lambda at=at, after=after, now=before: apply(at, after, now=now)  # noqa: E731
            acts = [change, at.close_overdue]
            one, other = acts if first == "apply" else reversed(acts)
            with Interposed(at.directory, at.ledger, at=call) as once:
                once.act = other
                one()
            if once.made is None:
                break
            agreed = at.directory.books["acme"].retainers[0].terms[0].fee
            [draft] = at.log.invoices.values()
            assert agreed == draft.invoice.net
            outcomes.add(agreed)
        assert call > 3, "the calls are counted"
    assert {money("900.00"), money("1000.00")} == outcomes


def test_what_was_written_before_a_conflict_came_up_is_said():
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(WORK, key="inbox/globex/support/x.csv")
    changed = [
        replace(mine, retainers=(replace(mine.retainers[0], starts_on=day("2026-01-15"), anchor_day=15),))
        for mine in rig.directory.books.values()
    ]
    writes = rig.directory.write_client

    def write_and_let_the_import_run(one, names_version, act):
        writes(one, names_version, act)
        if one.client.id == "acme":
            rig.imports.run(file)

    rig.directory.write_client = write_and_let_the_import_run

    plan = ApplySetup(rig.directory, rig.ledger, rig.ports.clock).apply(Setup(clients=tuple(changed)))

    assert ["acme"] == [change.name for change in plan.changes if change.kind == "client"]
    assert ["`globex/support` has work since 2026-01-01"] == [one.text.partition(":")[0] for one in plan.conflicts]
    starts = [book.retainers[0].starts_on for book in rig.directory.books.values()]
    assert [day("2026-01-15"), JANUARY] == starts


def test_a_retainer_that_is_added_beside_an_import_gets_the_rows_that_name_it():
    rig = Rig(book())
    file = rig.put(WORK, key="inbox/acme/advice/x.csv")
    refused = rig.imports.run(file)
    assert refused.report.refusal
    rig.add(book("acme", "support", "advice"))

    with Interposed(rig.directory, rig.ledger, at=2) as once:
        once.act = lambda: apply(
            rig, retainer(terms(), backfill=True), replace(moved(rig), id=rig.directory.books["acme"].retainers[1].id),
            now=rig.ports.clock(),
        )  # fmt: skip
        record = rig.imports.run(file, retry=True)

    assert once.made is not None
    assert [("advice", "2026-01-15")] == [(one.retainer.retainer, str(one.start)) for one in record.cycles]
