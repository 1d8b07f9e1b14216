"""Reports that only look like a list of entries: sums by task, sums by tag, days as columns."""

from chalicelib.intake.sources.source import LookAlike, names

LOOK_ALIKES = (
    LookAlike(
        title="Toggl summary report",
        signatures=tuple(names(by, "registered time") for by in ("project", "client", "user", "member")),
        instead="export the detailed report as CSV (Reports › Detailed) and drop that file",
    ),
    LookAlike(
        title="Clockify summary report",
        signatures=(names("time (h)", "time (decimal)"), names("zeit (h)", "zeit (dezimal)")),
        instead="export the detailed report as CSV (Reports › Detailed) and drop that file",
    ),
    LookAlike(
        title="TimeCamp summary report",
        signatures=(names("name", "hours with subtasks"), names("name", "hours without subtasks")),
        instead="export the detailed report as CSV and drop that file",
    ),
    LookAlike(
        title="ClickUp report by task",
        signatures=(names("task id", "user period time spent"), names("task id", "task time spent")),
        instead="export the time entries as CSV (Timesheets) and drop that file",
    ),
    LookAlike(
        title="Watson report",
        signatures=(names("from", "to", "project", "tag", "time"),),
        instead="export the single entries with `watson log --csv` and drop that file",
    ),
    LookAlike(
        title="Hubstaff daily report",
        signatures=(names("member", "total worked"),),
        instead="export the single time entries as CSV and drop that file",
        day_columns=True,
    ),
    LookAlike(
        title="Hubstaff attendance report",
        signatures=(names("member", "shift start", "shift stop"),),
        instead="export the single time entries as CSV and drop that file",
        why="it says who was there, and not what was done",
    ),
    LookAlike(
        title="Tempo timesheet by day",
        signatures=(names("issue", "key", "logged"),),
        instead="export the list of worklogs as CSV and drop that file",
        day_columns=True,
    ),
    LookAlike(
        title="Everhour report without days",
        signatures=(
            names("billable time", "non-billable time"),
            names("member", "billable time"),
            names("member", "non-billable time"),
        ),
        instead="add the column Day to the report, export it again and drop that file",
        if_unknown=True,
        why="it has sums, and nothing says on which day the work was done",
    ),
    LookAlike(
        title="Time Doctor report by person",
        signatures=(names("name", "total time", "manual time"),),
        instead="export the single time entries as CSV and drop that file",
    ),
    LookAlike(
        title="Zendesk report of time totals",
        signatures=(names("total time spent (sec)"),),
        instead="export the time of each update (Time spent last update (sec)) without the totals, and drop that file",
        why="its total of a ticket grows with every update, so that adding the rows up counts work again and again",
    ),
    LookAlike(
        title="ActivityWatch export",
        signatures=tuple(names("timestamp", "duration", what) for what in ("app", "title", "category")),
        instead="enter the work in a time tracker, export it there and drop that file",
        why="it says which windows were open, and has no time entries",
    ),
    LookAlike(
        title="ActivityWatch billing summary",
        signatures=(names("category", "hours", "rate ($/h)"),),
        instead="enter the work in a time tracker, export it there and drop that file",
    ),
    LookAlike(
        title="weekly report of Toggl or a similar tool",
        signatures=(names("client", "project"), *(names(by, "total") for by in ("project", "user", "member"))),
        instead="export the detailed report as CSV (in Toggl: Reports › Detailed) and drop that file",
        day_columns=True,
    ),
)
"""The first that matches is named."""
