"""A client or retainer without an issued invoice can be removed; nothing of it becomes part of a new one of its id."""

from collections import Counter
from dataclasses import replace

import pytest

from chalicelib.domain.billing import InvoiceState
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import Link
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.services.cycles.adjust_hours import BuyHours, CorrectHours, adjust_hours
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.setup.apply import ApplySetup
from chalicelib.services.setup.declared import Setup
from chalicelib.services.setup.remove import NotRemovableError, Removal, Remove, RemovedRetainer
from chalicelib.services.store.audit import Act
from chalicelib.services.store.conflicts import StaleWriteError
from chalicelib.services.store.import_record import DroppedFile, Verb
from chalicelib.services.store.ledger import LedgerCommit
from chalicelib.services.store.lookup import UnknownNameError
from tests.builders import ACME_SUPPORT, hours, retainer
from tests.import_rig import SUPPORT, row
from tests.invoice_rig import FakeInvoices
from tests.unit.services.cycles.test_close_due import Deployment, january

ACME = ClientId("acme")
ADVISORY = RetainerId(ACME, RetainerSlug("advisory"))
IN_ADVISORY = "inbox/acme/advisory/export.csv"


class Stage(Deployment):
    """Acme with two live retainers since January 2026; it is 20 March, and January and February are closed."""

    def __init__(self, *, work: bool = True) -> None:
        super().__init__()
        mine = self.directory.books[ACME]
        advisory = retainer(retainer_id=ADVISORY, title="Advisory")
        self.directory.books[ACME] = replace(mine, retainers=(*mine.retainers, advisory), version=1)
        self.declared = Setup(clients=(replace(self.book, version=0),))
        if work:
            self.drop(january("7:00"), key=SUPPORT)
            self.old = self.drop(row("2026-01-21", "2:00"), key=IN_ADVISORY)
        self.at("2026-03-20").close_overdue()

    @property
    def book(self):
        return self.directory.books[ACME]

    @property
    def invoices(self):
        """The invoices of the log that the ledger writes."""
        invoices = FakeInvoices()
        invoices.records = self.log.invoices
        return invoices

    @property
    def removal(self):
        return Remove(self.directory, self.ledger, self.invoices, lambda: self.now)

    def put(self, *rows, **options):
        """A file whose place in the order of files is its time, as that of S3 is."""
        file = super().put(*rows, **options)
        return replace(file, order=f"{self.now.isoformat(timespec='milliseconds')} {file.order}")

    def apply(self):
        plan = ApplySetup(self.directory, self.ledger, lambda: self.now).apply(self.declared)
        assert plan.conflicts == ()

    def hours(self):
        """The counted time by retainer."""
        counted = Counter()
        for cycle in self.ledger.cycles.values():
            counted[cycle.id.retainer.retainer] += sum(entry.seconds for entry in cycle.entries)
        return +counted


def issue(at, of=ADVISORY):
    for name, record in at.log.invoices.items():
        if record.cycle.retainer == of:
            at.log.invoices[name] = replace(record, state=InvoiceState.ISSUED)


def test_a_plan_says_what_goes_and_writes_nothing():
    at = Stage()
    before = (dict(at.directory.books), dict(at.ledger.cycles), dict(at.log.invoices))

    planned = at.removal.preview("acme")

    assert planned == Removal(
        "acme", (RemovedRetainer(ACME_SUPPORT, 2, hours("7"), 2), RemovedRetainer(ADVISORY, 2, hours("2"), 2))
    )
    assert before == (at.directory.books, at.ledger.cycles, at.log.invoices)


def test_a_plan_lists_what_was_bought_and_corrected_and_the_rules_that_go():
    at = Stage()
    bought, given = BuyHours("one", hours("5")), CorrectHours("two", hours("2"), "Printer failed again")
    for order in (bought, given, CorrectHours("three", hours("-0:30"), "A typo")):
        adjust_hours("acme", "support", order, at.now, directory=at.directory, ledger=at.ledger)
    of_advisory = ClientRule(Match(project="Advice"), Pool.RETAINER, ADVISORY.retainer)
    rules = (of_advisory, ClientRule(Match(task="Travel"), pool=Pool.EXCLUDED))
    at.directory.books[ACME] = replace(at.book, rules=rules)

    support, advisory = at.removal.preview("acme").retainers
    assert (hours("7"), 1, hours("5"), 2, hours("1:30")) == (
        support.seconds,
        support.top_ups,
        support.top_up_seconds,
        support.corrections,
        support.correction_seconds,
    )
    assert (0, 0) == (advisory.top_ups, advisory.corrections)
    assert (2, 1) == (at.removal.preview("acme").rules, at.removal.preview("acme", "advisory").rules)
    at.removal.remove("acme", "advisory")
    assert rules[1:] == at.book.rules


