"""The port `ImportLog`."""

import random
from dataclasses import replace

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.intake.rows import Refusal, RefusalKind, RowProblem
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import Decision, ImportReport, ImportStatus, Verb, is_undone
from chalicelib.services.store.tasks import import_mail
from tests.contract.builders import ACME, HEAD, NOON, book, commit, cycle, part, record
from tests.contract.conftest import Store

APEX = ClientId("apex")


def test_an_unknown_import_is_none_and_the_lists_of_an_empty_log_are_empty(store: Store):
    assert store.import_log.read(record().id) is None
    assert [] == list(store.import_log.read_parts(record().id))
    assert [] == list(store.import_log.list_recent(10))
    assert [] == list(store.import_log.list_of_client(ACME))


def test_a_refusal_that_is_retried_is_the_same_import(store: Store):
    refusal = Refusal(RefusalKind.UNKNOWN_CLIENT, "Add the client, then retry.")
    refused = replace(record(clients=()), report=ImportReport(ImportStatus.REFUSED, refusal=refusal))
    store.import_log.write(refused)
    assert refused == store.import_log.read(refused.id)
    assert [] == list(store.import_log.list_of_client(ACME))

    store.directory.write_client(book())
    store.ledger.commit(commit(cycle(), of=replace(record(), version=1)))

    assert record() == store.import_log.read(refused.id)
    assert [record()] == list(store.import_log.list_recent(10))
    assert [record()] == list(store.import_log.list_of_client(ACME))


def test_an_import_that_counts_keeps_its_place_in_the_order_of_replay_whatever_its_record_says_later(store: Store):
    store.directory.write_client(book())
    store.ledger.commit(commit(cycle()))

    store.import_log.write(replace(record(minutes=5, clients=()), version=1))

    assert [record(minutes=5, clients=())] == list(store.import_log.list_of_client(ACME))


@pytest.mark.parametrize("of", [record(), part()], ids=["record", "part"])
def test_of_two_commits_on_one_version_of_an_import_the_second_is_stale(store: Store, of):
    store.directory.write_client(book())
    store.ledger.commit(commit(of=of))
    undone = replace(of, version=1, decisions=(Decision(Verb.UNDO, NOON),))
    store.ledger.commit(commit(head=replace(HEAD, version=2), of=undone))

    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(head=replace(HEAD, version=3), of=undone))
    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(head=replace(HEAD, version=3), of=of))

    [found] = store.import_log.list_of_client(ACME)
    assert (undone, 2) == (found, found.version)


@pytest.mark.parametrize("tasks", [(), (import_mail(record().id, NOON),)], ids=["alone", "with a task"])
def test_of_two_writes_of_one_version_of_a_record_the_second_is_stale(store: Store, tasks):
    store.import_log.write(record(), tasks)

    with pytest.raises(StaleWriteError):
        store.import_log.write(record(minutes=5), tasks)

    found = store.import_log.read(record().id)
    assert (record(), 1) == (found, found.version)


def test_a_record_of_a_release_without_versions_is_replaced_once(store: Store):
    store.import_log.write(record())
    key = {"pk": {"S": f"import#{record().id}"}, "sk": {"S": "record"}}
    store.tables.client("dynamodb").update_item(
        TableName=store.names["activity"],
        Key=key,
        UpdateExpression="REMOVE #v",
        ExpressionAttributeNames={"#v": "version"},
    )
    old = store.import_log.read(record().id)
    assert 0 == old.version

    store.import_log.write(replace(old, decisions=(Decision(Verb.UNDO, NOON),)))
    with pytest.raises(StaleWriteError):
        store.import_log.write(old)

    assert is_undone(store.import_log.read(record().id))


def test_the_newest_imports_come_first(store: Store):
    written = [record(str(number), str(number), minutes=7 * number % 5) for number in range(5)]
    for each in written:
        store.import_log.write(each)

    newest = sorted(written, key=lambda each: each.finished_at, reverse=True)
    assert newest[:3] == list(store.import_log.list_recent(3))
    assert newest == list(store.import_log.list_recent(100))


def test_a_routed_import_is_listed_among_each_client_s_imports_by_its_part(store: Store):
    store.directory.write_client(book())
    store.ledger.commit(commit(cycle(), of=part("late", "2")))
    store.ledger.commit(commit(cycle(version=1), head=replace(HEAD, version=2), of=part("early", "1")))
    store.import_log.write(record("late", "2", clients=(ACME,)))
    store.import_log.write(record("quiet", "3"))
    store.import_log.write(record("other", "0", clients=(APEX,)))

    assert [part("early", "1"), part("late", "2"), record("quiet", "3")] == list(store.import_log.list_of_client(ACME))
    assert [part("late", "2")] == list(store.import_log.read_parts(part("late").id))


def test_two_hundred_problems_of_every_kind_fit(store: Store):
    noise = random.Random(3)  # noqa: S311 - noise that no compression shrinks
    problems = tuple(
        RowProblem(line, "Spalte ü", noise.randbytes(100).hex(), "Not a date: write 2026-01-31.", worker="Ann")
        for line in range(200)
    )
    crowded = ImportReport(
        ImportStatus.DONE_WITH_PROBLEMS, "harvest", problems=problems, warnings=problems, unrouted=problems
    )
    store.import_log.write(replace(record(), report=crowded))

    assert replace(record(), report=crowded) == store.import_log.read(record().id)


def test_a_report_too_large_for_an_item_is_stored_in_the_store_bucket_until_a_smaller_one_replaces_it(store: Store):
    noise = random.Random(5)  # noqa: S311 - noise that no compression shrinks
    problems = tuple(RowProblem(line, None, noise.randbytes(1000).hex(), "?") for line in range(400))
    huge = replace(record(), report=ImportReport(ImportStatus.DONE_WITH_PROBLEMS, problems=problems))

    store.import_log.write(huge)
    assert huge == store.import_log.read(record().id)
    store.import_log.write(replace(record(), version=1))
    assert record() == store.import_log.read(record().id)
