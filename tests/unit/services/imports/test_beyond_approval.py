"""The report of an import names the hours that go beyond what the client has approved."""

from dataclasses import replace

import pytest

from chalicelib.cli.report import cycle_lines
from chalicelib.domain.approval import ApprovalState
from chalicelib.render.report_json import report_json
from chalicelib.services.store.approvals import ClientApprovals
from chalicelib.words.formats import Formats
from chalicelib.words.import_report import view_of
from tests.builders import asked, hours, retainer, settled
from tests.import_rig import Rig, book, row
from tests.unit.services.imports.replay.test_preview_balances import preview

ASKED = asked("2026-11-05", "2:00", name="move")
APPROVED, DECLINED = settled(ASKED), settled(ASKED, ApprovalState.DECLINED)
OCTOBER, MORE = row("2026-10-10", "4:00"), (row("2026-11-03", "10:00"), row("2026-11-06", "5:00"))


def rig_with(*approvals):
    rig = Rig(replace(book(), retainers=(retainer(starts="2026-10-01"),)))
    rig.ledger.approvals["acme"] = ClientApprovals("acme", approvals, 1)
    return rig


@pytest.mark.parametrize(
    ("approvals", "beyond"),
    [((), "0"), ((ASKED,), "0"), ((APPROVED,), "3"), ((DECLINED,), "5")],
    ids=["never asked", "not answered", "2 of 5 h approved", "declined"],
)
def test_a_report_and_its_preview_say_what_goes_beyond_the_client_s_answer(approvals, beyond):
    rig = rig_with(*approvals)
    previewed = preview(rig, OCTOBER, *MORE).cycles
    reported = rig.drop(OCTOBER, *MORE).report.cycles

    assert [[0, hours(beyond)]] * 2 == [[one.unapproved_seconds for one in cycles] for cycles in (previewed, reported)]


def test_only_retainers_whose_client_has_answered_are_read_from_their_beginning():
    asked_, plain = rig_with(APPROVED), rig_with(ASKED)
    for rig in (asked_, plain):
        rig.drop(*MORE)

    assert 1 == len(asked_.ledger.reads) - len(plain.ledger.reads)


def test_page_terminal_and_json_name_it():
    record = rig_with(APPROVED).drop(*MORE)

    [cycle] = record.report.cycles
    assert "3 h beyond what was approved" in next(cycle_lines([cycle], Formats()))
    assert ["3 h beyond what was approved"] == [one.beyond for one in view_of(record).cycles]
    assert [hours("3")] == [one["unapproved_seconds"] for one in report_json(record.report)["cycles"]]
