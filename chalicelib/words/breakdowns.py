"""For what a year's hours were used, in words: the same lines on the client's page and on the command line."""

from collections.abc import Sequence
from typing import NamedTuple

from chalicelib.domain.year import Share, Year
from chalicelib.words.formats import Formats
from chalicelib.words.texts import Texts

MOST_LINES = 8
"""The most lines by kind of work, project or ticket; the others are summed in one more."""


class Breakdown(NamedTuple):
    """The hours used, by kind of work, project or ticket."""

    title: str
    lines: tuple[tuple[str, int], ...]
    """Names and seconds, the most hours first."""
    rounding_seconds: int
    """What the lines as they are shown lack to the hours used as they are shown."""


def breakdowns(texts: Texts, formats: Formats, account: Year) -> tuple[Breakdown, ...]:
    """Those in which the work names anything."""
    titled = (
        (texts.by_work_type, account.by_work_type),
        (texts.by_project, account.by_project),
        (texts.by_ticket, account.by_ticket),
    )
    return tuple(
        _breakdown(texts, formats, title, shares, account.used_seconds)
        for title, shares in titled
        if any(share.name for share in shares)
    )


def _breakdown(texts: Texts, formats: Formats, title: str, shares: Sequence[Share], used: int) -> Breakdown:
    lines = [(_name(texts, share), share.seconds) for share in shares]
    if len(lines) > MOST_LINES + 1:
        rest = lines[MOST_LINES:]
        others = texts.others.format(count=formats.number(len(rest)))
        lines = [*lines[:MOST_LINES], (others, sum(seconds for _, seconds in rest))]
    return Breakdown(title, tuple(lines), formats.rounding((seconds for _, seconds in lines), used))


def _name(texts: Texts, share: Share) -> str:
    return texts.late_and_corrections if share.name is None else share.name or texts.not_named
