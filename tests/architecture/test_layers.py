"""The arrows between the layers, read from the source: `docs/decisions` may move one, a hurry may not."""

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

LAYERS = {
    "chalicelib.domain": {"chalicelib.domain"},
    "chalicelib.intake": {"chalicelib.intake", "chalicelib.domain"},
    "chalicelib.services": {"chalicelib.services", "chalicelib.intake", "chalicelib.domain"},
    "chalicelib.adapters": {
        "chalicelib.adapters",
        "chalicelib.services.ports",
        "chalicelib.services.audit",
        "chalicelib.services.examine",
        "chalicelib.services.import_progress",
        "chalicelib.services.import_record",
        "chalicelib.services.mail_ports",
        "chalicelib.services.outbox",
        "chalicelib.intake.rows",
        "chalicelib.domain",
    },
    "chalicelib.web": {
        "chalicelib.web",
        "chalicelib.documents",  # the mail of an invoice has the words of its document, and brings it along
        "chalicelib.services",
        "chalicelib.domain",
        "chalicelib.wiring",
    },
    "chalicelib.documents": {
        "chalicelib.web.formats",  # a figure and a word are the same on the page and on paper
        "chalicelib.web.messages",
        "chalicelib.web.sentences",
        "chalicelib.web.word_invoice",
        "chalicelib.web.rendering",
        "chalicelib.web.spreadsheet_text",
        "chalicelib.documents",
        "chalicelib.domain",
    },
    "chalicelib.cli": {
        "chalicelib.web.formats",  # a figure reads the same in the terminal and on the page …
        "chalicelib.web.word_invoice",  # … and a preview reads as the invoice will
        "chalicelib.documents",  # … and what is issued as its paper does
        "chalicelib.cli",
        "chalicelib.services",
        "chalicelib.intake",
        "chalicelib.domain",
        "chalicelib.wiring",
        "chalicelib.settings",
    },
}
"""What a layer may import of ours. Services are told apart from their types: adapters see the latter only."""

FREE = {"chalicelib.__version__"}
STANDARD_LIBRARY_ONLY = ("chalicelib.domain", "chalicelib.intake", "chalicelib.services")
KNOWS_CHALICE = ("app", "chalicelib.web", "chalicelib.observability")
KNOWS_AWS = ("chalicelib.adapters",)
AWS = {"boto3", "botocore", "pynamodb"}


def modules() -> dict[str, ast.Module]:
    """Every module of the program by its dotted name."""
    files = [ROOT / "app.py", *sorted((ROOT / "chalicelib").rglob("*.py"))]
    return {dotted(file): ast.parse(file.read_text(), str(file)) for file in files}


def dotted(file: Path) -> str:
    return ".".join(file.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports(tree: ast.Module) -> Iterator[str]:
    """What a module imports, also inside functions and for its annotations only."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def within(name: str, packages: set[str] | tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


MODULES = modules()


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_lies_below_it(layer):
    wrong = [
        f"{name} imports {imported}"
        for name, tree in MODULES.items()
        if within(name, (layer,))
        for imported in imports(tree)
        if within(imported, ("chalicelib",)) and not within(imported, LAYERS[layer] | FREE)
    ]

    assert [] == wrong


@pytest.mark.parametrize("layer", STANDARD_LIBRARY_ONLY)
def test_the_inner_layers_need_nothing_but_the_standard_library(layer):
    wrong = [
        f"{name} imports {imported}"
        for name, tree in MODULES.items()
        if within(name, (layer,))
        for imported in imports(tree)
        if not within(imported, ("chalicelib",)) and imported.split(".")[0] not in sys.stdlib_module_names
    ]

    assert [] == wrong


def test_leaving_chalice_would_touch_the_entrance_only():
    known = [name for name, tree in MODULES.items() if any(within(each, ("chalice",)) for each in imports(tree))]

    assert [] == [name for name in known if not within(name, KNOWS_CHALICE)]


def test_only_adapters_know_the_sdk():
    known = [name for name, tree in MODULES.items() if any(within(each, tuple(AWS)) for each in imports(tree))]

    assert [] == [name for name in known if not within(name, KNOWS_AWS)]


def test_only_settings_reads_the_environment():
    readers = [
        name
        for name, tree in MODULES.items()
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"})
        or (isinstance(node, ast.Name) and node.id in {"environ", "getenv"} and isinstance(node.ctx, ast.Load))
    ]

    assert {"chalicelib.settings"} == set(readers)


def test_only_wiring_and_the_readers_of_messages_know_adapters():
    known = [
        name
        for name, tree in MODULES.items()
        if any(within(each, ("chalicelib.adapters",)) for each in imports(tree)) and not within(name, KNOWS_AWS)
    ]

    readers = {"chalicelib.bounce_events", "chalicelib.events", "chalicelib.mail_events", "chalicelib.rollover_events"}
    assert {*readers, "chalicelib.wiring"} == set(known)


def test_no_function_carries_the_command_line():
    reachable, waiting = set(), ["app"]
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in reachable:
            reachable.add(name)
            waiting.extend(imported for imported in imports(MODULES[name]))
            waiting.extend(imported.rpartition(".")[0] for imported in imports(MODULES[name]))

    assert not [name for name in reachable if within(name, ("chalicelib.cli",))]
    assert "chalicelib.events" in reachable


def test_the_entrance_stays_small():
    assert len((ROOT / "app.py").read_text().splitlines()) <= 110
