"""Any other list of entries: date, duration and description under common captions of any language in the tables."""

from chalicelib.intake.sources.captions import (
    CAPTIONS,
    DURATIONS,
    HOURS,
    LAST_RESORTS,
    MILLISECONDS,
    MINUTES,
    SECONDS,
    UNSAID,
)
from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source

GENERIC = Source(
    name="generic",
    title="list of time entries",
    signatures=(),
    is_examined=True,
    columns={field: captions for field, captions in CAPTIONS.items() if field is not Field.WORKER},
    durations=(
        *(DurationColumn(name, UNSAID) for name in DURATIONS),
        *map(DurationColumn, HOURS),
        *(DurationColumn(name, Unit.MINUTES) for name in MINUTES),
        *(DurationColumn(name, Unit.SECONDS) for name in SECONDS),
        *(DurationColumn(name, Unit.MILLISECONDS) for name in MILLISECONDS),
        *(DurationColumn(name, UNSAID) for name in LAST_RESORTS),
    ),
    workers=tuple(tuple(caption.split(" + ")) for caption in CAPTIONS[Field.WORKER]),
)
"""Its columns are found by intake/common_columns.py, in any spelling of these captions."""
