"""A client's share of a file, folded into what is counted: by table, what each cycle counts from then on."""

from collections import defaultdict
from dataclasses import replace

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.cycle import CycleLedger
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.services.imports.replay.lineage import Lineage
from chalicelib.services.imports.replay.match_share import MatchedShare, Share
from chalicelib.services.imports.replay.replay import (
    Step,
    add_file,
    change_of,
    near_cycles,
    replay,
    scope_of,
    update_of,
)
from chalicelib.services.imports.replay.spool import StoredCycles
from chalicelib.services.store.source_ids import SourceIds, hashes_of, ids_in
from tests.builders import day, entry, retainer
from tests.import_rig import NOW, book

BOOK = book("acme", "support", "advice")
SUPPORT, ADVICE = (RetainerId("acme", RetainerSlug(slug)) for slug in ("support", "advice"))
JAN, MAY = CycleId(SUPPORT, day("2026-01-01")), CycleId(SUPPORT, day("2026-05-01"))
OTHER = CycleId(ADVICE, day("2026-01-01"))
CYCLES = {"JAN": JAN, "MAY": MAY, "OTHER": OTHER}


def work(text):
    """`JAN 5 1:00 Mail #7 Bo`: cycle, day, duration, description; then an id, and a worker other than Ada."""
    place, on, duration, words, *more = text.split()
    ids = [one[1:] for one in more if one.startswith("#")]
    workers = [one for one in more if not one.startswith("#")]
    cycle = CYCLES[place]
    date = cycle.start.replace(day=int(on)).isoformat()
    made = entry(date, duration, *workers, description=words, source_id=ids[0] if ids else None)
    return cycle, made


def fold(counted, rows, *, complete=False, elsewhere=()):
    """What the cycles count after a file with these rows, and the tally; texts as `work` reads them."""
    stored = by_cycle(counted)
    share = share_of(rows)
    apart = [CYCLES[name] for name in elsewhere]
    matched = MatchedShare(share, scope_of(share, apart), stored.__getitem__, complete=complete, elsewhere=apart)
    stored |= {cycle: entries for cycle, entries in matched.cycles() if entries is not None}
    return texts_of(stored), {name: count for name, count in matched.tally.counted.items() if count}


def by_cycle(rows):
    stored = defaultdict(list)
    for cycle, one in map(work, rows):
        stored[cycle].append(one)
    return stored


def share_of(rows, scope=BOOK.retainers):
    entries = by_cycle(rows)
    share = Share(BOOK, scope, ids=hashes_of(one for of_cycle in entries.values() for one in of_cycle))
    for cycle, of_cycle in entries.items():
        share.rows_by_cycle.replace(cycle, of_cycle)
    return share


def texts_of(stored):
    return sorted(_text(name, one) for name, cycle in CYCLES.items() for one in stored[cycle])


def _text(name, one):
    minutes = one.seconds // 60
    parts = [name, str(one.date.day), f"{minutes // 60}:{minutes % 60:02}", one.description]
    parts += [f"#{one.source_id}"] if one.source_id else []
    return " ".join(parts + ([one.worker] if one.worker != "Ada Byron" else []))


