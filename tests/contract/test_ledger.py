"""The port `Ledger`: every commit is atomic, whoever else writes and whenever the process dies."""

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from chalicelib.adapters.dynamo import LIMITS_OF_AWS
from chalicelib.domain.carry_over import CarryForward
from chalicelib.domain.cycle import CycleLedger, CycleStatement, LatePosting, Period, TopUp
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.quantities import Money
from chalicelib.domain.retainer import Client
from chalicelib.domain.settlement import settle
from chalicelib.domain.statements import close, statement_of_closed
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.ledger import LargeCommitError, LedgerCommit
from chalicelib.services.store.source_ids import SourceIds, hashes_of
from tests.aws_calls import record_calls
from tests.builders import day, entry, retainer, rounding, terms
from tests.contract.builders import ACME, HEAD, NOON, book, commit, cycle, part, record
from tests.contract.conftest import Store
from tests.effort import KILL_EVERY


class Killed(BaseException):
    """The process was killed here."""


def head(store: Store) -> ClientHead:
    found = store.directory.read_client(ACME)
    assert found
    return found.head


def read(store: Store, *cycles: CycleLedger) -> list[CycleLedger]:
    found = store.ledger.read_cycles([each.id for each in cycles], head(store).plan)
    return [found[each.id] for each in cycles if each.id in found]


def written(*cycles: CycleLedger) -> list[CycleLedger]:
    return [replace(each, version=each.version + 1) for each in cycles]


@pytest.fixture(autouse=True)
def acme(store: Store):
    store.directory.write_client(book())


@pytest.fixture
def planning(store: Store) -> Store:
    """The store under a ledger whose commits of nine cycles or more need a plan."""
    return store.with_transactions_of(10)


def test_a_cycle_comes_back_exactly_as_it_was_committed(store: Store):
    bought = TopUp("t1", 3600, day("2010-01-01"), day("2010-03-01"), Money(40000, "EUR"), "Before the move")
    full = replace(
        cycle(),
        entries=(
            entry("2010-01-04", "0:15", description="", tags=(), project=None, start="0:00", billable=False),
            entry("2010-01-04", "-0:15", description="Zürich 🚑", tags=("a", "b"), source_id="7"),
        ),
        top_ups=(bought,),
    )

    closed, statement = close(full, settled(full), NOON)
    late = replace(
        closed,
        id=cycle(1).id,
        reported_since_close=(*closed.entries, entry("2010-01-05", "1:00")._replace(worked_on=day("2009-12-31"))),
        late_postings=(LatePosting("ada byron", "Ada Byron", day("2010-01-05"), 3600, day("2010-03-01")),),
    )

    store.ledger.commit(commit(full, late, cycle(2)))

    found = read(store, full, late, cycle(2), cycle(3))
    assert written(full, late, cycle(2)) == found
    assert statement == statement_of_closed(found[1], found[1].frozen)


def test_a_closed_cycle_too_large_for_an_item_is_read_back_exactly(store: Store):
    noise = random.Random(7)  # noqa: S311 - noise that no compression shrinks
    texts = [noise.randbytes(100).hex() for _ in range(1500)]
    large = cycle(0, *texts)
    closed, _ = close(large, settled(large), NOON)
    reported = replace(closed, reported_since_close=closed.entries)

    store.ledger.commit(commit(reported))

    assert written(reported) == read(store, reported)


def settled(ledger: CycleLedger) -> CycleStatement:
    of = retainer(terms("2010-01-01", rounded=rounding("0:15")), starts="2010-01-01", retainer_id=ledger.id.retainer)
    return settle(of, Period(ledger.id.start, day("2010-02-01"), 0), ledger, CarryForward(), day("2010-02-10"))


def test_a_month_is_one_call_of_four_items(store: Store):
    """The head, the cycle, the import and its line in the client's list."""
    with record_calls() as calls:
        store.ledger.commit(commit(cycle()))

    assert ["dynamodb:TransactWriteItems"] == calls.names()
    assert (1, 2) == (store.item_count("cycles"), store.item_count("activity"))


def test_a_commit_moves_the_head_and_files_the_import(store: Store):
    store.ledger.commit(commit(cycle(), head=replace(HEAD, last_order="7", as_of=NOON), of=record("march", "7")))

    assert replace(HEAD, version=2, last_order="7", as_of=NOON) == head(store)
    assert record("march", "7") == store.import_log.read(record("march").id)


