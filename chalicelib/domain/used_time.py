"""The accounted time of a cycle, without settling it."""

from collections.abc import Iterable

from chalicelib.domain.accounting import account
from chalicelib.domain.aliases import NO_ALIASES, Aliases
from chalicelib.domain.entry import Entry
from chalicelib.domain.retainer import Retainer
from chalicelib.domain.terms_versions import terms_at


def used_seconds(retainer: Retainer, entries: Iterable[Entry], aliases: Aliases = NO_ALIASES) -> int:
    """The `used` figure of a cycle with these entries: what they draw, without what negative entries give back.

    In any order: it decides which entry bears the surplus of a rounded day, never what the day's work sums up to.
    """
    accounted = account(tuple(entries), lambda day: terms_at(retainer, day).rounding, aliases)
    return sum(seconds for seconds in accounted if seconds > 0)
