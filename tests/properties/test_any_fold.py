"""At every moment the ledger is the fold of the kept originals and the decisions, each import as it was read.

Files with unrouted and bad rows, over several months; rules, aliases, retainers, clients and settings that change in
between; retries, undos, redos, accepts, late deliveries, and cycles that close. After every step each client's ledger
equals the replay, from scratch and over all cycles, of what was read when each file was imported or retried; here that
reading is kept in memory, so that neither the stored rules nor the cut of a replay can make it come true.
"""

from collections import Counter
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from chalicelib.domain.aliases import NO_ALIASES, Aliases, Renamed
from chalicelib.domain.entry import LATE_SOURCES, OWN_SOURCES, Pool
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import LateEntryRule
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.intake.rows import RefusalKind, SourceHints
from chalicelib.services.cycles.close_due import close_due
from chalicelib.services.imports.decide_import import NothingToDecideError
from chalicelib.services.imports.open_file import OpenedFile, open_dropped
from chalicelib.services.imports.replay.replay import Step, replay
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import (
    DroppedFile,
    ImportRecord,
    Verb,
    accepts_missing,
    edits_of,
    import_id,
    is_undone,
)
from chalicelib.services.store.operator_book import OperatorBook
from tests.builders import retainer
from tests.effort import tries
from tests.import_rig import HEADER, Rig, book, row

DAYS = ("2026-01-05", "2026-01-30", "2026-02-02", "2026-02-27", "2026-03-02", "2026-04-15", "2026-05-04", "2026-06-10")
ROWS = st.builds(
    row,
    st.sampled_from(DAYS),
    st.sampled_from(["0:30", "1:00", "1:00", "an hour"]),
    st.sampled_from(["Mail", "Phone", "Server"]),
    user=st.sampled_from(["Ada Byron", "Ada King", "Ada Byron", ""]),
    start=st.sampled_from(["", "09:00", "10:00"]),
    project=st.sampled_from(["Desk", "Advice", ""]),
    client=st.sampled_from(["Acme", "Acme", "Globex", "Apex"]),
)
FILES = st.tuples(
    st.sampled_from(["inbox/acme/support/x.csv", "inbox/acme/x.csv", "inbox/x.csv", "inbox/x.csv"]),
    st.lists(ROWS, min_size=1, max_size=5),
)
RULES = {
    "advice": ClientRule(Match(project="Advice"), Pool.RETAINER, RetainerSlug("advisory")),
    "apart": ClientRule(Match(project="Desk"), Pool.PROJECT, RetainerSlug("support")),
    "desk": ClientRule(Match(project="Desk"), Pool.RETAINER, RetainerSlug("support")),
    "out": ClientRule(Match(project="Advice"), Pool.EXCLUDED, RetainerSlug("support"), reason="Not ours"),
}
RENAMED = Aliases((Renamed("Ada Byron", ("Ada King",)),))
_START = HEADER.index("Start")
WHICH = st.integers(0, 10**6)
BEGIN = datetime(2026, 6, 20, 9, tzinfo=UTC)


@dataclass
class Dropped:
    """A file in the bucket, and what it said when it was last read."""

    file: DroppedFile
    rows: list[tuple[str, ...]]
    read: OpenedFile | None = None
    choices: set[LateEntryRule] = field(default_factory=set)
    """What was done about late entries, each time that it was read."""


def _later(one: tuple[str, ...]) -> tuple[str, ...]:
    """The row with a start that is an hour and a half later."""
    return (*one[:_START], f"{int(one[_START][:2]) + 1}:30", *one[_START + 1 :])


def _of_other_zone(record: ImportRecord) -> bool:
    refusal = record.report.refusal or record.retry_refused
    return refusal is not None and refusal.kind is RefusalKind.OTHER_ZONE


def _live(client: str, *slugs: str) -> tuple[object, ...]:
    """Retainers that are live, so that their cycles close."""
    return tuple(retainer(retainer_id=RetainerId(ClientId(client), RetainerSlug(slug)), title=slug) for slug in slugs)


