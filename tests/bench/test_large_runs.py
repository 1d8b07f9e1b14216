"""The part of `make bench` that needs the packaged stack runs with small sizes."""

from contextlib import nullcontext

from tests.bench import large
from tests.exports.large import LargeExport


def test_the_part_of_large_files_runs_small(local_stack):
    few = LargeExport(clients=1, months=2)

    figures = large.measure(40, {"few": few}, lambda: nullcontext(local_stack))

    assert {"rows", "few"} == figures.keys()
    assert {"mb", "new", "edited"} == figures["few"].keys()
    assert {"seconds", "peak_mb", "invocations"} == figures["few"]["new"].keys()
