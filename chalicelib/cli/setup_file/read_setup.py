"""Reads the whole of `setup.yaml`: the entry point of this package."""

from collections.abc import Sequence
from pathlib import Path

import yaml

from chalicelib.cli.setup_file.read_billing import read_seller
from chalicelib.cli.setup_file.read_client import read_client, read_match, read_renamed
from chalicelib.cli.setup_file.read_logo import logo_in
from chalicelib.cli.setup_file.sections import Section, repeated
from chalicelib.cli.setup_file.shaped import did_you_mean
from chalicelib.domain.names import fold
from chalicelib.domain.retainer import Client
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.services.setup.declared import InboxRuleSetup, Place, Setup, SetupProblem
from chalicelib.services.store.books import Operator


def read_setup(
    document: str | bytes, sources: tuple[str, ...], folder: Path = Path()
) -> Setup | tuple[SetupProblem, ...]:
    """The set-up that `document` declares, or all its problems in file order.

    `sources` are the names of all known import sources; the path of the logo is relative to `folder`.
    """
    try:
        node = yaml.compose(document, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        return (_not_text(document, error),)
    except yaml.YAMLError as error:
        return (_not_yaml(error),)
    except RecursionError:
        text = "This is not a set-up: it is hundreds of levels deep; docs/setup.md shows one to start from."
        return (SetupProblem(Place(1, 1), text),)
    if node is None:
        return (SetupProblem(Place(1, 1), "The file is empty; docs/setup.md shows one to start from."),)
    problems: set[SetupProblem] = set()
    setup = _setup(Section(node, "the file", "the file", problems), sources, folder)
    return tuple(sorted(problems)) or setup


def _not_text(document: str | bytes, error: yaml.reader.ReaderError) -> SetupProblem:
    read = document.encode() if isinstance(document, str) else document
    before = read[: error.position]
    place = Place(before.count(b"\n") + 1, len(before) - before.rfind(b"\n"))
    return SetupProblem(place, "Something here is not text: save the file as UTF-8.")


def _not_yaml(error: yaml.YAMLError) -> SetupProblem:
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    why = error.problem if isinstance(error, yaml.MarkedYAMLError) else str(error)
    place = Place(mark.line + 1, mark.column + 1) if mark else Place(1, 1)
    return SetupProblem(place, f"This is not YAML: {why}; check the indents and quotation marks up to here.")


def _setup(section: Section, sources: tuple[str, ...], folder: Path) -> Setup:
    operator = section.section("operator") if "operator" in section else None
    logo = operator.value("logo", read=logo_in(folder)) if operator else None
    if operator and operator.is_cleared("accent"):
        operator.add('`accent` is empty: YAML reads # as a comment, so write the colour as "#215e82".', "accent")
    declared = section.sections("clients")
    books = tuple(map(read_client, declared))
    _check_names(declared, [book.client for book in books])
    return Setup(
        operator=operator.fill(Operator, logo=logo.id if logo else "") if operator else None,
        logo=logo,
        billing=read_seller(operator) if operator else None,
        hints=_hints(section, sources) if section.has("sources") else None,
        workers=read_renamed(section, "workers") if section.has("workers") else None,
        inbox_rules=tuple(map(_inbox_rule, section.sections("inbox_rules"))) if section.has("inbox_rules") else None,
        clients=books,
        places={book.client.id: each.place("id") for each, book in zip(declared, books, strict=True)},
    )


def _hints(section: Section, sources: tuple[str, ...]) -> SourceHints:
    orders, zones, complete = {}, {}, set()
    for key, value in section.pairs("sources"):
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in sources:
            near = did_you_mean(name, sources) or f" The sources are {', '.join(sources)}."
            section.add(f"There is no source `{name}`.{near}", key)
        source = section.inner(value, "sources", f"`{name}`")
        if order := source.value("date_order"):
            orders[name] = order
        if zone := source.value("zone"):
            zones[name] = zone
        if source.value("complete"):
            complete.add(name)
    return SourceHints(orders, frozenset(complete), zones=zones)


def _inbox_rule(section: Section) -> InboxRuleSetup:
    rule = section.fill(InboxRule, match=read_match(section))
    return InboxRuleSetup(rule, section.place("client"))


def _check_names(sections: Sequence[Section], clients: Sequence[Client]) -> None:
    """No two clients may share a slug, name or alias, which would make routing ambiguous."""
    for section, slug in repeated(sections, [client.id for client in clients]):
        section.add(f"Two clients have the id `{slug}`; give one of them a different id.")
    owners: dict[str, str] = {}
    for section, client in zip(sections, clients, strict=True):
        for name in dict.fromkeys(fold(each) for each in (client.id, client.name, *client.aliases) if each):
            owner = owners.setdefault(name, client.id)
            if owner != client.id:
                section.add(f"`{client.id}` and `{owner}` share the name `{name}`; rename one of them.")
