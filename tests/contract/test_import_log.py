"""The port `ImportLog`."""

import random
from dataclasses import replace
from datetime import date

import pytest

from chalicelib.domain.ids import ClientId, CycleId, ImportId, RetainerId, RetainerSlug
from chalicelib.domain.zone_shift import ZoneOffset
from chalicelib.intake.rows import Refusal, RefusalKind, RowProblem, SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import (
    CycleChange,
    Decision,
    Imported,
    ImportReport,
    ImportStatus,
    MissingEntry,
    StartEdit,
    Verb,
    is_undone,
)
from chalicelib.services.store.reading import Reading, rules_of_client
from chalicelib.services.store.tasks import import_mail
from tests.aws_calls import record_calls
from tests.contract.builders import ACME, HEAD, NOON, book, commit, cycle, part, record
from tests.contract.conftest import Store

APEX = ClientId("apex")
SUPPORT = RetainerId(ACME, RetainerSlug("support"))


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
    assert [record()] == imports_of(store)


def test_the_revocations_of_one_report_s_addresses_are_counted_whatever_becomes_of_its_import(store: Store):
    log, other = store.import_log, ImportId("0000000000000000")
    log.write(record(clients=()))
    counted = [log.read_link_version(record().id)]
    for _ in range(2):
        log.revoke_links(record().id)
        counted.append(log.read_link_version(record().id))
    log.write(replace(record(clients=()), version=1))

    assert [0, 1, 2, 2, 0] == [*counted, log.read_link_version(record().id), log.read_link_version(other)]
    assert [record(clients=())] == list(log.list_recent(10))
    assert [] == list(log.read_parts(record().id))


def test_likely_edits_and_decisions_with_offsets_are_read_as_they_were_written(store: Store):
    edit = MissingEntry(SUPPORT, date(2026, 3, 1), "Ada", 60, "Mail", edit=StartEdit(7, 32_400, 33_300))
    offsets = (ZoneOffset(date(2026, 3, 1), -7200), ZoneOffset(date(2026, 4, 1), -3600))
    decisions = (Decision(Verb.ACCEPT_EDITS, NOON), Decision(Verb.ACCEPT_EDITS, NOON, offsets))
    whole = replace(record(), report=replace(record().report, missing=(edit,)), decisions=decisions)
    of_one = replace(part("b"), missing=(edit,), decisions=decisions)
    store.directory.write_client(book())
    store.ledger.commit(commit(cycle(), of=whole))
    store.ledger.commit(commit(cycle(1), head=replace(HEAD, version=2), of=of_one))

    assert whole == store.import_log.read(whole.id)
    assert [of_one] == store.import_log.read_parts(of_one.id)


def test_the_list_of_a_client_has_every_import_in_the_order_of_their_files_without_the_help_of_an_index(store: Store):
    store.directory.write_client(book())
    for number in range(30):
        of = record(f"week-{number}", order=f"{(number * 7) % 30:02}")
        store.ledger.commit(commit(head=replace(HEAD, version=number + 1), of=of))

    with record_calls() as calls:
        found = store.import_log.list_of_client(ACME)

    assert [f"{order:02}" for order in range(30)] == [one.order for one in found]
    assert ["dynamodb:Query"] == calls.names()
    assert found[-3:] == store.import_log.list_of_client(ACME, newest=3)
    assert {("toggl", False)} == {(one.source, one.is_part) for one in found}


def test_an_import_has_one_line_with_the_cycles_that_it_covers_now(store: Store):
    store.directory.write_client(book())
    for version, month in enumerate((3, 4)):
        covers = (CycleChange(SUPPORT, date(2010, month, 1), 0, 60),)
        of = replace(record(), report=replace(record().report, cycles=covers), version=version)
        store.ledger.commit(commit(head=replace(HEAD, version=version + 1), of=of))

    [line] = store.import_log.list_of_client(ACME)

    assert (CycleId(SUPPORT, date(2010, 4, 1)),) == line.cycles
    assert [of] == imports_of(store)


def test_rules_are_stored_once_under_the_hash_of_their_content(store: Store):
    hints = SourceHints({"toggl": DateOrder.DAY_FIRST}, frozenset({"toggl"}), zones={"toggl": "UTC"})
    rules = replace(rules_of_client(book(), hints), clients={"acme ltd": (ACME,), "nobody": ()})

    key = store.import_log.keep_rules(rules)
    with record_calls() as calls:
        again = store.import_log.keep_rules(replace(rules), known=key)

    assert rules == store.import_log.read_rules(key)
    assert (key, []) == (again, calls.names())
    assert key != store.import_log.keep_rules(replace(rules, clients={}))


def test_what_a_release_without_lists_committed_is_listed_once_from_the_index_and_the_head(store: Store):
    """Its items have no line in a list, and its newest import is not in the index yet."""
    store.directory.write_client(book())
    imports = [record("a", "1"), part("b", "2"), record("c", "3"), record("d", "4")]
    for version, of in enumerate(imports):
        store.ledger.commit(commit(head=replace(HEAD, version=version + 1), of=of))
    store.import_log.write(record("b", "2", clients=(ACME, APEX)))
    store.import_log.write(record("of-another", clients=(APEX,)))
    activity = store.tables.client("dynamodb"), store.names["activity"]
    for one in store.import_log.list_of_client(ACME)[:3]:
        key = {"pk": {"S": "imports#acme"}, "sk": {"S": f"{one.order}#{one.id}"}}
        activity[0].delete_item(TableName=activity[1], Key=key)
    of_c = {"pk": {"S": "import#c"}, "sk": {"S": "record"}}
    activity[0].update_item(TableName=activity[1], Key=of_c, UpdateExpression="REMOVE client")

    reading = Reading("the rules of that day", NOON)
    for _ in range(2):
        store.import_log.list_older_imports(ACME, (ImportId("c"), ImportId("d")), reading)

    lines = store.import_log.list_of_client(ACME)
    assert [("a", reading), ("b", reading), ("c", reading), ("d", None)] == [(one.id, one.reading) for one in lines]
    assert imports == imports_of(store)


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

    [found] = imports_of(store)
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
    store.import_log.write(record("other", "0", clients=(APEX,)))

    assert [part("early", "1"), part("late", "2")] == imports_of(store)
    assert [part("late", "2")] == list(store.import_log.read_parts(part("late").id))


def imports_of(store: Store) -> list[Imported]:
    """The records of a client's list, in its order."""
    lines = store.import_log.list_of_client(ACME)
    return sorted(store.import_log.read_listed(ACME, lines), key=lambda one: one.file.order)


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
