"""Reads a retainer with its pauses from `setup.yaml`."""

from itertools import pairwise

from chalicelib.cli.setup_file.read_terms import read_terms
from chalicelib.cli.setup_file.sections import Section
from chalicelib.domain.ids import RetainerId
from chalicelib.domain.retainer import Client, Pause, Retainer


def read_retainer(section: Section, client: Client) -> Retainer:
    """One retainer of a client."""
    slug, starts_on, ends_on = section.value("id"), section.value("starts_on"), section.value("ends_on")
    if ends_on is not None and ends_on <= starts_on:
        section.add("`ends_on` is the first day that is no longer served; write a day after `starts_on`.", "ends_on")
        ends_on = None
    return section.fill(
        Retainer,
        id=RetainerId(client.id, slug),
        title=section.value("title", slug),
        ends_on=ends_on,
        terms=read_terms(section, client.currency, starts_on, ends_on),
        pauses=_pauses(section),
    )


def _pauses(retainer: Section) -> tuple[Pause, ...]:
    """The list `pauses`, oldest first; none may overlap or adjoin."""
    sections = retainer.sections("pauses")
    pauses = sorted(map(_pause, sections), key=lambda pause: pause.start)
    for before, after in pairwise(pauses):
        if before.end is None or before.end > after.start:
            sections[0].add(f"The pauses of {before.start} and {after.start} overlap or adjoin; merge them.")
    return tuple(pauses)


def _pause(section: Section) -> Pause:
    pause = section.fill(Pause)
    if pause.end is not None and pause.end <= pause.start:
        section.add("`until` is the first day that is served again; write a day after `from`.", "until")
        return Pause(pause.start)
    return pause
