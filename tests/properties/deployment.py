"""HourTab as seen by a person who drops files: three retainers of two clients, and the content of their ledger."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from chalicelib.domain.entry import Pool
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.intake.rows import RefusalKind, SourceHints
from chalicelib.services.imports.run_import import RunImport
from chalicelib.services.store.import_record import DroppedFile, ImportRecord, ImportReport, Verb
from chalicelib.services.store.operator_book import OperatorBook
from tests.import_rig import SUPPORT, Rig, book
from tests.properties.tracker import EVERYTHING, PLAIN, Filter, Look, Tracker, Work, export

_RULES = (
    ClientRule(Match(project="Migration"), Pool.PROJECT, "support", reason="Billed apart"),
    ClientRule(Match(project="Private"), Pool.EXCLUDED, "support", reason="Not the client's"),
    ClientRule(Match(project="Advice"), Pool.RETAINER, "advisory"),
    ClientRule(Match(project="*"), Pool.RETAINER, "support"),
)
ROUTED, BY_CLIENT, FOLDERED = LAYOUTS = ("one routed file", "a file a client", "a file a retainer")
Place = tuple[str, str]
"""A client and one of its retainers."""
_PLACES: tuple[Place, ...] = (("acme", "support"), ("acme", "advisory"), ("globex", "care"))


def place_of(work: Work) -> Place:
    """Where the work belongs by the rules."""
    if work.client == "Globex":
        return _PLACES[2]
    return _PLACES[1] if work.project == "Advice" else _PLACES[0]


def pool_of(work: Work) -> str:
    """How it counts there by the rules."""
    pools = {"Migration": "project", "Private": "excluded"} if work.client == "Acme" else {}
    return pools.get(work.project, "retainer")


@dataclass(frozen=True)
class Line:
    """What the ledger must have of a piece of work: everything that its tracker exports."""

    place: Place
    pool: str
    worker: str
    day: str
    start: int | None
    seconds: int
    project: str
    task: str
    description: str
    tags: tuple[str, ...] | None
    ticket: str | None
    source_id: str | None


def line_of(work: Work, tracker: Tracker) -> Line:
    """The expected line of a piece of work, from the tracker's point of view."""
    hours, _, minutes = work.start.partition(":")
    return Line(
        place=place_of(work),
        pool=pool_of(work),
        worker=work.worker,
        day=work.day.isoformat(),
        start=int(hours) * 3600 + int(minutes) * 60 if tracker.has_starts else None,
        seconds=work.minutes * 60,
        project=work.project,
        task=work.task,
        description=" ".join(work.description.split()),
        tags=tuple(sorted(filter(None, work.tags.split(", ")))) if "Tags" in tracker.columns else None,
        ticket=work.ticket if tracker.has_tickets else None,
        source_id=str(work.key) if tracker.has_ids else None,
    )


