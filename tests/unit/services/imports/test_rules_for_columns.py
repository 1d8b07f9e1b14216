"""A rule may look at any column of the file: an entry's own approval leaves it out, and a sum may be let in."""

from dataclasses import replace

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.domain.routing import ClientRule, ColumnMatch, InboxRule, Match
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import Verb
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import hours
from tests.import_rig import Rig, book

FOLDER, OF_CLIENT, INBOX = "inbox/acme/support/x.csv", "inbox/acme/x.csv", "inbox/x.csv"
APPROVALS = (
    "Date,User,Description,Hours,Client,Approval\n"
    "2026-03-02,Ada Park,Mail,1.5,Acme,Approved\n"
    "2026-03-02,Ada Park,Call,2,Acme,Rejected\n"
    "2026-03-03,Ada Park,Site,4,Acme,Declined by Zoë\n"
)
TIMES = "Date,User,Description,Hours\n2026-03-02,Ada Park,Mail,1.5\n2026-03-02,Ada Park,Total,1.5\n"


def when(column, *patterns, **more):
    return Match(columns=(ColumnMatch(column, patterns),), **more)


NOT_APPROVED = ClientRule(when("approval", "Rejected", "declined*"), Pool.EXCLUDED, reason="Not approved")


def drop(rig, text, key=FOLDER):
    return rig.drop(data=text.encode(), key=key)


def test_without_a_rule_what_nobody_approved_counts_and_is_warned_of():
    rig = Rig()
    record = drop(rig, APPROVALS.replace(" by Zoë", ""))

    assert (hours("7:30"), 2) == (rig.seconds, record.report.counts.warnings)


@pytest.mark.parametrize("key", [FOLDER, OF_CLIENT, INBOX])
def test_a_rule_for_any_column_leaves_a_row_out_without_a_warning(key):
    rig = Rig(book(rules=(NOT_APPROVED,)))
    record = drop(rig, APPROVALS, key)

    counts = record.report.counts
    assert (2, 0, 0) == (counts.excluded, counts.warnings, counts.problems)
    assert {"Mail": None, "Call": "Not approved", "Site": "Not approved"} == {
        entry.description: entry.pool_reason for _, entry in rig.entries
    }


def test_a_file_without_the_column_matches_no_pattern_for_it():
    rig = Rig(book(rules=(replace(NOT_APPROVED, match=when("Approval", "*")),)))

    assert 0 == drop(rig, TIMES).report.counts.excluded
    assert 3 == drop(rig, APPROVALS).report.counts.excluded


def test_each_client_s_rules_look_at_columns_of_their_own():
    other = book("apex", rules=(ClientRule(when("Description", "Call"), Pool.EXCLUDED, reason="Calls are free"),))
    rig = Rig(book(rules=(NOT_APPROVED,)), other)
    rows = APPROVALS.split("\n")
    record = drop(rig, "\n".join([*rows[:-1], *(row.replace("Acme", "Apex") for row in rows[1:]), rows[2]]), INBOX)

    assert 4 == record.report.counts.excluded
    assert hours("1:30") + hours("5:30") == sum(
        entry.seconds for _, entry in rig.entries.elements() if entry.pool is Pool.RETAINER
    )


def test_an_inbox_rule_may_look_at_any_column():
    rule = InboxRule(when("Cost centre", "7*"), "acme")
    rig = Rig(operator=OperatorBook(inbox_rules=(rule,)))
    text = "Date,User,Description,Hours,Cost centre\n2026-03-02,Ada,Mail,1.5,701\n2026-03-02,Ada,Call,2,801\n"

    assert 1 == drop(rig, text, INBOX).report.counts.unrouted
    assert hours("1:30") == rig.seconds


@pytest.mark.parametrize(
    ("rules", "seconds", "problems"),
    [
        ((), "1:30", 1),
        ((ClientRule(when("Description", "total"), Pool.RETAINER),), "3:00", 0),
        ((ClientRule(Match(project="Total"), Pool.RETAINER),), "3:00", 0),
        ((ClientRule(when("Description", "*"), Pool.RETAINER),), "1:30", 1),
        ((ClientRule(Match(), Pool.RETAINER),), "1:30", 1),
    ],
)
def test_a_sum_is_a_problem_unless_a_rule_names_it(rules, seconds, problems):
    rig = Rig(book(rules=rules))
    record = drop(rig, TIMES)

    assert (hours(seconds), problems) == (rig.seconds, record.report.counts.problems)


def test_a_replay_keeps_the_rules_for_columns_and_a_retry_takes_those_of_today():
    total = ClientRule(when("Description", "Total"), Pool.RETAINER)
    rig = Rig(book(rules=(NOT_APPROVED, total)))
    file = rig.put(data=APPROVALS.encode(), key=FOLDER)
    rig.imports.run(file)
    times = drop(rig, TIMES)
    counted = rig.entries

    rig.directory.books["acme"] = replace(rig.directory.books["acme"], rules=())
    for verb in (Verb.UNDO, Verb.REDO):
        RunImport(rig.ports).decide(rig.log.read(times.id), verb)
    assert counted == rig.entries

    assert 0 == rig.imports.run(file, retry=True).report.counts.excluded
