from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.domain.ids import CycleId
from chalicelib.domain.retainer import Link
from tests.builders import day, entry, hours, ledger, retainer
from tests.unit.web.page.samples import ADVISORY, CLIENT, HELPDESK, NOW, advisory, helpdesk, sample, seeblick


def test_a_link_costs_one_read_of_the_client_and_one_of_all_cycles():
    one = seeblick()
    one.balance()

    assert (1, 1) == (len(one.directory.reads), len(one.ledger.reads))
    assert {HELPDESK, ADVISORY} == {cycle.retainer for cycle in one.ledger.reads[0]}


def test_all_cycles_that_carry_hours_to_today_are_read():
    one = sample(helpdesk())
    one.balance()

    months = [(2025, 12), *((2026, month) for month in range(1, 12))]
    assert {CycleId(HELPDESK, day(f"{year}-{month:02}-01")) for year, month in months} == one.ledger.reads[0]


def test_a_committed_import_that_is_not_yet_written_to_every_cycle_is_visible():
    one = sample(helpdesk(), plan="plan-7")
    one.balance()

    assert ["plan-7"] == one.ledger.plans


@pytest.mark.parametrize("token", ["", "no such thing"])
def test_a_token_that_we_did_not_sign_reads_nothing(token):
    one = sample(helpdesk())

    assert one.balance(token) is None
    assert ([], []) == (one.directory.reads, one.ledger.reads)


@pytest.mark.parametrize(
    ("token", "link"),
    [
        ("somebody-else~1", Link()),
        (f"{CLIENT}~1", Link(version=2)),
        (f"{CLIENT}~3", Link(version=2)),
        (f"{CLIENT}~1", Link(revoked=True)),
        (f"{CLIENT}~1", Link(expires_at=NOW)),
    ],
    ids=["unknown", "older", "newer", "revoked", "expired"],
)
def test_a_link_that_does_not_work_costs_one_read_and_shows_nothing(token, link):
    one = sample(helpdesk(), link=link)

    assert one.balance(token) is None
    assert (1, 0) == (len(one.directory.reads), len(one.ledger.reads))


def test_a_link_works_until_the_moment_it_expires():
    assert sample(helpdesk(), link=Link(expires_at=NOW + timedelta(seconds=1))).balance() is not None


def test_today_is_the_day_in_the_retainers_zone():
    one = sample(helpdesk(zone="Pacific/Auckland"), advisory(zone="Pacific/Honolulu"))
    one.now = datetime(2026, 12, 1, 5, 0, tzinfo=UTC)

    assert [day("2026-12-01"), day("2026-11-01")] == [
        each.current.period.start for each in one.balance().retainers if each.current
    ]


def test_a_client_without_retainers_has_an_empty_balance():
    one = sample()

    assert ((), "UTC", []) == (one.balance().retainers, one.balance().zone, one.ledger.reads)


def test_the_work_of_the_current_and_the_settling_cycle_is_shown():
    shown = seeblick().balance().retainers[0].logged()

    assert ["2026-11-01", "2026-10-01"] == [str(one.period.start) for one in shown]


def test_a_cycle_in_backfill_is_past_and_not_settling():
    shown = sample(helpdesk(live_from=None)).balance().retainers[0].logged()

    assert ["2026-11-01"] == [str(one.period.start) for one in shown]


@pytest.mark.parametrize(("today", "awaited"), [(1, True), (3, True), (4, False)])
def test_last_entries_are_awaited_for_the_grace_period(today, awaited):
    one = sample(helpdesk())
    one.now = datetime(2026, 11, today, 12, tzinfo=UTC)
    balance = one.balance().retainers[0]

    assert awaited is balance.is_awaited(balance.past()[0])


def test_a_retainer_that_has_ended_shows_its_last_cycle():
    balance = sample(helpdesk(ends_on=day("2026-03-01"))).balance().retainers[0]

    assert (True, "2026-02-01") == (balance.has_ended, str(balance.current.period.start))


def test_a_retainer_that_has_not_begun_reads_no_cycle():
    one = sample(advisory(starts_on=day("2027-01-01")))

    assert (False, frozenset()) == (one.balance().retainers[0].has_begun, frozenset().union(*one.ledger.reads))


def test_retainers_with_the_same_cycles_keep_their_own_work():
    cycles = [
        ledger("2026-11-01", [entry("2026-11-02", "1:00")], of=HELPDESK),
        ledger("2026-11-01", [entry("2026-11-02", "2:00")], of=ADVISORY),
    ]
    balance = sample(helpdesk(), advisory(), cycles=cycles).balance()

    assert [hours("1"), hours("2")] == [each.current.figures.used_seconds for each in balance.retainers]


def test_a_cycle_belongs_to_the_year_in_which_it_begins():
    from_december = replace(retainer(starts="2025-12-15", retainer_id=HELPDESK), anchor_day=15)
    balance = sample(from_december).balance().retainers[0]

    assert (["2025-12-15"], (2026, 2025)) == ([str(one.period.start) for one in balance.logged(2025)], balance.years)
