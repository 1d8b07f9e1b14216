"""Names that were changed at the source: which worker is which, and which project (docs/imports.md, "Renames").

An operator declares them; nothing here is guessed. Names are compared as everywhere, without case; those that
are looked up are tidy, as all text of entries is.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from chalicelib.domain.names import fold


class Renamed(NamedTuple):
    """A worker or a project with the other names that exports give it, or gave it once."""

    name: str
    aliases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Aliases:
    """What is declared for one client: the operator's workers and the client's projects.

    No name stands twice among the workers, nor among the projects.
    """

    workers: tuple[Renamed, ...] = ()
    projects: tuple[Renamed, ...] = ()

    def worker(self, name: str) -> str:
        """The worker's identity: without case, and equal for all names of one worker. Never for display."""
        key = name.casefold()
        found = self.by_worker().get(key)
        return found.name.casefold() if found else key

    def project(self, name: str) -> str:
        """The name under which the project is compared: the declared one, or `name` itself."""
        found = self.by_project().get(name.casefold())
        return found.name if found else name

    def project_names(self, name: str) -> tuple[str, ...]:
        """All names of the project, `name` among them: what a rule's pattern may fit."""
        found = self.by_project().get(name.casefold())
        return (found.name, *found.aliases) if found else (name,)

    def by_worker(self) -> Mapping[str, Renamed]:
        """The declared workers by each of their names, folded."""
        return _by_name(self.workers)

    def by_project(self) -> Mapping[str, Renamed]:
        """The declared projects by each of their names, folded."""
        return _by_name(self.projects)


NO_ALIASES = Aliases()


@lru_cache(maxsize=256)
def _by_name(renamed: tuple[Renamed, ...]) -> Mapping[str, Renamed]:
    return {fold(name): one for one in renamed for name in (one.name, *one.aliases)}
