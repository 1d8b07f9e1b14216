"""A dropped export counts exactly once, whatever is delivered, repeated, edited or killed."""

from collections import Counter
from dataclasses import replace
from io import BytesIO

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import HoursFormat
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.intake.rows import RefusalKind, SourceHints
from chalicelib.render.report_json import record_json
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import ImportStatus, Verb
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.words.import_sentences import next_steps
from tests.builders import hours
from tests.effort import tries
from tests.import_rig import NOW, SUPPORT, Rig, book, csv_of, row

MAIL = row("2026-01-05", "1:00", "Mail", start="09:00")
PRINTER = row("2026-01-06", "2:00", "Printer", start="10:00")
SERVER = row("2026-02-03", "3:00", "Server", start="08:00")


def counts(record):
    """The non-zero counts of a record."""
    return {name: count for name, count in record_json(record)["counts"].items() if count}


def test_the_rows_of_a_file_are_counted_in_the_cycles_of_their_days():
    rig = Rig()

    record = rig.drop(MAIL, PRINTER, SERVER)

    assert ImportStatus.DONE is record.report.status
    assert {"rows": 3, "new": 3} == counts(record)
    assert hours("6:00") == record.report.seconds == rig.seconds
    assert [("2026-01-01", 0, hours("3:00")), ("2026-02-01", 0, hours("3:00"))] == [
        (change["start"], change["before_seconds"], change["after_seconds"]) for change in record_json(record)["cycles"]
    ]


def test_an_unchanged_file_writes_nothing_to_the_ledger():
    rig = Rig()
    rig.drop(MAIL, PRINTER)
    writes = rig.ledger.cycle_writes

    record = rig.drop(PRINTER, MAIL)

    assert {"rows": 2, "unchanged": 2} == counts(record)
    assert writes == rig.ledger.cycle_writes


def test_a_repeated_delivery_returns_the_record_of_the_first():
    rig = Rig()
    file = rig.put(MAIL)

    first, second = rig.imports.run(file), rig.imports.run(file)

    assert first == second
    assert 1 == rig.ledger.cycle_writes


def test_an_edited_row_replaces_the_counted_one_and_a_filtered_export_removes_nothing():
    rig = Rig()
    rig.drop(MAIL, PRINTER)

    edited = rig.drop(row("2026-01-05", "1:30", "Mail and phone", start="09:00"))
    partial = rig.drop(row("2026-01-05", "0:15", "Door badge", start="16:00"))

    assert {"rows": 1, "changed": 1} == counts(edited)
    assert {"rows": 1, "new": 1, "missing": 1} == counts(partial)
    assert hours("3:45") == rig.seconds
    assert [("Ada Byron", hours("1:30"), "Mail and phone")] == [
        (gone.worker, gone.seconds, gone.description) for gone in partial.report.missing
    ]


def test_a_source_whose_exports_are_always_complete_removes_missing_entries_at_once():
    rig = Rig(operator=OperatorBook(hints=SourceHints(complete=frozenset({"generic"}))))
    rig.drop(MAIL, row("2026-01-05", "2:00", "Printer"), PRINTER)

    record = rig.drop(MAIL)

    assert {"rows": 1, "unchanged": 1, "missing": 1} == counts(record)
    assert hours("3:00") == rig.seconds, "the day that the file does not mention is left alone"


def test_a_day_with_a_problem_removes_nothing_even_with_a_complete_export():
    rig = Rig(operator=OperatorBook(hints=SourceHints(complete=frozenset({"generic"}))))
    rig.drop(MAIL, row("2026-01-05", "2:00", "Printer"))

    record = rig.drop(MAIL, row("2026-01-05", "two hours or so", "Printer"))

    assert {"rows": 2, "unchanged": 1, "missing": 1, "problems": 1} == counts(record)
    assert hours("3:00") == rig.seconds


