"""Clients of a routed file are looked up by name; the list of all clients is read only until the names are indexed."""

import pytest

from chalicelib.domain.routing import InboxRule, Match
from chalicelib.services.store.operator_book import OperatorBook
from tests.import_rig import Rig, book, row

RULES = (InboxRule(Match(project="GX-*"), "globex"),)
BOOKS = (
    book("acme", name="Acme Ltd", aliases=("ACME  Holding",)),
    book("globex", name="Globex"),
    book("umbrella", name="Umbrella"),
    book("umbrella-uk", name="UMBRELLA"),
)
ROWS = (
    row("2026-01-05", "1:00", client="acme"),
    row("2026-01-06", "1:00", client="ACME LTD"),
    row("2026-01-07", "1:00", client="Acme holding "),
    row("2026-01-08", "1:00", client="Umbrella", project="GX-1"),
    row("2026-01-09", "1:00", client="umbrella-uk"),
    row("2026-01-12", "1:00", client="Initech", project="GX-2"),
    row("2026-01-13", "1:00", client="Initech"),
    row("2026-01-14", "1:00"),
    row("2026-01-15", "1:00", client="x" * 3000),
)


def rig(*, indexed: bool, clients: int = 0) -> Rig:
    others = (book(f"client-{number}", name=f"Client no. {number}") for number in range(clients))
    return Rig(*BOOKS, *others, operator=OperatorBook(inbox_rules=RULES, names_indexed=indexed))


def test_rows_go_to_the_same_clients_whether_names_are_looked_up_or_listed():
    looked_up, listed = rig(indexed=True), rig(indexed=False)

    reports = [each.drop(*ROWS, key="inbox/all.csv").report for each in (looked_up, listed)]

    assert reports[0] == reports[1]
    assert looked_up.entries == listed.entries
    assert {"acme": 3, "umbrella-uk": 1, "globex": 1} == clients_of(looked_up)
    assert ["Several clients are called “Umbrella”: umbrella, umbrella-uk. Give them names of their own."] == [
        one.reason for one in reports[0].unrouted if "Several" in one.reason
    ]
    assert (0, 1) == (looked_up.directory.listings, listed.directory.listings)


def clients_of(of: Rig) -> dict[str, int]:
    found: dict[str, int] = {}
    for cycle, _ in of.entries:
        found[cycle.retainer.client] = found.get(cycle.retainer.client, 0) + 1
    return found


@pytest.mark.parametrize("key", ["inbox/acme/support/x.csv", "inbox/acme/x.csv", "inbox/x.csv"])
def test_an_import_reads_the_same_clients_among_ten_and_among_three_hundred(key):
    few, many = rig(indexed=True, clients=10), rig(indexed=True, clients=300)

    for each in (few, many):
        each.drop(*ROWS[:3], key=key)

    assert few.directory.reads == many.directory.reads
    assert (0, 0) == (few.directory.listings, many.directory.listings)


def test_a_folder_of_no_client_is_refused_with_a_similar_name_out_of_a_bounded_list():
    near = rig(indexed=True).drop(ROWS[0], key="inbox/acne/x.csv")
    asked = []
    of = rig(indexed=True)
    of.directory.read_names = lambda limit: asked.append(limit) or {}
    of.drop(ROWS[0], key="inbox/acne/x.csv")

    assert "There is no client “acne”. Did you mean “acme”?" in near.report.refusal.reason
    assert [1000] == asked
