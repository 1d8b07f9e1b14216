"""Which plain sentence says what a carry-over rule does (docs/concepts.md, "Carry-over rule").

The words are the reader's language's own (web/messages): here stand only the message id and what is filled in.
A rule that only seems to carry (nothing may be carried, or not into a later cycle) is described as what it
does: it forfeits.
"""

from typing import NamedTuple

from chalicelib.domain.terms import CarryOver, Overrun, Unused


class CarryOverSentence(NamedTuple):
    """A sentence by its message id, with its parameters; those that it does not speak of are None."""

    id: str
    """`forfeit`, or `carry` followed by `.expires` and by `.cap_hours` or `.cap_percent` where the rule says so."""
    deducts: bool
    """Whether it goes on to say that overruns are taken off later allotments."""
    cap_seconds: int | None = None
    cap_percent: int | None = None
    cycles: int | None = None
    """A lot can still be drawn in this many cycles after the one that granted it."""


def describe(rule: CarryOver) -> CarryOverSentence:
    """Which sentence says what this rule does."""
    deducts = rule.overrun is Overrun.DEDUCT
    if not carries(rule):
        return CarryOverSentence("forfeit", deducts)
    cap_seconds, cap_percent = (rule.cap.seconds, rule.cap.percent) if rule.cap else (None, None)
    parts = ["carry"]
    if rule.expires_after is not None:
        parts.append("expires")
    if rule.cap is not None:
        parts.append("cap_hours" if cap_seconds is not None else "cap_percent")
    return CarryOverSentence(".".join(parts), deducts, cap_seconds, cap_percent, rule.expires_after)


def carries(rule: CarryOver) -> bool:
    """Whether unused hours can reach a later cycle at all."""
    is_capped_to_nothing = rule.cap is not None and not (rule.cap.seconds or rule.cap.percent)
    return rule.unused is Unused.CARRY and rule.expires_after != 0 and not is_capped_to_nothing