def test_a_row_that_moved_across_the_end_of_a_cycle_counts_in_one_of_the_two():
    rig = Rig()
    rig.drop(row("2026-01-31", "1:00", "Mail"), PRINTER)

    record = rig.drop(PRINTER, row("2026-02-01", "1:00", "Mail"), row("2026-01-30", "0:30", "Phone"))

    assert {"rows": 3, "unchanged": 1, "moved": 1, "new": 1} == counts(record)
    assert hours("3:30") == rig.seconds


def test_an_entry_with_an_id_is_found_in_the_neighbouring_cycle():
    rig = Rig()
    header = ("Date", "Description", "Duration", "User", "Entry ID")
    rig.drop(data=csv_of(("2026-01-30", "Mail", "1:00", "Ada Byron", "17"), header=header).encode())

    record = rig.drop(data=csv_of(("2026-02-03", "Server", "2:00", "Ada Byron", "17"), header=header).encode())

    assert {"rows": 1, "changed": 1} == counts(record)
    assert hours("2:00") == rig.seconds


def test_bad_rows_are_listed_and_the_good_ones_counted():
    rig = Rig()

    record = rig.drop(MAIL, row("2026-13-40", "1:00"), row("2026-01-07", "soon"), row("2025-12-31", "1:00"))

    assert ImportStatus.DONE_WITH_PROBLEMS is record.report.status
    assert {"rows": 4, "new": 1, "problems": 3} == counts(record)
    assert [3, 4, 5] == [problem["line"] for problem in record_json(record)["problems"]]
    assert hours("1:00") == rig.seconds == record.report.seconds


def test_work_of_tomorrow_counts_and_work_of_the_day_after_is_a_problem():
    rig = Rig()

    record = rig.drop(row("2026-11-23", "1:00"), row("2026-11-24", "1:00"))

    assert {"rows": 2, "new": 1, "problems": 1} == counts(record)


def test_negative_and_very_long_rows_are_imported_with_a_warning():
    rig = Rig()

    record = rig.drop(row("2026-01-05", "-1:00"), row("2026-01-06", "25:00"))

    assert ImportStatus.DONE is record.report.status
    assert [2, 3] == [warning.line for warning in record.report.warnings]
    assert 2 == record.report.counts.warnings
    assert hours("24:00") == rig.seconds


@pytest.mark.parametrize(
    ("key", "kind", "words"),
    [
        ("inbox/acmee/support/x.csv", RefusalKind.UNKNOWN_CLIENT, "Did you mean “acme”? Then drop the file in"),
        ("inbox/acme/suport/x.csv", RefusalKind.UNKNOWN_RETAINER, "acme has no retainer “suport”. Did you mean “sup"),
        ("inbox/zebra/x.csv", RefusalKind.UNKNOWN_CLIENT, "There is no client “zebra”. Add it to the set-up and retry"),
        ("elsewhere/x.csv", RefusalKind.BAD_KEY, "inbox/"),
    ],
)
def test_a_file_without_a_destination_is_refused_with_what_to_do(key, kind, words):
    rig = Rig()

    record = rig.drop(MAIL, key=key)

    assert (ImportStatus.REFUSED, kind) == (record.report.status, record.report.refusal.kind)
    assert words in record.report.refusal.reason
    assert not rig.entries


@pytest.mark.parametrize("key", ["inbox/acme/support/März 2026 (final) 🧾.csv", "inbox/ACME/Support/2026/01/x.CSV"])
def test_a_key_may_hold_spaces_umlauts_emoji_and_deeper_folders(key):
    assert {"rows": 1, "new": 1} == counts(Rig().drop(MAIL, key=key))


def test_a_refused_file_is_counted_once_its_client_exists():
    rig = Rig()
    file = rig.put(MAIL, key="inbox/globex/support/x.csv")
    refused = rig.imports.run(file)
    rig.add(book("globex"))

    still_refused, counted = rig.imports.run(file), rig.imports.run(file, retry=True)

    assert (refused, {"rows": 1, "new": 1}) == (still_refused, counts(counted))
    assert hours("1:00") == rig.seconds
    assert counts(counted) == counts(rig.imports.run(file, retry=True))
    assert hours("1:00") == rig.seconds


