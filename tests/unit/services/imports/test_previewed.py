"""What is imported is exactly what was previewed, or the file says that it is not."""

from collections import Counter
from dataclasses import replace
from datetime import date
from io import BytesIO

import pytest

from chalicelib.domain.ids import ClientId
from chalicelib.domain.routing import InboxRule, Match
from chalicelib.intake.rows import RefusalKind, SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.imports.previewed import MOST_CLIENTS, Previewed, digest_of_share
from chalicelib.services.imports.progress import OutOfTimeError
from chalicelib.services.imports.replay.apply_to_cycles import LedgerUpdate
from chalicelib.services.imports.replay.match_share import Tally
from chalicelib.services.imports.replay.spool import SpooledCycles
from chalicelib.services.store.import_record import CycleChange, ImportStatus, LateEntry, Verb
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import ACME_SUPPORT, hours
from tests.import_rig import SUPPORT, Rig, book, csv_of, row
from tests.interposed import Interposed

MAIL = row("2026-01-05", "1:00", "Mail", start="09:00")
EDITED = row("2026-01-05", "1:30", "Mail", start="09:00")
PRINTER = row("2026-01-06", "2:00", "Printer", start="10:00")
SERVER = row("2026-02-03", "3:00", "Server", start="08:00")
ALL = "inbox/all.csv"
BOTH = (row("2026-01-05", "1:00", "A", client="acme"), row("2026-01-05", "2:00", "G", client="globex"))


class Desk(Rig):
    """A deployment where a file is previewed and then dropped with what the preview showed."""

    def preview(self, *rows, key=SUPPORT):
        return self.imports.preview(BytesIO(csv_of(*rows).encode()), key)

    def put_as_previewed(self, shown, *rows, key=SUPPORT):
        return self.put(*rows, key=key, expected=str(shown))


def refusal_of(record):
    refusal = record.report.refusal or record.retry_refused
    return (refusal.kind, refusal.reason) if refusal else None


def test_a_file_is_imported_just_as_it_was_previewed():
    desk = Desk()
    desk.drop(MAIL)
    preview = desk.preview(EDITED, SERVER)

    record = desk.imports.run(desk.put_as_previewed(preview.shown, EDITED, SERVER))

    without_balances = [replace(one, before_remaining=None, after_remaining=None) for one in preview.report.cycles]
    assert replace(preview.report, cycles=tuple(without_balances)) == record.report
    assert hours("4:30") == desk.seconds


@pytest.mark.parametrize(
    "other", [(PRINTER,), (EDITED, PRINTER), (row("2026-05-05", "1:00", "Elsewhere"),)], ids=["day", "edit", "month"]
)
def test_an_import_that_commits_between_preview_and_commit_is_named_and_nothing_counts(other):
    desk = Desk()
    desk.drop(MAIL)
    shown = desk.preview(EDITED, SERVER).shown
    between = desk.drop(*other)
    before = desk.entries

    record = desk.imports.run(desk.put_as_previewed(shown, EDITED, SERVER))

    kind, reason = refusal_of(record)
    assert RefusalKind.NOT_AS_PREVIEWED is kind
    assert reason == (
        "The ledger or the set-up of acme has moved since this file was previewed "
        f"(its newest import: {between.id}, 2026-11-22 09:00 UTC). "
        "Preview it again, or count it as it is now with `hourtab import retry`."
    )
    assert before == desk.entries


def test_an_import_that_commits_at_any_moment_before_the_commit_moves_the_ledger():
    for call in range(1, 100):
        desk = Desk()
        desk.drop(MAIL)
        file = desk.put_as_previewed(desk.preview(EDITED).shown, EDITED)
        with Interposed(desk.directory, desk.ledger, desk.log, desk.files, at=call) as once:
            once.act = lambda desk=desk: desk.drop(PRINTER)
            record = desk.imports.run(file)
        if once.made is None:
            break
        assert (call, ImportStatus.REFUSED, hours("3:00")) == (call, record.report.status, desk.seconds)
    assert (ImportStatus.DONE, hours("1:30")) == (record.report.status, desk.seconds)


