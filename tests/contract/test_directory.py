"""The port `Directory`."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.branding import Logo
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.retainer import Client
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.intake.rows import SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.store.books import ClientBook, ClientHead, Operator, Tombstone
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.operator_book import OperatorBook
from tests.aws_calls import record_calls
from tests.contract.builders import ACME, book, commit, cycle, record
from tests.contract.conftest import Store
from tests.contract.test_import import KilledError
from tests.logos import PNG, SVG


def test_an_empty_store_has_an_empty_operator_and_no_client(store: Store):
    assert OperatorBook() == store.directory.read_operator()
    assert {} == store.directory.read_names()
    assert [] == store.directory.read_named("acme")
    assert store.directory.read_client(ACME) is None


def test_a_client_comes_back_as_it_was_written_with_the_next_version(store: Store):
    rules = (ClientRule(Match(project="Büro*"), Pool.EXCLUDED, reason="rent"),)
    aliases = Aliases((Renamed("Zoë", ("Zoe", "Z.")),), (Renamed("Website 2026", ("Website",)),))
    billing = ClientBilling(Party(address=("Seestr. 2", "10115 Berlin"), country="DE"), 30, Tax(Fraction("7.7")))
    written = replace(
        book(retainers=2), rules=rules, operator=Operator("Ida", "ida@example.com"), aliases=aliases, billing=billing
    )

    store.directory.write_client(written)

    assert stored(written) == store.directory.read_client(ACME)


def test_a_logo_comes_back_as_it_was_written_and_is_read_once(store: Store):
    logo = Logo.of(SVG)
    store.directory.write_logo(logo._replace(printed=PNG))
    store.directory.write_logo(logo._replace(printed=PNG))

    with record_calls() as calls:
        found = [store.directory.read_logo(logo.id) for _ in range(2)]

    assert [logo, logo] == found
    assert ["dynamodb:BatchGetItem"] == calls.names()
    assert store.directory.read_logo(Logo.of(PNG).id) is None
    assert logo._replace(printed=PNG) == store.directory.read_printed_logo(logo.id)
    assert [None, None] == [store.directory.read_printed_logo(each) for each in ("", Logo.of(PNG).id)]


def test_a_hundred_retainers_are_still_one_write_and_one_read(store: Store):
    many = book(retainers=100)

    with record_calls() as calls:
        store.directory.write_client(many)
        found = store.directory.read_client(ACME)

    assert stored(many) == found
    assert ["dynamodb:TransactWriteItems", "dynamodb:Query"] == calls.names()


def test_of_two_changes_to_the_same_version_of_a_client_the_second_is_stale(store: Store):
    store.directory.write_client(book())
    first = store.directory.read_client(ACME)
    second = replace(first, client=book("ACME").client)
    store.directory.write_client(second)

    for stale in (first, book("Apex"), replace(first, version=2), replace(first, head=stored(second).head)):
        with pytest.raises(StaleWriteError):
            store.directory.write_client(stale)

    assert stored(second) == store.directory.read_client(ACME)
    assert {ACME: ("Acme Ltd", "ACME")} == store.directory.read_names()


def test_a_commit_and_a_change_of_the_set_up_exclude_each_other_and_keep_each_other_s_values(store: Store):
    store.directory.write_client(book())
    first = store.directory.read_client(ACME)
    moved = replace(
        first.head,
        last_order="2026-03-01T12:00:00Z#1",
        as_of=datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC),
        recent=(record().id,),
    )
    store.ledger.commit(commit(cycle(), head=moved))
    renamed = replace(first, client=book("ACME").client)
    with pytest.raises(StaleWriteError):
        store.directory.write_client(renamed)

    renamed = replace(renamed, head=replace(moved, version=2))
    store.directory.write_client(renamed)
    with pytest.raises(StaleWriteError):
        store.ledger.commit(commit(cycle(1), head=renamed.head))

    assert stored(renamed) == store.directory.read_client(ACME)


def test_a_set_up_is_not_written_while_a_commit_is_half_written(store: Store):
    store.directory.write_client(book())
    first = store.directory.read_client(ACME)
    assert first
    with suppress(KilledError), record_calls(after=kill_after_the_decision):
        planning = store.with_transactions_of(10).ledger
        planning.commit(commit(*(cycle(number) for number in range(20)), head=first.head))
    half = store.directory.read_client(ACME)
    assert half
    assert half.head.plan

    with pytest.raises(StaleWriteError):
        store.directory.write_client(half)

    store.ledger.finish_plan(ACME, half.head)
    finished = store.directory.read_client(ACME)
    store.directory.write_client(finished)
    assert stored(finished) == store.directory.read_client(ACME)


def kill_after_the_decision(name: str) -> None:
    if name == "dynamodb:TransactWriteItems":
        raise KilledError


def test_a_client_s_head_is_read_before_its_set_up_in_one_query(store: Store):
    store.directory.write_client(book())
    key = {"pk": {"S": f"client#{ACME}"}}
    dynamodb, table = store.tables.client("dynamodb"), store.names["directory"]

    answer = dynamodb.query(
        TableName=table,
        ConsistentRead=True,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": key["pk"]},
    )

    assert ["head", "setup"] == [item["sk"]["S"] for item in answer["Items"]]


def test_a_new_head_beside_the_set_up_that_its_transaction_is_still_replacing_is_read_again(store: Store):
    store.directory.write_client(book())
    dynamodb, table, queries = store.tables.client("dynamodb"), store.names["directory"], []

    def now_in(item: str, attribute: str) -> None:
        dynamodb.update_item(
            TableName=table,
            Key={"pk": {"S": f"client#{ACME}"}, "sk": {"S": item}},
            UpdateExpression=f"SET {attribute} = :two",
            ExpressionAttributeValues={":two": {"N": "2"}},
        )

    def arrives_before_the_second_query(name: str) -> None:
        queries.append(name)
        if [*queries] == ["dynamodb:Query"] * 2:
            now_in("setup", "version")

    now_in("head", "setup_version")
    with record_calls(before=arrives_before_the_second_query):
        found = store.directory.read_client(ACME)

    assert found
    assert (2, 2) == (found.version, found.head.setup_version)


def stored(written: ClientBook) -> ClientBook:
    """The book as it is read after it was written."""
    version = written.version + 1
    head = replace(written.head, version=written.head.version + 1, setup_version=version)
    return replace(written, head=head, version=version)


def test_the_operator_s_book_comes_back_as_it_was_written_beside_a_client_named_operator(store: Store):
    rules = (InboxRule(Match(client="Acme*"), ACME),)
    hints = SourceHints({"toggl": DateOrder.DAY_FIRST}, frozenset({"harvest", "toggl"}))
    workers = (Renamed("Zoë", ("Zoe",)),)
    seller = OperatorBilling(Party("Ida AS", iban="NO9386011117947"), "HT-", 30, "Thank you.")
    odd = ClientBook(Client(ClientId("operator"), "Operator & Söhne"), (), (), ClientHead())

    store.directory.write_operator(
        OperatorBook("Ida", "ida@example.com", rules, hints, workers=workers, billing=seller)
    )
    store.directory.write_client(book("ACME"))
    store.directory.write_client(odd)

    kept = OperatorBook("Ida", "ida@example.com", rules, hints, 1, workers, seller)
    assert kept == store.directory.read_operator()
    assert {ACME: ("Acme Ltd", "ACME"), ClientId("operator"): ("Operator & Söhne",)} == store.directory.read_names()
    assert {ACME: ("Acme Ltd", "ACME")} == store.directory.read_names(limit=1)


def test_a_client_is_found_by_its_slug_each_of_its_names_and_no_name_that_it_gave_up(store: Store):
    store.directory.write_client(book("ACME  Holding", "Zürich"))
    first = store.directory.read_client(ACME)
    store.directory.write_client(replace(first, client=Client(ACME, "Apex", aliases=("Zürich",))))

    expected = {"acme": 1, "apex": 1, "ZÜRICH": 1, "acme ltd": 0, "acme holding": 0, "x" * 5000: 0}
    assert expected == {name: len(store.directory.read_named(name)) for name in expected}
    assert [store.directory.read_client(ACME)] == store.directory.read_named("apex")


def test_a_name_of_two_clients_finds_both(store: Store):
    store.directory.write_client(book("Umbrella"))
    store.directory.write_client(ClientBook(Client(ClientId("umbrella"), "Umbrella UK"), (), (), ClientHead()))

    found = store.directory.read_named("umbrella")

    assert {ACME, "umbrella"} == {each.client.id for each in found}


def test_a_client_with_more_names_than_a_transaction_holds_is_found_by_each(store: Store):
    names = tuple(f"Acme {number}" for number in range(250))

    store.directory.write_client(book(*names))

    assert {1} == {len(store.directory.read_named(name)) for name in ("Acme Ltd", *names[::23], names[-1])}


def test_a_client_that_an_older_release_stored_is_found_once_the_names_are_indexed(store: Store):
    store.directory.write_client(book("ACME", "acme"))
    forget_the_index(store)
    assert [] == store.directory.read_named("acme ltd")

    store.directory.index_names()
    store.directory.index_names()

    assert [store.directory.read_client(ACME)] == store.directory.read_named("acme ltd")
    assert [store.directory.read_client(ACME)] == store.directory.read_named("acme")


def forget_the_index(store: Store) -> None:
    """Delete the index of names, which an older release did not write."""
    database, table = store.tables.client("dynamodb"), store.names["directory"]
    for item in database.scan(TableName=table)["Items"]:
        if item["pk"]["S"].startswith("name#"):
            database.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})


def test_of_two_clients_that_get_names_at_once_the_second_is_stale_and_others_are_not(store: Store):
    directory = store.directory
    globex, initech = (replace(book(), client=Client(ClientId(slug), slug)) for slug in ("globex", "initech"))
    assert 0 == directory.names_version()
    directory.write_client(book(), names_version=0)
    assert 1 == directory.names_version()

    with pytest.raises(StaleWriteError):
        directory.write_client(globex, names_version=0)
    directory.write_client(initech)
    directory.write_client(globex, names_version=1)

    assert 2 == directory.names_version()
    assert [ACME, "globex", "initech"] == list(directory.read_names())


def test_many_clients_are_read_in_their_order_by_two_calls_a_hundred(store: Store):
    slugs = [ClientId(f"client-{number:03}") for number in range(150)]
    for slug in slugs:
        store.directory.write_client(ClientBook(Client(slug, slug.title()), (), (), ClientHead()))

    with record_calls() as calls:
        found = list(store.directory.read_clients([ClientId("nobody"), *reversed(slugs)]))

    assert list(reversed(slugs)) == [each.client.id for each in found]
    assert store.directory.read_client(slugs[0]) == found[-1]
    assert ["dynamodb:BatchGetItem"] * 4 == calls.names()


def test_of_two_changes_to_the_same_version_of_the_operator_the_second_is_stale(store: Store):
    store.directory.write_operator(OperatorBook("Ida"))

    with pytest.raises(StaleWriteError):
        store.directory.write_operator(OperatorBook("Eve"))

    assert store.directory.read_operator().name == "Ida"


def removed(store: Store, version: int = 1) -> None:
    mine = store.directory.read_client(ACME)
    assert mine is not None
    store.directory.remove_client(mine, Tombstone("Acme Ltd", 3, "2026~", mine.head, version=version - 1))


def test_of_a_removed_client_only_the_tombstone_is_left_and_the_version_of_its_head_goes_on(store: Store):
    store.directory.write_client(replace(book("ACME"), head=ClientHead(due_at=datetime(2026, 3, 1, tzinfo=UTC))))

    removed(store)

    left = store.directory.read_tombstone(ACME)
    assert left is not None
    assert ("Acme Ltd", 3, "2026~", 2, 1) == (
        left.name,
        left.link_version,
        left.counts_after,
        left.head.version,
        left.version,
    )
    assert store.directory.read_client(ACME) is None
    assert {} == store.directory.read_names()


def test_a_client_can_be_created_in_the_place_of_a_removed_one_and_removed_again(store: Store):
    store.directory.write_client(book())
    removed(store)
    left = store.directory.read_tombstone(ACME)
    assert left is not None

    store.directory.write_client(replace(book("ACME"), counts_after="2026~", head=left.head))

    new = store.directory.read_client(ACME)
    assert new is not None
    assert ("2026~", left.head.version + 1) == (new.counts_after, new.head.version)
    removed(store, version=2)
    assert store.directory.read_client(ACME) is None


def test_a_client_that_has_changed_is_not_removed(store: Store):
    store.directory.write_client(book())
    read = store.directory.read_client(ACME)
    assert read is not None
    store.ledger.commit(commit(cycle(), head=read.head))

    with pytest.raises(StaleWriteError):
        store.directory.remove_client(read, Tombstone("Acme Ltd", 1, "2026~", read.head))
    current = store.directory.read_client(ACME)
    assert current is not None
    with pytest.raises(StaleWriteError):
        store.directory.remove_client(replace(current, version=7), Tombstone("Acme Ltd", 1, "2026~", current.head))
    assert store.directory.read_client(ACME) is not None
    assert store.directory.read_tombstone(ACME) is None