def test_a_retry_after_the_rules_changed_leaves_nothing_at_the_old_destination():
    rig = Rig(book("acme"), book("globex"))
    file = rig.put(
        row("2026-01-05", "1:00", client="Acme"), row("2026-01-06", "2:00", client="Globex"), key="inbox/x.csv"
    )
    rig.imports.run(file)
    renamed = {"acme": book("acme", name="Nobody"), "globex": book("globex", aliases=("Acme",))}
    for client, one in renamed.items():
        rig.directory.books[client] = replace(one, head=rig.directory.books[client].head)
    rig.directory.read_named = lambda _: [rig.directory.books["globex"]]

    again = rig.imports.run(file, retry=True)

    assert {"rows": 2, "new": 2} == counts(again)
    assert {"globex": hours("3:00")} == {
        str(cycle.retainer.client): entry_seconds for cycle, entry_seconds in by_cycle(rig)
    }


def by_cycle(rig):
    totals = Counter()
    for (cycle, entry), count in rig.entries.items():
        totals[cycle] += entry.seconds * count
    return totals.items()


def test_a_week_without_rows_is_no_error_and_brings_the_page_up_to_date():
    rig = Rig()

    record = rig.drop()

    assert (ImportStatus.DONE, {}) == (record.report.status, counts(record))
    assert NOW == rig.directory.books["acme"].head.as_of


def test_rules_separate_project_work_and_leave_out_excluded_work():
    rules = (
        ClientRule(Match(project="Migration*"), Pool.PROJECT, reason="Billed as a project"),
        ClientRule(Match(project="Internal"), Pool.EXCLUDED, reason="Not the client's"),
    )
    rig = Rig(book(rules=rules))

    record = rig.drop(
        MAIL, row("2026-01-06", "14:00", project="Migration 2"), row("2026-01-07", "1:00", project="internal")
    )

    assert {"rows": 3, "new": 2, "excluded": 1} == counts(record)
    assert [hours("1:00")] == [change.after_seconds for change in record.report.cycles]
    assert {(Pool.PROJECT, "Billed as a project"), (Pool.EXCLUDED, "Not the client's"), (Pool.RETAINER, None)} == {
        (entry.pool, entry.pool_reason) for (_, entry) in rig.entries
    }


def test_a_file_at_the_top_of_the_inbox_is_routed_row_by_row_and_unrouted_rows_are_listed():
    advisory = ClientRule(Match(project="Advice"), Pool.RETAINER, "advisory")
    desk = ClientRule(Match(project="Desk"), Pool.RETAINER, "support")
    rig = Rig(
        book("acme", "support", "advisory", rules=(advisory, desk)),
        book("globex", aliases=("Globex Inc.",)),
        operator=OperatorBook(inbox_rules=(InboxRule(Match(project="GX*"), "globex"),)),
    )

    record = rig.drop(
        row("2026-01-05", "1:00", client="Acme", project="Advice"),
        row("2026-01-05", "2:00", client="ACME", project="Desk"),
        row("2026-01-05", "3:00", client="globex inc."),
        row("2026-01-05", "4:00", project="GX-1"),
        row("2026-01-05", "5:00", client="Initech"),
        row("2026-01-05", "6:00", client="Acme", project="Other"),
        key="inbox/all.csv",
    )

    assert {"rows": 6, "new": 4, "unrouted": 2} == counts(record)
    assert ImportStatus.DONE_WITH_PROBLEMS is record.report.status
    assert [
        (6, '- {when: {client: "Initech"}, client: CLIENT}'),
        (7, '- {when: {project: "Other"}, pool: retainer, retainer: RETAINER}'),
    ] == [(unrouted.line, unrouted.rule) for unrouted in record.report.unrouted]
    assert {"acme/advisory": 1, "acme/support": 2, "globex/support": 7} == {
        str(change.retainer): change.after_seconds // 3600 for change in record.report.cycles
    }


