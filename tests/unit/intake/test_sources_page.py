"""docs/sources.md links a page for every source with every column that it reads, and names what is refused."""

from pathlib import Path

import pytest

from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.look_alikes import LOOK_ALIKES

DOCS = Path(__file__).parents[3] / "docs"
INDEX = (DOCS / "sources.md").read_text(encoding="utf-8")
PAGES = {page.stem: page.read_text(encoding="utf-8").casefold() for page in (DOCS / "sources").glob("*.md")}
NOT_READ = {Field.END, Field.END_DATE}
"""Only used to find out whether a timer is running."""


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.title)
def test_every_source_has_a_page_with_the_columns_it_reads(source):
    kinds = [
        *(spellings for field, spellings in source.columns.items() if field not in NOT_READ),
        [column.name for column in source.durations] or source.columns[Field.END],
        [name for alternative in source.workers for name in alternative],
    ]

    assert [] == [kind for kind in kinds if kind and not any(f"`{name}`" in PAGES[source.name] for name in kind)]


def test_the_index_links_every_page_and_every_page_is_a_source():
    names = {source.name for source in SOURCES}

    assert names == set(PAGES)
    assert set() == {name for name in names if f"[{name}](sources/{name}.md)" not in INDEX}


def test_every_report_that_is_refused_by_name_is_documented():
    tools = {report.title.split()[0] for report in LOOK_ALIKES} - {"weekly"}

    assert set() == {tool for tool in tools if f"\n| {tool} " not in INDEX}
    assert "summary and weekly" in INDEX


def test_every_field_that_a_mapping_may_name_is_documented():
    cli = (DOCS / "cli.md").read_text(encoding="utf-8")

    assert [] == [field.value for field in Field if f"`{field.value}`" not in cli]
