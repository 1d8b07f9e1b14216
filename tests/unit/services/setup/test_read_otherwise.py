"""Applying a set-up moves no hours; it lists the imports that a retry would read or route otherwise."""

from dataclasses import replace

import pytest

from chalicelib.domain.aliases import Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.intake.rows import SourceHints
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.read_otherwise import read_otherwise
from tests.import_rig import NOW, Rig, book, row

FOLDER, INBOX = "inbox/acme/x.csv", "inbox/all.csv"
APART = ClientRule(Match(project="Desk"), Pool.PROJECT, "support")
ACME = book("acme")


def listed(setup, *, key=FOLDER, before=ACME):
    """What a dry run and an apply list, which are the same, and the one import that there is."""
    rig = Rig(before)
    record = rig.drop(row("2026-01-05", "1:00", client="Acme"), row("2026-01-06", "1:00", client="Apex"), key=key)
    counted = rig.entries
    use_case = ApplySetup(rig.directory, rig.ledger, lambda: NOW)

    dry = read_otherwise(setup, use_case.preview(setup), NOW, rig.directory, rig.log)
    done = read_otherwise(setup, use_case.apply(setup), NOW, rig.directory, rig.log)
    again = read_otherwise(setup, use_case.apply(setup), NOW, rig.directory, rig.log)

    assert counted == rig.entries
    assert dry == done
    assert () == again.clients, "nothing was changed"
    return [(one.client, one.imports == (record.id,), one.is_cut) for one in done.clients]


def with_late_work(late_work):
    return replace(ACME, retainers=(replace(ACME.retainers[0], late_work=late_work),))


@pytest.mark.parametrize(
    ("setup", "key"),
    [
        (Setup(clients=(replace(ACME, rules=(APART,)),)), FOLDER),
        (Setup(clients=(book("acme", "support", "advisory"),)), FOLDER),
        (Setup(clients=(ACME,), workers=(Renamed("Ada Byron", ("Ada King",)),)), FOLDER),
        (Setup(clients=(ACME,), hints=SourceHints(complete=frozenset({"generic"}))), FOLDER),
        (Setup(clients=(ACME,), hints=SourceHints(zones={"generic": "UTC"})), FOLDER),
        (Setup(clients=(ACME, book("apex"))), INBOX),
        (Setup(clients=(ACME, book("apex"))), FOLDER),
    ],
    ids=[
        *("a rule", "a second retainer", "a worker's other name", "complete exports", "a zone"),
        *("a client", "another's folder"),
    ],
)
def test_an_import_that_would_be_read_or_routed_otherwise_is_listed(setup, key):
    assert [("acme", True, False)] == listed(setup, key=key)


@pytest.mark.parametrize(
    ("setup", "key"),
    [
        (Setup(clients=(with_late_work(LateEntryRule.WRITE_OFF),)), FOLDER),
        (Setup(clients=(ACME, book("globex"))), FOLDER),
        (Setup(clients=(ACME, book("globex"))), INBOX),
        (Setup(clients=(ACME,), hints=SourceHints(complete=frozenset({"toggl"}), zones={"toggl": "UTC"})), FOLDER),
    ],
    ids=[
        "late work",
        "a client that a folder's file does not name",
        "a client that it does not name",
        "another source",
    ],
)
def test_an_import_that_nothing_of_it_concerns_is_not(setup, key):
    assert [] == listed(setup, key=key)
