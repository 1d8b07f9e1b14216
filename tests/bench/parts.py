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
    writes,
)

PARTS = {
    module.__name__.rpartition(".")[2]: module.measure
    for module in (package, writes, names, due, close, sweep, page, cold_start, intake, sources, monthly_hours, large)
}
