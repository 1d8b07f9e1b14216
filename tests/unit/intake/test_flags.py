"""Whether an entry is billable, in the words of each language and by amounts."""

import pytest

from tests.unit.intake.reading import read

YES = ("Yes", "y", "TRUE", "1", "Ja", "wahr", "Oui", "vrai", "Sim", "Sí", "vero", "waar", "Abrechenbar", "B")
NO = (
    "No",
    "n",
    "False",
    "0",
    "Nein",
    "falsch",
    "Non",
    "faux",
    "Não",
    "nee",
    "Non Billable",
    "nicht abrechenbar",
    "NB",
    "NC",
)


@pytest.mark.parametrize(("words", "billable"), [(YES, True), (NO, False), (("", "-", "perhaps", "2"), None)])
def test_a_flag_is_read_in_every_language_and_never_guessed(words, billable):
    rows = read("Date,Description,Hours,Billable\n" + "".join(f"2026-03-02,x,1,{word}\n" for word in words))

    assert [(word, billable) for word in words] == [
        (word, row.entry.billable) for word, row in zip(words, rows, strict=True)
    ]


@pytest.mark.parametrize(("word", "billable"), [("Yes", False), ("false", True), ("", None)])
def test_a_not_billable_flag_is_inverted(word, billable):
    (row,) = read(f"Worked Date,Hours Worked,Hours To Bill,Non-Billable,Resource Name\n2026-03-02,1,1,{word},Ada\n")

    assert billable == row.entry.billable


@pytest.mark.parametrize(
    ("amount", "billable"), [("75.00", True), ("€ 0,50", True), ("1'000", True), ("0.00 EUR", False), ("", False)]
)
def test_an_amount_means_billable_unless_it_is_zero(amount, billable):
    (row,) = read(f'Day,User,Time Entry,Duration,Billable Amount\n2026-03-02,Ada,x,1,"{amount}"\n')

    assert billable == row.entry.billable
