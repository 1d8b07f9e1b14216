"""A cycle in figures as JSON: the same on the client's link and in the operator's command line."""

from dataclasses import asdict
from typing import Any

from chalicelib.domain.cycle import CycleStatement


def statement_json(statement: CycleStatement) -> dict[str, Any]:
    """The cycle with its figures, in seconds (docs/balance-json.md)."""
    return {
        "cycle": cycle_json(statement),
        **asdict(statement.figures),
        "carried_is_provisional": statement.carried_is_provisional,
    }


def cycle_json(statement: CycleStatement) -> dict[str, str]:
    """Its first day, the first day that no longer belongs to it, and its state."""
    period = statement.period
    return {"start": period.start.isoformat(), "end": period.end.isoformat(), "state": statement.state.value}