def test_equal_work_from_another_source_or_in_another_retainer_counts_and_is_reported():
    rig = Rig(book("acme", "support", "advisory"))
    rig.drop(MAIL, PRINTER)

    toggl = csv_of(("Mail again", "2026-01-05", "1:00:00", "ADA BYRON"), header=_TOGGL)
    elsewhere = rig.drop(data=toggl.encode())
    twice = rig.drop(PRINTER, row("2026-01-06", "2:00", "Scanner"), key="inbox/acme/advisory/x.csv")

    assert [("generic", "support", "Mail again")] == likely_duplicates(elsewhere)
    assert [("generic", "support", "Printer")] == likely_duplicates(twice)
    assert hours("8:00") == rig.seconds


_TOGGL = ("Description", "Start date", "Duration", "Member")


def likely_duplicates(record):
    return [
        (one["other_source"], one["other_retainer"], one["description"])
        for one in record_json(record)["likely_doubles"]
    ]


def test_a_file_that_arrives_late_is_replayed_at_its_own_place():
    rig = Rig()
    first = rig.put(MAIL, PRINTER)
    second = rig.put(row("2026-01-05", "1:30", "Mail", start="09:00"), PRINTER)

    rig.imports.run(second)
    late = rig.imports.run(first)

    assert hours("3:30") == rig.seconds, "the newer file has the last word"
    assert {"rows": 2, "new": 2} == counts(late)


def test_a_late_file_of_other_months_or_another_source_is_simply_added():
    rig = Rig()
    first = rig.put(row("2026-06-01", "1:00"))
    rig.drop(MAIL)
    opened = len(rig.files.objects)

    rig.imports.run(first)

    assert hours("2:00") == rig.seconds
    assert opened == len(rig.files.objects)


def test_what_an_older_release_committed_is_listed_before_the_first_commit_and_never_again():
    rig = Rig()
    first = rig.put(MAIL)
    rig.drop(row("2026-01-05", "1:30", "Mail", start="09:00"))
    older, rig.log.lists = rig.log.lists, {}
    rig.directory.books["acme"] = replace(
        rig.directory.books["acme"], head=replace(rig.directory.books["acme"].head, is_listed=False)
    )
    asked = []

    def list_older_imports(client, recent, reading):
        asked.append((client, recent, rig.log.read_rules(reading.rules).rules))
        rig.log.lists = older

    rig.log.list_older_imports = list_older_imports
    newest = rig.directory.books["acme"].head.recent

    rig.imports.run(first)
    rig.drop(PRINTER)

    assert hours("3:30") == rig.seconds
    assert [("acme", newest, ())] == asked


@pytest.mark.parametrize("damaged", [b"%PDF-1.7", None])
def test_a_late_file_is_refused_while_an_import_to_be_replayed_with_it_cannot_be_read(damaged):
    rig = Rig()
    late = rig.put(MAIL)
    newer = rig.drop(row("2026-01-05", "1:30", "Mail", start="09:00"))
    original = rig.files.objects.pop((newer.file.key, newer.file.version))
    if damaged is not None:
        rig.files.objects[newer.file.key, newer.file.version] = damaged

    refused = rig.imports.run(late)
    rig.files.objects[newer.file.key, newer.file.version] = original
    counted = rig.imports.run(late, retry=True)

    assert RefusalKind.LOST_ORIGINAL is refused.report.refusal.kind
    assert newer.file.key in refused.report.refusal.reason
    assert ImportStatus.DONE is counted.report.status
    assert hours("1:30") == rig.seconds


def test_a_folder_whose_name_is_longer_than_any_key_of_the_store_is_that_of_an_unknown_client():
    folder = 480 * "\u0390"  # each letter is two bytes in the key of the file, and six once its case is folded
    rig = Rig()

    refused = rig.drop(MAIL, key=f"inbox/{folder}/x.csv")
    unknown = rig.drop(MAIL, key=f"inbox/acme/{folder}/x.csv")

    kinds = RefusalKind.UNKNOWN_CLIENT, RefusalKind.UNKNOWN_RETAINER
    assert kinds == (refused.report.refusal.kind, unknown.report.refusal.kind)
    assert refused.report == rig.log.read(refused.id).report
    assert len(refused.report.refusal.reason) < 300


