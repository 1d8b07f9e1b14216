"""A list of no known tool of which no row can be read is refused with the mapping that would be proposed."""

import pytest

from chalicelib.intake.rows import RefusalKind
from chalicelib.services.store.import_record import ImportStatus
from chalicelib.words.import_sentences import next_steps
from tests.import_rig import Rig, row

TURNED = b"Date,Time spent,Notes\nMail,2026-10-01,1.5\nVPN,2026-10-02,2\n"


def test_the_refusal_names_the_first_cell_and_the_command_and_the_import_can_be_retried():
    record = Rig().drop(data=TURNED)

    assert RefusalKind.NOTHING_READ is record.report.refusal.kind
    assert "line 2, “Date” is “Mail”" in record.report.refusal.reason
    assert "`hourtab source map FILE --as NAME`" in record.report.refusal.reason
    assert (f"hourtab import retry {record.id}",) == next_steps(record)[0].commands


@pytest.mark.parametrize("rows", [[row("never", "1:00"), row("2026-01-05", "1:00")], [row("2026-01-05", "")], []])
def test_a_file_with_a_row_that_is_read_or_has_an_empty_cell_is_imported(rows):
    assert ImportStatus.REFUSED is not Rig().drop(*rows).report.status


def test_work_before_the_retainer_s_first_day_is_read_and_no_reason_to_refuse_the_file():
    assert ImportStatus.DONE_WITH_PROBLEMS is Rig().drop(row("2020-01-05", "1:00")).report.status
