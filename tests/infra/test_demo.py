"""The demo works on whatever day somebody tries it."""

from datetime import date, timedelta

import pytest

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.intake.export import Export, open_export
from chalicelib.intake.rows import Row
from infra.demo.exports import write_exports
from infra.demo.set_up import SETUP

SOURCES = ("toggl", "harvest", "clockify", "kimai")


@pytest.mark.parametrize("day", [date(2026, 12, 1) + timedelta(days=days) for days in (*range(14), 31, 62)])
def test_every_export_is_read_whole(day, tmp_path):
    hints = read_setup(SETUP.read_text(encoding="utf-8"), SOURCES).hints

    for each in write_exports(tmp_path, day):
        with each.open("rb") as stream:
            export = open_export(stream, hints)
            assert isinstance(export, Export), (each.name, export)
            assert {Row} == {type(row) for row in export.rows()}, each.name