def test_a_retry_of_a_file_that_is_gone_is_refused_and_what_counts_stays():
    rig = Rig()
    file = rig.put(MAIL)
    rig.imports.run(file)
    rig.files.objects.clear()

    record = rig.imports.run(file, retry=True)

    assert (RefusalKind.LOST_ORIGINAL, ImportStatus.DONE) == (record.retry_refused.kind, record.report.status)
    assert hours("1:00") == rig.seconds


class KilledError(Exception):
    """The process was killed."""


def kill_at(rig, call, *, is_done):
    """Kill the import at its n-th call to the outside world; a commit is one call.

    `is_done`: the call did its work, only its answer was lost.
    """
    made, depth = 0, 0

    def guard(port, name):
        method = getattr(port, name)

        def guarded(*args, **kwargs):
            nonlocal made, depth
            made += depth == 0
            dies = made == call and depth == 0
            if dies and not is_done:
                raise KilledError
            depth += 1
            try:
                result = method(*args, **kwargs)
            finally:
                depth -= 1
            if dies:
                raise KilledError
            return result

        setattr(port, name, guarded)

    names = {
        rig.log: ("read", "read_parts", "write", "list_of_client"),
        rig.directory: ("read_operator", "read_named", "read_client"),
        rig.ledger: ("read_cycles", "commit"),
        rig.files: ("open",),
    }
    for port, methods in names.items():
        for name in methods:
            guard(port, name)


@pytest.mark.parametrize("is_done", [False, True])
@pytest.mark.parametrize("key", [SUPPORT, "inbox/all.csv"])
def test_an_import_killed_anywhere_ends_in_the_same_ledger_and_one_report(key, is_done):
    rows = (row("2026-01-05", "1:00", client="Acme"), row("2026-01-05", "2:00", client="Globex"), SERVER)
    books = (book("acme"), book("globex"))
    clean = Rig(*books)
    expected = clean.drop(*rows, key=key)

    for call in range(1, 30):
        rig = Rig(*books)
        file = rig.put(*rows, key=key)
        kill_at(rig, call, is_done=is_done)
        try:
            rig.imports.run(file)
        except KilledError:
            record = rig.imports.run(file)
        else:
            assert call > 5, "the calls are counted"
            return
        assert (clean.entries, expected) == (rig.entries, record)
        assert {expected.id: expected} == rig.log.records
    pytest.fail("the import makes more calls than this test kills")


def test_an_import_that_loses_the_race_is_decided_and_committed_again():
    rig = Rig()
    commit, others = rig.ledger.commit, [rig.put(PRINTER), rig.put(SERVER)]
    first = rig.put(MAIL)

    def interrupted(change):
        if others:
            rig.ledger.commit = commit
            rig.imports.run(others.pop())
            rig.ledger.commit = interrupted
        commit(change)

    rig.ledger.commit = interrupted

    record = rig.imports.run(first)

    assert {"rows": 1, "new": 1} == counts(record)
    assert hours("6:00") == rig.seconds


def test_an_import_that_loses_every_attempt_gives_the_delivery_back():
    rig = Rig()

    def busy(_):
        raise StaleWriteError

    rig.ledger.commit = busy

    with pytest.raises(StaleWriteError):
        rig.drop(MAIL)
    assert not rig.log.records


def test_two_deliveries_of_one_event_at_once_make_one_report():
    rig = Rig()
    file, commit = rig.put(MAIL), rig.ledger.commit
    reports = []

    def overtaken(change):
        rig.ledger.commit = commit
        reports.append(rig.imports.run(file))
        commit(change)

    rig.ledger.commit = overtaken

    reports.append(rig.imports.run(file))

    assert reports[0] == reports[1]
    assert {"rows": 1, "new": 1} == counts(reports[0])
    assert 1 == rig.ledger.cycle_writes


