"""The same entries, written in any shape, are read as they are meant, or refused for a doubt that the file has.

tests/fuzz/any_shape.py makes the files, tests/fuzz/shape_doubts.py says what each leaves open, by the rules alone.
`make fuzz` tries others, for as long as wanted, and says how many were right and how many were refused, and why.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.effort import tries
from tests.fuzz.any_shape import Shape, make_shape
from tests.fuzz.judge_shape import judge

fixed = settings(derandomize=True, database=None)
"""The same examples on every machine."""


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Any file of `make_shape`."""
    return make_shape(lambda options: draw(st.sampled_from(options)))


@settings(fixed, max_examples=tries(1000))
@given(shapes())
def test_a_file_in_any_shape_is_read_as_meant_or_refused_for_a_doubt_that_it_has(shape):
    judge(shape)
