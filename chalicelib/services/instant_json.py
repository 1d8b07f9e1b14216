"""How every moment is written in JSON: in UTC, to the second, ending in `Z` (docs/balance-json.md, docs/cli.md)."""

from datetime import UTC, datetime


def instant_json(at: datetime | None) -> str | None:
    """`2026-11-22T04:50:00Z` for an aware instant; None where there is none."""
    if at is None:
        return None
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
