"""The client's page: round trips, capacity, bytes, and the handler's CPU as the work log grows.

The baseline is a bare Jinja table of the same rows.
"""

import gzip
import re
from collections.abc import Sequence
from typing import Any

from jinja2 import Environment

from tests.aws_calls import record_calls
from tests.bench.clock import best_of, count_calls
from tests.bench.deployment import Engine, best_tables, deployment, month_of

ENTRIES = 300
_BARE = "<table>{% for row in rows %}<tr>{% for cell in row %}<td>{{ cell }}</td>{% endfor %}</tr>{% endfor %}</table>"


def measure(
    entries: int = ENTRIES, others: Sequence[int] = (10, 3_000), turns: int = 9, engine: Engine = best_tables
) -> dict[str, Any]:
    figures = {size: _measure(size, turns, engine) for size in (entries, *others)}
    return {
        **figures[entries],
        "cpu_ms_by_entries": {size: one["cpu_ms"] for size, one in sorted(figures.items())},
        "kb_by_entries": {size: one["kb"] for size, one in sorted(figures.items())},
    }


def _measure(entries: int, turns: int, engine: Engine) -> dict[str, Any]:
    rows = month_of(entries)
    bare = Environment(autoescape=True).from_string(_BARE)
    with deployment(engine) as house:
        house.drop(rows)
        body = house.visit()["answer"]["body"]
        with record_calls() as calls:
            house.visit()
        cpu, bare_cpu = best_of(turns, house.visit, lambda: bare.render(rows=rows))
        python_calls, babel_calls = count_calls(house.visit, "babel")
    return {
        "round_trips": len(calls.made),
        "capacity_units": calls.capacity_units(),
        "kb": round(len(gzip.compress(body.encode())) / 1024, 1),
        "external_requests": len(re.findall(r"""(?:src|href|url)\s*[=(]\s*["']?(?:https?:)?//""", body)),
        "cpu_ms": round(cpu * 1000, 1),
        "cpu_over_bare_table": round(cpu / bare_cpu, 1),
        "python_calls": python_calls,
        "babel_calls": babel_calls,
    }