def test_a_delivery_that_reads_between_two_others_does_not_count_its_own_rows_as_unchanged():
    rig = Rig()
    file, read = rig.put(MAIL), rig.log.read
    reports = []

    def overtaken(import_id):
        rig.log.read = read
        nothing = read(import_id)
        reports.append(rig.imports.run(file))
        return nothing

    rig.log.read = overtaken

    reports.append(rig.imports.run(file))

    assert reports[0] == reports[1] == rig.log.records[reports[0].id]
    assert {"rows": 1, "new": 1} == counts(reports[0])


def test_a_preview_has_the_import_s_report_and_writes_nothing():
    rig = Rig()
    rig.drop(MAIL)
    before, records = rig.entries, dict(rig.log.records)
    rig.ledger.finish_plan = rig.ledger.commit = None
    text = csv_of(row("2026-01-05", "1:30", "Mail", start="09:00"), SERVER).encode()

    preview = rig.imports.preview(BytesIO(text), SUPPORT).report

    assert (before, records) == (rig.entries, rig.log.records)
    del rig.ledger.finish_plan, rig.ledger.commit
    without_balances = [replace(one, before_remaining=None, after_remaining=None) for one in preview.cycles]
    assert replace(preview, cycles=tuple(without_balances)) == rig.drop(data=text).report


SOON = (*(row("2026-01-05", "soon", user=name) for name in "abc"), MAIL, PRINTER)
EARLY = (*(row(f"2025-12-{day}", "1:00") for day in (29, 30, 31)), MAIL)
LONG = (*(row(f"2026-01-0{day}", f"{day}0:00") for day in (3, 4, 5)), MAIL)
STRAY = (
    *(row("2026-01-05", "1:00", name, client="Nobody") for name in "abc"),
    row("2026-01-05", "1:00", client="acme"),
)


@pytest.mark.parametrize(
    ("rows", "key", "faults"),
    [
        (SOON, SUPPORT, [("Duration", "3 of 5 rows, the first in line 2 (“soon”): This is not a duration")]),
        (SOON[1:], SUPPORT, []),
        (SOON[:1], SUPPORT, []),
        (EARLY, SUPPORT, [(None, "3 of 4 rows, the first in line 2: The work date lies before the retainer's start")]),
        (EARLY[:3], SUPPORT, [(None, "All 3 rows, the first in line 2: The work date lies before")]),
        (
            LONG,
            SUPPORT,
            [("Duration", "3 of 4 rows, the first in line 2 (“30:00”): The row's duration is 30:00, more")],
        ),
        (STRAY, "inbox/all.csv", [(None, "3 of 4 rows, the first in line 2: ")]),
    ],
    ids=["column", "half", "one row", "reason", "every row", "warning", "unrouted"],
)
def test_what_most_rows_have_alike_is_said_once_before_them(rows, key, faults):
    said = Rig().drop(*rows, key=key).report.column_faults

    assert faults == [(one.column, one.reason[: len(start)]) for one, (_, start) in zip(said, faults, strict=True)]


_DAY = st.sampled_from(["2026-01-05", "2026-01-30", "2026-01-31", "2026-02-01", "2026-02-02"])
TRUTH = st.lists(
    st.builds(
        row,
        _DAY,
        st.sampled_from(["0:30", "1:00", "2:00"]),
        st.sampled_from(["Mail", "Printer", "Server"]),
        user=st.sampled_from(["Ada Byron", "Max Planck"]),
        start=st.sampled_from(["", "09:00", "10:00"]),
        project=st.sampled_from(["Desk", "Network"]),
    ),
    min_size=1,
    max_size=8,
)


@settings(max_examples=tries(150))
@given(exports=st.lists(TRUTH, min_size=1, max_size=4), random=st.randoms())
def test_the_order_of_delivery_never_matters(exports, random):
    in_order, shuffled = Rig(), Rig()
    expected = [in_order.drop(*rows) for rows in exports]
    files = [shuffled.put(*rows) for rows in exports]
    found = [shuffled.imports.run(file) for file in random.sample(files + files, 2 * len(files))]

    # What looks like an export in another time zone depends on what is counted when it comes (docs/imports.md).
    assume(not any(one.report.refusal for one in (*expected, *found)))
    assert in_order.entries == shuffled.entries


