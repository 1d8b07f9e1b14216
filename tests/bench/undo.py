"""What an undo of the newest of many weekly files reads: originals, and of the store."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from chalicelib.domain.ids import ImportId
from tests.aws_calls import record_calls
from tests.bench.deployment import NOW, Deployment, Engine, best_tables, deployment
from tests.import_rig import SUPPORT, book, row

WEEKS = (40, 400)
_FIRST_DAY = "2018-01-01"


def measure(weeks: Sequence[int] = WEEKS, engine: Engine = best_tables) -> dict[str, Any]:
    originals, calls, units = {}, {}, {}
    with deployment(engine) as house:
        for number in weeks:
            newest = _drop_weekly(house, number)
            with record_calls() as reading:
                originals[number] = house.undo(newest)
            calls[number], units[number] = len(reading.made), reading.read_units()
    return {"originals_of_weeks": originals, "calls_of_weeks": calls, "read_units_of_weeks": units}


def _drop_weekly(house: Deployment, weeks: int) -> ImportId:
    """Import a client's weekly files, and return the id of the newest import."""
    client = f"weekly-{weeks}"
    house.add(book(client, starts=_FIRST_DAY))
    days = [NOW.date() - timedelta(weeks=number) for number in reversed(range(weeks))]
    made = [
        house.drop([row(str(day), "1:00", f"Week of {day}", start="09:00")], SUPPORT.replace("acme", client))
        for day in days
    ]
    return made[-1]