def test_a_removed_client_is_unknown_and_nothing_of_it_is_due_or_drafted():
    at = Stage()

    assert at.removal.remove("acme").name == "acme"

    assert at.directory.read_client(ACME) is None
    assert at.directory.read_names() == {}
    assert ({}, {}) == (at.hours(), at.log.invoices)
    assert [] == list(at.directory.due(at.at("2028-01-01").now))
    assert Act.REMOVE in [one.act for one in at.log.acts.values()]
    with pytest.raises(UnknownNameError):
        at.removal.remove("acme")


def test_an_old_link_does_not_open_a_new_client_of_the_same_id():
    at = Stage()
    at.directory.books[ACME] = replace(at.book, client=replace(at.book.client, link=Link(version=4)))

    for version in (5, 6):
        at.removal.remove("acme")
        at.apply()

        assert at.book.client.link == Link(version=version)


def test_files_of_before_never_count_for_a_new_client_and_new_ones_do():
    at = Stage()
    undelivered = at.put(january("3:00"))
    at.removal.remove("acme")
    at.at("2026-03-21").apply()

    at.imports.run(undelivered)
    at.imports.run(at.old.file, retry=True)
    assert {} == at.hours()

    new = at.at("2026-03-22").drop(row("2026-03-02", "1:00"))
    at.at("2026-03-23").drop(row("2026-03-02", "1:00"), row("2026-03-03", "4:00"))
    assert {"support": hours("5")} == at.hours()
    at.imports.decide(new, Verb.UNDO)
    assert {"support": hours("5")} == at.hours()


def test_a_commit_that_began_before_the_removal_cannot_succeed_on_the_new_client():
    at = Stage()
    before = at.book.head
    at.removal.remove("acme")
    at.apply()

    assert at.book.head.version > before.version
    with pytest.raises(StaleWriteError):
        at.ledger.commit(LedgerCommit(ACME, before))


def test_a_removed_retainer_takes_nothing_of_the_others_with_it():
    at = Stage()

    at.removal.remove("acme", "advisory")

    assert [ACME_SUPPORT] == [one.id for one in at.book.retainers]
    assert {"support": hours("7")} == at.hours()
    assert {"support"} == set(at.book.head.positions)
    assert {ACME_SUPPORT} == {record.cycle.retainer for record in at.log.invoices.values()}


def test_a_new_retainer_of_the_same_id_begins_empty_and_old_files_do_not_count_for_it():
    at = Stage()
    at.removal.remove("acme", "advisory")
    at.at("2026-03-21").apply()

    at.imports.run(at.old.file, retry=True)
    assert {"support": hours("7")} == at.hours()

    own = at.at("2026-03-22").drop(row("2026-03-02", "1:00"), key=IN_ADVISORY)
    at.drop(row("2026-03-03", "1:00"), key=IN_ADVISORY)
    assert {"support": hours("7"), "advisory": hours("2")} == at.hours()
    at.imports.decide(own, Verb.UNDO)
    assert {"support": hours("7"), "advisory": hours("1")} == at.hours()


def test_an_undo_beside_a_removed_retainer_does_not_need_its_files():
    at = Stage()
    mine = at.at("2026-03-20").drop(row("2026-03-05", "1:00"))
    at.removal.remove("acme", "advisory")
    at.files.objects = {key: data for key, data in at.files.objects.items() if key[0] != IN_ADVISORY}

    at.imports.decide(mine, Verb.UNDO)

    assert {"support": hours("7")} == at.hours()


def test_an_import_of_a_removed_client_alone_cannot_be_decided_any_more():
    at = Stage()
    at.removal.remove("acme")

    with pytest.raises(NothingToDecideError, match="no longer exists"):
        at.imports.decide(at.old, Verb.UNDO)


