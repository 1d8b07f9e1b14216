"""Reads a client with its retainers and rules from `setup.yaml`."""

from datetime import date
from itertools import pairwise

from chalicelib.cli.setup_file.read_billing import read_buyer
from chalicelib.cli.setup_file.read_renamed import read_renamed
from chalicelib.cli.setup_file.read_terms import read_terms
from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.cli.setup_file.shaped import did_you_mean
from chalicelib.domain.aliases import Aliases
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import RetainerId
from chalicelib.domain.notices import ClientMails
from chalicelib.domain.retainer import Client, Pause, Retainer
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import Terms
from chalicelib.services.store.books import ClientBook


def read_client(section: Section) -> ClientBook:
    """One client of the list `clients`."""
    client = section.fill(Client)
    declared = section.sections("retainers")
    retainers = tuple(_retainer(each, client) for each in declared)
    slugs = [str(retainer.id.retainer) for retainer in retainers]
    for each, slug in repeated(declared, slugs):
        each.add(f"The client has two retainers `{slug}`; give one of them another id.")
    return section.fill(
        ClientBook,
        client=client,
        retainers=retainers,
        rules=tuple(_rule(each, slugs) for each in section.sections("rules")),
        aliases=Aliases(projects=read_renamed(section, "projects")),
        billing=read_buyer(section),
        mails=section.section("mails").fill(ClientMails),
    )


def _retainer(section: Section, client: Client) -> Retainer:
    slug, starts_on, ends_on = section.value("id"), section.value("starts_on"), section.value("ends_on")
    if ends_on is not None and ends_on <= starts_on:
        text = "`ends_on` is the first day that is no longer served; write a day after `starts_on`."
        section.add(text, "ends_on")
        ends_on = None
    return section.fill(
        Retainer,
        id=RetainerId(client.id, slug),
        title=section.value("title", slug),
        ends_on=ends_on,
        terms=_versions(section, client.currency, starts_on, ends_on),
        pauses=_pauses(section),
    )


def _versions(retainer: Section, currency: str, starts_on: date, ends_on: date | None) -> tuple[Terms, ...]:
    """All versions, oldest first, each effective from a different day, the first no later than the retainer's start."""
    sections = retainer.sections("terms")
    versions = [read_terms(section, currency, starts_on) for section in sections]
    starts = [terms.effective_from for terms in versions]
    for section, start in repeated(sections, starts):
        section.add(f"Two versions are effective from {start}; keep one of them.")
    for section, start in zip(sections, starts, strict=True):
        if ends_on is not None and start >= ends_on:
            section.add(f"The retainer has ended before these terms take effect on {start}; leave them out.")
    if starts and min(starts) > starts_on:
        text = f"No terms are in force when the retainer starts; let these take effect on {starts_on}."
        sections[0].add(text)
    return tuple(sorted(versions, key=lambda terms: terms.effective_from))


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


def _rule(section: Section, slugs: list[str]) -> ClientRule:
    rule = section.fill(ClientRule, match=section.section("when").fill(Match))
    if rule.retainer is not None and rule.retainer not in slugs:
        near = did_you_mean(rule.retainer, slugs) or f" It has {', '.join(slugs)}."
        section.add(f"The client has no retainer `{rule.retainer}`.{near}", "retainer")
    if rule.pool is Pool.EXCLUDED and rule.reason is None:
        section.add("A rule that excludes needs `reason`: it is shown in every report.")
    return rule
