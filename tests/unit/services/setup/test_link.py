from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Client, Link
from chalicelib.services.setup.link import LinkState, ManageLink
from chalicelib.services.store.books import ClientBook, ClientHead
from chalicelib.services.store.lookup import UnknownNameError
from tests.builders import retainer
from tests.fakes import FakeDirectory, FakeLedger, FakeLinks

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
ACME = ClientId("acme")


def book(link: Link | None = None) -> ClientBook:
    return ClientBook(Client(ACME, "Acme", link=link or Link()), (retainer(),), (), ClientHead(), version=4)


def manage(directory: FakeDirectory) -> ManageLink:
    return ManageLink(directory, FakeLedger(directory=directory), FakeLinks(), "https://hours.example", lambda: NOW)


class RenamedMeanwhile(FakeDirectory):
    """Another writer renames the client between our first read and our first write."""

    def write_client(self, book: ClientBook, *args: Any, **options: Any) -> None:
        stored = self.books[ACME]
        if stored.client.name == "Acme":
            renamed = replace(stored.client, name="Acme International")
            self.books[ACME] = replace(stored, client=renamed, version=stored.version + 1)
        super().write_client(book, *args, **options)


def test_a_rotation_and_a_concurrent_change_both_take_effect() -> None:
    directory = RenamedMeanwhile(book())

    view = manage(directory).rotate("acme")

    stored = directory.books[ACME].client
    assert (stored.name, stored.link.version, view.url) == (
        "Acme International", 2, "https://hours.example/b/acme~2",
    )  # fmt: skip


def test_revoking_twice_writes_once() -> None:
    directory = FakeDirectory(book())

    manage(directory).revoke("acme")
    manage(directory).revoke("acme")

    assert directory.books[ACME].version == 5
    assert ["version 1 → version 1, revoked"] == [act.details for act in directory.acts]


@pytest.mark.parametrize(
    ("link", "state"),
    [
        (Link(), LinkState.ACTIVE),
        (Link(expires_at=datetime(2026, 11, 22, 12, 0, 1, tzinfo=UTC)), LinkState.ACTIVE),
        (Link(expires_at=NOW), LinkState.EXPIRED),
        (Link(revoked=True, expires_at=NOW), LinkState.REVOKED),
    ],
)
def test_a_link_is_dead_from_the_moment_of_its_expiry_on(link: Link, state: LinkState) -> None:
    assert manage(FakeDirectory(book(link))).show("acme").state is state


def test_an_unknown_client_has_no_link() -> None:
    with pytest.raises(UnknownNameError) as unknown:
        manage(FakeDirectory(book())).show("acmee")

    assert unknown.value.near == ("acme",)


@pytest.mark.parametrize(
    ("count", "hint"),
    [(8, "The only ones are c0, c1, c2, c3, c4, c5, c6, c7."), (9, "`hourtab client list` shows them all.")],
)
def test_many_names_are_not_listed_one_by_one(count: int, hint: str) -> None:
    known = [f"c{number}" for number in range(count)]

    assert f"There is no x. {hint}" == str(UnknownNameError("There is no x.", "x", known, "hourtab client list"))
