"""Reads renamed workers and projects from `setup.yaml`: a name, and the aliases that exports use for it."""

from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.domain.aliases import Renamed
from chalicelib.domain.names import fold


def read_renamed(parent: Section, key: str) -> tuple[Renamed, ...]:
    """The list `key` of a section, sorted by name, because its order has no meaning.

    No name may occur twice, so that every alias has one meaning and there are no chains.
    """
    sections = parent.sections(key)
    found = [section.fill(Renamed) for section in sections]
    for section, name in repeated(sections, [one.name for one in found], fold):
        section.add(f"`{name}` is listed twice; list all its aliases in one place.")
    names = {fold(one.name) for one in found}
    owners: dict[str, str] = {}
    for section, one in zip(sections, found, strict=True):
        for alias in one.aliases:
            owner = owners.setdefault(fold(alias), one.name)
            if fold(alias) == fold(one.name):
                section.add(f"`{alias}` is the name itself (case is ignored); leave that alias out.")
            elif fold(alias) in names:
                section.add(f"`{alias}` has aliases of its own; list all of them under `{one.name}`.")
            elif fold(owner) != fold(one.name):
                section.add(f"`{alias}` is an alias of `{owner}` and of `{one.name}`; keep it in one place only.")
    return tuple(sorted(found))