FILES = [
    ([], ["JAN 5 1:00 Mail"], ["JAN 5 1:00 Mail"], {"new": 1}),
    (["JAN 5 1:00 Mail"], ["JAN 5 1:00 Mail"], ["JAN 5 1:00 Mail"], {"unchanged": 1}),
    (["JAN 5 1:00 Mail"], ["JAN 5 1:00 Mail"] * 2, ["JAN 5 1:00 Mail"] * 2, {"unchanged": 1, "new": 1}),
    (["JAN 5 1:00 Mail"], ["JAN 5 2:00 Mail"], ["JAN 5 2:00 Mail"], {"changed": 1}),
    (["JAN 5 1:00 Mail"], ["JAN 6 1:00 Mail"], ["JAN 5 1:00 Mail", "JAN 6 1:00 Mail"], {"new": 1}),
    (
        ["JAN 5 1:00 Mail"],
        ["JAN 6 1:00 Mail", "JAN 4 0:30 Desk"],
        ["JAN 4 0:30 Desk", "JAN 6 1:00 Mail"],
        {"new": 1, "moved": 1},
    ),
    (["JAN 5 1:00 Mail"], ["OTHER 5 1:00 Mail"], ["OTHER 5 1:00 Mail"], {"moved": 1}),
    (
        ["JAN 5 1:00 Mail", "JAN 5 2:00 Desk"],
        ["JAN 5 2:00 Desk"],
        ["JAN 5 1:00 Mail", "JAN 5 2:00 Desk"],
        {"unchanged": 1, "missing": 1},
    ),
    (["JAN 5 1:00 Mail Bo"], ["JAN 5 2:00 Desk"], ["JAN 5 1:00 Mail Bo", "JAN 5 2:00 Desk"], {"new": 1}),
    (["JAN 5 1:00 Mail #1"], ["JAN 20 3:00 Desk #1"], ["JAN 20 3:00 Desk #1"], {"changed": 1}),
    (["JAN 5 1:00 Mail #1"], ["OTHER 5 1:00 Mail #1"], ["OTHER 5 1:00 Mail #1"], {"changed": 1}),
    (
        ["JAN 5 1:00 Mail #1", "JAN 5 2:00 Desk #2"],
        ["JAN 5 1:00 Mail #1"],
        ["JAN 5 1:00 Mail #1", "JAN 5 2:00 Desk #2"],
        {"unchanged": 1, "missing": 1},
    ),
    (
        ["JAN 5 1:00 Mail"] * 2,
        ["OTHER 5 2:00 Mail"],
        ["JAN 5 1:00 Mail", "OTHER 5 2:00 Mail"],
        {"changed": 1, "missing": 1},
    ),
]
"""What is counted, a file's rows, what counts after it, and the tally."""

OF_IDS_ALONE = [
    (
        ["MAY 24 1:00 Mail #1", "MAY 24 0:30 Desk #2", "MAY 25 0:15 Call"],
        ["JAN 5 1:00 Mail #1"],
        ["JAN 5 1:00 Mail #1", "MAY 24 0:30 Desk #2", "MAY 25 0:15 Call"],
        {"changed": 1},
    ),
    (["MAY 24 1:00 Mail #2"], ["JAN 5 1:00 Mail #1"], ["JAN 5 1:00 Mail #1", "MAY 24 1:00 Mail #2"], {"new": 1}),
]


@pytest.mark.parametrize(("counted", "rows", "after", "tally"), FILES)
def test_what_counts_after_a_file(counted, rows, after, tally):
    assert (after, tally) == fold(counted, rows)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(("counted", "rows", "after", "tally"), OF_IDS_ALONE)
def test_where_only_ids_are_looked_for_nothing_else_is_touched(counted, rows, after, tally, complete):
    assert (after, tally) == fold(counted, rows, complete=complete, elsewhere=["MAY"])


def replayed(*steps):
    result = replay(steps, CYCLES.values())
    return {cycle: result.entries.entries(cycle) for cycle in CYCLES.values()}, result.tally


@pytest.mark.parametrize(("counted", "rows", "after", "tally"), [*FILES, *OF_IDS_ALONE])
def test_a_replay_of_two_files_counts_what_the_second_makes_of_the_first(counted, rows, after, tally):
    first, second = Step(share_of(counted), False, "1"), Step(share_of(rows), False, "2", is_decided=True)

    stored, found = replayed(first, second)

    assert (after, tally) == (texts_of(stored), {name: count for name, count in found.counted.items() if count})


