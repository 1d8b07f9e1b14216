"""The mail to the operator about an import: its text and its HTML."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from chalicelib.domain.retainer import HoursFormat
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.mails.import_mail import import_mail
from chalicelib.services.mails.mime import NothingToSayError, UnwritableMailError
from chalicelib.services.store.import_record import LateEntry
from chalicelib.services.store.operator_book import OperatorBook
from tests.fakes import FakeDirectory, FakeImportLog
from tests.mail_rig import mails
from tests.task_rig import waiting_mail
from tests.unit.web.report_samples import NOW, SUPPORT, done, edited, refused, troubled, undone

OPERATOR = OperatorBook("Fjordblick IT", "ida@example.com")


def about(record, operator=OPERATOR, report_url=None):
    return import_mail(record, operator, report_url)


def words(html: str) -> str:
    """The visible text of the HTML, white space folded."""
    seen = re.sub(r"<[^>]+>", " ", html.partition("<body")[2])
    return " ".join(seen.replace("&amp;", "&").split())


def test_the_subject_says_what_is_left_to_do_and_for_which_file_of_which_client():
    assert about(troubled()).subject == (
        "3 problems, 3 unrouted, 3 missing, 1 likely duplicate: November, all clients.csv"
    )
    assert about(troubled(1)).subject.startswith("1 problem, 1 unrouted, 1 missing, 1 likely duplicate: ")
    assert about(refused()).subject == (
        "Refused: seeblick-klinik/helpdesk/Toggl_time_entries_2026-04-01_to_2026-04-30.csv"
    )
    assert about(refused()).sender_name == "HourTab for Fjordblick IT"
    assert about(refused(), OperatorBook()).sender_name == "HourTab"


def test_a_refused_file_says_that_nothing_counts_why_and_what_to_do():
    mail = about(refused())

    for half in (mail.text, words(mail.html)):
        assert "Nothing in this file counts" in half
        assert "03/04/2026 is 3 April or March 4" in half
        assert "hourtab import retry 58cc870d675b1595" in half
        assert "hourtab import show 58cc870d675b1595" in half


def test_both_halves_say_how_the_file_was_read_and_what_is_wrong_with_its_columns_before_the_rows():
    mail = about(troubled())
    parts = (
        "Read: hours from `Duration`; dates from `Start date`, day first; source toggl",
        "“Tags”: 30 of 46 rows, the first in line 4 (“x”): Invented.",
        "No client is called",
    )

    for half in (mail.text, words(mail.html)):
        assert sorted(parts, key=half.index) == list(parts)
    assert "Read:" not in about(refused()).text


def test_both_halves_list_the_first_rows_of_each_kind_and_count_the_rest():
    mail = about(troubled(13))

    for half in (mail.text, words(mail.html)):
        assert 10 == half.count("The duration cannot be read") + half.count("There is no such day")
        assert 10 == half.count("No client is called “Fähr & Söhne GmbH”")
        assert 10 == half.count("Quarterly patch evening")
        assert 3 == half.count("and 3 more")
        assert "line 7" in half
        assert "Jonas Brandt · seeblick-klinik/helpdesk, 2.25 h" in half
        assert "counted in seeblick-klinik/advisory from harvest" in half
        assert "hourtab import accept 58cc870d675b1595" in half


@pytest.mark.parametrize(("listed", "rest"), [(25, "and 15 more"), (200, "and at least 190 more")])
def test_rows_of_a_list_that_is_not_counted_are_never_left_out_without_a_word(listed, rest):
    report = replace(troubled(1).report, duplicates=troubled(1).report.duplicates * listed)
    mail = about(replace(troubled(1), report=report))

    for half in (mail.text, words(mail.html)):
        assert 10 == half.count("Backup restore rehearsed")
        assert rest in half


def test_text_from_files_is_escaped_in_the_html_and_stays_on_its_line_in_the_text():
    record = troubled(1)
    [problem] = record.report.problems
    hostile = problem._replace(value='<script>alert("x")</script>\r\nBcc: eve', reason="It is\n\n- no duration." * 30)
    mail = about(replace_problems(record, hostile))

    assert "<script" not in mail.html
    assert "&lt;script&gt;" in mail.html
    assert "\nBcc: eve" not in mail.text
    assert "\n- no duration" not in mail.text
    assert max(len(line) for line in mail.text.splitlines()) < 200


def replace_problems(record, *problems):
    return replace(record, report=replace(record.report, problems=problems))


def test_nothing_is_fetched_and_only_the_report_is_linked():
    plain, linked = about(troubled()).html, about(troubled(), report_url="https://hours.example/i/token").html

    assert [] == re.findall(r"https?://|<img|<link|@import|url\(", plain)
    assert ["https://hours.example/i/token"] == re.findall(r"https?://[^\"< ]+", linked)
    assert "https://hours.example/i/token" in about(troubled(), report_url="https://hours.example/i/token").text


def composing(*records, email="ida@example.com"):
    directory = FakeDirectory(operator=OperatorBook("Fjordblick IT", email))
    return mails(directory=directory, imports=FakeImportLog(*records))


def test_a_mail_is_composed_from_the_current_state_of_its_import():
    mail = waiting_mail(undone().id)

    assert composing(troubled())(mail).to == "ida@example.com"
    for settled in (undone(), done()):
        with pytest.raises(NothingToSayError, match="Nothing is left to do"):
            composing(settled)(mail)


def test_both_halves_say_as_of_when_they_are_and_why_the_last_retry_changed_nothing():
    refusal = Refusal(RefusalKind.UNKNOWN_RETAINER, "seeblick-klinik has no retainer “helpdesk”.")
    mail = about(replace(troubled(), retry_refused=refusal, reported_at=NOW, finished_at=NOW + timedelta(days=1)))

    for half in (mail.text, words(mail.html)):
        assert f"The last retry was refused, so the import counts as before: {refusal.reason}" in half
        assert "As of 22 November 2026, 08:14 UTC. Imports, decisions and removals since then may have" in half


def test_hours_are_shown_as_the_client_reads_them():
    mail = about(replace(troubled(1), report=replace(troubled(1).report, hours_format=HoursFormat.CLOCK)))

    for half in (mail.text, words(mail.html)):
        assert ["52:00 h" in half, "seeblick-klinik/helpdesk, 2:15 h" in half] == [True, True]


def test_the_subject_names_late_entries_that_nobody_is_charged_for():
    record = done()
    late = LateEntry(SUPPORT, NOW.date(), "Mira Okafor", 3600, None)

    assert about(replace(record, report=replace(record.report, late=(late,)))).subject.startswith(
        "1 late and written off:"
    )


def test_likely_edits_come_first_in_subject_and_lists():
    mail = about(edited())

    assert mail.subject == "1 likely edit, 1 missing: seeblick-klinik/Toggl week 46.csv"
    for half in (mail.text, words(mail.html)):
        assert half.index("Likely edits") < half.index("Missing")
        assert "line 2" in half
        assert "2026-11-09, 09:00 → 09:15:30 · Jonas Brandt" in half
        assert f"hourtab import accept {edited().id} --edits" in half


@pytest.mark.parametrize(
    ("compose", "reason"),
    [
        (composing(), "The import 58cc870d675b1595 no longer exists"),
        (composing(troubled(), email=""), "hourtab mail retry import-58cc870d675b1595"),
    ],
)
def test_a_mail_without_a_recipient_or_a_subject_matter_says_so(compose, reason):
    with pytest.raises(UnwritableMailError, match=reason):
        compose(waiting_mail(troubled().id))
