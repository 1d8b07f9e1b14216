"""Which sentence describes a carry-over rule; its texts are tested in test_texts.py."""

import pytest

from chalicelib.domain.terms import CarryOver
from chalicelib.words.sentences import CarryOverSentence, describe
from tests.builders import hours, rule


@pytest.mark.parametrize(
    ("carry_over", "expected"),
    [
        (rule(), CarryOverSentence("forfeit", deducts=False)),
        (rule(deduct=True), CarryOverSentence("forfeit", deducts=True)),
        (rule(carry=True), CarryOverSentence("carry", deducts=False)),
        (
            rule(carry=True, cap="10:00", expires_after=2),
            CarryOverSentence("carry.expires.cap_hours", deducts=False, cap_seconds=hours("10"), cycles=2),
        ),
        (
            rule(carry=True, cap="50%", deduct=True),
            CarryOverSentence("carry.cap_percent", deducts=True, cap_percent=50),
        ),
    ],
)
def test_a_rule_is_described_by_its_message_id_and_parameters(carry_over: CarryOver, expected: CarryOverSentence):
    assert expected == describe(carry_over)


@pytest.mark.parametrize("carry_over", [rule(carry=True, cap="0"), rule(carry=True, expires_after=0)])
def test_a_rule_that_effectively_carries_nothing_is_described_as_forfeiting(carry_over: CarryOver):
    assert CarryOverSentence("forfeit", deducts=False) == describe(carry_over)
