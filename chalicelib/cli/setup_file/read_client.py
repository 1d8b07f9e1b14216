"""Reads a client with its retainers and rules from `setup.yaml`."""

from datetime import date
from itertools import pairwise

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.read_billing import read_buyer
from chalicelib.cli.setup_file.read_renamed import read_renamed
from chalicelib.cli.setup_file.read_terms import read_terms
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section, did_you_mean, place_of
from chalicelib.domain.aliases import Aliases
from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import ClientId, RetainerId, RetainerSlug
from chalicelib.domain.retainer import (
    Client,
    ClientMails,
    CycleLength,
    HoursFormat,
    Issuing,
    LateEntryRule,
    PartialCycle,
    Pause,
    Retainer,
)
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.domain.terms import Terms
from chalicelib.services.setup.declared import Place
from chalicelib.services.store.books import ClientBook


def read_client(node: yaml.Node, problems: Problems) -> tuple[ClientBook, Place]:
    """One client of the list `clients`, and the place of its declaration."""
    section = Section(node, "a client", SECTIONS["clients"], problems)
    client = Client(
        id=ClientId(section.need("id", scalars.slug, "")),
        name=section.need("name", scalars.text, ""),
        locale=section.get("locale", scalars.locale, "en"),
        currency=section.get("currency", scalars.currency, "EUR"),
        aliases=section.list_of("aliases", scalars.text),
        hours_format=section.get("hours_format", scalars.one_of(HoursFormat), HoursFormat.DECIMAL),
    )
    retainers = tuple(_retainer(each, client, problems) for each in section.items("retainers"))
    section.check_present("retainers")
    _check_slugs(section.items("retainers"), retainers, problems)
    slugs = tuple(str(retainer.id.retainer) for retainer in retainers)
    rules = tuple(_rule(each, slugs, problems) for each in section.items("rules"))
    projects = read_renamed(section, "projects", "a project", problems)
    book = ClientBook(
        client,
        retainers,
        rules,
        aliases=Aliases(projects=projects),
        billing=read_buyer(section, problems),
        issuing=section.get("invoices", scalars.one_of(Issuing), Issuing.VERIFY),
        mails=_mails(section),
    )
    return book, place_of(section.node_of("id"))


def read_match(section: Section) -> Match:
    """The patterns under `when`. `when: {}` matches everything; a missing `when` is taken for a mistake."""
    section.check_present("when", " `when: {}` matches every row.")
    when = section.section("when", "`when`", SECTIONS["when"])
    return Match(**{key: when.get(key, scalars.text, None) for key in SECTIONS["when"]}) if when else Match()


def _mails(client: Section) -> ClientMails:
    mails = client.section("mails", "`mails`", SECTIONS["mails"])
    return ClientMails(*(mails.get(key, scalars.yes_no, True) for key in SECTIONS["mails"])) if mails else ClientMails()


def _retainer(node: yaml.Node, client: Client, problems: Problems) -> Retainer:
    section = Section(node, "a retainer", SECTIONS["retainers"], problems)
    starts_on = section.need("starts_on", scalars.day, date.min)
    slug = RetainerSlug(section.need("id", scalars.slug, ""))
    ends_on = section.get("ends_on", scalars.day, None)
    if ends_on is not None and ends_on <= starts_on:
        problems.add(
            section.node_of("ends_on"),
            "`ends_on` is the first day that is no longer served; write a day after `starts_on`.",
        )
        ends_on = None
    return Retainer(
        id=RetainerId(client.id, slug),
        title=section.get("title", scalars.text, str(slug)),
        zone=section.need("zone", scalars.zone, "UTC"),
        starts_on=starts_on,
        terms=_versions(section, client.currency, starts_on, ends_on, problems),
        length=section.get("length", scalars.one_of(CycleLength), CycleLength.MONTH),
        anchor_day=section.get("anchor_day", scalars.integer(1, 31), None),
        ends_on=ends_on,
        partial=section.get("partial", scalars.one_of(PartialCycle), PartialCycle.FULL),
        grace_days=section.get("grace_days", scalars.integer(0, 31), 3),
        late_work=section.get("late_work", scalars.one_of(LateEntryRule), LateEntryRule.POST),
        pauses=read_pauses(section, problems),
    )


def _versions(
    section: Section, currency: str, starts_on: date, ends_on: date | None, problems: Problems
) -> tuple[Terms, ...]:
    """All versions, oldest first, each effective from a different day, the first no later than the retainer's start."""
    nodes = section.items("terms")
    section.check_present("terms")
    if not nodes:
        return ()
    versions = [(read_terms(node, currency, starts_on, problems), node) for node in nodes]
    seen: set[date] = set()
    for terms, node in versions:
        if terms.effective_from in seen:
            problems.add(node, f"Two versions are effective from {terms.effective_from}; keep one of them.")
        if ends_on is not None and terms.effective_from >= ends_on:
            problems.add(
                node,
                f"The retainer has ended before these terms take effect on {terms.effective_from}; leave them out.",
            )
        seen.add(terms.effective_from)
    if min(seen) > starts_on:
        problems.add(nodes[0], f"No terms are in force when the retainer starts; let these take effect on {starts_on}.")
    return tuple(sorted((terms for terms, _ in versions), key=lambda terms: terms.effective_from))


def _check_slugs(nodes: tuple[yaml.Node, ...], retainers: tuple[Retainer, ...], problems: Problems) -> None:
    seen: set[str] = set()
    for node, retainer in zip(nodes, retainers, strict=True):
        slug = str(retainer.id.retainer)
        if slug and slug in seen:
            problems.add(node, f"The client has two retainers `{slug}`; give one of them another id.")
        seen.add(slug)


def _rule(node: yaml.Node, slugs: tuple[str, ...], problems: Problems) -> ClientRule:
    section = Section(node, "a rule", SECTIONS["rules"], problems)
    rule = ClientRule(
        match=read_match(section),
        pool=section.need("pool", scalars.one_of(Pool), Pool.RETAINER),
        retainer=section.get("retainer", lambda node: RetainerSlug(scalars.slug(node)), None),
        reason=section.get("reason", scalars.text, None),
    )
    if rule.retainer is not None and rule.retainer not in slugs:
        near = did_you_mean(rule.retainer, slugs) or f" It has {', '.join(slugs)}."
        problems.add(section.node_of("retainer"), f"The client has no retainer `{rule.retainer}`.{near}")
    if rule.pool is Pool.EXCLUDED and rule.reason is None:
        problems.add(section.node, "A rule that excludes needs `reason`: it is shown in every report.")
    return rule


def read_pauses(retainer: Section, problems: Problems) -> tuple[Pause, ...]:
    """The list `pauses`, oldest first; none may overlap or adjoin."""
    nodes = retainer.items("pauses")
    pauses = sorted((_pause(node, problems) for node in nodes), key=lambda pause: pause.start)
    for before, after in pairwise(pauses):
        if before.end is None or before.end > after.start:
            problems.add(nodes[0], f"The pauses of {before.start} and {after.start} overlap or adjoin; merge them.")
    return tuple(pauses)


def _pause(node: yaml.Node, problems: Problems) -> Pause:
    section = Section(node, "a pause", SECTIONS["pauses"], problems)
    start = section.need("from", scalars.day, date.min)
    end = section.get("until", scalars.day, None)
    if end is not None and end <= start:
        problems.add(
            section.node_of("until"), "`until` is the first day that is served again; write a day after `from`."
        )
        end = None
    return Pause(start, end)
