"""An export of all clients that is dropped into one client's folder counts no other client's work there."""

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.routing import ClientRule, InboxRule, Match
from chalicelib.intake.rows import RefusalKind
from chalicelib.render.report_json import record_json, report_json
from chalicelib.services.store.import_record import ImportStatus, Verb
from chalicelib.services.store.operator_book import OperatorBook
from chalicelib.services.store.tasks import TaskKind
from chalicelib.words.import_sentences import next_steps
from tests.builders import hours
from tests.import_rig import SUPPORT, Rig, book, csv_of, row

ACME = book("acme", name="Acme Ltd", aliases=("ACME International",))
GLOBEX = book("globex", name="Globex Corporation", aliases=("Globex Corp.",))
IN_CLIENT = "inbox/acme/export.csv"
DONE, REFUSED = {"rows", "new"}, ImportStatus.REFUSED


def deployment(*rules, **changes):
    return Rig(replace(ACME, rules=rules), GLOBEX, book("initech"), **changes)


def of(*clients):
    """A row of an hour for each of these names in the client column."""
    return [row("2026-01-05", "1:00", f"Work {number}", client=name) for number, name in enumerate(clients)]


def counts(record):
    return {name: count for name, count in record_json(record)["counts"].items() if count}


@pytest.mark.parametrize("key", [SUPPORT, IN_CLIENT])
def test_a_row_that_names_another_client_is_unrouted_and_the_reason_says_which_and_what_to_do(key):
    rig = deployment()

    record = rig.drop(*of("Acme Ltd", "Globex Corporation"), key=key)

    assert ImportStatus.DONE_WITH_PROBLEMS is record.report.status
    assert {"rows": 2, "new": 1, "unrouted": 1} == counts(record)
    [unrouted] = record.report.unrouted
    assert (
        "The row names the client “Globex Corporation” (globex), and the file is in the folder of acme. "
        "Drop the file at inbox/, where each row goes to its client, or such rows in inbox/globex/." == unrouted.reason
    )
    assert ["Export the rows of other clients on their own", "If the file was a mistake:"] == [
        step.text.partition(", ")[0] for step in next_steps(record)
    ]
    assert "globex" == record_json(record)["unrouted"][0]["other_client"]
    assert hours("1:00") == rig.seconds


@pytest.mark.parametrize("name", ["globex", "GLOBEX  corporation", "globex corp.", "Globex Corp."])
def test_another_client_is_known_by_its_id_name_and_aliases_in_any_case(name):
    record = deployment().drop(*of("Acme Ltd", name))

    assert {"rows": 2, "new": 1, "unrouted": 1} == counts(record)


@pytest.mark.parametrize("name", ["acme", "Acme Ltd", "acme  LTD", "Acme International", "Somebody unknown", ""])
def test_rows_of_the_folder_s_own_client_of_nobody_known_and_without_a_client_are_taken(name):
    rig = deployment()

    record = rig.drop(*of(name, name))

    assert {"rows": 2, "new": 2} == counts(record)
    assert hours("2:00") == rig.seconds


@pytest.mark.parametrize(
    ("names", "is_refused"),
    [
        (["Acme Ltd"] * 4, False),
        (["Acme Ltd", "Globex", "Acme Ltd", "Initech"], False),
        (["Globex", "Initech", "Acme Ltd"], True),
        (["Globex", "Initech", "Nobody known", "Nobody known"], False),
        (["Globex", "", "", ""], True),
        (["Globex"], True),
    ],
    ids=["none", "half", "above half", "half, beside unknown names", "all that name one", "all"],
)
def test_a_file_is_refused_where_more_than_half_of_the_rows_that_name_a_client_name_another_one(names, is_refused):
    rig = deployment()

    record = rig.drop(*of(*names))

    assert is_refused is (record.report.status is REFUSED)
    assert is_refused is not bool(rig.entries)


def test_the_refusal_names_the_clients_most_rows_first_and_the_next_step_is_a_retry():
    rig = deployment()

    record = rig.drop(*of("Globex", "Globex", "Initech", "Acme Ltd"))

    refusal = record.report.refusal
    assert RefusalKind.WRONG_FOLDER is refusal.kind
    assert (
        "3 of the 4 rows that name a client name another one than acme: globex (2), initech (1). "
        "Drop the file at inbox/, where each row goes to its client, or in the right client's folder." == refusal.reason
    )
    [step] = next_steps(record)
    assert f"hourtab import retry {record.id}" == step.commands[-1]
    assert [TaskKind.IMPORT] == [task.kind for task in rig.log.tasks.values()]
    assert "wrong_folder" == record_json(record)["refused_kind"]


