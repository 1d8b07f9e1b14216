"""docs/sources.md speaks of every source, of every column that it reads, and of every report refused by name."""

from pathlib import Path

import pytest

from chalicelib.intake.source import Field
from chalicelib.intake.sources.catalogue import LOOK_ALIKES, SOURCES

PAGE = (Path(__file__).parents[3] / "docs" / "sources.md").read_text(encoding="utf-8")
CHAPTERS = {chapter.split("\n", 1)[0]: chapter.casefold() for chapter in PAGE.split("\n## ")[1:]}
NOT_READ = {Field.END, Field.END_DATE}
"""Only looked at to tell whether a timer runs."""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.title)
def test_every_source_is_documented_with_the_columns_it_reads(source):
    chapter = CHAPTERS[source.name]
    kinds = [
        *(spellings for field, spellings in source.columns.items() if field not in NOT_READ),
        [column.name for column in source.durations],
        [name for alternative in source.workers for name in alternative],
    ]

    assert [] == [kind for kind in kinds if not any(f"`{name}`" in chapter for name in kind)]


def test_every_report_that_is_refused_by_name_is_documented():
    tools = {report.title.split()[0] for report in LOOK_ALIKES} - {"weekly"}

    assert set() == {tool for tool in tools if tool not in PAGE}
    assert "summary and weekly" in PAGE
