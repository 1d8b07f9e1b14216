import csv
from io import StringIO

import pytest

from chalicelib.domain.entry import Pool
from chalicelib.web.page.work_log_csv import HEADER, work_log_text
from tests.builders import day, entry, ledger
from tests.unit.web.page.samples import HELPDESK, helpdesk, many, sample, seeblick


def rows_of(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text.removeprefix("\ufeff"), newline="")))


def november(*work):
    return sample(helpdesk(), cycles=[ledger("2026-11-01", work, of=HELPDESK)])


@pytest.mark.parametrize(
    "start", ["=", "+", "-", "@", "\t", "\r", "\n", "  =", " \t@", "\uff1d", "\uff0b", "\uff0d", "\uff20", " \uff1d"]
)
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(start):
    work = entry("2026-11-02", "1:00", f"{start}Ada", description=f"{start}HYPERLINK(1)", project=f"{start}1")
    row = rows_of(work_log_text(november(work).balance()))[0]

    assert (f"'{start}Ada", f"'{start}HYPERLINK(1)", f"'{start}1") == (
        row["Worker"],
        row["Description"],
        row["Project"],
    )


def test_figures_stay_figures_also_below_zero():
    row = rows_of(work_log_text(november(entry("2026-11-02", "-1:20")).balance()))[0]

    assert ("-1:20:00", "-1.3333") == (row["Actual"], row["Actual (h)"])


def test_a_cycle_is_chosen_by_its_first_day():
    rows = rows_of(work_log_text(seeblick().balance(), 2025, day("2026-09-01")))

    assert {("Helpdesk", "2026-09-01"), ("Advisory", "2026-09-01")} == {(row["Retainer"], row["Cycle"]) for row in rows}


def test_nothing_is_localised():
    texts = [work_log_text(seeblick(locale=locale).balance()) for locale in ("en", "de-DE", "fr-FR")]

    assert 1 == len(set(texts))
    assert ("2026-11-20", "1:15:00", "1.2500") == tuple(
        rows_of(texts[0])[0][name] for name in ("Date", "Accounted", "Accounted (h)")
    )


def test_a_spreadsheet_sees_that_it_is_utf_8():
    assert work_log_text(seeblick().balance()).startswith("\ufeff" + HEADER[0])


def test_every_entry_is_in_the_file_however_many_there_are():
    assert 1_000 == len(rows_of(work_log_text(many(1_000).balance())))


def test_project_work_is_in_the_file_and_excluded_work_is_not():
    work = [entry(f"2026-11-0{n}", "1:00", pool=pool) for n, pool in enumerate(Pool, start=1)]

    assert ["project", "retainer"] == [row["Pool"] for row in rows_of(work_log_text(november(*work).balance()))]


def test_a_year_chooses_the_cycles_that_began_in_it():
    assert {"2025-12-01"} == {row["Cycle"] for row in rows_of(work_log_text(seeblick().balance(), 2025))}


def test_quotes_and_line_breaks_in_a_description_stay_in_their_cell():
    row = rows_of(work_log_text(november(entry("2026-11-02", "1:00", description='a "b",\nc')).balance()))[0]

    assert 'a "b",\nc' == row["Description"]
