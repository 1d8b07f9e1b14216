"""An id is for ever: a file that renames one is refused instead of creating a second client or retainer."""

from dataclasses import replace

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from tests.builders import retainer, terms
from tests.fakes import FakeDirectory, FakeLedger
from tests.unit.services.setup.test_apply import ACME, NOW, declared, named, stored

HELPDESK = replace(retainer(backfill=True), title="Helpdesk")


def problems(setup: Setup, *before: Retainer) -> list[str]:
    directory = FakeDirectory(stored(*(before or (HELPDESK,))))
    plan = ApplySetup(directory, FakeLedger(directory=directory), lambda: NOW).apply(setup)
    assert bool(plan.conflicts) == (set(directory.books) == {ACME.id} and directory.books[ACME.id].version == 1)
    return [problem.text for problem in plan.conflicts]


@pytest.mark.parametrize("name", ["Acme", "ACME", " acme"])
def test_a_new_id_with_the_name_of_a_stored_client_that_the_file_lacks_is_a_renamed_id(name: str) -> None:
    renamed = Client(ClientId("acme-gmbh"), name, aliases=ACME.aliases)

    assert problems(declared(client=renamed)) == [
        (
            "`acme-gmbh` is not stored, and the stored client `acme` has its name: an id is for ever, so keep the old "
            "one, or give the new client another name."
        )
    ]


def test_a_new_retainer_with_the_title_of_a_stored_one_that_the_file_lacks_is_a_renamed_id() -> None:
    assert problems(declared(replace(HELPDESK, id=named("help")))) == [
        (
            "`acme/help` is not stored, and the stored retainer `acme/support` is the same one: an id is for ever, so "
            "keep the old one, or keep `support` in the file, too, if this is another retainer."
        )
    ]


def test_a_retainer_without_a_title_is_recognised_by_all_the_rest() -> None:
    untitled = replace(HELPDESK, title="support")
    renamed = replace(untitled, id=named("help"), title="help")

    assert len(problems(declared(renamed), untitled)) == 1
    assert problems(declared(replace(renamed, terms=(terms(fee="99.00"),))), untitled) == []


def test_a_second_retainer_of_the_same_title_is_new_if_the_file_has_both() -> None:
    assert problems(declared(HELPDESK, replace(HELPDESK, id=named("help")))) == []
