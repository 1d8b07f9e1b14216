"""Reads a client with its rules, and the names that projects and workers have in exports, from `setup.yaml`."""

from chalicelib.cli.setup_file.read_billing import read_buyer
from chalicelib.cli.setup_file.read_retainer import read_retainer
from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.cli.setup_file.shaped import did_you_mean
from chalicelib.domain.aliases import Aliases, Renamed
from chalicelib.domain.entry import Pool
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import ApprovalRules, Client, ClientMails
from chalicelib.domain.routing import ClientRule, ColumnMatch, Match
from chalicelib.services.store.books import ClientBook


def read_client(section: Section) -> ClientBook:
    """One client of the list `clients`."""
    client = section.fill(Client)
    declared = section.sections("retainers")
    retainers = tuple(read_retainer(each, client) for each in declared)
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
        approvals=section.section("approvals").fill(ApprovalRules),
    )


def _rule(section: Section, slugs: list[str]) -> ClientRule:
    rule = section.fill(ClientRule, match=read_match(section))
    if rule.retainer is not None and rule.retainer not in slugs:
        near = did_you_mean(rule.retainer, slugs) or f" It has {', '.join(slugs)}."
        section.add(f"The client has no retainer `{rule.retainer}`.{near}", "retainer")
    if rule.pool is Pool.EXCLUDED and rule.reason is None:
        section.add("A rule that excludes needs `reason`: it is shown in every report.")
    return rule


def read_match(rule: Section) -> Match:
    """The patterns of a rule."""
    when = rule.section("when")
    return when.fill(Match, columns=tuple(each.fill(ColumnMatch) for each in when.sections("columns")))


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
