"""A hidden retainer is shown until it has ended and its last cycle is closed."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.domain.closing_position import ClosingPosition
from chalicelib.services.cycles.read_balance import read_balance
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.lookup import visible_clients
from tests.builders import ACME_SUPPORT, day
from tests.fakes import FakeDirectory, FakeLedger, FakeLinks
from tests.import_rig import book

ENDS = "2026-03-01"


def shown(on: str, *, closed: str | None = None, live: bool = True, hidden: bool = True) -> bool:
    """Whether the retainer is on its client's page, and its client in the lists."""
    mine = book()
    [own] = mine.retainers
    own = replace(own, ends_on=day(ENDS), hidden=hidden, live_from=own.starts_on if live else None)
    head = ClientHead(positions={ACME_SUPPORT.retainer: ClosingPosition(day(closed))} if closed else {})
    directory = FakeDirectory(replace(mine, retainers=(own,), head=head))
    now = datetime.fromisoformat(on).replace(tzinfo=UTC)
    ledger, links = FakeLedger(directory=directory), FakeLinks()
    page = read_balance("acme~1", now, links=links, directory=directory, ledger=ledger)
    assert (page is not None) == bool(visible_clients(directory, now))
    return page is not None


@pytest.mark.parametrize(
    ("on", "closed", "live", "expected"),
    [
        ("2026-02-28", "2026-02-01", True, True),
        ("2026-03-02", "2026-02-01", True, True),
        ("2026-03-05", ENDS, True, False),
        ("2026-02-28", None, False, True),
        ("2026-03-01", None, False, False),
    ],
)
def test_a_hidden_retainer_is_shown_until_it_is_settled(on, closed, live, expected):
    assert expected == shown(on, closed=closed, live=live)


def test_an_ended_retainer_that_is_not_hidden_stays_on_the_page():
    assert shown("2027-03-05", closed=ENDS, hidden=False)


def test_the_other_retainers_of_a_client_stay():
    mine = book("acme", "support", "old")
    support, old = mine.retainers
    mine = replace(mine, retainers=(support, replace(old, ends_on=day(ENDS), hidden=True)))

    assert mine.visible(datetime(2026, 4, 1, tzinfo=UTC)).retainers == (support,)