def test_a_commit_on_an_old_head_writes_nothing(store: Store):
    store.ledger.commit(commit(cycle()))

    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(cycle(1), of=record("late", "2")))

    assert 2 == head(store).version
    assert [] == read(store, cycle(1))
    assert store.import_log.read(record("late").id) is None


def test_a_commit_on_an_old_cycle_writes_nothing(store: Store):
    store.ledger.commit(commit(cycle()))

    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(cycle(0, "Other"), cycle(1), head=head(store), of=record("late", "2")))

    assert 2 == head(store).version
    assert written(cycle()) == read(store, cycle(), cycle(1))


def of_both(store: Store, months: int) -> list[LedgerCommit]:
    """A commit of Acme and one of Globex, with the parts of one import; of Acme this many cycles."""
    slug = ClientId("globex")
    tier = replace(book().retainers[0], id=RetainerId(slug, RetainerSlug("support")))
    store.directory.write_client(replace(book(), client=Client(slug, "Globex"), retainers=(tier,)))
    globex = CycleLedger(CycleId(tier.id, day("2010-01-01")), 0, cycle().entries)
    return [
        LedgerCommit(ACME, HEAD, [cycle(number) for number in range(months)], [part()]),
        LedgerCommit(slug, HEAD, [globex], [part(client=slug), record(clients=(ACME, slug))]),
    ]


def state_of_both(store: Store, commits: list[LedgerCommit]) -> object:
    clients = [one.client for one in commits]
    heads = [store.directory.read_client(client).head.version for client in clients]
    cycles = [store.ledger.read_cycles([one.id for one in commit.cycles]) for commit in commits]
    parts = sorted(one.client for one in store.import_log.read_parts(record().id))
    return heads, [len(found) for found in cycles], parts, store.import_log.read(record().id) is not None


@pytest.mark.parametrize("months", [1, 9])
def test_commits_of_two_clients_are_one(planning: Store, months: int):
    both = of_both(planning, months)
    with record_calls() as calls:
        planning.ledger.commit_together(both)

    assert 1 == calls.names().count("dynamodb:TransactWriteItems")
    assert ([2, 2], [months, 1], [ACME, "globex"], True) == state_of_both(planning, both)
    assert [None, None] == [planning.directory.read_client(one.client).head.plan for one in both]


@pytest.mark.parametrize("stale", [0, 1])
def test_of_commits_of_two_clients_one_that_is_stale_stops_both(planning: Store, stale: int):
    both = of_both(planning, 1)
    before = state_of_both(planning, both)
    old = list(both)
    old[stale] = replace(both[stale], head=ClientHead(7))

    with pytest.raises(StaleWriteError):
        planning.ledger.commit_together(old)

    assert before == state_of_both(planning, both)


def test_commits_of_more_clients_than_a_transaction_holds_are_refused_before_anything_is_written(store: Store):
    both = of_both(store, 1)
    before = state_of_both(store, both)

    with pytest.raises(LargeCommitError):
        store.with_transactions_of(6).ledger.commit_together(both)

    assert before == state_of_both(store, both)


def test_a_transaction_of_aws_holds_the_decision_of_twenty_four_clients():
    """Head, part, line of the list and usage check of each, and the record."""
    assert LIMITS_OF_AWS.items >= 24 * 4 + 1


def test_twenty_cycles_are_committed_and_no_plan_is_left(planning: Store):
    many = [cycle(number) for number in range(20)]
    store = planning

    with record_calls() as calls:
        store.ledger.commit(commit(*many))

    assert PLAN == calls.names().count("s3:PutObject")
    assert replace(HEAD, version=2) == head(store)
    assert written(*many) == read(store, *many)


_AS_AWS = pytest.mark.parametrize("engine", ["moto", "ministack"], indirect=True)
"""The engines that take as many items a transaction as AWS."""


@_AS_AWS
@pytest.mark.parametrize("number", [9, 40, 97])
def test_what_a_transaction_of_aws_holds_is_committed_by_one_call(store: Store, number: int):
    many = [cycle(each) for each in range(number)]

    with record_calls() as calls:
        store.ledger.commit(commit(*many))

    assert ["dynamodb:TransactWriteItems"] == calls.names()
    assert written(*many) == read(store, *many)


@_AS_AWS
@pytest.mark.parametrize("number", [98, 120])
def test_more_items_than_a_transaction_holds_are_written_by_a_plan(store: Store, number: int):
    many = [cycle(each) for each in range(number)]

    with record_calls() as calls:
        store.ledger.commit(commit(*many))

    assert [*["s3:PutObject"] * PLAN, "dynamodb:TransactWriteItems"] == calls.names()[: PLAN + 1]
    assert number == calls.names().count("dynamodb:PutItem")
    assert written(*many) == read(store, *many)


