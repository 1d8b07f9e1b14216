"""The docs keep up with the program: links lead somewhere, and what they name exists."""

import re
from collections.abc import Iterator
from dataclasses import fields
from functools import cache
from pathlib import Path

import click
import pytest

from chalicelib.cli.main import main
from chalicelib.intake.rows import RefusalKind
from chalicelib.settings import Settings, variable_of

ROOT = Path(__file__).resolve().parents[2]
DECISIONS = ROOT / "docs/decisions"
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
_HEADING = re.compile(r"^#+ +(.+)$", re.MULTILINE)
_CODE = re.compile(r"^```[a-z]*\n(.*?)^```$|`([^`\n]+)`", re.MULTILINE | re.DOTALL)


DOCS = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]
by_name = {"ids": lambda document: document.relative_to(ROOT).as_posix()}


def targets(document: Path) -> Iterator[str]:
    """The links of a document that stay within the project."""
    text = _FENCE.sub("", document.read_text(encoding="utf-8"))
    yield from (target for target in _LINK.findall(text) if not target.startswith(("https://", "http://", "mailto:")))


@cache
def anchors(document: Path) -> set[str]:
    """The names that a document's headings have in a link, as Markdown pages on the web make them."""
    headings = _HEADING.findall(_FENCE.sub("", document.read_text(encoding="utf-8")))
    return {slug(heading) for heading in headings}


def slug(heading: str) -> str:
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def code(document: Path) -> Iterator[str]:
    """What a document quotes as code, line by line."""
    for block, inline in _CODE.findall(document.read_text(encoding="utf-8")):
        yield from (block or inline).splitlines()


def exists(document: Path, target: str) -> bool:
    path, _, anchor = target.partition("#")
    found = (document.parent / path).resolve() if path else document
    return found.exists() and (not anchor or anchor in anchors(found))


@pytest.mark.parametrize("document", DOCS, **by_name)
def test_every_link_between_documents_leads_somewhere(document: Path):
    assert [] == [target for target in targets(document) if not exists(document, target)]


def test_every_make_target_that_a_document_names_exists():
    known = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {
        (document.name, target)
        for document in DOCS
        for line in code(document)
        for target in re.findall(r"(?:^|[$|&;] ?)make ([a-z-]+)", line)
    }

    assert {"up", "test", "drop", "deploy"} <= {target for _, target in named}
    assert set() == {(document, target) for document, target in named if target not in known}


def test_every_target_of_make_is_explained_by_make_itself():
    makefile = (ROOT / "Makefile").read_text()

    targets = re.findall(r"^([a-z-]+):", makefile, re.MULTILINE)
    assert targets == re.findall(r"^([a-z-]+):.*  ## ", makefile, re.MULTILINE)


def is_command(words: list[str]) -> bool:
    """Whether `hourtab` followed by these words begins with a command of ours, given whole."""
    found: click.Command | None = main
    for word in words:
        if not isinstance(found, click.Group):
            return True
        if not re.fullmatch("[a-z-]+", word):
            return False
        found = found.get_command(click.Context(found), word)
    return found is not None


def without_options(line: str) -> list[str]:
    """The words of a quoted command line behind `hourtab`, its first options left out."""
    return re.sub(r"^( --\S+( [\w-]+)?)+", "", line).split()


def test_every_command_that_a_document_names_exists():
    named = {
        (document.name, words)
        for document in DOCS
        for line in code(document)
        for words in re.findall(r"(?:^|[$/] ?|bin/)hourtab((?: --stack [\w-]+)?(?: [a-z]+){1,2})(?![\w.-])", line)
    }
    wrong = {(document, words) for document, words in named if not is_command(without_options(words))}

    assert any(document == "README.md" for document, _ in named)
    assert set() == wrong


def test_every_environment_variable_is_documented_and_no_other():
    chapter = (
        (ROOT / "docs/operate.md").read_text(encoding="utf-8").split("## Environment variables")[1].split("\n## ")[0]
    )
    table = "\n".join(line for line in chapter.splitlines() if line.startswith("| `"))

    assert sorted(variable_of(one.name) for one in fields(Settings)) == sorted(re.findall(r"`([A-Z_]+)`", table))


def test_every_decision_has_a_number_of_its_own_and_is_listed():
    records = sorted(path.name for path in DECISIONS.glob("[0-9]*.md"))
    listed = [target for target in targets(DECISIONS / "README.md") if "/" not in target]

    assert [f"{number:04}" for number in range(1, len(records) + 1)] == [name[:4] for name in records]
    assert records == listed


def test_every_refusal_is_explained_to_the_operator():
    operate = (ROOT / "docs/operate.md").read_text(encoding="utf-8")

    assert [] == [kind.value for kind in RefusalKind if f"`{kind.value}`" not in operate]


def test_every_message_in_the_troubleshooting_table_is_one_of_ours():
    table = (ROOT / "docs/operate.md").read_text(encoding="utf-8").split("\n## Troubleshooting\n")[1].split("\n## ")[0]
    cells = [line.split("|")[1] for line in table.splitlines() if line.startswith("|")]
    quoted = [message for cell in cells for message in re.findall("`(.+?)`", cell) if message != "inbox/"]
    folders = (ROOT / "chalicelib", ROOT / "infra")
    files = [ROOT / "Makefile", *(source for folder in folders for source in folder.rglob("*.py"))]
    sources = "\n".join(file.read_text(encoding="utf-8") for file in files)
    lost = [
        message
        for message in quoted
        if re.search("[^\n]*".join(re.escape(part) for part in message.split("…")), sources) is None
    ]

    assert "No deployment is selected" in quoted
    assert [] == lost


def test_every_section_that_a_docstring_names_exists():
    sources = [*(ROOT / "chalicelib").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    named = {
        (source.name, document, section)
        for source in sources
        for document, section in re.findall(r'(docs/[\w-]+\.md), "([^"]+)"', source.read_text(encoding="utf-8"))
    }
    wrong = {(source, section) for source, document, section in named if slug(section) not in anchors(ROOT / document)}

    assert named
    assert set() == wrong


def is_place(path: str, name: str) -> bool:
    """Whether `path` (of the project or of its package) exists, and defines `name` if one is given."""
    found = [one for root in (ROOT, ROOT / "chalicelib") for one in root.glob(path)]
    defined = re.compile(rf"^ *(class |def )?{name}\b", re.MULTILINE)
    return bool(found) and (not name or any(defined.search(one.read_text(encoding="utf-8")) for one in found))


def test_every_place_that_contributors_are_sent_to_exists():
    chapter = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8").split("## Where do I change")[1].split("\n## ")[0]
    rows = [line.split("|")[2] for line in chapter.splitlines() if line.startswith("|")][2:]
    named = [place for row in rows for place in re.findall(r"`([^`]+)`(?: \(`(\w+)`\))?", row)]

    assert ("domain/closing_position.py", "next_step") in named
    assert [] == [(path, name) for path, name in named if not is_place(re.sub("<.+?>", "*", path), name)]


def test_the_readme_can_be_read_in_one_go():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 150
