"""The demo works on whatever day somebody tries it."""

from datetime import date, timedelta

import pytest

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.intake.export import Export, open_export
from chalicelib.intake.rows import Row
from infra.demo.exports import write_exports
from infra.demo.set_up import SETUP, apply_setup

SOURCES = ("toggl", "harvest", "clockify", "kimai")


@pytest.mark.parametrize("day", [date(2026, 12, 1) + timedelta(days=days) for days in (*range(14), 31, 62)])
def test_every_export_is_read_whole(day, tmp_path):
    hints = read_setup(SETUP.read_text(encoding="utf-8"), SOURCES).hints

    for each in write_exports(tmp_path, day):
        with each.open("rb") as stream:
            export = open_export(stream, hints)
            assert isinstance(export, Export), (each.name, export)
            assert {Row} == {type(row) for row in export.rows()}, each.name


def test_the_demo_is_applied_again_only_to_a_stack_that_lacks_its_clients(tmp_path):
    clients: list[str] = []
    applied: list[str] = []

    def hourtab(verb: str, *words: str):
        if verb == "client":
            return [{"client": name} for name in clients]
        applied.extend(words)
        clients[:] = ["my-own", "nordlicht-dental", "brunner-architekten", "petit-moulin"]
        return {"counts": {"created": 3, "unchanged": 0}}

    first, second = apply_setup(tmp_path, hourtab), apply_setup(tmp_path, hourtab)
    clients.remove("petit-moulin")
    third = apply_setup(tmp_path, hourtab)

    assert ("3 created", "", "3 created") == (first, second, third)
    assert 2 * [str(SETUP)] == applied