@_AS_AWS
def test_few_cycles_with_more_bytes_than_a_transaction_holds_are_written_by_a_plan(store: Store):
    noise = random.Random(7)  # noqa: S311 - noise that no compression shrinks
    texts = [noise.randbytes(125).hex() for _ in range(2000)]
    within, beyond = ([cycle(each, *texts) for each in range(number)] for number in (10, 14))

    with record_calls() as one_call:
        store.ledger.commit(commit(*within))
    again = commit(*written(*beyond[:10]), *beyond[10:], head=head(store), of=record("b", "2"))
    with record_calls() as planned:
        store.ledger.commit(again)

    assert ["dynamodb:TransactWriteItems"] == one_call.names()
    assert "s3:PutObject" == planned.names()[0]
    assert [*written(*written(*within)), *written(*beyond[10:])] == read(store, *beyond)


def test_a_large_commit_on_an_old_head_writes_nothing(planning: Store):
    store = planning
    store.ledger.commit(commit(cycle()))

    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(*(cycle(number) for number in range(1, 20))))

    assert replace(HEAD, version=2) == head(store)
    assert 1 == store.item_count("cycles")


def test_a_large_commit_interrupted_anywhere_counts_entirely_or_not_at_all(planning: Store):
    """Killed before and after each of its calls; each time on the state that the last time left."""
    store = planning
    number_of_cycles = 12
    kills = 0
    outcomes = set()
    while True:
        before = replace(head(store), plan=None)
        old = read(store, *(cycle(number) for number in range(number_of_cycles)))
        versions = [each.version for each in old] or [0] * number_of_cycles
        new = [cycle(n, f"Round {kills}", version=version) for n, version in enumerate(versions)]
        try:
            with record_calls(**_killing(kills)):
                store.ledger.commit(commit(*new, head=before, of=record(f"round-{kills}")))
            break
        except Killed:
            counts = head(store).version == before.version + 1
            expected = written(*new) if counts else old
            assert expected == read(store, *new)
            assert counts == (store.import_log.read(record(f"round-{kills}").id) is not None)
            store.ledger.finish_plan(ACME, head(store))
            store.ledger.finish_plan(ACME, head(store))
            assert head(store).plan is None
            assert expected == read(store, *new)
            outcomes.add(counts)
            kills += KILL_EVERY

    before_and_after_each = 2 * (PLAN + 1 + PLAN + number_of_cycles + 1)
    assert before_and_after_each <= kills < before_and_after_each + KILL_EVERY
    assert {True, False} == outcomes


def test_while_a_plan_is_pending_other_commits_are_refused_until_a_writer_finishes_it(planning: Store):
    store = planning
    many = [cycle(number) for number in range(9)]
    with pytest.raises(Killed), record_calls(**_killing(6)):
        store.ledger.commit(commit(*many))
    planned = head(store)
    following = commit(cycle(0, "Later", version=1), head=replace(planned, plan=None), of=record("b", "2"))

    with pytest.raises(StaleWriteError):
        store.ledger.commit(following)
    store.ledger.finish_plan(ACME, planned)
    store.ledger.commit(following)
    store.ledger.finish_plan(ACME, planned)  # another process finishes the plan late

    assert replace(HEAD, version=3) == head(store)
    assert written(cycle(0, "Later", version=1), *many[1:]) == read(store, *many)
    late_overlay = store.ledger.read_cycles([many[0].id], planned.plan)
    assert written(cycle(0, "Later", version=1)) == list(late_overlay.values())


def test_a_process_that_finishes_a_plan_late_does_not_touch_the_next_plan(planning: Store):
    store = planning
    many = [cycle(number) for number in range(9)]
    with pytest.raises(Killed), record_calls(**_killing(6)):
        store.ledger.commit(commit(*many))
    first = head(store)
    store.ledger.finish_plan(ACME, first)
    again = [cycle(number, "Again", version=1) for number in range(9)]
    with pytest.raises(Killed), record_calls(**_killing(6)):
        store.ledger.commit(commit(*again, head=replace(first, plan=None), of=record("b", "2")))

    store.ledger.finish_plan(ACME, first)

    assert first.plan != head(store).plan
    assert head(store).plan is not None
    assert written(*again) == read(store, *again)


