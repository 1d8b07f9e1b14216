"""A worker or a project that was renamed at the source counts once, under all its names."""

from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.entry_content import Workers
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import RoundingLevel
from chalicelib.intake.rows import SourceHints
from chalicelib.render.report_json import record_json
from chalicelib.services.cycles.read_balance import balance_of
from chalicelib.services.store.import_record import Verb
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import hours, retainer, rounding, terms
from tests.effort import tries
from tests.import_rig import NOW, Rig, book, row

ALIASES = Aliases((Renamed("Jane Doe", ("J. Doe", "J. Roe")),), (Renamed("Website 2026", ("Website",)),))
OLD = row("2026-01-05", "1:00", "Mail", user="J. Doe", project="Website")
NEW = row("2026-01-05", "1:00", "Mail", user="Jane Doe", project="Website 2026")
WHOLE = OperatorBook(hints=SourceHints(complete=frozenset({"generic"})))


def aliased(aliases=ALIASES, **of_book):
    return replace(book(**of_book), aliases=aliases)


def fates(record):
    """The outcome for the rows, and the missing entries."""
    counts = record_json(record)["counts"]
    return {fate: count for fate, count in counts.items() if count and fate != "rows"}


def test_the_same_work_under_new_names_is_unchanged_and_writes_nothing():
    rig = Rig(aliased())
    rig.drop(OLD)
    before = rig.entries, rig.ledger.cycle_writes

    record = rig.drop(NEW)

    assert {"unchanged": 1} == fates(record)
    assert before == (rig.entries, rig.ledger.cycle_writes)


def test_an_entry_that_its_worker_does_not_repeat_is_missing_whatever_the_name():
    rig = Rig(aliased())
    rig.drop(OLD, row("2026-01-05", "2:00", "Printer", user="J. Doe"))

    assert {"unchanged": 1, "missing": 1} == fates(rig.drop(NEW))


def test_a_problem_row_under_one_name_protects_the_day_under_all_names():
    rig = Rig(aliased(), operator=WHOLE)
    rig.drop(OLD, row("2026-01-05", "2:00", "Printer", user="J. Doe"))

    rig.drop(NEW, row("2026-01-05", "two hours or so", "Printer", user="J. Roe"))

    assert hours("3:00") == rig.seconds


def test_a_rule_with_the_old_name_also_applies_to_the_new_one():
    apart = ClientRule(Match(project="Website"), Pool.PROJECT, reason="Billed apart")
    rig = Rig(aliased(rules=[apart]))
    rig.drop(OLD)

    assert {"unchanged": 1} == fates(rig.drop(NEW))
    assert {Pool.PROJECT} == {entry.pool for _, entry in rig.entries}


def test_the_same_hours_of_one_worker_from_two_sources_are_a_likely_duplicate_under_two_names():
    header = '"User","Email","Client","Project","Task","Description","Billable","Start date","Start time","End date",'
    toggl = header + (
        '"End time","Duration","Tags"\n'
        "Jane Doe,jane@example.com,,,,Post,No,2026-01-05,09:00:00,2026-01-05,10:00:00,01:00:00,\n"
    )
    rig = Rig(aliased())
    rig.drop(OLD)

    [duplicate] = rig.drop(data=toggl.encode()).report.duplicates

    assert ("Jane Doe", "toggl", "generic") == (duplicate.worker, "toggl", duplicate.other_source)


@pytest.mark.parametrize(("aliases", "used"), [(ALIASES, "1:00"), (NO_ALIASES, "2:00")])
def test_a_day_is_rounded_for_a_worker_and_not_for_a_name(aliases, used):
    rounded = retainer(terms(rounded=rounding("1:00", level=RoundingLevel.DAY)), backfill=True)
    rig = Rig(replace(book(), retainers=(rounded,), aliases=aliases))

    record = rig.drop(row("2026-01-05", "0:20", "Mail", user="J. Doe"), row("2026-01-05", "0:20", user="Jane Doe"))

    stored = rig.directory.read_client(rounded.id.client)
    [balance] = balance_of(stored, NOW, rig.ledger).retainers
    assert hours(used) == balance.statements[0].figures.used_seconds
    assert hours(used) == record.cycles[0].after_seconds


def test_an_alias_declared_or_removed_later_takes_effect_with_the_next_retry():
    rig = Rig()
    rig.drop(OLD)
    before_rename = rig.entries
    file = rig.put(NEW)
    rig.imports.run(file)
    doubled = rig.entries

    rig.add(replace(rig.directory.books["acme"], aliases=ALIASES))
    assert doubled == rig.entries, "declaring alone changes nothing"
    rig.imports.run(file, retry=True)
    assert before_rename == rig.entries

    rig.add(replace(rig.directory.books["acme"], aliases=NO_ALIASES))
    rig.imports.run(file, retry=True)
    assert doubled == rig.entries


ROW = st.builds(
    row,
    st.sampled_from(["2026-01-05", "2026-01-06", "2026-01-31", "2026-02-01"]),
    st.sampled_from(["0:30", "1:00"]),
    st.sampled_from(["Mail", "Printer", "Work"]),
    user=st.sampled_from(["Jane Doe", "Max Planck"]),
    start=st.sampled_from(["", "09:00", "10:00"]),
    project=st.sampled_from(["Website 2026", "Intranet"]),
)
EXPORTS = st.lists(st.lists(ROW, min_size=1, max_size=6), min_size=1, max_size=4)
APART = ClientRule(Match(project="Website 2026"), Pool.PROJECT)
APART_BEFORE = ClientRule(Match(project="Website"), Pool.PROJECT)


def named_anew(random, rows):
    """The rows with any of the names an export may use, chosen row by row, which is worse than any tool does."""
    workers = {"Jane Doe": ["Jane Doe", "J. Doe", "j. roe"]}
    projects = {"Website 2026": ["Website 2026", "WEBSITE"]}
    return [
        (
            *one[:3],
            random.choice(workers.get(one[3], [one[3]])),
            one[4],
            random.choice(projects.get(one[5], [one[5]])),
            "",
        )
        for one in rows
    ]


def under_names_of_today(rig):
    today = Workers(ALIASES).today
    return Counter((cycle, today(entry)) for cycle, entry in rig.entries.elements())


@settings(max_examples=tries(60), deadline=None)
@given(exports=EXPORTS, random=st.randoms(use_true_random=False), whole=st.booleans(), undone=st.integers(0, 3))
def test_exports_under_any_names_give_the_same_ledger_as_under_one_name(exports, random, whole, undone):
    operator = WHOLE if whole else None
    clean = Rig(book(rules=[APART]), operator=operator)
    renamed = Rig(aliased(rules=[APART_BEFORE]), operator=operator)
    files = [renamed.put(*named_anew(random, rows)) for rows in exports]

    expected = [clean.drop(*rows) for rows in exports]
    found = [renamed.imports.run(file) for file in random.sample(files, len(files))]
    # What looks like an export in another time zone depends on what is counted when it comes.
    assume(not any(one.report.refusal for one in (*expected, *found)))
    assert under_names_of_today(clean) == under_names_of_today(renamed)

    place = undone % len(exports)
    clean.imports.decide(clean.log.read(expected[place].id), Verb.UNDO)
    renamed.imports.decide(renamed.imports.run(files[place]), Verb.UNDO)
    assert under_names_of_today(clean) == under_names_of_today(renamed)
