"""Scalar values of `setup.yaml`. Each is parsed from its source text, so that no number passes through a float."""

import re
import unicodedata
from datetime import date
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from typing import TypeVar

import yaml

from chalicelib.cli.setup_file.shaped import (
    Scalar,
    Unreadable,
    did_you_mean,
    is_null,
    like,
    shaped,
    words,
    words_of_any_case,
)
from chalicelib.cli.setup_file.zones import why_no_zone
from chalicelib.domain.branding import LIGHT_GROUND, MIN_CONTRAST, contrast, legible
from chalicelib.domain.ids import SLUG, is_slug
from chalicelib.domain.names import tidy
from chalicelib.domain.quantities import Money, currency_exponent
from chalicelib.domain.terms import Cap
from chalicelib.intake.cells.durations import parse_duration
from chalicelib.intake.sources.columns import Unit

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")
_NONE = "none"
_AMOUNT = re.compile(r"\d{1,12}(?:\.(\d+))?")
_FACTOR = re.compile(r"\d{1,6}(?:\.\d{1,6})?")
_PERCENT = re.compile(r"(\d{1,4}) ?%")
_CYCLES = re.compile(r"(?:after )?(\d{1,4})(?: cycles?)?")
_LOCALE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-[A-Z]{2})?")
_YES_NO = {"yes": True, "true": True, "no": False, "false": False}
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_PHONE = re.compile(r"\+?[0-9(][0-9 ()/.-]{2,30}")
_WEB = re.compile(r"https?://[^\s/?#@]+\.[^\s/?#@]+(?:[/?#]\S*)?")
_LOGO = re.compile(r".+\.(?:[sS][vV][gG]|[pP][nN][gG])|data:image/(?:png|svg\+xml);base64,[A-Za-z0-9+/=]+")
_COLOUR = re.compile("#?([0-9a-fA-F]{6})")
_DAY = r"\d{4}-\d{2}-\d{2}|\d{8}|\d{4}-?W\d{2}(?:-?\d)?"
"""Every ISO 8601 date that Python parses."""
_TIME = r"(?:\+|-(?=[0.,P]))?[0-9.,P¼½¾⅓⅔][0-9a-zA-Zµ¼½¾⅓⅔.,:/ '’]*"
"""Wider than what intake/cells/durations.py parses: a digit, a fraction or ISO's P, then digits, punctuation, units."""


@shaped({"type": ["string", "number", "boolean"], "pattern": r"\S"})
def text(node: yaml.Node) -> str:
    """A line of text, NFC-normalised, with white space folded."""
    if not isinstance(node, yaml.ScalarNode):
        raise Unreadable("this takes a single value, not a list or a section.")
    written = tidy(node.value)
    if not written:
        raise Unreadable("the text is empty; write it, or leave the key out.")
    return written


_SLUG_ADVICE = "Write it in lower-case letters, digits and hyphens, at most 63."


@shaped(like(SLUG.pattern, "number", "boolean", minimum=0, patternErrorMessage=_SLUG_ADVICE))
def slug(node: yaml.Node) -> str:
    """A name for folders and commands (domain/ids.py)."""
    name = text(node)
    if is_slug(name):
        return name
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    proposal = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:63].strip("-")
    hint = f" `{proposal}` would work." if proposal else ""
    raise Unreadable(f"`{name}` is not lower-case letters, digits and hyphens (at most 63).{hint}")


def _fitting(node: yaml.Node, pattern: re.Pattern[str], problem: str) -> str:
    """The text, if it has this form; `problem` follows it in the message."""
    written = text(node)
    if pattern.fullmatch(written) is None:
        raise Unreadable(f"`{written}` {problem}.")
    return written


@shaped(like(_EMAIL.pattern, examples=["name@example.com"]))
def email(node: yaml.Node) -> str:
    """An e-mail address."""
    return _fitting(node, _EMAIL, "is not an e-mail address; write it as name@example.com")


@shaped(like(_PHONE.pattern, "integer", "number", examples=["+49 40 555 0"]))
def phone(node: yaml.Node) -> str:
    """A telephone number, as it is shown."""
    return _fitting(node, _PHONE, "is not a telephone number; write it as +49 40 555 0")


@shaped(like(_WEB.pattern, examples=["https://example.com"]))
def web(node: yaml.Node) -> str:
    """The address of a web site."""
    return _fitting(node, _WEB, "is not the address of a web site; write it as https://example.com")


@shaped(like(_LOGO.pattern, examples=["logo.svg"]))
def logo(node: yaml.Node) -> str:
    """The path of an image, or its content; read_logo.py reads it."""
    return _fitting(node, _LOGO, "is neither an .svg nor a .png file")


@shaped(like(_COLOUR.pattern, "integer", "number", examples=["#215e82"]))
def accent(node: yaml.Node) -> str:
    """A colour that is legible as text on the page."""
    written = text(node)
    found = _COLOUR.fullmatch(written)
    if found is None:
        raise Unreadable(f'`{written}` is not a colour; write it in quotation marks as "#215e82".')
    colour = f"#{found[1].lower()}"
    nearest = legible(colour, LIGHT_GROUND)
    if nearest != colour:
        ratio = contrast(colour, LIGHT_GROUND)
        raise Unreadable(
            f"text in {colour} is hard to read on the page: its contrast is {ratio:.1f} to 1, and"
            f' {MIN_CONTRAST} is needed. The nearest that does is "{nearest}".'
        )
    return colour


@shaped(like(_DAY, "integer", examples=["2026-01-31"]))
def day(node: yaml.Node) -> date:
    """A date."""
    written = text(node)
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise Unreadable(f"`{written}` is not a date; write it as 2026-01-31.") from None