@pytest.mark.parametrize(("cycles", "commits"), [(1, 18), (9, 6)])
def test_of_many_concurrent_commits_exactly_one_wins_each_version_and_nothing_is_lost(
    planning: Store, cycles: int, commits: int
):
    store = planning
    ids = [cycle(number) for number in range(cycles)]

    def work(number: int) -> None:
        mine = entry("2010-01-01", "0:01", source_id=str(number))
        while True:
            now = head(store)
            store.ledger.finish_plan(ACME, now)
            changed = [replace(old, entries=(*old.entries, mine)) for old in read(store, *ids) or ids]
            try:
                store.ledger.commit(commit(*changed, head=replace(now, plan=None), of=record(f"by-{number}")))
            except StaleWriteError:
                continue
            return

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(commits)))

    assert (1 + commits, None) == (head(store).version, head(store).plan)
    for counted in read(store, *ids):
        assert commits == counted.version
        assert {str(number) for number in range(commits)} | {None} == {each.source_id for each in counted.entries}
        assert commits + 1 == len(counted.entries)


def test_two_hundred_and_ten_cycles_are_three_round_trips(store: Store):
    many = [cycle(number) for number in range(210)]
    store.ledger.commit(commit(*many))

    with record_calls() as calls:
        found = store.ledger.read_cycles([each.id for each in many] * 2)

    assert written(*many) == list(found.values())
    assert ["dynamodb:BatchGetItem"] * 3 == calls.names()


def test_a_work_log_too_large_for_an_item_is_stored_in_the_store_bucket(store: Store):
    noise = random.Random(7)  # noqa: S311 - noise that no compression shrinks
    texts = [noise.randbytes(300).hex() for _ in range(1500)]
    store.ledger.commit(commit(cycle(0, *texts)))

    with record_calls() as calls:
        found = read(store, cycle(0))

    assert written(cycle(0, *texts)) == found
    assert ["dynamodb:Query", "dynamodb:BatchGetItem", "s3:GetObject"] == calls.names()


PLAN = 2
"""The objects of a plan: one part and the main object."""


def _killing(call: int):
    """Hooks that kill the process before (even numbers) or right after (odd ones) its n-th call."""
    moments = iter(range(10_000))

    def die(_: str) -> None:
        if next(moments) == call:
            raise Killed

    return {"before": die, "after": die}


def indexed(*held: CycleLedger, version: int = 0) -> SourceIds:
    ids = {
        one.id: hashes_of([entry("2010-01-05", "1:00", source_id=f"{one.id}/{n}") for n in range(3)]) for one in held
    }
    return SourceIds(ACME, "toggl", version, ids)


def test_where_ids_stand_comes_back_as_it_was_committed_with_its_cycles(store: Store):
    assert SourceIds(ACME, "toggl") == store.ledger.read_ids(ACME, "toggl")

    store.ledger.commit(replace(commit(cycle()), ids=indexed(cycle(), cycle(1))))

    found = store.ledger.read_ids(ACME, "toggl")
    assert indexed(cycle(), cycle(1), version=1) == found
    assert SourceIds(ACME, "harvest") == store.ledger.read_ids(ACME, "harvest")
    stale = replace(commit(cycle(1), head=ClientHead(1), of=record("late", "2")), ids=indexed(cycle(1)))
    with pytest.raises(StaleWriteError):
        store.ledger.commit(stale)
    assert found == store.ledger.read_ids(ACME, "toggl")


def test_very_many_ids_are_stored_as_an_object(store: Store):
    many = SourceIds(ACME, "toggl", cycles={cycle(n).id: hashes_of() for n in range(2)})
    for held in many.cycles.values():
        held.extend(range(60_000))

    store.ledger.commit(replace(commit(cycle()), ids=many))

    assert replace(many, version=1) == store.ledger.read_ids(ACME, "toggl")


def test_where_ids_stand_is_read_through_a_plan_that_is_not_carried_out(planning: Store):
    store = planning
    many = [cycle(number) for number in range(12)]
    with pytest.raises(Killed), record_calls(**_killing(6)):
        store.ledger.commit(replace(commit(*many), ids=indexed(*many)))

    planned = head(store)
    assert planned.plan
    assert indexed(*many, version=1) == store.ledger.read_ids(ACME, "toggl", planned.plan)
    store.ledger.finish_plan(ACME, planned)
    assert indexed(*many, version=1) == store.ledger.read_ids(ACME, "toggl")
