"""Scalar values of the billing sections of `setup.yaml`."""

import re
from enum import StrEnum
from fractions import Fraction

import yaml

from chalicelib.cli.setup_file.scalars import integer, text
from chalicelib.cli.setup_file.shaped import Unreadable, did_you_mean, like, shaped, words_of_any_case

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d{1,4})?) ?%?")
_SERIES = re.compile(r"[A-Za-z0-9-]{1,12}")
_VAT_ID = re.compile(r"[A-Z]{2}[A-Z0-9]{2,16}")
_IBAN = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}")
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_WHOLE = 100
_SPACES_AND_MARKS = re.compile(r"[\s.-]+")


payment_days = integer(0, 365)


class TaxCategory(StrEnum):
    """The codes of UNCL5305 that EN 16931 allows for services."""

    STANDARD = "S"
    ZERO = "Z"
    EXEMPT = "E"
    REVERSE_CHARGE = "AE"
    OUTSIDE = "O"


@shaped(like("[A-Z]{2}", examples=["DE"]))
def country(node: yaml.Node) -> str:
    """An ISO 3166-1 alpha-2 code."""
    from babel import Locale  # noqa: PLC0415 - slow to load, and only `apply` needs it

    code = text(node)
    known = {key: name for key, name in Locale("en").territories.items() if re.fullmatch("[A-Z]{2}", key)}
    if code in known:
        return code
    named = {name.casefold(): key for key, name in known.items()}
    meant = code.upper() if code.upper() in known else named.get(code.casefold())
    hint = f" Did you mean `{meant}`?" if meant else " Write it as DE."
    raise Unreadable(f"`{code}` is not the code of a country (ISO 3166, two capitals).{hint}")


@shaped(like(r"[\s.-]*[A-Za-z][A-Za-z0-9\s.-]+", "boolean", examples=["DE123456789"]))
def vat_id(node: yaml.Node) -> str:
    """A VAT id with its country prefix, without spaces and punctuation."""
    written = text(node)
    compact = _SPACES_AND_MARKS.sub("", written).upper()
    if _VAT_ID.fullmatch(compact) is None:
        hint = "write it with its country, as DE123456789; a number without a country is a `tax_number`"
        raise Unreadable(f"`{written}` is not a VAT id; {hint}.")
    return compact


@shaped(like(r"[A-Za-z][A-Za-z0-9\s]+", examples=["DE89 3704 0044 0532 0130 00"]))
def iban(node: yaml.Node) -> str:
    """An IBAN without spaces, with valid check digits (ISO 13616)."""
    written = text(node)
    compact = "".join(written.split()).upper()
    if _IBAN.fullmatch(compact) is None:
        raise Unreadable(f"`{written}` is not an IBAN; write it as DE89 3704 0044 0532 0130 00.")
    if int("".join(str(int(each, 36)) for each in compact[4:] + compact[:4])) % 97 != 1:
        raise Unreadable(f"`{written}` is not an IBAN: its check digits do not match, so a letter or digit is wrong.")
    return compact


@shaped(like(r"[A-Za-z][A-Za-z0-9\s]+", examples=["COBADEFFXXX"]))
def bic(node: yaml.Node) -> str:
    """A BIC of 8 or 11 characters (ISO 9362)."""
    written = text(node)
    compact = "".join(written.split()).upper()
    if _BIC.fullmatch(compact) is None:
        raise Unreadable(f"`{written}` is not a BIC; write it as COBADEFFXXX.")
    return compact


@shaped(like(rf"(?!.*\d{{4}}){_SERIES.pattern}", "number", "boolean", examples=["HT-"]))
def series(node: yaml.Node) -> str:
    """The prefix of invoice numbers."""
    written = text(node)
    if re.search(r"\d{4}", written):
        raise Unreadable(
            f"`{written}` contains a year; leave it out, it is added to every number: `HT-` makes HT-2026-0001."
        )
    if _SERIES.fullmatch(written) is None:
        raise Unreadable(f"`{written}` is not letters, digits and hyphens (at most 12); write it as HT-.")
    return written


@shaped(like(_PERCENT.pattern, "number", minimum=0, maximum=_WHOLE, examples=["19"]))
def percent(node: yaml.Node) -> Fraction:
    """A rate: `19`, `7.7` or `19 %`, read as typed."""
    written = text(node)
    match = _PERCENT.fullmatch(written)
    if match is None or Fraction(match[1]) > _WHOLE:
        raise Unreadable(f"`{written}` is not a rate from 0 to 100 per cent; write it as 19 or 7.7.")
    return Fraction(match[1])


@shaped(words_of_any_case(*(each.value for each in TaxCategory)))
def category(node: yaml.Node) -> TaxCategory:
    """The tax category of the rate."""
    written = text(node)
    try:
        return TaxCategory(written.upper())
    except ValueError:
        near = did_you_mean(written, [each.name.lower().replace("_", " ") for each in TaxCategory])
        known = ", ".join(f"{each.value} ({each.name.lower().replace('_', ' ')})" for each in TaxCategory)
        raise Unreadable(f"`{written}` is none of {known}.{near}") from None
