"""Everhour: a report whose columns users choose, with a title and a period at the top and totals among its rows.

Billable and non-billable hours are separate columns, so a row with both is two entries. Cells of members and tasks have
a second line with a job title or a state. A group's client is printed only in its first row.
"""

import re

from chalicelib.intake.sources.columns import Field
from chalicelib.intake.sources.source import DurationColumn, LookAlike, Shape, Source, names

_HOURS = ("billable time", "non-billable time")

EVERHOUR = Source(
    name="everhour",
    title="Everhour report",
    signatures=tuple(
        names(day, *more) for day in ("day", "date") for more in (_HOURS, ("member", _HOURS[0]), ("member", _HOURS[1]))
    ),
    columns={
        Field.DATE: ("day", "date"),
        Field.CLIENT: ("client",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task",),
        Field.DESCRIPTION: ("comment",),
        Field.BILLABLE_AMOUNT: ("billable time",),
    },
    durations=tuple(DurationColumn(name, zero_is_empty=True) for name in _HOURS),
    workers=(("member",),),
    shape=Shape(
        headings=re.compile(
            r"(?:sub-?|grand )?totals?:?|[0-9]{4}-[0-9]{2}|[0-9]+ (?:client|project|task|member|item)s?", re.IGNORECASE
        ),
        printed_once=(Field.CLIENT,),
        first_lines=(Field.WORKER, Field.TASK),
        halves=_HOURS,
    ),
)

EVERHOUR_BY_MONTH = LookAlike(
    title="Everhour report without days",
    signatures=(names(*_HOURS), names("member", _HOURS[0]), names("member", _HOURS[1])),
    instead="add the column Day to the report, export it again and drop that file",
    if_unknown=True,
    why="it has sums, and nothing says on which day the work was done",
)
