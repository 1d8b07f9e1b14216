"""Worklogs of Jira: the list export of Tempo Timesheets, and the exports of worklog apps such as Clockwork."""

from chalicelib.intake.sources.columns import Field, Unit
from chalicelib.intake.sources.source import DurationColumn, Source, names

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
    durations=(DurationColumn("time spent seconds", Unit.SECONDS), DurationColumn("time spent", Unit.SECONDS)),
    workers=(("author",),),
    empty="_",
)