def test_a_retry_counts_the_file_as_it_is_now():
    desk = Desk()
    shown = desk.preview(MAIL).shown
    desk.drop(PRINTER)
    file = desk.put_as_previewed(shown, MAIL)
    desk.imports.run(file)

    assert ImportStatus.DONE is desk.imports.run(file, retry=True).report.status
    assert hours("3:00") == desk.seconds


def test_an_undo_moves_the_ledger():
    desk = Desk()
    first = desk.drop(PRINTER)
    shown = desk.preview(MAIL).shown
    desk.imports.decide(first, Verb.UNDO)

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(desk.imports.run(desk.put_as_previewed(shown, MAIL)))[0]


def test_a_repeated_delivery_of_it_returns_the_record_of_the_first():
    desk = Desk()
    file = desk.put_as_previewed(desk.preview(MAIL).shown, MAIL)

    first, second = desk.imports.run(file), desk.imports.run(file)

    assert (first, hours("1:00")) == (second, desk.seconds)
    assert refusal_of(first) is None


@pytest.mark.parametrize("other", [(MAIL, PRINTER), (row("2026-01-05", "1:00", "Mall", start="09:00"),)])
def test_another_file_than_the_previewed_one_is_refused_whatever_it_counts(other):
    desk = Desk()
    shown = desk.preview(MAIL).shown

    record = desk.imports.run(desk.put_as_previewed(shown, *other))

    kind, reason = refusal_of(record)
    assert RefusalKind.NOT_AS_PREVIEWED is kind
    assert reason.startswith("It is not the file that was previewed, or is read or routed otherwise by now.")
    assert 0 == desk.seconds


@pytest.mark.parametrize("days", [("03/04/2026", "04/04/2026"), ("03/03/2026", "04/04/2026")])
def test_another_reading_than_the_previewed_one_is_refused_even_if_it_says_the_same(days):
    dates = [row(day, "1:00", "Mail") for day in days]
    desk = Desk(operator=OperatorBook(hints=SourceHints(date_orders={"generic": DateOrder.DAY_FIRST})))
    shown = desk.preview(*dates).shown
    desk.directory.operator = OperatorBook(hints=SourceHints(date_orders={"generic": DateOrder.MONTH_FIRST}))

    record = desk.imports.run(desk.put_as_previewed(shown, *dates))

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(record)[0]


def test_a_client_whose_rows_would_now_be_routed_elsewhere_is_refused():
    desk = Desk(book("acme"), book("globex", aliases=("Sub",)))
    rows = (BOTH[0], row("2026-01-05", "2:00", "S", client="Sub"))
    shown = desk.preview(*rows, key=ALL).shown
    globex = desk.directory.books["globex"]
    desk.directory.books["globex"] = replace(globex, client=replace(globex.client, aliases=()))

    record = desk.imports.run(desk.put_as_previewed(shown, *rows, key=ALL))

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(record)[0]
    assert 0 == desk.seconds


def test_a_file_whose_only_client_is_no_longer_named_is_refused():
    desk = Desk(book("acme", aliases=("Sub",)))
    stray = row("2026-01-05", "2:00", "S", client="Sub")
    shown = desk.preview(stray, key=ALL).shown
    acme = desk.directory.books["acme"]
    desk.directory.books["acme"] = replace(acme, client=replace(acme.client, aliases=()))

    record = desk.imports.run(desk.put_as_previewed(shown, stray, key=ALL))

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(record)[0]


def test_rules_that_changed_are_another_reading_whatever_they_would_route():
    desk = Desk()
    named = row("2026-01-05", "2:00", "S", client="acme")
    shown = desk.preview(named, key=ALL).shown
    desk.directory.operator = OperatorBook(
        inbox_rules=(InboxRule(Match(project="X"), ClientId("acme")),), names_indexed=True
    )

    record = desk.imports.run(desk.put_as_previewed(shown, named, key=ALL))

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(record)[0]


def test_whatever_else_a_share_would_change_has_another_digest():
    """What decides is the same, and a later release, or a later day, decides otherwise."""
    acme = book()
    nothing = LedgerUpdate(SpooledCycles(), (), Tally())
    change = CycleChange(ACME_SUPPORT, date(2026, 1, 1), 0, 3600)
    updates = [
        nothing,
        replace(nothing, tally=Tally(Counter(new=1))),
        replace(nothing, changes=(change,)),
        replace(nothing, changes=(replace(change, after_seconds=7200),)),
        replace(nothing, late=(LateEntry(ACME_SUPPORT, date(2026, 1, 1), "Ada", 60, None),)),
    ]

    assert len(updates) == len({digest_of_share(acme, "rules", update) for update in updates})
    with_balance = replace(nothing, changes=(replace(change, before_remaining=1, after_remaining=2),))
    assert digest_of_share(acme, "rules", updates[2]) == digest_of_share(acme, "rules", with_balance)