@shaped(like(_TIME, "number", minimum=0, examples=["20 h"]))
def seconds(node: yaml.Node) -> int:
    """Hours: `20 h`, `6.75`, `26:45`, `26:45:30` or `15 min`."""
    written = text(node)
    parsed = parse_duration(written, Unit.HOURS)
    if parsed is None or parsed < 0:
        raise Unreadable(f"`{written}` is not an amount of time; write it as 20 h, 6.75 h, 26:45 or 15 min.")
    return parsed


def money_in(code: str) -> Scalar[Money]:
    """A reader of amounts in the client's currency, as in `1000.00`."""

    @shaped(like(_AMOUNT.pattern, "number", minimum=0, examples=["1000.00"]))
    def money(node: yaml.Node) -> Money:
        written = text(node)
        match = _AMOUNT.fullmatch(written)
        if match is None:
            raise Unreadable(f"`{written}` is not an amount; write it as 1000.00, without separators or currency.")
        places = currency_exponent(code)
        if len(match[1] or "") > places:
            raise Unreadable(f"`{written}` has more decimals than {code}, which has {places}; round it.")
        return Money.of(Decimal(written), code)

    return money


@shaped(like("[A-Z]{3}", examples=["EUR"]))
def currency(node: yaml.Node) -> str:
    """An ISO 4217 code."""
    from babel.numbers import is_currency  # noqa: PLC0415 - slow to load, and only `apply` needs it

    code = text(node)
    if not is_currency(code):
        raise Unreadable(f"`{code}` is not an ISO 4217 currency; write it as EUR.")
    return code


@shaped(like(_LOCALE.pattern, examples=["en", "en-IE", "de-DE", "fr-FR"]))
def locale(node: yaml.Node) -> str:
    """A BCP 47 tag that Babel knows."""
    from babel import Locale, UnknownLocaleError  # noqa: PLC0415 - slow to load, and only `apply` needs it

    tag = text(node)
    try:
        if _LOCALE.fullmatch(tag):
            Locale.parse(tag, sep="-")
            return tag
    except UnknownLocaleError:
        pass
    raise Unreadable(f"`{tag}` is not a known locale; write it as en, en-IE, de-DE or fr-FR.")


@shaped(like("[A-Za-z][A-Za-z0-9_+/-]*", examples=["Europe/Berlin"]))
def zone(node: yaml.Node) -> str:
    """An IANA time zone."""
    name = text(node)
    if why := why_no_zone(name):
        raise Unreadable(why)
    return name


def integer(low: int, high: int) -> Scalar[int]:
    """A reader of whole numbers from `low` to `high`."""
    advice = f"Write a whole number from {low} to {high}."

    @shaped(like(r"\d{1,9}", "integer", minimum=low, maximum=high, patternErrorMessage=advice))
    def whole(node: yaml.Node) -> int:
        written = text(node)
        if re.fullmatch(r"\d{1,9}", written) is None or not low <= int(written) <= high:
            raise Unreadable(f"`{written}` is not a whole number from {low} to {high}.")
        return int(written)

    return whole


@shaped(like(_FACTOR.pattern, "number", exclusiveMinimum=0, examples=["1.5"]))
def factor(node: yaml.Node) -> Fraction:
    """A multiplier above 0, as in `1.5`."""
    written = text(node)
    if _FACTOR.fullmatch(written) is None or Fraction(written) == 0:
        raise Unreadable(f"`{written}` is not a factor above 0; write it as 1.5.")
    return Fraction(written)


def one_of(kind: type[E]) -> Scalar[E]:
    """A reader of one of the enum's values."""
    known = tuple(member.value for member in kind)

    @shaped(words(*known))
    def choice(node: yaml.Node) -> E:
        written = text(node)
        if written in known:
            return kind(written)
        near = did_you_mean(written, known)
        raise Unreadable(f"`{written}` is none of {', '.join(known)}.{near}")

    return choice


@shaped(words_of_any_case("yes", "no", "true", "false", type=["string", "boolean"]))
def yes_no(node: yaml.Node) -> bool:
    """`yes` or `no`."""
    written = text(node).casefold()
    if written not in _YES_NO:
        raise Unreadable(f"`{written}` is neither yes nor no.")
    return _YES_NO[written]


def or_none(scalar: Scalar[T]) -> Scalar[T | None]:
    """A reader that also takes `none` (or nothing): no value."""

    @shaped({**scalar.shape, "pattern": rf"^\s*{_NONE}\s*$|{scalar.shape['pattern']}"})
    def optional(node: yaml.Node) -> T | None:
        return None if is_null(node) or text(node) == _NONE else scalar(node)

    return optional


@shaped(like(rf"{_NONE}|{_PERCENT.pattern}|{_TIME}", "number", minimum=0, examples=["10 h", "50 %", "none"]))
def cap(node: yaml.Node) -> Cap | None:
    """`none`, hours, or a percentage of the allotment such as `50 %`."""
    written = text(node)
    if written == _NONE:
        return None
    if match := _PERCENT.fullmatch(written):
        return Cap(percent=int(match[1]))
    return Cap(seconds=seconds(node))


@shaped(like(f"never|{_CYCLES.pattern}", "integer", minimum=1, examples=["after 2 cycles", "never"]))
def expiry(node: yaml.Node) -> int | None:
    """`never`, or `after 2 cycles`."""
    written = text(node)
    if written == "never":
        return None
    match = _CYCLES.fullmatch(written)
    if match is None or int(match[1]) == 0:
        raise Unreadable(f"`{written}` is neither never nor a number of cycles; write it as after 2 cycles.")
    return int(match[1])
