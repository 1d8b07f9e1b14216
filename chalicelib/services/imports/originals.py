"""The imports of a client and source in their order, read again from the kept originals."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.ids import ClientId, CycleId
from chalicelib.intake.rows import Refusal, RefusalKind
from chalicelib.services.imports.open_file import OpenedFile, open_export_file
from chalicelib.services.imports.ports import ImportPorts
from chalicelib.services.imports.replay.replay import Replayed, Step, replay
from chalicelib.services.store.books import ClientHead
from chalicelib.services.store.import_record import DroppedFile, Imported, accepts_missing, import_id, is_undone


class LostOriginalError(HourTabError):
    """An import that counts cannot be read again; its file or its client's set-up is no longer as it was."""

    def __init__(self, file: DroppedFile, refusal: Refusal) -> None:
        super().__init__(f"{file.key} was imported before and cannot be read again: {refusal.reason}")
        self.file = file
        self.refusal = refusal

    def as_refusal(self) -> Refusal:
        """Why the file that had to be replayed with it does not count yet."""
        return Refusal(RefusalKind.LOST_ORIGINAL, f"A newer export came first, and {self} Then retry this import.")


def imports_of_source(ports: ImportPorts, client: ClientId, source: str, head: ClientHead) -> list[Imported]:
    """The client's imports of a source, by their order; the newest are read by their ids, because the list may lag."""
    listed = {one.id: one for one in ports.log.list_of_client(client)}
    for unlisted in set(head.recent) - listed.keys():
        part = next((part for part in ports.log.read_parts(unlisted) if part.client == client), None)
        if found := part or ports.log.read(unlisted):
            listed[unlisted] = found
    return sorted((one for one in listed.values() if one.source == source), key=lambda one: one.order)


def cycles_of(imports: Iterable[Imported]) -> set[CycleId]:
    """The cycles that the imports spoke about."""
    return {CycleId(change.retainer, change.start) for one in imports for change in one.cycles}


def replay_originals(
    ports: ImportPorts,
    client: ClientId,
    imports: Sequence[Imported],
    own: tuple[DroppedFile, Step] | None = None,
) -> Replayed:
    """What these imports come to, those that are undone left out.

    Args:
        ports: where the originals are.
        client: whose ledger it is.
        imports: all imports of client and source, also the undone ones: their entries have to leave the ledger.
        own: a file with its step, which replaces what it brought before.

    Raises:
        LostOriginalError: an original cannot be read any more.
    """
    return replay(_steps(ports, client, imports, own), cycles_of(imports))


def _steps(
    ports: ImportPorts, client: ClientId, imports: Sequence[Imported], own: tuple[DroppedFile, Step] | None
) -> Iterator[Step]:
    counting = [one for one in imports if not is_undone(one) and not (own and one.id == import_id(own[0]))]
    for imported in counting:
        if own is not None and own[0].order < imported.order:
            yield own[1]
            own = None
        opened = _reopened(ports, imported.file)
        share = opened.staged.shares.get(client)
        if share is not None:
            yield Step(share, opened.complete or accepts_missing(imported), imported.id)
    if own is not None:
        yield own[1]


def _reopened(ports: ImportPorts, file: DroppedFile) -> OpenedFile:
    opened: OpenedFile | Refusal
    try:
        with closing(ports.files.open(file.key, file.version)) as stream:
            opened = open_export_file(stream, file.key, ports.directory, ports.clock(), ports.watch)
    except FileNotFoundError:
        opened = Refusal(RefusalKind.LOST_ORIGINAL, "it is not in the inbox any more.")
    if isinstance(opened, Refusal):
        raise LostOriginalError(file, opened)
    return opened
