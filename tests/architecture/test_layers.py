"""The arrows between the layers, read from the source: a decision record may change one."""

import ast
import sys
from collections.abc import Callable, Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

SERVICES = "chalicelib.services"
LAYERS: dict[str, set[str]] = {
    "chalicelib.domain": set(),
    "chalicelib.intake": {"chalicelib.domain"},
    "chalicelib.intake.sources": set(),
    "chalicelib.intake.cells": {"chalicelib.domain", "chalicelib.intake.sources"},
    "chalicelib.intake.evidence": {"chalicelib.domain", "chalicelib.intake.sources", "chalicelib.intake.cells"},
    f"{SERVICES}.store": {
        "chalicelib.clock",
        "chalicelib.domain",
        "chalicelib.intake.rows",
        "chalicelib.intake.sources.columns",
        "chalicelib.intake.sources.settled",
    },
    f"{SERVICES}.access": {"chalicelib.clock", "chalicelib.domain"},
    f"{SERVICES}.cycles": {"chalicelib.domain", f"{SERVICES}.access.actor", f"{SERVICES}.store"},
    f"{SERVICES}.imports.replay": {"chalicelib.domain", f"{SERVICES}.store"},
    f"{SERVICES}.imports": {
        "chalicelib.clock",
        "chalicelib.domain",
        "chalicelib.intake",
        f"{SERVICES}.store",
        f"{SERVICES}.cycles",
    },
    f"{SERVICES}.invoices": {"chalicelib.clock", "chalicelib.domain", f"{SERVICES}.store", f"{SERVICES}.cycles"},
    f"{SERVICES}.setup": {
        "chalicelib.clock",
        "chalicelib.domain",
        "chalicelib.intake.rows",
        "chalicelib.intake.sources.columns",
        f"{SERVICES}.store",
        f"{SERVICES}.cycles",
    },
    f"{SERVICES}.mails": {
        "chalicelib.clock",
        "chalicelib.domain",
        f"{SERVICES}.store",
        f"{SERVICES}.cycles",
        f"{SERVICES}.invoices",
    },
    f"{SERVICES}.health": {f"{SERVICES}.store", f"{SERVICES}.invoices"},
    "chalicelib.adapters": {
        "chalicelib.cold_start",
        "chalicelib.domain",
        "chalicelib.intake.rows",
        "chalicelib.intake.sources.columns",
        f"{SERVICES}.access",
        f"{SERVICES}.store",
        f"{SERVICES}.imports.progress",
        f"{SERVICES}.mails.ports",
        f"{SERVICES}.health",
    },
    "chalicelib.words": {"chalicelib.domain", "chalicelib.intake.rows", "chalicelib.intake.sources.columns", SERVICES},
    "chalicelib.render": {"chalicelib.domain", "chalicelib.intake.rows", "chalicelib.intake.sources.columns", SERVICES},
    "chalicelib.documents": {"chalicelib.domain", "chalicelib.words", "chalicelib.render"},
    "chalicelib.mails": {
        "chalicelib.clock",
        "chalicelib.domain",
        SERVICES,
        "chalicelib.words",
        "chalicelib.render",
        "chalicelib.documents",
    },
    "chalicelib.web": {
        "chalicelib.domain",
        SERVICES,
        "chalicelib.words",
        "chalicelib.render",
        "chalicelib.documents",
        "chalicelib.parts",
    },
    "chalicelib.handlers": {
        "chalicelib.adapters",  # the readers of the queues' messages
        "chalicelib.domain.errors",
        SERVICES,
        "chalicelib.parts",
    },
    "app": {
        "chalicelib.cold_start",
        "chalicelib.handlers",
        "chalicelib.parts",
        "chalicelib.settings",
        "chalicelib.site",
    },
    "chalicelib.site": {"chalicelib.parts", "chalicelib.web"},
    "chalicelib.cli": {
        "chalicelib.domain",
        "chalicelib.intake",
        SERVICES,
        "chalicelib.words",
        "chalicelib.render",
        "chalicelib.documents",
        "chalicelib.parts",
        "chalicelib.settings",
    },
}
"""What a layer may import of ours besides itself."""

FREE = {"chalicelib.__version__"}
STANDARD_LIBRARY_ONLY = ("chalicelib.domain", "chalicelib.intake", "chalicelib.services")
KNOWS_CHALICE = ("chalicelib.site", "chalicelib.web")
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
PACKAGES = {".".join(file.parent.relative_to(ROOT).parts) for file in (ROOT / "chalicelib").rglob("__init__.py")}


def package_of(name: str) -> str:
    """The folder in which a module lies; what lies at the top stands for itself."""
    folder = name if name in PACKAGES else name.rpartition(".")[0]
    return name if folder in {"", "chalicelib", "chalicelib.services"} else folder


def module_of(imported: str) -> str | None:
    """The module of ours that an imported name is, or is in."""
    return next((name for name in (imported, imported.rpartition(".")[0]) if name in MODULES), None)


def cycle_of(arrows: dict[str, set[str]]) -> list[str]:
    """A circle among the arrows, if there is one."""
    try:
        TopologicalSorter(arrows).prepare()
    except CycleError as error:
        return error.args[1]
    return []


def arrows_between(place: Callable[[str], str]) -> dict[str, set[str]]:
    """Who imports whom, each module standing for its place."""
    arrows: dict[str, set[str]] = {}
    for name, tree in MODULES.items():
        for module in filter(None, map(module_of, imports(tree))):
            if place(module) != place(name):
                arrows.setdefault(place(name), set()).add(place(module))
    return arrows


def test_no_packages_import_each_other_however_long_the_way_round():
    assert [] == cycle_of(arrows_between(package_of))


def test_no_modules_import_each_other_however_long_the_way_round():
    assert [] == cycle_of(arrows_between(lambda module: module))


@pytest.mark.parametrize("layer", LAYERS)
def test_a_layer_imports_only_what_lies_below_it(layer):
    wrong = [
        f"{name} imports {imported}"
        for name, tree in MODULES.items()
        if within(name, (layer,))
        for imported in imports(tree)
        if within(imported, ("chalicelib",)) and not within(imported, {layer, *LAYERS[layer], *FREE})
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


def test_leaving_chalice_would_touch_the_entry_point_only():
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


def test_only_parts_and_the_handlers_know_adapters():
    known = [
        name
        for name, tree in MODULES.items()
        if any(within(each, ("chalicelib.adapters",)) for each in imports(tree)) and not within(name, KNOWS_AWS)
    ]

    assert {"chalicelib.parts"} == {name for name in known if not within(name, ("chalicelib.handlers",))}


def test_no_function_carries_the_command_line():
    reachable, waiting = set(), ["app"]
    while waiting:
        name = waiting.pop()
        if name in MODULES and name not in reachable:
            reachable.add(name)
            waiting.extend(imported for imported in imports(MODULES[name]))
            waiting.extend(imported.rpartition(".")[0] for imported in imports(MODULES[name]))

    assert not [name for name in reachable if within(name, ("chalicelib.cli",))]
    assert "chalicelib.handlers.imports" in reachable


def test_the_entry_point_stays_small():
    assert len((ROOT / "app.py").read_text().splitlines()) <= 100