class Desk(Rig):
    """A deployment in memory whose files come from one tracker, in one layout of folders."""

    def __init__(self, tracker: Tracker, layout: str = ROUTED, *, complete: bool = False) -> None:
        hints = SourceHints(complete=frozenset({tracker.source} if complete else ()))
        acme, globex = book("acme", "support", "advisory", rules=_RULES), book("globex", "care")
        super().__init__(acme, globex, operator=OperatorBook(hints=hints))
        self.tracker, self.layout, self.complete = tracker, layout, complete

    def contents(
        self, truth: Iterable[Work], chosen: Filter = EVERYTHING, look: Look = PLAIN
    ) -> Iterator[tuple[str, list[Work], bytes]]:
        """The files of an export, one for each folder of the layout: key, works, bytes."""
        works = [work for work in truth if chosen.picks(work)]
        folders: dict[str, Callable[[Work], bool]] = {"inbox/all.csv": lambda _: True}
        if self.layout == BY_CLIENT:
            folders = {
                f"inbox/{client}/all.csv": lambda work, client=client: place_of(work)[0] == client
                for client in ("acme", "globex")
            }
        if self.layout == FOLDERED:
            folders = {
                f"inbox/{client}/{slug}/all.csv": lambda work, place=(client, slug): place_of(work) == place
                for client, slug in _PLACES
            }
        for key, belongs in folders.items():
            held = [work for work in works if belongs(work)]
            yield key, held, export(self.tracker, held, look)

    def import_all(
        self, truth: Iterable[Work], chosen: Filter = EVERYTHING, look: Look = PLAIN
    ) -> list[tuple[ImportRecord, list[Work]]]:
        """Drop and deliver the files of an export, each with the works in it."""
        files = list(self.contents(truth, chosen, look))
        return [(self.drop(key=key, data=data), held) for key, held, data in files]

    def deliver(self, file: DroppedFile) -> ImportRecord:
        """Deliver a file; what looks like an export in another time zone is taken as edits."""
        return self.as_edits(file, self.imports.run(file))

    def as_edits(self, file: DroppedFile, record: ImportRecord) -> ImportRecord:
        """Take a file as edits if it was refused as an export in another time zone."""
        is_of_other_zone = record.report.refusal is not None and record.report.refusal.kind is RefusalKind.OTHER_ZONE
        return self.imports.run(file, retry=True, as_edits=True) if is_of_other_zone else record

    def drop(self, *rows: tuple[str, ...], key: str = SUPPORT, data: bytes | None = None) -> ImportRecord:
        return self.deliver(self.put(*rows, key=key, data=data))

    def preview(self, key: str, data: bytes) -> ImportReport:
        return self.imports.preview(BytesIO(data), key).report

    def decide(self, record: ImportRecord, verb: Verb) -> None:
        stored = self.log.read(record.id)
        assert stored is not None
        self.imports.decide(stored, verb)

    def deliver_while(self, file: DroppedFile, call: int, other: Callable[[], object]) -> ImportRecord:
        """Deliver a file; before the n-th call that this makes to a port, something else happens."""
        turn = _Turn(call, other)
        ports = {
            name: _Interrupted(getattr(self.ports, name), turn) for name in ("directory", "ledger", "log", "files")
        }
        record = RunImport(replace(self.ports, **ports)).run(file)
        turn.happen()
        return self.as_edits(file, record)

    @property
    def lines(self) -> "Counter[Line]":
        """The lines on the ledger from the tracker's files."""
        return Counter(
            Line(
                place=(str(cycle.retainer.client), str(cycle.retainer.retainer)),
                pool=entry.pool.value,
                worker=entry.worker,
                day=entry.date.isoformat(),
                start=entry.start,
                seconds=entry.seconds,
                project=entry.project,
                task=entry.task,
                description=entry.description,
                tags=None if entry.tags is None else tuple(sorted(entry.tags)),
                ticket=entry.ticket,
                source_id=entry.source_id,
            )
            for (cycle, entry) in self.entries.elements()
            if entry.source == self.tracker.source
        )

    @property
    def state(self) -> tuple[Any, ...]:
        """Everything that is stored, except the files."""
        cycles = {cycle.id: cycle.version for cycle in self.ledger.cycles.values()}
        return self.entries, cycles, dict(self.log.records), list(self.log.parts), dict(self.directory.books)


class _Turn:
    """Something that happens once: before the n-th call, or at the end."""

    def __init__(self, call: int, other: Callable[[], object]) -> None:
        self._left, self._other = call, other

    def count(self) -> None:
        self._left -= 1
        if self._left == 0:
            self.happen()

    def happen(self) -> None:
        other, self._other = self._other, lambda: None
        other()


class _Interrupted:
    """A port whose every call is counted."""

    def __init__(self, port: object, turn: _Turn) -> None:
        self._port, self._turn = port, turn

    def __getattr__(self, name: str) -> Any:
        member = getattr(self._port, name)
        if not callable(member):
            return member

        def call(*args: Any, **kwargs: Any) -> Any:
            self._turn.count()
            return member(*args, **kwargs)

        return call
