"""The parts of the benchmark: each has its `measure(**sizes)`, whose defaults are the full sizes."""

from tests.bench import (
    close,
    cold_start,
    due,
    intake,
    large,
    monthly_hours,
    names,
    package,
    page,
    sources,
    sweep,
    undo,
    writes,
)

_MODULES = (package, writes, names, undo, due, close, sweep, page, cold_start, intake, sources, monthly_hours, large)
PARTS = {module.__name__.rpartition(".")[2]: module.measure for module in _MODULES}
