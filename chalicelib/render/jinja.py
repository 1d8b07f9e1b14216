"""Renders templates with everything escaped, the style sheet inline and its hash for the Content-Security-Policy.

Compiling the templates takes longer than the rest of a page, so the package has them as modules, without sources.
"""

from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import BaseLoader, Environment, FileSystemLoader, ModuleLoader, select_autoescape
from markupsafe import Markup

from chalicelib.domain.branding import DARK_PAPER, legible

TEMPLATES = Path(__file__).parent.parent / "templates"
_COMPILED = TEMPLATES / "compiled"
"""Exists only in the package."""


@cache
def style(more: str = "", accent: str = "") -> str:
    """The page's style sheet, followed by the file `more` and by the accent colour, if any.

    The hash is that of exactly this text.
    """
    sheets = "".join((TEMPLATES / name).read_text("utf-8") for name in ("style.css", more) if name)
    if not accent:
        return sheets
    dark = legible(accent, DARK_PAPER)
    in_the_dark = f"@media screen and (prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}"
    return f"{sheets}:root{{--accent:{accent}}}{in_the_dark}"


@cache
def style_hash(more: str = "", accent: str = "") -> str:
    """The source expression that lets browsers apply `style(more, accent)`: `'sha256-…'`."""
    return f"'sha256-{b64encode(sha256(style(more, accent).encode()).digest()).decode()}'"


def render(template: str, *, more_style: str = "", accent: str = "", **values: object) -> str:
    """The HTML of a template with these values."""
    sheet = Markup(style(more_style, accent))  # noqa: S704 - our own file, and a checked colour
    return _environment().get_template(template).render(style=sheet, **values)


def fill(template: str, **values: object) -> str:
    """The text of a template without a style sheet: the HTML or the text of a mail."""
    return _environment().get_template(template).render(**values)


def compile_templates(folder: Path) -> None:
    """Compile all templates into modules in `folder`, for a package."""
    sources = _make(FileSystemLoader(TEMPLATES))
    sources.compile_templates(folder, ["html", "txt"], zip=None, ignore_errors=False)


@cache
def _environment() -> Environment:
    return _make(ModuleLoader(_COMPILED) if _COMPILED.is_dir() else FileSystemLoader(TEMPLATES))


def _make(loader: BaseLoader) -> Environment:
    return Environment(
        loader=loader,
        autoescape=select_autoescape(default=True, disabled_extensions=("txt",)),  # the text part of a mail is not HTML
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
