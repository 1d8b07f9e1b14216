"""Tools that record time next to issues, projects or invoices, such as Jira, ClickUp, Odoo and Everhour."""

import re

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Shape, Source, names, same_name

TEMPO = Source(
    name="tempo",
    title="Tempo list of worklogs",
    signatures=(
        names("issue key", "hours", "work date"),
        names("issue key", "hours", "work date", "username", "full name", "work description"),
    ),
    columns={
        Field.DATE: ("work date",),
        Field.CLIENT: ("account customer",),
        Field.CONTRACT: ("account name", "account key"),
        Field.PROJECT: ("project name", "project key"),
        Field.TASK: ("issue summary",),
        Field.DESCRIPTION: ("work description",),
        Field.WORK_TYPE: ("activity name",),
        Field.TICKET: ("issue key",),
        Field.BILLABLE_AMOUNT: ("billed hours",),
    },
    durations=(DurationColumn("hours"),),
    workers=(("full name",), ("username",)),
)

JIRA_WORKLOGS = Source(
    name="jira-worklogs",
    title="Jira worklogs",
    signatures=(
        names("worklog id", "started", "time spent"),
        names("author", "issue", "started", "time spent"),
        names("author", "issue", "started", "time spent seconds"),
    ),
    columns={
        Field.START: ("started",),
        Field.PROJECT: ("project",),
        Field.TASK: ("summary",),
        Field.DESCRIPTION: ("work description",),
        Field.WORK_TYPE: ("issue type",),
        Field.TICKET: ("issue",),
        Field.TAGS: ("labels",),
        Field.SOURCE_ID: ("worklog id",),
    },
    durations=(
        DurationColumn("time spent seconds", Unit.SECONDS),
        DurationColumn("time spent", Unit.SECONDS_OF_WHOLE_MINUTES),
    ),
    workers=(("author",),),
    empty="_",
)
"""Worklog apps of Jira such as Clockwork."""

_HOURS = ("billable time", "non-billable time")

EVERHOUR = Source(
    name="everhour",
    title="Everhour report",
    signatures=tuple(
        names(day, *more) for day in ("day", "date") for more in (_HOURS, ("member", _HOURS[0]), ("member", _HOURS[1]))
    ),
    columns={
        Field.DATE: ("day", "date"),
        **same_name(Field.CLIENT, Field.PROJECT, Field.TASK),
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
"""Users choose the columns; there is a title and a period at the top, and totals among the rows.

Billable and non-billable hours are separate columns, so a row with both is two entries. Cells of members and tasks have
a second line with a job title or a state. A group's client is printed only in its first row.
"""

FRESHBOOKS = Source(
    name="freshbooks",
    title="FreshBooks time entries",
    signatures=(
        names("date", "duration", "client", "team member", "rate", "amount"),
        names("date", "duration", "team member", "billable"),
    ),
    thin=(names("date", "duration", "team member", "billable"),),
    columns={
        **same_name(Field.DATE, Field.CLIENT, Field.PROJECT, Field.BILLABLE),
        Field.TASK: ("service",),
        Field.DESCRIPTION: ("notes",),
    },
    durations=(DurationColumn("duration"),),
    workers=(("team member",),),
)

ZOHO = Source(
    name="zoho",
    title="Zoho time log",
    signatures=(names("date", "time spent", "project name", "task name"), names("time spent", "billable status")),
    thin=(names("date", "time spent", "project name", "task name"),),
    columns={
        Field.DATE: ("date",),
        Field.PROJECT: ("project name",),
        Field.TASK: ("task name",),
        Field.DESCRIPTION: ("notes",),
        Field.BILLABLE: ("billable status",),
    },
    durations=(DurationColumn("time spent"),),
)

CLICKUP = Source(
    name="clickup",
    title="ClickUp time export",
    signatures=(names("time entry id", "start", "time tracked"), names("username", "start text", "time tracked text")),
    columns={
        Field.START: ("start", "start text"),
        Field.END: ("stop", "stop text"),
        Field.PROJECT: ("space name",),
        Field.TASK: ("task name",),
        Field.DESCRIPTION: ("description",),
        Field.TICKET: ("custom task id", "task id"),
        Field.TAGS: ("time labels", "tags"),
        Field.BILLABLE: ("billable",),
        Field.SOURCE_ID: ("time entry id",),
    },
    joined={Field.PROJECT: ("folder name", "list name")},
    durations=(DurationColumn("time tracked", Unit.MILLISECONDS), DurationColumn("time tracked text")),
    workers=(("username",),),
    is_examined=True,
)
"""Start and stop are milliseconds since 1970, durations milliseconds; columns named `… Text` say the same in words.

No name says so: a file that somebody converted to seconds would count a thousandth.
"""

TEAMWORK = Source(
    name="teamwork",
    title="Teamwork.com time log",
    signatures=(
        names("date", "date/time", "who", "decimal hours"),
        names("date/time", "end date/time", "is it billable?"),
    ),
    columns={
        Field.DATE: ("date", "date/time"),
        Field.START: ("date/time",),
        Field.END: ("end date/time",),
        Field.CLIENT: ("company",),
        Field.PROJECT: ("project",),
        Field.TASK: ("task", "task name"),
        Field.DESCRIPTION: ("description",),
        Field.TAGS: ("tags",),
        Field.BILLABLE: ("is it billable?",),
        Field.SOURCE_ID: ("id",),
    },
    durations=(DurationColumn("decimal hours"),),
    workers=(("who",), ("first name", "last name")),
    predecessors=("harvest", "generic"),
)
"""Its `Hours` and `Minutes` are one duration, which `Decimal hours` gives to two decimals.

Where that column was left out, the time from start to end is the duration.
"""

ODOO = Source(
    name="odoo",
    title="Odoo timesheets",
    signatures=(
        *(names("date", "employee", "project", hours) for hours in ("hours spent", "quantity")),
        names("date", "employee_id", "unit_amount"),
        names("date", "project_id", "unit_amount"),
        names("date", "employee_id/name", "unit_amount"),
    ),
    columns={
        Field.DATE: ("date",),
        Field.CLIENT: ("partner", "customer", "partner_id", "partner_id/name"),
        Field.PROJECT: ("project", "project_id", "project_id/name"),
        Field.TASK: ("task", "task_id", "task_id/name"),
        Field.DESCRIPTION: ("description", "name"),
    },
    durations=tuple(map(DurationColumn, ("hours spent", "quantity", "unit_amount"))),
    workers=(("employee",), ("employee_id",), ("employee_id/name",), ("user",), ("user_id",)),
)
"""With its labels, or with the fields' own names where the export can be imported again. Quantities are hours."""
