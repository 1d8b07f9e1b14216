"""The JSON Schema that editors check a set-up file against agrees with its reader."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from chalicelib.cli.setup_file import SCHEMA_FILE, STARTER_FILE
from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.cli.setup_file.schema import SECTIONS, Form
from chalicelib.cli.setup_file.shaped import Scalar, Unreadable
from chalicelib.intake.sources.catalogue import SOURCES
from chalicelib.services.setup.declared import Setup
from infra.setup_schema import written_schema
from tests.unit.cli.test_setup_roundtrip import setups, written

ROOT = Path(__file__).resolve().parents[3]
EXAMPLES = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/setup.md").read_text(), re.DOTALL)
EVERYTHING = EXAMPLES[-1]
NAMES = tuple(source.name for source in SOURCES)

SCHEMA = json.loads(SCHEMA_FILE.read_text())
VALIDATOR = Draft7Validator(SCHEMA)


class Core(yaml.SafeLoader):
    """YAML 1.2 as editors read it: yes, 26:45 and 2026-01-31 are strings."""


Core.yaml_implicit_resolvers = {}
for kind, pattern, first in (
    ("null", r"~|null|Null|NULL|", "~nN"),
    ("bool", r"true|True|TRUE|false|False|FALSE", "tTfF"),
    ("int", r"[-+]?[0-9]+", "-+0123456789"),
    ("float", r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?", "-+.0123456789"),
):
    Core.add_implicit_resolver(f"tag:yaml.org,2002:{kind}", re.compile(f"(?:{pattern})$"), [*first, ""])
Core.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def as_an_editor(document: str) -> Any:
    return yaml.load(document, Loader=Core)  # noqa: S506 - a safe loader of ours


def marks(document: str) -> list[str]:
    """The places that an editor flags."""
    return [f"{error.json_path}: {error.message}" for error in VALIDATOR.iter_errors(as_an_editor(document))]


def refusals(document: str) -> list[str]:
    """The places that the reader refuses."""
    found = read_setup(document, NAMES)
    return [] if isinstance(found, Setup) else [problem.text for problem in found]


def test_the_schema_is_up_to_date() -> None:
    assert SCHEMA_FILE.read_text() == written_schema(), "run `python -m infra.setup_schema`"


def test_the_schema_is_a_draft_that_editors_support() -> None:
    Draft7Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "document", [*EXAMPLES, (ROOT / "infra/demo/setup.yaml").read_text(), STARTER_FILE.read_text()]
)
def test_an_editor_flags_nothing_in_our_own_files(document: str) -> None:
    assert [] == marks(document)


def test_an_editor_explains_every_key_without_links() -> None:
    explained = re.findall(r'"description": "(.*)"', SCHEMA_FILE.read_text())

    assert len(explained) >= sum(map(len, SECTIONS.values()))
    assert [] == [text for text in explained if "](" in text or not text]


def patterns(schema: Any) -> Iterator[dict[str, Any]]:
    """All parts of a schema that are refused by their pattern alone, not as one of several alternatives."""
    if isinstance(schema, dict):
        if str(schema.get("pattern", "")).startswith("^"):
            yield schema
        schema = [held for key, held in schema.items() if key not in {"anyOf", "examples"}]
    if isinstance(schema, list):
        for held in schema:
            yield from patterns(held)


def test_an_editor_never_answers_with_a_pattern() -> None:
    found = list(patterns(json.loads(SCHEMA_FILE.read_text())))

    assert len(found) > 20
    assert [] == [each for each in found if not each.get("patternErrorMessage")]


@settings(max_examples=10, deadline=None)
@given(setups())
def test_an_editor_flags_nothing_in_any_valid_set_up(setup: Setup) -> None:
    assert [] == marks(written(setup))


def full() -> dict[str, Any]:
    """A set-up that contains every section at least once."""
    document = as_an_editor(EVERYTHING)
    document["clients"][0]["mails"] = {}
    return document


def places(section: str = "the file", path: tuple[Any, ...] = ()) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every section with the path to one of its occurrences in `full()`."""
    yield section, path
    for name, key in SECTIONS[section].items():
        if isinstance(key.holds, str):
            step = {Form.ONE: (), Form.LIST: (0,), Form.BY_NAME: ("harvest",)}[key.form]
            yield from places(key.holds, (*path, name, *step))


PLACES = dict(places())


def with_(section: str, held: dict[str, Any]) -> str:
    """The full set-up with something else in the place of one of its sections."""
    if not PLACES[section]:
        return json.dumps(held)
    document = full()
    *way, last = PLACES[section]
    outer: Any = document
    for step in way:
        outer = outer[step]
    outer[last] = held
    return json.dumps(document)


def blamed(section: str, document: str) -> tuple[set[str], set[str]]:
    """The keys of a section that the reader reports, and those that an editor flags."""
    reported = {found[1] for text in refusals(document) if (found := re.match(r"`(\w+)`", text))}
    depth = len(PLACES[section])
    paths = (list(error.absolute_path) for error in VALIDATOR.iter_errors(as_an_editor(document)))
    return reported, {path[depth] for path in paths if len(path) > depth}