@pytest.mark.parametrize("retainer_of", [None, "advisory"])
def test_what_an_invoice_was_issued_for_stays(retainer_of):
    at = Stage()
    issue(at)
    before = (at.book, at.hours(), dict(at.log.invoices))

    with pytest.raises(
        NotRemovableError,
        match=r"^acme/advisory stays, because the invoice .* was issued for it: end it with `ends_on`",
    ):
        at.removal.remove("acme", retainer_of)

    assert before == (at.book, at.hours(), at.log.invoices)


def test_an_invoice_that_is_not_listed_yet_stays_too():
    at = Stage()
    issue(at)
    invoices = at.invoices
    invoices.newest = lambda *_: iter(())  # the index behind the list is eventually consistent

    with pytest.raises(NotRemovableError, match="acme/advisory stays"):
        Remove(at.directory, at.ledger, invoices, lambda: at.now).remove("acme")


def test_a_retainer_beside_one_with_an_issued_invoice_can_be_removed():
    at = Stage()
    issue(at, ACME_SUPPORT)

    at.removal.remove("acme", "advisory")

    assert [ACME_SUPPORT] == [one.id for one in at.book.retainers]


def test_a_client_keeps_its_last_retainer():
    at = Stage()
    at.removal.remove("acme", "advisory")

    with pytest.raises(NotRemovableError, match="acme/support is the only retainer of acme: remove the client"):
        at.removal.remove("acme", "support")


def once_after(write, act):
    """The same write, with an act of somebody else after its first call."""
    acts = [act]

    def called(*words):
        write(*words)
        if acts:
            acts.pop()()

    return called


def test_an_import_in_the_middle_of_a_removal_is_removed_too_and_reported():
    at = Stage()
    commit = at.ledger.commit

    def dropped():
        at.ledger.commit = commit
        at.drop(row("2026-03-02", "1:00"))

    at.ledger.commit = once_after(commit, dropped)
    removal = at.removal.remove("acme")

    assert ({}, {}) == (at.directory.books, at.hours())
    assert RemovedRetainer(ACME_SUPPORT, 3, hours("8"), 2) == removal.retainers[0]


def test_a_draft_that_is_issued_in_the_middle_of_a_removal_stops_it_and_no_other_draft_is_lost():
    at = Stage()
    [first, *others] = at.log.invoices.values()
    commit = at.ledger.commit

    def issued_first(change):
        at.ledger.commit = commit
        at.log.invoices[first.id] = replace(first, state=InvoiceState.ISSUED, version=first.version + 1)
        commit(change)

    at.ledger.commit = issued_first
    before = at.hours()
    with pytest.raises(NotRemovableError, match="was issued for"):
        at.removal.remove("acme")

    assert (before, {first.id, *(one.id for one in others)}) == (at.hours(), at.log.invoices.keys())


@pytest.mark.parametrize("calls", range(2))
def test_a_removal_that_was_interrupted_is_completed_by_the_next(calls):
    at = Stage()
    left = [calls]

    def crash_after(write):
        def called(*words):
            if left[0] == 0:
                raise ConnectionError
            left[0] -= 1
            return write(*words)

        return called

    at.ledger.commit, at.directory.remove_client = map(crash_after, (at.ledger.commit, at.directory.remove_client))
    with pytest.raises(ConnectionError):
        at.removal.remove("acme")
    left[0] = -1

    at.removal.remove("acme")

    assert ({}, {}, {}) == (at.directory.books, at.hours(), at.log.invoices)


def test_a_file_is_after_a_removal_only_if_it_was_dropped_after_it():
    book = replace(Stage(work=False).book, counts_after="2026-03-20T00:00:00.000+00:00~")
    book = replace(book, removed={RetainerSlug("advisory"): "2026-04-01T00:00:00.000+00:00~"})

    def counts(slug, time):
        file = DroppedFile("inbox", SUPPORT, None, f"{time}+00:00 ABC v1")
        return book.counts(RetainerSlug(slug), file.order)

    assert not counts("support", "2026-03-20T00:00:00.000")
    assert counts("support", "2026-03-20T00:00:00.001")
    assert not counts("advisory", "2026-03-25T00:00:00.000")
    assert counts("advisory", "2026-04-02T00:00:00.000")