@pytest.mark.parametrize("moved", ["acme", "globex"])
def test_of_several_clients_one_that_has_moved_keeps_the_file_from_all(moved):
    desk = Desk(book("acme"), book("globex"))
    shown = desk.preview(*BOTH, key=ALL).shown
    desk.drop(PRINTER, key=f"inbox/{moved}/support/other.csv")

    record = desk.imports.run(desk.put_as_previewed(shown, *BOTH, key=ALL))

    assert f"of {moved} has moved" in refusal_of(record)[1]
    assert hours("2:00") == desk.seconds


def test_one_that_moves_between_two_clients_commits_is_named_with_what_counts():
    desk = Desk(book("acme"), book("globex"))
    file = desk.put_as_previewed(desk.preview(*BOTH, key=ALL).shown, *BOTH, key=ALL)
    commit = desk.ledger.commit

    def once(change):
        desk.ledger.commit = commit
        commit(change)
        desk.drop(PRINTER, key="inbox/globex/support/other.csv")

    desk.ledger.commit = once

    record = desk.imports.run(file)

    assert (("acme",), ("globex",)) == (record.clients, record.stopped_before)
    assert "of globex has moved" in refusal_of(record)[1]
    assert hours("3:00") == desk.seconds


def test_a_function_that_continues_one_of_several_clients_checks_those_that_are_left():
    desk = Desk(book("acme"), book("globex"))
    file = desk.put_as_previewed(desk.preview(*BOTH, key=ALL).shown, *BOTH, key=ALL)
    commit, desk.ledger.commit = desk.ledger.commit, None

    def killed_after(change):
        commit(change)
        raise OutOfTimeError

    desk.ledger.commit = killed_after
    with pytest.raises(OutOfTimeError):
        desk.imports.run(file)
    desk.ledger.commit = commit

    record = desk.imports.run(file)

    assert (ImportStatus.DONE, hours("3:00")) == (record.report.status, desk.seconds)


def test_a_preview_has_one_fingerprint_until_something_changes():
    desk = Desk()
    first, again = (desk.preview(MAIL).shown.fingerprint for _ in range(2))
    other = desk.preview(MAIL, PRINTER).shown.fingerprint
    desk.drop(PRINTER)

    assert 12 == len(first)
    assert first == again
    assert 3 == len({first, other, desk.preview(MAIL).shown.fingerprint})


def test_what_is_kept_with_a_file_is_read_again():
    shown = Previewed("1a2b3c4d", frozenset(("00000001", "00000002")))

    assert shown == Previewed.read(str(shown))
    assert Previewed("1a2b3c4d", frozenset()) == Previewed.read("1a2b3c4d")


def test_a_refused_file_and_one_of_too_many_clients_have_nothing_to_check():
    many = [book(f"client-{number}") for number in range(MOST_CLIENTS + 1)]
    rows = [row("2026-01-05", "1:00", client=one.client.id) for one in many]
    desk = Desk(*many)

    assert desk.imports.preview(BytesIO(b""), SUPPORT).shown is None
    assert desk.preview(*rows, key=ALL).shown is None
    assert len(str(desk.preview(*rows[1:], key=ALL).shown)) + len("hourtab-expected") < 2048


def test_rows_without_a_client_are_checked_like_others():
    desk = Desk()
    stray = row("2026-01-05", "1:00", client="Nobody")
    shown = desk.preview(stray, key=ALL).shown
    file = desk.put_as_previewed(shown, stray, key=ALL)
    assert refusal_of(desk.imports.run(file)) is None
    desk.directory.books["nobody"] = replace(book("nobody", name="Nobody"), version=1)
    other = desk.put_as_previewed(shown, stray, key=ALL)

    assert RefusalKind.NOT_AS_PREVIEWED is refusal_of(desk.imports.run(other))[0]
    assert ClientId("nobody") not in desk.ledger.cycles
