"""The port `Directory`."""

from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId
from chalicelib.domain.parties import ClientBilling, OperatorBilling, Party, Tax
from chalicelib.domain.retainer import Client
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.intake.rows import SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.store.books import ClientBook, ClientHead, Operator
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.operator_book import OperatorBook
from tests.aws_calls import record_calls
from tests.contract.builders import ACME, book, commit, cycle, record
from tests.contract.conftest import Store


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

    assert replace(written, version=1) == store.directory.read_client(ACME)


def test_a_hundred_retainers_are_still_one_write_and_one_read(store: Store):
    many = book(retainers=100)

    with record_calls() as calls:
        store.directory.write_client(many)
        found = store.directory.read_client(ACME)

    assert replace(many, version=1) == found
    assert ["dynamodb:TransactWriteItems", "dynamodb:Query"] == calls.names()


def test_of_two_changes_to_the_same_version_of_a_client_the_second_is_stale(store: Store):
    store.directory.write_client(book())
    store.directory.write_client(book("ACME", version=1))

    with pytest.raises(StaleWriteError):
        store.directory.write_client(book("Apex", version=1))
    with pytest.raises(StaleWriteError):
        store.directory.write_client(book("Apex", version=0))

    assert book("ACME", version=2) == store.directory.read_client(ACME)
    assert {ACME: ("Acme Ltd", "ACME")} == store.directory.read_names()


def test_a_set_up_change_does_not_touch_the_head_and_an_import_does_not_touch_the_set_up(store: Store):
    store.directory.write_client(book())
    moved = ClientHead(
        0, "2026-03-01T12:00:00Z#1", datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC), recent=(record().id,)
    )
    store.ledger.commit(commit(cycle(), head=moved))
    store.directory.write_client(replace(book("ACME", version=1), head=ClientHead(99, "lost")))

    assert replace(book("ACME", version=2), head=replace(moved, version=1)) == store.directory.read_client(ACME)


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
    store.directory.write_client(replace(book("Zürich", version=1), client=Client(ACME, "Apex", aliases=("Zürich",))))

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
