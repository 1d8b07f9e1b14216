"""Every carry-over rule is one plain sentence."""

from itertools import product
from string import Formatter

import pytest

from chalicelib.domain.carry_over_sentence import SENTENCES, CarryOverSentence, describe
from chalicelib.domain.terms import CarryOver
from tests.builders import hours, rule


def worded(carry_over: CarryOver) -> str:
    sentence = describe(carry_over)
    return SENTENCES[sentence.id].format(
        length="month",
        cycles=f"{sentence.cycles} months",
        cap_hours=f"{(sentence.cap_seconds or 0) // 3600} h",
        cap_percent=sentence.cap_percent,
    )


@pytest.mark.parametrize(
    ("carry_over", "expected"),
    [
        (rule(), "Unused hours are forfeited at the end of the month."),
        (rule(carry=True), "Unused hours carry over and do not expire."),
        (
            rule(carry=True, cap="10:00", expires_after=2),
            "Unused hours carry over for up to 2 months, at most 10 h.",
        ),
        (
            rule(carry=True, cap="50%", deduct=True),
            (
                "Unused hours carry over and do not expire, at most 50 % of the month's hours; "
                "hours beyond the retainer are taken off the following months."
            ),
        ),
        (rule(carry=True, cap="0"), "Unused hours are forfeited at the end of the month."),
        (rule(carry=True, expires_after=0), "Unused hours are forfeited at the end of the month."),
    ],
)
def test_a_rule_reads_as_what_it_does(carry_over: CarryOver, expected: str):
    assert worded(carry_over) == expected


def test_every_combination_has_a_sentence_and_every_sentence_a_combination():
    combinations = product([False, True], [None, "5:00", "50%"], [None, 1], [False, True])

    described = [
        describe(rule(carry=carry, cap=cap, expires_after=n, deduct=deduct)) for carry, cap, n, deduct in combinations
    ]

    assert {sentence.id for sentence in described} == set(SENTENCES)
    assert all(speaks_of(sentence) == set(parameters(sentence)) - {"length"} for sentence in described)


def speaks_of(sentence: CarryOverSentence) -> set[str]:
    given = {"cap_hours": sentence.cap_seconds, "cap_percent": sentence.cap_percent, "cycles": sentence.cycles}
    return {name for name, value in given.items() if value is not None}


def parameters(sentence: CarryOverSentence) -> list[str]:
    return [name for _, name, _, _ in Formatter().parse(SENTENCES[sentence.id]) if name]


def test_the_parameters_are_those_of_the_rule():
    sentence = describe(rule(carry=True, cap="10:00", expires_after=2))

    assert sentence == CarryOverSentence("carry.expires.cap_hours.bill", hours("10"), None, 2)
