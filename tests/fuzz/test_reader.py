"""Exports of every source, in every notation and damaged in every place."""

from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.intake.sources.columns import DateOrder
from tests.effort import tries
from tests.fuzz.strategies import damaged_rows, exports, wounds
from tests.fuzz.targets import (
    WORK_SHEET,
    check_any_bytes,
    check_any_part,
    check_damaged_row,
    check_same_in_workbook,
    check_truth,
    check_wound,
)

fixed = settings(derandomize=True, database=None)
"""The same examples on every machine; `make fuzz` looks for others."""


@settings(fixed, max_examples=tries(120))
@given(exports(), st.sampled_from([None, DateOrder.DAY_FIRST]))
def test_an_export_is_read_as_meant_in_every_notation(written, said):
    check_truth(written, said)


@settings(fixed, max_examples=tries(120))
@given(damaged_rows())
def test_damage_to_one_row_changes_no_other(damage):
    check_damaged_row(*damage)


@settings(fixed, max_examples=tries(80))
@given(wounds())
def test_damaged_bytes_change_no_row_but_their_own(wound):
    check_wound(wound)


@settings(fixed, max_examples=tries(100))
@given(st.binary(max_size=200))
def test_the_reader_survives_any_bytes(data):
    check_any_bytes(data)


@settings(fixed, max_examples=tries(80))
@given(exports(), st.sampled_from([None, DateOrder.DAY_FIRST]))
def test_an_export_is_read_from_a_workbook_as_from_csv(written, said):
    check_same_in_workbook(written, said)


@settings(fixed, max_examples=tries(80))
@given(st.integers(0, 3), st.integers(0, len(WORK_SHEET)), st.integers(0, 40), st.binary(max_size=20))
def test_the_reader_survives_any_part_of_a_workbook(part, at, length, instead):
    sheet = WORK_SHEET.encode()
    check_any_part(bytes([part]) + sheet[:at] + instead + sheet[at + length :])
