"""What a terminal shows of an import, beyond what its commands' tests run through."""

from dataclasses import replace

from chalicelib.cli.report import preview_lines, record_lines
from tests.unit.web.report_samples import done, troubled, undone


def test_an_undone_import_says_so_before_its_figures_and_how_it_counts_again():
    lines = list(record_lines(undone()))

    assert "  undone: Nothing in this file counts now. Below is what it did while it counted." == lines[1]
    assert f"    hourtab import redo {undone().id}" == lines[-1]
    assert not [line for line in record_lines(done()) if "Nothing in this file counts" in line]


def test_a_preview_of_a_complete_source_says_what_would_be_removed_and_an_import_what_was():
    record = troubled(2)
    removed = tuple(replace(entry, removed=True) for entry in record.report.missing)
    report = replace(record.report, missing=removed)

    assert [line for line in preview_lines("A file", report) if "They would be removed, because" in line]
    assert [line for line in record_lines(replace(record, report=report)) if "They were removed, because" in line]


def test_entries_of_which_some_are_removed_say_which():
    record = troubled(2)
    kept, other = record.report.missing
    report = replace(record.report, missing=(kept, replace(other, removed=True)))
    entries = [line for line in record_lines(replace(record, report=report)) if "Quarterly patch evening" in line]

    assert ["stays counted" in entries[0], "removed" in entries[1]] == [True, True]


def test_a_single_problem_is_not_counted_as_several():
    assert "1 problem)" in list(record_lines(troubled(1)))[1]
    assert "2 problems" in list(record_lines(troubled(2)))[1]
