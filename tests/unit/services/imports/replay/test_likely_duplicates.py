"""Which of the entries that an import adds seem to be counted already, by table."""

from datetime import date

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.entry import LATE, Pool
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.services.imports.replay.likely_duplicates import find_likely_duplicates
from chalicelib.services.store.import_record import LikelyDuplicate
from tests.builders import ACME_SUPPORT, entry, hours

ADVICE = RetainerId(ClientId("acme"), RetainerSlug("advice"))
SUPPORT, OTHER = (CycleId(of, date(2026, 1, 1)) for of in (ACME_SUPPORT, ADVICE))
MAIL = entry("2026-01-05", "1:00", description="Mail")
ALIASES = Aliases((Renamed("Ada Lovelace", ("Ada Byron",)),))


def of(source, one=MAIL, **more):
    return one._replace(source=source, **more)


def found(before, after, elsewhere=(), most=9):
    """The sources and retainers of what an import of Toggl's seems to repeat."""
    ledgers = (CycleLedger(SUPPORT, 1, tuple(entries)) for entries in (before, after))
    others = [CycleLedger(OTHER, 1, tuple(elsewhere))]
    duplicates = find_likely_duplicates(*ledgers, others, "toggl", most=most, aliases=ALIASES)
    return [(one.other_source, one.other_retainer.retainer) for one in duplicates]


HERE, THERE = [("harvest", "support")], [("toggl", "advice")]


@pytest.mark.parametrize(
    ("before", "added", "elsewhere", "expected"),
    [
        ([of("harvest")], [MAIL], [], HERE),
        ([of("harvest", description="Post", project="Web")], [MAIL], [], HERE),
        ([of("harvest", worker="Ada Lovelace")], [MAIL], [], HERE),
        ([of("harvest", worker="Bo Ek")], [MAIL], [], []),
        ([of("harvest", seconds=hours("2:00"))], [MAIL], [], []),
        ([of("harvest", date=date(2026, 1, 6))], [MAIL], [], []),
        ([MAIL], [MAIL], [], []),
        ([], [MAIL], [MAIL], THERE),
        ([], [MAIL], [MAIL._replace(description="Post")], []),
        ([], [MAIL], [of("harvest", description="Post")], [("harvest", "advice")]),
        ([MAIL], [MAIL], [MAIL], THERE),
        ([of("harvest")], [MAIL], [MAIL], HERE),
    ],
)
def test_the_same_hours_of_a_worker_s_day_from_another_source_or_the_same_work_in_another_retainer(
    before, added, elsewhere, expected
):
    assert expected == found(before, [*before, *added], elsewhere)


def test_what_was_counted_before_is_reported_no_more():
    assert [] == found([of("harvest"), MAIL], [of("harvest"), MAIL])


def test_what_the_import_replaces_is_no_duplicate_of_what_replaces_it():
    assert [] == found([of("harvest")], [MAIL])
    assert HERE == found([of("harvest"), of("harvest", description="Post")], [of("harvest"), MAIL])


@pytest.mark.parametrize("which", [{"pool": Pool.EXCLUDED}, {"seconds": 0}])
def test_work_that_counts_nowhere_is_nobody_s_duplicate(which):
    counts_nothing = MAIL._replace(**which)

    assert [] == found([of("harvest", counts_nothing)], [of("harvest", counts_nothing), counts_nothing])
    assert [] == found([of("harvest")], [of("harvest"), counts_nothing])


@pytest.mark.parametrize("source", [LATE, "harvest"])
def test_what_the_import_itself_does_not_bring_is_not_compared(source):
    assert [] == found([of("clockify")], [of("clockify"), of(source)])


def test_what_was_posted_is_not_compared():
    assert [] == found([of(LATE)], [of(LATE), MAIL])


def test_so_many_are_listed_at_most():
    days = [MAIL._replace(date=date(2026, 1, number)) for number in (5, 6, 7)]
    before = [of("harvest", one) for one in days]

    assert HERE * 2 == found(before, [*before, *days], most=2)


def test_a_duplicate_is_listed_with_both_places():
    before, after = CycleLedger(SUPPORT, 1, (of("harvest"),)), CycleLedger(SUPPORT, 2, (of("harvest"), MAIL))

    [listed] = find_likely_duplicates(before, after, [], "toggl", most=1, aliases=ALIASES)

    expected = LikelyDuplicate(ACME_SUPPORT, MAIL.date, "Ada Byron", hours("1:00"), "Mail", ACME_SUPPORT, "harvest")
    assert expected == listed
