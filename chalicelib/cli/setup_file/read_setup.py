"""Reads the whole of `setup.yaml`: the entry point of this package."""

from dataclasses import replace

import yaml

from chalicelib.cli.setup_file import scalars
from chalicelib.cli.setup_file.read_billing import read_seller
from chalicelib.cli.setup_file.read_client import read_client, read_match
from chalicelib.cli.setup_file.read_renamed import read_renamed
from chalicelib.cli.setup_file.schema import SECTIONS
from chalicelib.cli.setup_file.sections import Problems, Section, did_you_mean, place_of
from chalicelib.domain.ids import ClientId
from chalicelib.domain.names import fold
from chalicelib.domain.routing import InboxRule
from chalicelib.intake.rows import SourceHints
from chalicelib.intake.sources.columns import DateOrder
from chalicelib.services.setup.declared import InboxRuleSetup, Place, Setup, SetupProblem
from chalicelib.services.store.books import Operator


def read_setup(document: str | bytes, sources: tuple[str, ...]) -> Setup | tuple[SetupProblem, ...]:
    """The set-up that `document` declares, or all its problems in file order.

    `sources` are the names of all known import sources.
    """
    try:
        node = yaml.compose(document, Loader=yaml.SafeLoader)
    except yaml.reader.ReaderError as error:
        return (_not_text(document, error),)
    except yaml.YAMLError as error:
        return (_not_yaml(error),)
    except RecursionError:
        return (
            SetupProblem(
                Place(1, 1),
                "This is not a set-up: it is hundreds of levels deep; docs/setup.md shows one to start from.",
            ),
        )
    if node is None:
        return (SetupProblem(Place(1, 1), "The file is empty; docs/setup.md shows one to start from."),)
    problems = Problems()
    setup = _setup(Section(node, "the file", SECTIONS["the file"], problems), sources, problems)
    return problems.sorted() or setup


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


def _setup(section: Section, sources: tuple[str, ...], problems: Problems) -> Setup:
    operator = section.section("operator", "`operator`", SECTIONS["operator"])
    declared = [read_client(node, problems) for node in section.items("clients")]
    setup = Setup(
        operator=_operator(operator) if operator else None,
        billing=read_seller(operator) if operator else None,
        hints=_hints(section, sources, problems) if section.has("sources") else None,
        workers=read_renamed(section, "workers", "a worker", problems) if section.has("workers") else None,
        clients=tuple(book for book, _ in declared),
        places={book.client.id: place for book, place in declared},
    )
    _check_names(section, setup, problems)
    if not section.has("inbox_rules"):
        return setup
    return replace(setup, inbox_rules=tuple(_inbox_rule(node, problems) for node in section.items("inbox_rules")))


def _operator(operator: Section) -> Operator:
    return Operator(operator.need("name", scalars.text, ""), operator.need("email", scalars.email, ""))


def _hints(section: Section, sources: tuple[str, ...], problems: Problems) -> SourceHints:
    orders, complete = {}, set()
    for key, value in section.pairs("sources"):
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if name not in sources:
            near = did_you_mean(name, sources) or f" The sources are {', '.join(sources)}."
            problems.add(key, f"There is no source `{name}`.{near}")
        source = Section(value, f"`{name}`", SECTIONS["sources"], problems)
        order = source.get("date_order", scalars.one_of(DateOrder), None)
        if order is not None:
            orders[name] = order
        if source.get("complete", scalars.yes_no, False):
            complete.add(name)
    return SourceHints(orders, frozenset(complete))


def _inbox_rule(node: yaml.Node, problems: Problems) -> InboxRuleSetup:
    section = Section(node, "an inbox rule", SECTIONS["inbox_rules"], problems)
    rule = InboxRule(read_match(section), ClientId(section.need("client", scalars.slug, "")))
    return InboxRuleSetup(rule, place_of(section.node_of("client")))


def _check_names(section: Section, setup: Setup, problems: Problems) -> None:
    """No two clients may share a slug, name or alias, which would make routing ambiguous."""
    slugs: set[str] = set()
    owners: dict[str, str] = {}
    for node, declared in zip(section.items("clients"), setup.clients, strict=True):
        client = declared.client
        if client.id and client.id in slugs:
            problems.add(node, f"Two clients have the id `{client.id}`; give one of them a different id.")
        slugs.add(client.id)
        for name in dict.fromkeys(fold(each) for each in (client.id, client.name, *client.aliases) if each):
            owner = owners.setdefault(name, client.id)
            if owner != client.id:
                problems.add(node, f"`{client.id}` and `{owner}` share the name `{name}`; rename one of them.")
