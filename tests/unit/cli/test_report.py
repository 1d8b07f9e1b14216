"""What a terminal shows of an import, beyond what its commands' tests run through."""

from dataclasses import replace

from chalicelib.cli.report import preview_lines, record_lines
from chalicelib.domain.retainer import HoursFormat
from chalicelib.services.store.import_record import LateEntry
from tests.builders import day
from tests.unit.web.report_samples import SUPPORT, done, refused, troubled, undone


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
    assert "1 problem)" in list(record_lines(troubled(1)))[2]
    assert "2 problems" in list(record_lines(troubled(2)))[2]


def test_a_report_says_as_of_when_it_is_because_others_may_have_changed_what_counts():
    sentence = (
        "  As of 22 November 2026, 08:14 UTC. Imports, decisions and removals since then may have changed what counts."
    )
    assert [sentence, sentence] == [list(record_lines(record))[1] for record in (done(), troubled())]
    assert not [line for line in record_lines(done(), is_fresh=True) if "As of" in line]
    assert not [line for record in (refused(), undone()) for line in record_lines(record) if "As of" in line]


def test_a_preview_says_of_everything_what_would_happen():
    report = troubled(2).report
    late = (
        LateEntry(SUPPORT, day("2026-10-20"), "Mira Okafor", 3600, day("2026-11-01")),
        LateEntry(SUPPORT, day("2026-10-21"), "Mira Okafor", 3600, None),
    )
    kept, other = report.missing
    missing = (kept, replace(other, removed=True))
    mixed = replace(report, late=late, missing=missing)

    shown = "\n".join(preview_lines("A file", mixed))
    for sentence in (
        "would be done with problems: toggl, 44 rows",
        "Unrouted: These rows would not count:",
        "These rows cannot be imported and would not count; the other rows would.",
        "Warnings: These rows would count as they are, but should be checked.",
        "seeblick-klinik/helpdesk, would stay counted, 2.25 h: Quarterly patch evening",
        "seeblick-klinik/helpdesk, would be removed, 2.25 h: Quarterly patch evening",
        "seeblick-klinik/helpdesk, would be posted to the cycle of 2026-11-01, 1 h: Mira Okafor",
        "seeblick-klinik/helpdesk, would be written off, 1 h: Mira Okafor",
        "Likely duplicates: These entries would count, but",
    ):
        assert sentence in shown
    assert "They would stay counted until you accept their deletion." in "\n".join(preview_lines("A file", report))
    assert "would" not in "\n".join(record_lines(replace(troubled(2), report=mixed))).replace(
        "rules for the set-up file that would match", ""
    )
    assert "  would be refused" == list(preview_lines("A file", refused().report))[1]


def test_hours_are_shown_as_the_client_reads_them():
    report = replace(troubled(1).report, hours_format=HoursFormat.CLOCK)
    record = replace(troubled(1), report=report)

    for shown in (record_lines(record), preview_lines("A file", report)):
        text = "\n".join(shown)
        assert ["52:00 h" in text, "16:15 h → 68:15 h used" in text, "2:15 h: Quarterly" in text] == [True] * 3
