"""Ids that appear in addresses, files' keys and the set-up file."""

import pytest

from chalicelib.domain.ids import is_slug


@pytest.mark.parametrize(
    ("text", "expected"),
    [("acme", True), ("acme-2", True), ("", False), ("Acme", False), ("a b", False), ("acme/support", False)],
)
def test_a_slug_is_of_small_letters_digits_and_dashes(text, expected):
    assert expected is is_slug(text)
