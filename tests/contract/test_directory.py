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
from chalicelib.services.store.books import ClientBook, ClientHead, Operator, Tombstone
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.operator_book import OperatorBook
from tests.aws_calls import record_calls
from tests.contract.builders import ACME, book, commit, cycle, record
from tests.contract.conftest import Store


def test_an_empty_store_has_an_empty_operator_and_no_client(store: Store):
    assert OperatorBook(client_names={}) == store.directory.read_operator()
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
    assert {ACME: ("Acme Ltd", "ACME")} == store.directory.read_operator().client_names


def test_a_set_up_change_does_not_touch_the_head_and_an_import_does_not_touch_the_set_up(store: Store):
    store.directory.write_client(book())
    moved = ClientHead(
        0, "2026-03-01T12:00:00Z#1", datetime(2026, 3, 1, 12, 0, 0, 7, tzinfo=UTC), recent=(record().id,)
    )
    store.ledger.commit(commit(cycle(), head=moved))
    store.directory.write_client(replace(book("ACME", version=1), head=ClientHead(99, "lost")))

    assert replace(book("ACME", version=2), head=replace(moved, version=1)) == store.directory.read_client(ACME)


def test_the_operator_s_book_has_the_names_of_all_clients_including_one_named_operator(store: Store):
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

    names = {ACME: ("Acme Ltd", "ACME"), ClientId("operator"): ("Operator & Söhne",)}
    kept = OperatorBook("Ida", "ida@example.com", rules, hints, names, 1, workers, seller)
    assert kept == store.directory.read_operator()


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
    store.directory.write_client(book("ACME"), replace(ClientHead(), due_at=datetime(2026, 3, 1, tzinfo=UTC)))

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
    assert {} == store.directory.read_operator().client_names


def test_a_client_can_be_created_in_the_place_of_a_removed_one_and_removed_again(store: Store):
    store.directory.write_client(book())
    removed(store)
    left = store.directory.read_tombstone(ACME)
    assert left is not None

    store.directory.write_client(replace(book("ACME"), counts_after="2026~"), left.head)

    new = store.directory.read_client(ACME)
    assert new is not None
    assert ("2026~", left.head.version + 1) == (new.counts_after, new.head.version)
    removed(store, version=2)
    assert store.directory.read_client(ACME) is None


def test_a_client_that_has_changed_is_not_removed(store: Store):
    store.directory.write_client(book())
    read = store.directory.read_client(ACME)
    assert read is not None
    tombstone = Tombstone("Acme Ltd", 1, "2026~", read.head)
    store.ledger.commit(commit(cycle()))

    with pytest.raises(StaleWriteError):
        store.directory.remove_client(read, tombstone)
    store.directory.write_client(book("ACME", version=1))
    with pytest.raises(StaleWriteError):
        store.directory.remove_client(read, replace(tombstone, head=replace(read.head, version=1)))
    assert store.directory.read_client(ACME) is not None
    assert store.directory.read_tombstone(ACME) is None
