"""The carry-over rule as one plain sentence (docs/concepts.md, "Carry-over rule").

`describe` says which sentence and what stands in it, so that every language can word it; `SENTENCES` is
the English wording. A rule that only seems to carry (nothing may be carried, or not into a later cycle)
is described as what it does: it forfeits.
"""

from dataclasses import dataclass

from chalicelib.domain.terms import CarryOver, Overrun, Unused

_KEPT = {
    "forfeit": "Unused hours are forfeited at the end of the {length}",
    "carry": "Unused hours carry over and do not expire",
    "carry.cap_hours": "Unused hours carry over and do not expire, at most {cap_hours}",
    "carry.cap_percent": "Unused hours carry over and do not expire, at most {cap_percent} % of the {length}'s hours",
    "carry.expires": "Unused hours carry over for up to {cycles}",
    "carry.expires.cap_hours": "Unused hours carry over for up to {cycles}, at most {cap_hours}",
    "carry.expires.cap_percent": "Unused hours carry over for up to {cycles}, "
    "at most {cap_percent} % of the {length}'s hours",
}
_OVERRUN = {
    Overrun.BILL: ".",
    Overrun.DEDUCT: "; hours beyond the retainer are taken off the following {length}s.",
}

SENTENCES = {f"{kept}.{overrun}": start + end for kept, start in _KEPT.items() for overrun, end in _OVERRUN.items()}
"""English by message id. The reader's language fills in `cap_hours` ("10 h"), `cap_percent` ("50"), `cycles`
("2 months") and `length` ("month", by the retainer's `CycleLength`)."""


@dataclass(frozen=True, slots=True)
class CarryOverSentence:
    """A sentence of `SENTENCES` with its parameters; those that it does not speak of are None."""

    id: str
    cap_seconds: int | None = None
    cap_percent: int | None = None
    cycles: int | None = None
    """A lot can still be drawn in this many cycles after the one that granted it."""


def describe(rule: CarryOver) -> CarryOverSentence:
    """Which sentence says what this rule does."""
    if not carries(rule):
        return CarryOverSentence(f"forfeit.{rule.overrun}")
    cap_seconds, cap_percent = (rule.cap.seconds, rule.cap.percent) if rule.cap else (None, None)
    parts = ["carry"]
    if rule.expires_after is not None:
        parts.append("expires")
    if rule.cap is not None:
        parts.append("cap_hours" if cap_seconds is not None else "cap_percent")
    return CarryOverSentence(".".join([*parts, rule.overrun]), cap_seconds, cap_percent, rule.expires_after)


def carries(rule: CarryOver) -> bool:
    """Whether unused hours can reach a later cycle at all."""
    is_capped_to_nothing = rule.cap is not None and not (rule.cap.seconds or rule.cap.percent)
    return rule.unused is Unused.CARRY and rule.expires_after != 0 and not is_capped_to_nothing