def updates(first, second):
    """The update by the second file on top of what the first counts, and by the replay of both."""
    held = {cycle: CycleLedger(cycle, 1, tuple(entries)) for cycle, entries in replayed(first)[0].items() if entries}
    stored = StoredCycles(lambda cycles: {cycle: held[cycle] for cycle in cycles if cycle in held}, held)
    ids = SourceIds(ClientId("acme"), "toggl", cycles={cycle: ids_in(one, "toggl") for cycle, one in held.items()})
    on_top = add_file(second.share, Lineage("toggl"), stored, NOW, complete=second.complete, ids=ids)
    by_replay = update_of(replay([first, second], CYCLES.values()), BOOK, Lineage("toggl"), stored, NOW)
    for made in (on_top, by_replay):
        after = held | {cycle.id: cycle for cycle in made.cycles}
        texts = texts_of(defaultdict(list, {cycle: list(one.entries) for cycle, one in after.items()}))
        yield texts, made.changes, made.tally


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(("counted", "rows"), [(counted, rows) for counted, rows, *_ in [*FILES, *OF_IDS_ALONE]])
def test_the_newest_file_on_top_gives_what_the_replay_of_all_gives(counted, rows, complete):
    first, second = Step(share_of(counted), False, "1"), Step(share_of(rows), complete, "2", is_own=True)

    on_top, by_replay = updates(first, second)

    assert on_top == by_replay
    assert texts_of(replayed(first, second)[0]) == on_top[0]


def test_a_complete_file_of_one_retainer_removes_nothing_in_another_to_which_only_an_id_leads():
    first = Step(share_of(["OTHER 5 1:00 Mail #1", "OTHER 5 0:30 Desk"]), False, "1")
    second = Step(share_of(["JAN 5 1:00 Mail #1"], BOOK.retainers[:1]), True, "2")

    for texts, *_ in updates(first, second):
        assert ["JAN 5 1:00 Mail #1", "OTHER 5 0:30 Desk"] == texts


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(("counted", "rows"), [(counted, rows) for counted, rows, *_ in [*FILES, *OF_IDS_ALONE]])
def test_the_change_of_an_import_leads_from_what_counted_before_it_to_what_counted_after(counted, rows, complete):
    first, second = Step(share_of(counted), False, "1"), Step(share_of(rows), complete, "2")
    before, after = replayed(first)[0], replayed(first, second)[0]

    changes = change_of([first, second, first], CYCLES.values(), "2")

    assert {cycle for cycle in CYCLES.values() if before[cycle] != after[cycle]} <= changes.keys()
    assert changes == {cycle: (before[cycle], after[cycle]) for cycle in changes}


@pytest.mark.parametrize(
    ("slug", "starts", "near"),
    [
        ("support", "2026-03-01", {"support": ["02-01", "03-01", "04-01"], "advice": ["02-28", "03-31"]}),
        ("advice", "2026-02-28", {"support": ["02-01", "03-01"], "advice": ["01-31", "02-28", "03-31"]}),
        ("support", "2026-01-01", {"support": ["01-01", "02-01"], "advice": ["01-31"]}),
        ("gone", "2026-01-01", {}),
        ("support", "2025-12-01", {}),
    ],
)
def test_the_neighbours_of_a_cycle_share_a_day_with_it_or_touch_it(slug, starts, near):
    support = BOOK.retainers[0]
    other = retainer(starts="2026-01-31", retainer_id=ADVICE)
    crossed = replace(BOOK, retainers=(support, other))
    cycle = CycleId(RetainerId("acme", RetainerSlug(slug)), day(starts))
    expected = {(of, day(f"2026-{start}")) for of, firsts in near.items() for start in firsts}

    of_all, of_one = near_cycles(crossed, [cycle], crossed.retainers), near_cycles(crossed, [cycle])

    assert expected == {(one.retainer.retainer, one.start) for one in of_all}
    assert {one for one in expected if one[0] == slug} == {(one.retainer.retainer, one.start) for one in of_one}


def test_a_cycle_that_nothing_leads_to_is_not_compared():
    counted, rows = ["MAY 24 1:00 Mail #1"], ["JAN 5 1:00 Mail #1"]
    assert (["JAN 5 1:00 Mail #1", "MAY 24 1:00 Mail #1"], {"new": 1}) == fold(counted, rows)


def test_a_rename_is_unchanged_and_keeps_what_is_counted():
    share = Share(replace(BOOK, aliases=Aliases((Renamed("Bo Ek", ("B. Ek",)),))), BOOK.retainers)
    cycle, old = work("JAN 5 1:00 Mail")
    share.rows_by_cycle.add(cycle, old._replace(worker="Bo Ek"))

    stored = {cycle: [old._replace(worker="B. Ek")]}

    matched = MatchedShare(share, scope_of(share), lambda one: stored.get(one, []), complete=False)

    assert [(cycle, None)] == list(matched.cycles())