def test_the_refusal_lists_only_the_clients_with_the_most_rows():
    others = [book(f"client-{number:02}") for number in range(9)]

    record = Rig(ACME, *others).drop(*of(*(one.client.id for one in others)))

    assert "client-00 (1), client-01 (1), client-02 (1) and 6 more" in record.report.refusal.reason


def test_a_preview_says_what_an_import_would():
    rig = deployment()
    for names in (["Globex", "Initech", "Acme Ltd"], ["Globex", "Acme Ltd"]):
        dropped = rig.put(*of(*names))

        preview = rig.imports.preview(rig.files.open(SUPPORT, dropped.version)[0], SUPPORT).report

        expected = report_json(rig.imports.run(dropped).report)
        for one in ("status", "refused_kind", "refused_reason", "unrouted", "counts"):
            assert expected[one] == report_json(preview)[one]


@pytest.mark.parametrize("pool", [Pool.EXCLUDED, Pool.PROJECT])
def test_no_rule_takes_a_row_of_another_client_in(pool):
    rule = ClientRule(Match(project="Office*"), pool, reason="elsewhere")
    mine, theirs = (row("2026-01-05", "1:00", project="Office 365", client=name) for name in ("Acme Ltd", "Globex"))
    rig = deployment(rule)

    record = rig.drop(mine, theirs)

    assert 1 == record.report.counts.unrouted
    assert [pool] == [entry.pool for _, entry in rig.entries]


def test_rows_that_a_rule_excludes_count_among_those_that_name_a_client():
    travel = row("2026-01-06", "1:00", "To them", project="Travel", client="Acme Ltd")
    rig = deployment(ClientRule(Match(project="Travel"), Pool.EXCLUDED, reason="in the fee"))

    record = rig.drop(travel, *of("Globex"))

    assert {"rows": 2, "excluded": 1, "unrouted": 1} == counts(record)


def test_a_file_of_any_length_is_decided_after_its_last_row():
    names = Counter({"Acme Ltd": 2_000, "Globex": 2_001})
    rig = deployment()

    assert REFUSED is rig.drop(*of(*names.elements())).report.status
    assert REFUSED is not rig.drop(*of(*(names - Counter({"Globex": 1})).elements())).report.status
    assert hours("2000:00") == rig.seconds


def test_a_refused_file_is_counted_when_the_set_up_is_settled_and_it_is_retried():
    rig = deployment()
    file = rig.put(*of("Globex", "Globex Corp."))
    assert REFUSED is rig.imports.run(file).report.status
    rig.directory.books["globex"] = replace(GLOBEX, client=replace(GLOBEX.client, id="other", name="O", aliases=()))
    rig.directory.books["other"] = rig.directory.books.pop("globex")

    assert {"rows": 2, "new": 2} == counts(rig.imports.run(file, retry=True))


def test_a_retry_that_is_refused_leaves_the_import_as_it_counted_and_says_why():
    rig = Rig(ACME)
    file = rig.put(*of("Globex", "Initech", "Acme Ltd"))
    before = rig.imports.run(file)
    rig.add(GLOBEX)
    rig.add(book("initech"))

    retried = rig.imports.run(file, retry=True)

    assert counts(before) == counts(retried)
    assert hours("3:00") == rig.seconds
    assert RefusalKind.WRONG_FOLDER is retried.retry_refused.kind


def test_a_client_that_is_set_up_later_takes_nothing_out_of_an_import_when_another_one_is_undone():
    rig = Rig(ACME, book("initech"))
    rig.drop(*of("Globex", "Initech", "Acme Ltd"))
    another = rig.drop(row("2026-01-05", "0:30", "Another file"))
    rig.add(GLOBEX)

    rig.imports.decide(another, Verb.UNDO)

    assert hours("2:00") == rig.seconds, "Globex and Acme, as they were imported; Initech is left out, as it was"


def test_an_import_of_before_this_rule_is_replayed_as_it_counted():
    rig = deployment()
    old = rig.drop(*of("Acme Ltd", "Acme Ltd"))
    another = rig.drop(row("2026-01-05", "0:30", "Another file"))
    rig.files.objects[old.file.key, old.file.version] = csv_of(*of("Globex", "Initech")).encode()
    key = old.reading.rules
    rig.log.rules[key] = replace(rig.log.rules[key], clients=None)

    rig.imports.decide(another, Verb.UNDO)

    assert hours("2:00") == rig.seconds


def test_a_file_at_the_top_of_the_inbox_is_routed_as_before():
    rig = deployment(operator=OperatorBook(inbox_rules=(InboxRule(Match(project="Elsewhere"), "globex"),)))

    record = rig.drop(*of("Globex", "Initech", "Acme Ltd"), key="inbox/all.csv")

    assert {"rows": 3, "new": 3} == counts(record)
