"""A row that cannot be counted blocks its worker's day: nothing is removed there."""

from datetime import date

import pytest

from chalicelib.domain.ids import ClientId, RetainerSlug
from chalicelib.domain.routing import Facts
from chalicelib.intake.rows import Row, RowProblem
from chalicelib.services.imports.route_rows import Destination
from chalicelib.services.imports.stage_rows import stage_rows
from tests.builders import entry
from tests.fakes import FakeDirectory
from tests.import_rig import NOW, book

ACME = ClientId("acme")
FIFTH = date(2026, 1, 5)
PROBLEM = RowProblem(3, "Duration", "soon", "This is not a duration.", date="2026-01-05")


def staged(*rows, retainer=None):
    """Rows of a file that belongs to the client, in a retainer's folder or to be routed by its rules."""
    acme = book("acme", "support", "advisory")
    return stage_rows(rows, Destination(acme, retainer and RetainerSlug(retainer)), FakeDirectory(acme), NOW)


def test_a_row_that_no_rule_places_blocks_its_worker_s_day():
    of_the_rules = staged(Row(2, Facts(project="Nobody's"), entry("2026-01-05", "1:00", "Ada Byron")))

    assert (1, 1) == (of_the_rules.rows, of_the_rules.unrouted.count)
    assert {("ada byron", FIFTH)} == of_the_rules.shares[ACME].blocked


@pytest.mark.parametrize(
    ("problem", "blocked"),
    [
        (PROBLEM._replace(worker="Ada Byron"), {("ada byron", FIFTH)}),
        (PROBLEM._replace(worker=None), {("", FIFTH)}),
        (PROBLEM._replace(worker="Ada Byron", date=None), set()),
        (PROBLEM._replace(worker="Ada Byron", is_warning=True), set()),
    ],
    ids=["of a worker", "of nobody: every worker's day", "of no day", "a warning: the row counts"],
)
def test_a_row_problem_blocks_the_day_that_it_names(problem, blocked):
    assert blocked == staged(problem, retainer="support").shares[ACME].blocked


def test_a_row_outside_the_retainer_s_time_blocks_its_worker_s_day_for_its_client_alone():
    early = staged(Row(2, Facts(), entry("2025-12-31", "1:00", "Ada Byron")), retainer="support")

    assert (1, 1, 0) == (early.rows, early.problems.count, early.seconds)
    assert {("ada byron", date(2025, 12, 31))} == early.shares[ACME].blocked
    assert set() == early.blocked
