"""Reports of further tools that have no single entries: sums by task, sums by tag, days as columns."""

from chalicelib.intake.sources.source import LookAlike, names

TIMECAMP_SUMMARY = LookAlike(
    title="TimeCamp summary report",
    signatures=(names("name", "hours with subtasks"), names("name", "hours without subtasks")),
    instead="export the detailed report as CSV and drop that file",
)

WATSON_REPORT = LookAlike(
    title="Watson report",
    signatures=(names("from", "to", "project", "tag", "time"),),
    instead="export the single entries with `watson log --csv` and drop that file",
)

HUBSTAFF_DAILY = LookAlike(
    title="Hubstaff daily report",
    signatures=(names("member", "total worked"),),
    instead="export the single time entries as CSV and drop that file",
    day_columns=True,
)

TEMPO_TIMESHEET = LookAlike(
    title="Tempo timesheet by day",
    signatures=(names("issue", "key", "logged"),),
    instead="export the list of worklogs as CSV and drop that file",
    day_columns=True,
)

HUBSTAFF_ATTENDANCE = LookAlike(
    title="Hubstaff attendance report",
    signatures=(names("member", "shift start", "shift stop"),),
    instead="export the single time entries as CSV and drop that file",
    why="it says who was there, and not what was done",
)

TIME_DOCTOR = LookAlike(
    title="Time Doctor report by person",
    signatures=(names("name", "total time", "manual time"),),
    instead="export the single time entries as CSV and drop that file",
)

ZENDESK_TOTALS = LookAlike(
    title="Zendesk report of time totals",
    signatures=(names("total time spent (sec)"),),
    instead="export the time of each update (Time spent last update (sec)) without the totals, and drop that file",
    why="its total of a ticket grows with every update, so that adding the rows up counts work again and again",
)

ACTIVITYWATCH = LookAlike(
    title="ActivityWatch export",
    signatures=(
        names("timestamp", "duration", "app"),
        names("timestamp", "duration", "title"),
        names("timestamp", "duration", "category"),
    ),
    instead="enter the work in a time tracker, export it there and drop that file",
    why="it says which windows were open, and has no time entries",
)

ACTIVITYWATCH_BILLING = LookAlike(
    title="ActivityWatch billing summary",
    signatures=(names("category", "hours", "rate ($/h)"),),
    instead="enter the work in a time tracker, export it there and drop that file",
)
