"""Whether a file in any shape is read as the truth, or refused for a doubt that it has: never a third thing.

    python -m tests.fuzz.judge_shape 300

tries as many shapes as it can in so many seconds, and says how many were right and how many were refused, and why.
"""

import random
import sys
import time
from collections import Counter
from io import BytesIO

from chalicelib.intake.export import open_export
from chalicelib.intake.rows import Refusal, Row, RowProblem, SourceHints
from tests.fuzz.any_shape import Shape, Work, instant, make_shape
from tests.fuzz.oracles import tidied
from tests.fuzz.shape_doubts import doubts_of

RIGHT = "right"
_EXPECTED_WARNINGS = ("so it gives hours back", "more than a day")


def judge(shape: Shape) -> str:
    """`right`, or the doubts for which the file is refused.

    Raises:
        AssertionError: a third thing.
    """
    export = open_export(BytesIO(shape.data), SourceHints())
    doubts = doubts_of(shape)
    if isinstance(export, Refusal):
        justified = [doubt for doubt, kind in doubts.items() if kind is export.kind]
        assert justified, ("refused without a doubt", export.reason, doubts)
        return "; ".join(sorted(justified))
    found = list(export.rows())
    rows = [row for row in found if isinstance(row, Row)]
    if shape.dates == "serial" and not rows:
        return "dates as Excel keeps them"
    problems = [row for row in found if isinstance(row, RowProblem) and not row.is_warning]
    assert {problem.line for problem in problems} <= set(shape.sums), ("problems", problems)
    assert shape.lines == [row.line for row in rows], ("rows", rows)
    for at, (work, row) in enumerate(zip(shape.works, rows, strict=True)):
        _hold(shape, at, work, row)
    warned = [row.reason for row in found if isinstance(row, RowProblem) and row.is_warning]
    assert all(any(said in reason for said in _EXPECTED_WARNINGS) for reason in warned), ("warned", warned)
    return RIGHT


def _hold(shape: Shape, at: int, work: Work, row: Row) -> None:
    entry = row.entry
    assert abs(entry.seconds - work.seconds) <= shape.tolerance(at), ("hours", entry.seconds, work.seconds, at)
    if shape.dates == "instants":
        assert row.instant == instant(work, shape.of("start")[0].cells[at]), ("moment", row)
    else:
        assert row.instant is None, ("moment", row)
        assert entry.date == work.day, ("date", entry.date, work.day)
        assert entry.start in {None, work.start}, ("start", entry.start, work.start)
    worker = " ".join(work.names) if shape.of("worker") else ""
    project = work.project if shape.of("project") else None
    assert (entry.worker, entry.description) == (worker, tidied(work.description)), ("words", entry)
    assert entry.project == project, ("project", entry.project)


def run(seconds: float, seed: int = 0) -> Counter[str]:
    """How often each outcome came; stops at the first third thing, with its seed."""
    outcomes: Counter[str] = Counter()
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        shape = make_shape(random.Random(seed).choice)  # noqa: S311  no secret
        try:
            outcomes[judge(shape)] += 1
        except AssertionError as fault:
            sys.exit(f"seed {seed}: {fault}\n{shape.data.decode(shape.codec)}")
        seed += 1
    return outcomes


if __name__ == "__main__":
    tried = run(float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    sys.stdout.write(f"{tried.total()} shapes: {tried.pop(RIGHT, 0)} right, {tried.total()} refused with a reason\n")
    for doubts, count in tried.most_common():
        sys.stdout.write(f"{count:7} {doubts}\n")
