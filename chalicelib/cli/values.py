"""Types of command-line values: hours, amounts of money, dates, times, names, ids."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

import click

from chalicelib.domain.ids import is_slug
from chalicelib.domain.quantities import Money
from chalicelib.intake.cells.durations import parse_duration
from chalicelib.intake.sources.columns import Unit
from chalicelib.services.store.lookup import near_names


class Instant(click.ParamType[datetime]):
    """An ISO 8601 date or date-time; without an offset it is UTC, and a date means its midnight."""

    name = "instant"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """The aware instant."""
        if isinstance(value, datetime):
            return value
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date or time; write it as 2026-12-31 or 2026-12-31T18:00+01:00.", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


class Day(click.ParamType[date]):
    """An ISO 8601 date."""

    name = "day"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """The date."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a date; write it as 2026-01-31.", param, ctx)


class Month(click.ParamType[date]):
    """A month in ISO 8601."""

    name = "month"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Its first day."""
        if isinstance(value, date):
            return value
        try:
            return datetime.strptime(value, "%Y-%m").replace(tzinfo=UTC).date()
        except ValueError:
            self.fail(f"{value!r} is not a month; write it as 2026-01.", param, ctx)


class Hours(click.ParamType[int]):
    """An amount of time in seconds: `5`, `6.75`, `1:30`; negative only if `signed`."""

    name = "hours"

    def __init__(self, *, signed: bool = False) -> None:
        self._signed = signed

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """The seconds."""
        if isinstance(value, int):
            return value
        seconds = parse_duration(value, Unit.HOURS)
        if seconds is None or (seconds <= 0 and not self._signed):
            self.fail(f"{value!r} is not an amount of hours; write it as 5, 6.75 or 1:30.", param, ctx)
        return seconds


class Slug(click.ParamType[str]):
    """A name of lower-case letters, digits and hyphens."""

    name = "slug"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The name."""
        if not is_slug(value):
            self.fail(f"{value!r} is not lower-case letters, digits and hyphens.", param, ctx)
        return str(value)


def money(written: str, currency: str, option: str) -> Money:
    """An amount of a currency, zero or more, as in 400.00."""
    try:
        amount = Money.of(Decimal(written), currency)
    except (InvalidOperation, ValueError, OverflowError):
        amount = Money(-1, currency)
    if amount.minor < 0:
        text = f"{written} is not an amount of {currency}; write it as 400.00, with no more decimals than it has"
        raise click.BadParameter(text, param_hint=option)
    return amount


def words(written: str, option: str, advice: str = "write a few words; people read them") -> str:
    """A line of text that is not empty."""
    folded = " ".join(written.split())
    if not folded:
        raise click.BadParameter(advice, param_hint=option)
    return folded


def unknown_id(what: str, wanted: str, known: Sequence[str]) -> click.ClickException:
    """Nothing has this id. Ids mean nothing to people, so at most one similar id is suggested."""
    near = near_names(wanted, known)[:1]
    hint = f" Did you mean “{near[0]}”?" if near else ""
    return click.ClickException(f"There is no {what} “{wanted}”.{hint} `hourtab {what} list` lists the {what}s.")
