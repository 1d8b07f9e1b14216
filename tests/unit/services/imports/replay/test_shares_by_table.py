"""A client's share of a file, folded into what is counted: by table, what each cycle counts from then on."""

from collections import defaultdict
from dataclasses import replace

import pytest

from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.ids import CycleId, RetainerId, RetainerSlug
from chalicelib.services.imports.replay.match_share import MatchedShare, Share
from chalicelib.services.imports.replay.replay import scope_of
from tests.builders import day, entry
from tests.import_rig import book

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
    stored = defaultdict(list)
    for cycle, one in map(work, counted):
        stored[cycle].append(one)
    share = Share(BOOK, BOOK.retainers)
    for cycle, one in map(work, rows):
        share.rows_by_cycle.add(cycle, one)
    apart = [CYCLES[name] for name in elsewhere]
    matched = MatchedShare(share, scope_of(share, apart), stored.__getitem__, complete=complete, elsewhere=apart)
    stored |= {cycle: entries for cycle, entries in matched.cycles() if entries is not None}
    texts = sorted(_text(name, one) for name, cycle in CYCLES.items() for one in stored[cycle])
    return texts, {name: count for name, count in matched.tally.counted.items() if count}


def _text(name, one):
    minutes = one.seconds // 60
    parts = [name, str(one.date.day), f"{minutes // 60}:{minutes % 60:02}", one.description]
    parts += [f"#{one.source_id}"] if one.source_id else []
    return " ".join(parts + ([one.worker] if one.worker != "Ada Byron" else []))


@pytest.mark.parametrize(
    ("counted", "rows", "after", "tally"),
    [
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
    ],
)
def test_what_counts_after_a_file(counted, rows, after, tally):
    assert (after, tally) == fold(counted, rows)


@pytest.mark.parametrize("complete", [False, True])
@pytest.mark.parametrize(
    ("counted", "rows", "after", "tally"),
    [
        (
            ["MAY 24 1:00 Mail #1", "MAY 24 0:30 Desk #2", "MAY 25 0:15 Call"],
            ["JAN 5 1:00 Mail #1"],
            ["JAN 5 1:00 Mail #1", "MAY 24 0:30 Desk #2", "MAY 25 0:15 Call"],
            {"changed": 1},
        ),
        (["MAY 24 1:00 Mail #2"], ["JAN 5 1:00 Mail #1"], ["JAN 5 1:00 Mail #1", "MAY 24 1:00 Mail #2"], {"new": 1}),
    ],
)
def test_where_only_ids_are_looked_for_nothing_else_is_touched(counted, rows, after, tally, complete):
    assert (after, tally) == fold(counted, rows, complete=complete, elsewhere=["MAY"])


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
