"""Templates to HTML, everything escaped, with the style sheet inline and its hash for the policy.

Compiling the templates takes longer than all the rest of a page, so packaging keeps the compiled code beside
them (`python -m chalicelib.render.jinja`). It is used only for exactly the source and the versions of
Python and Jinja that it was compiled from; anything else is compiled anew, so it can never be stale.
"""

import sys
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import BytecodeCache, Environment, FileSystemLoader, select_autoescape
from jinja2.bccache import Bucket
from markupsafe import Markup

TEMPLATES = Path(__file__).parent.parent / "templates"

COMPILED = TEMPLATES / "compiled"


class PackagedTemplates(BytecodeCache):
    """The compiled templates that packaging left; read-only unless it is packaging."""

    def __init__(self, folder: Path, *, writes: bool = False) -> None:
        self._folder = folder
        self._writes = writes

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """The template's name alone: it is compiled in one place and run in another."""
        return name if filename else f"{name} without a file"

    def load_bytecode(self, bucket: Bucket) -> None:
        """Take the compiled code; the bucket itself refuses another source or version."""
        path = self._folder / f"{bucket.key}.bin"
        if path.is_file():
            bucket.bytecode_from_string(path.read_bytes())

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled, when packaging."""
        if self._writes:
            path = self._folder / f"{bucket.key}.bin"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(bucket.bytecode_to_string())


@cache
def style(more: str = "") -> str:
    """The style sheet as it stands in the page, and after it the one called `more`, if any.

    Its exact text is what the hash is of.
    """
    return "".join((TEMPLATES / name).read_text("utf-8") for name in ("style.css", more) if name)


@cache
def style_hash(more: str = "") -> str:
    """The source expression that lets browsers apply `style(more)`: `'sha256-…'`."""
    return f"'sha256-{b64encode(sha256(style(more).encode()).digest()).decode()}'"


def render(template: str, *, more_style: str = "", **values: object) -> str:
    """The HTML of a template with these values."""
    sheet = Markup(style(more_style))  # noqa: S704 - our own file
    return _environment().get_template(template).render(style=sheet, **values)


def fill(template: str, **values: object) -> str:
    """The text of a template that needs no style sheet: both halves of a mail."""
    return _environment().get_template(template).render(**values)


def compile_templates(folder: Path = COMPILED) -> int:
    """Compile all templates into `folder`; returns how many there are."""
    environment = _make(PackagedTemplates(folder, writes=True))
    names = environment.list_templates(extensions=["html", "txt"])
    for name in names:
        environment.get_template(name)
    return len(names)


@cache
def _environment() -> Environment:
    return _make(PackagedTemplates(COMPILED))


def _make(compiled: BytecodeCache) -> Environment:
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=select_autoescape(default=True, disabled_extensions=("txt",)),  # the text of a mail is no HTML
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        bytecode_cache=compiled,
    )


if __name__ == "__main__":
    sys.stdout.write(f"{compile_templates()} templates compiled\n")
