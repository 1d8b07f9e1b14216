"""The section “Figures” of the README, generated from .local/bench.json.

`python -m tests.bench.readme` writes it into the README after `make bench`.
"""

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from textwrap import fill
from typing import Any

from tests.bench import close, due, intake, monthly_hours, names, page, undo, writes
from tests.bench.clock import ROOT

BENCH = ROOT / ".local" / "bench.json"
README = ROOT / "README.md"
CHAPTER = re.compile(r"^## Figures\n.*?(?=^## )", re.MULTILINE | re.DOTALL)

Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table."""

    part: str
    what: str
    measured: Callable[[Figures], str]
    """From the figures of its part to the cell."""
    needs: str = ""
    """The figure that the row requires; it is absent if the compared program is not installed."""


def _each(numbers: Iterable[object]) -> str:
    return " / ".join(f"{number:,}" if isinstance(number, int) else str(number) for number in numbers)


def _by(figures: Mapping[str, float]) -> str:
    return _each(f"{number:g}" for number in figures.values())


ROWS = (
    Row(
        "intake",
        f"import of {intake.ROWS:,} new rows, from bytes to report, without the store: "
        "CPU of a bare `csv.DictReader` pass over the same file",
        lambda one: f"× {one['cpu_over_dictreader']:.1f}",
    ),
    Row(
        "intake",
        f"its peak memory for {_each(intake.PEAKS)} rows",
        lambda one: f"{_each(round(mb) for mb in one['peak_mb_by_rows'].values())} MB",
    ),
    Row(
        "cold_start",
        "cold start to the first page: CPU of importing botocore and making one `GetItem`",
        lambda one: f"× {one['over_botocore']:.2f}",
    ),
    Row(
        "page",
        f"page with {page.ENTRIES} entries: round trips to the store / external requests / compressed; "
        "CPU; calls of Python functions; of these into Babel",
        lambda one: (
            f"{one['round_trips']} / {one['external_requests']} / {one['kb']:.1f} kB; "
            f"{one['cpu_ms']:.0f} ms; {one['python_calls']:,}; {one['babel_calls']:,}"
        ),
    ),
    Row(
        "monthly_hours",
        f"monthly hours per client and project of a {monthly_hours.ROWS:,}-row Harvest file, imported and summed: "
        "`hledger` takes",
        lambda one: f"× {one['hledger']['cpu_over_ours']:.1f} (version {one['hledger']['version']})",
        "hledger",
    ),
    Row(
        "monthly_hours",
        "the same by pandas without its import (all columns; only the four needed): HourTab takes",
        lambda one: (
            f"× {one['pandas']['ours_cpu_over']:.1f}; × {one['pandas']['ours_cpu_over_4_columns']:.1f} "
            f"(version {one['pandas']['version']})"
        ),
        "pandas",
    ),
    Row(
        "writes",
        f"items written for a new month of {writes.ENTRIES} entries; cycles written for the same file again",
        lambda one: f"{one['new_month']}; {one['ledger_writes_same_file']}",
    ),
    Row(
        "writes",
        f"items written per changed cycle, for {_each(writes.TOUCHED)} changed cycles in one import",
        lambda one: _by(one["per_touched_cycle"]),
    ),
    Row(
        "names",
        f"a file at the top of the inbox, routed by the client's name among {_each(names.AMONG)} clients: calls to the "
        "store; read units; items read",
        lambda one: f"{_by(one['calls_among'])}; {_by(one['read_units_among'])}; {_by(one['items_read_among'])}",
    ),
    Row(
        "undo",
        f"undo of the newest of {_each(undo.WEEKS)} weekly files: originals read; calls to AWS; read units",
        lambda one: (
            f"{_by(one['originals_of_weeks'])}; {_by(one['calls_of_weeks'])}; {_by(one['read_units_of_weeks'])}"
        ),
    ),
    Row(
        "due",
        f"finding the {due.DUE} due clients among {_each(due.AMONG)}: calls to the store; capacity units",
        lambda one: f"{_by(one['calls_among'])}; {_by(one['capacity_units_among'])}",
    ),
    Row(
        "close",
        "closing one of them, a cycle of 20 entries with its draft and the mail about it: "
        "calls to AWS; items written; write units; read units; CPU; calls of Python functions; "
        f"clients per second by one function ({close.CLIENTS} in a row)",
        lambda one: (
            f"{one['calls']}; {one['items_written']}; {one['write_units']:g}; {one['read_units']:g}; "
            f"{one['cpu_ms']:.0f} ms; {one['python_calls']:,}; {one['clients_per_second']:.0f}"
        ),
    ),
    Row("package", "package of the functions", lambda one: f"{one['zip_mb']:.1f} MB"),
)


def section(figures: Figures) -> str:
    """The section, up to the next one."""
    table = "\n".join(["| what | measured |", "|---|---:|", *rows(figures)])
    return f"## Figures\n\n{introduction(figures['run'])}\n\n{table}\n\n"


def introduction(run: Figures) -> str:
    """Where the figures are from: day, machine, Python, code."""
    day = date.fromisoformat(run["date"])
    commit = f"commit `{run['commit'][:7]}`" if run["commit"] else "no commit"
    changed = " with uncommitted changes" if run["changed"] else ""
    return fill(
        "`make bench` measures these and writes `.local/bench.json`, `python -m tests.bench.readme` this table. "
        f"On {day.day} {day:%B %Y}, {run['cores']} cores of {run['cpu']}, Python {run['python']}, "
        f"the tables on {run['tables']}, {commit}{changed}:",
        120,
        break_long_words=False,
        break_on_hyphens=False,
    )


def rows(figures: Figures) -> Iterator[str]:
    """The table's rows as far as they were measured."""
    for row in ROWS:
        one = figures[row.part]
        if not row.needs or one[row.needs] is not None:
            yield f"| {row.what} | {row.measured(one)} |"


def main() -> None:
    """Write the section into the README."""
    figures = json.loads(BENCH.read_text())
    run = figures["run"]
    if run["changed"] or not run["commit"]:
        sys.exit("These figures are of code that is not committed: commit it and run `make bench` again.")
    if len(ROWS) != len(list(rows(figures))):
        sys.exit("Some figures are missing: `apt-get install hledger`, and run `make bench` again.")
    README.write_text(CHAPTER.sub(lambda _: section(figures), README.read_text(encoding="utf-8")), encoding="utf-8")


if __name__ == "__main__":
    main()