@settings(max_examples=tries(100))
@given(truth=TRUTH, random=st.randoms())
def test_overlapping_and_repeated_exports_of_the_same_work_count_it_once(truth, random):
    clean, rig = Rig(), Rig()
    clean.drop(*truth)
    for _ in range(3):
        days = random.sample(sorted({one[0] for one in truth}), k=1)
        rig.drop(*random.sample(part := [one for one in truth if one[0] in days], len(part)))
    rig.drop(*random.sample(truth, len(truth)))

    assert clean.entries == rig.entries


@settings(max_examples=tries(100))
@given(truth=TRUTH, project=st.sampled_from(["Desk", "Network"]))
def test_a_filtered_export_of_the_same_work_changes_nothing(truth, project):
    rig = Rig()
    rig.drop(*truth)
    before = rig.entries

    rig.drop(*(one for one in truth if one[5] == project))

    assert before == rig.entries


def test_an_import_that_needs_attention_is_mailed_once_and_another_is_not():
    rig = Rig(book("acme"), book("globex"))
    clean = rig.drop(MAIL, row("2026-01-05", "2:00", "Cables", start="11:00"))
    partial = rig.drop(MAIL)
    refused = rig.drop(MAIL, key="inbox/initech/x.csv")
    names = ("acme", "globex", "nobody")
    routed = rig.drop(*(row("2026-01-09", "1:00", client=name) for name in names), key="inbox/x.csv")
    for record in (clean, partial, refused, routed):
        rig.imports.run(record.file)
        rig.imports.run(record.file, retry=True)
    rig.imports.decide(rig.log.read(partial.id), Verb.ACCEPT)

    assert {f"import-{record.id}" for record in (partial, refused, routed)} == rig.log.tasks.keys()


def test_an_entry_that_the_import_itself_moves_to_another_retainer_is_not_a_likely_duplicate():
    rules = (
        ClientRule(Match(project="Web"), Pool.RETAINER, "support"),
        ClientRule(Match(project="Help"), Pool.RETAINER, "advisory"),
    )
    rig = Rig(book("acme", "support", "advisory", rules=rules))
    rig.drop(row("2026-01-05", "2:30", "Build", project="Web"), key="inbox/acme/x.csv")

    moved = rig.drop(row("2026-01-05", "2:30", "Build", project="Help"), key="inbox/acme/x.csv")

    assert 1 == moved.report.counts.moved
    assert () == moved.report.duplicates


def test_entries_missing_from_a_complete_source_are_reported_as_removed():
    rig = Rig(operator=OperatorBook(hints=SourceHints(complete=frozenset({"generic"}))))
    rig.drop(MAIL, row("2026-01-05", "2:00", "Cables", start="11:00"))

    record = rig.drop(MAIL)

    assert [("Cables", True)] == [(entry.description, entry.removed) for entry in record.report.missing]
    assert [] == [step for step in next_steps(record) if "accept" in str(step)]


def test_the_report_shows_hours_as_its_clients_read_them_and_in_decimals_where_they_differ():
    def reads(name, kind):
        one = book(name)
        return replace(one, client=replace(one.client, hours_format=kind))

    clock, decimal = HoursFormat.CLOCK, HoursFormat.DECIMAL
    rig = Rig(reads("acme", clock), reads("globex", clock), reads("umbrella", decimal))
    rows = {name: row("2026-01-05", "1:30", client=name) for name in ("acme", "globex", "umbrella")}
    files = (("acme",), ("acme", "globex"), ("acme", "umbrella"))

    shown = [rig.drop(*map(rows.get, names), key="inbox/all.csv").report.hours_format for names in files]
    assert [clock, clock, decimal] == shown