by_section = pytest.mark.parametrize("section", SECTIONS)


def test_every_section_occurs_in_the_full_set_up() -> None:
    assert set(PLACES) == set(SECTIONS)
    assert [] == refusals(json.dumps(full())) == marks(json.dumps(full()))


@by_section
def test_reader_and_schema_require_the_same_keys(section: str) -> None:
    keys = SECTIONS[section]
    needed = {name for name, key in keys.items() if key.is_needed}
    document = with_(section, {})

    assert {name for text in refusals(document) for name in re.findall(r"needs `(\w+)`", text)} == needed | {
        name for name, key in keys.items() if key.is_needed_first
    }
    assert {name for text in marks(document) for name in re.findall(r"'(\w+)' is a required", text)} == needed


def test_one_version_of_the_terms_has_all_keys_that_the_first_one_needs() -> None:
    document = full()
    versions = document["clients"][0]["retainers"][0]["terms"]
    assert [["effective_from", "allotment", "fee"]] == [list(each) for each in versions[1:]]

    del versions[0]["fee"]

    assert any(".terms: None of" in text for text in marks(json.dumps(document)))
    assert any("needs `fee`" in text for text in refusals(json.dumps(document)))


@by_section
def test_a_value_of_the_wrong_form_is_refused_by_both(section: str) -> None:
    """A list in place of a value, and a value in place of a list or a section."""
    keys = SECTIONS[section]
    is_single = {name: key.form is Form.ONE and isinstance(key.holds, Scalar) for name, key in keys.items()}

    document = with_(section, {name: ["x"] if single else "x" for name, single in is_single.items()})

    assert blamed(section, document) == (set(keys), set(keys))


@by_section
def test_a_key_accepts_what_its_shape_describes(section: str) -> None:
    """`§` is valid text, and every other reader refuses it with its own message."""
    scalars = {name: key for name, key in SECTIONS[section].items() if isinstance(key.holds, Scalar)}
    odd = {Form.ONE: "§", Form.LIST: ["§"], Form.BY_NAME: {"x": "§"}}
    document = with_(section, {name: odd[key.form] for name, key in scalars.items()})
    wrong = {name: f"`{name}`: {why}" for name, key in scalars.items() if (why := verdict(key.holds, "§"))}

    assert {text for text in refusals(document) if re.match(r"`\w+`: ", text)} == set(wrong.values())
    assert blamed(section, document)[1] == set(wrong)


def verdict(scalar: Scalar[Any] | str, text: str) -> str:
    """Why a reader refuses a text; nothing if it accepts it."""
    assert isinstance(scalar, Scalar)
    try:
        scalar.read(yaml.ScalarNode("tag:yaml.org,2002:str", text))
    except Unreadable as problem:
        return str(problem)
    return ""


@by_section
def test_an_unknown_key_is_refused_by_both(section: str) -> None:
    document = with_(section, {"sunday": "x"})

    assert any("has no key `sunday`" in text for text in refusals(document))
    assert any("'sunday' was unexpected" in text for text in marks(document))


SCALARS = {
    json.dumps(key.holds.shape): (f"{section}-{name}", key.holds)
    for section, keys in SECTIONS.items()
    for name, key in keys.items()
    if isinstance(key.holds, Scalar)
}
TYPED = st.sampled_from(
    ["20 h", "6.75", "26:45", "26:45:30", "15 min", "1h30", "1,5 Std.", "50 %", "none", "never", "after 2 cycles", "3",
     "1000.00", "2026-01-31", "20260131", "2026-W05-6", "yes", "No", "TRUE", "ae", "S", "DE", "EUR", "fr-CH", "zh-Hant",
     "Europe/Berlin", "Etc/GMT+1", "HT-", "a@b.example", "DE 123.456.789", "de89 3704 0044 0532 0130 00", "COBADEFF",
     "month", "clock", "project", "day", "dmy", "acme-2", "7.7", "19 %", "1.5", "0"]
)  # fmt: skip
WRITTEN_TEXTS = TYPED | st.text("0123456789.:- hHdeEU%@", min_size=1, max_size=8)


@pytest.mark.parametrize("scalar", [pytest.param(scalar, id=place) for place, scalar in SCALARS.values()])
@settings(max_examples=40, deadline=None)
@given(text=WRITTEN_TEXTS)
def test_an_editor_never_flags_a_value_that_is_accepted(scalar: Scalar[Any], text: str) -> None:
    shape = Draft7Validator(scalar.shape)
    read_by_editors = [text, unquoted(text)]

    assert verdict(scalar, text) or all(shape.is_valid(value) for value in read_by_editors if value is not None)


def unquoted(text: str) -> Any:
    """What YAML 1.2 reads an unquoted text as."""
    loader = Core("")
    tag = loader.resolve(yaml.ScalarNode, text, (True, False))
    return loader.construct_object(yaml.ScalarNode(tag, text))