class AnyFold(RuleBasedStateMachine):
    """Two clients, one operator, and a ledger that never says anything else than the files and the decisions."""

    @initialize(month=st.integers(2, 6))
    def begin(self, month: int) -> None:
        acme = replace(book("acme"), retainers=_live("acme", "support", "advisory"))
        globex = replace(book("globex"), retainers=_live("globex", "care"))
        self.rig = Rig(replace(acme, rules=(RULES["desk"], RULES["advice"])), globex)
        self.now = BEGIN.replace(month=month)
        self.rig.ports = replace(self.rig.ports, clock=lambda: self.now)
        self.rig.imports = RunImport(self.rig.ports)
        self.dropped: list[Dropped] = []

    # What is dropped, and how it arrives

    @rule(file=FILES, at_once=st.booleans())
    def a_file_is_dropped(self, file: tuple[str, list[tuple[str, ...]]], at_once: bool) -> None:
        key, rows = file
        self.dropped.append(Dropped(self.rig.put(*rows, key=key), rows))
        if at_once:
            self.deliver(self.dropped[-1])

    @precondition(lambda self: self.waiting)
    @rule(which=WHICH)
    def a_file_is_delivered_late(self, which: int) -> None:
        self.deliver(self.waiting[which % len(self.waiting)])

    @precondition(lambda self: self.dropped)
    @rule(which=WHICH, as_edits=st.booleans())
    def a_file_is_retried(self, which: int, as_edits: bool) -> None:
        """One that was refused, too: as an export in another time zone, for example."""
        self.deliver(self.dropped[which % len(self.dropped)], retry=True, as_edits=as_edits)

    @precondition(lambda self: self.done)
    @rule(which=WHICH, all_of_it=st.booleans(), taken=st.booleans())
    def a_file_is_dropped_again_with_edited_starts(self, which: int, all_of_it: bool, taken: bool) -> None:
        before = self.done[which % len(self.done)]
        timed = [number for number, one in enumerate(before.rows) if one[_START]][: None if all_of_it else 1]
        rows = [_later(one) if number in timed else one for number, one in enumerate(before.rows)]
        self.dropped.append(Dropped(self.rig.put(*rows, key=before.file.key), rows))
        self.deliver(self.dropped[-1])
        if taken and self.dropped[-1].read:
            self.decide(self.dropped[-1], Verb.ACCEPT_EDITS)
        elif taken:
            self.deliver(self.dropped[-1], retry=True, as_edits=True)

    # What is decided

    @precondition(lambda self: self.done)
    @rule(which=WHICH, verb=st.sampled_from(Verb))
    def a_decision_is_made(self, which: int, verb: Verb) -> None:
        self.decide(self.done[which % len(self.done)], verb)

    @precondition(lambda self: self.done)
    @rule(which=WHICH)
    def an_import_is_undone_and_redone_which_changes_nothing_else(self, which: int) -> None:
        """But late work that was reported under another choice than the last is reported anew (docs/concepts.md)."""
        one = self.done[which % len(self.done)]
        with_late = len(one.choices) == 1
        before = self.visible(with_late=with_late)
        if self.decide(one, Verb.UNDO):
            self.decide(one, Verb.REDO)
        assert before == self.visible(with_late=with_late)

    # What changes in the set-up, which moves no hours

    @rule(names=st.lists(st.sampled_from(sorted(RULES)), max_size=3, unique=True))
    def rules_change(self, names: list[str]) -> None:
        self.change(rules=tuple(RULES[name] for name in names))

    @rule(renamed=st.booleans(), written_off=st.booleans())
    def an_alias_or_the_choice_about_late_work_changes(self, renamed: bool, written_off: bool) -> None:
        late_work = LateEntryRule.WRITE_OFF if written_off else LateEntryRule.POST
        retainers = tuple(replace(one, late_work=late_work) for one in self.rig.directory.books["acme"].retainers)
        self.change(aliases=RENAMED if renamed else NO_ALIASES, retainers=retainers)

    @rule(complete=st.booleans())
    def exports_become_complete_or_are_so_no_longer(self, complete: bool) -> None:
        before = self.rig.entries
        hints = SourceHints(complete=frozenset({"generic"} if complete else ()))
        self.rig.directory.operator = OperatorBook(hints=hints)
        assert before == self.rig.entries

    @rule()
    def a_client_becomes_known(self) -> None:
        if "apex" not in self.rig.directory.books:
            self.rig.add(replace(book("apex"), retainers=_live("apex", "care")))

    @rule(days=st.integers(5, 40))
    def time_passes_and_cycles_close(self, days: int) -> None:
        self.now = min(self.now + timedelta(days=days), BEGIN.replace(month=9))
        for client in self.rig.directory.books:
            close_due(self.rig.directory, self.rig.ledger, client, self.now)

    # What must be true

    @invariant()
    def the_ledger_is_the_fold_of_originals_and_decisions(self) -> None:
        for client in self.rig.directory.books if hasattr(self, "rig") else ():
            assert self.replayed(client) == self.counted(client)

    # Helpers used above

    @property
    def done(self) -> list[Dropped]:
        return [one for one in self.dropped if one.read]

    @property
    def waiting(self) -> list[Dropped]:
        return [one for one in self.dropped if not one.read]

    def deliver(self, dropped: Dropped, *, retry: bool = False, as_edits: bool = False) -> None:
        stored = self.rig.log.read(import_id(dropped.file))
        read = open_dropped(self.rig.ports, dropped.file)
        was_refused = stored is not None and stored.report.refusal is not None
        record = self.rig.imports.run(dropped.file, retry=retry or was_refused, as_edits=as_edits)
        if not isinstance(read, OpenedFile) or _of_other_zone(
            record
        ):  # mostly another client's rows: nothing of it counts, or all as before
            assert is_undone(record) or record.report.refusal or record.retry_refused
        elif not (stored and is_undone(stored)):
            dropped.read = read
            dropped.choices |= {one.late_work for one in self.rig.directory.books["acme"].retainers}

    def decide(self, dropped: Dropped, verb: Verb) -> bool:
        """Whether the decision was made; one that would change nothing, or a closed cycle, is refused."""
        before = self.rig.entries
        try:
            self.rig.imports.decide(self.rig.log.read(import_id(dropped.file)), verb)
        except NothingToDecideError:
            assert before == self.rig.entries
            return False
        return True

    def visible(self, *, with_late: bool) -> "Counter[object]":
        """The entries; of late ones how much is posted, whichever open cycle takes it and under whose alias."""
        found: Counter[object] = Counter()
        for cycle, entry in self.rig.entries.elements():
            if entry.source not in LATE_SOURCES:
                found[cycle, entry] += 1
            elif with_late:
                found[cycle.retainer, entry.worked_on] += entry.seconds
        return found

    def change(self, **of_acme: object) -> None:
        before = self.rig.entries
        stored = self.rig.directory.books["acme"]
        self.rig.directory.books["acme"] = replace(stored, **of_acme, version=stored.version + 1)
        assert before == self.rig.entries

    def replayed(self, client: str) -> "Counter[object]":
        """What the files say, one after the other, over all cycles that they ever covered."""
        steps, cycles = [], set()
        for one in self.done:
            record = self.rig.log.read(import_id(one.file))
            share = one.read.staged.shares.get(client)
            if record is not None and share is not None and not is_undone(record):
                cycles |= {cycle for cycle in share.cycles() if cycle.retainer.client == client}
                complete, edits = one.read.complete or accepts_missing(record), edits_of(record.decisions)
                steps.append(Step(share, complete, record.id, edits=edits))
        found = replay(steps, cycles)
        return Counter((cycle, entry) for cycle in found.cycles for entry in found.entries.entries(cycle))

    def counted(self, client: str) -> "Counter[object]":
        """What the ledger has of the files: of a closed cycle, what was reported of it last."""
        ledgers = (one for one in self.rig.ledger.cycles.values() if one.id.retainer.client == client)
        return Counter(
            (one.id, entry) for one in ledgers for entry in one.latest_reported if entry.source not in OWN_SOURCES
        )


AnyFold.TestCase.settings = settings(max_examples=tries(80), stateful_step_count=25, deadline=None)
test_the_ledger_is_the_fold_of_originals_and_decisions_after_every_step = AnyFold.TestCase
