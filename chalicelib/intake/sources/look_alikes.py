"""Reports of further tools that have no single entries: sums by task, sums by tag, days as columns."""

from chalicelib.intake.source import LookAlike, names

TIMECAMP_SUMMARY = LookAlike(
    title="TimeCamp summary report",
    signatures=(names("name", "hours with subtasks"), names("name", "hours without subtasks")),
    instead="export the detailed report as CSV and drop that file",
)

WATSON_REPORT = LookAlike(
    title="Watson report",
    signatures=(names("from", "to", "project", "tag", "time"),),
    instead="export the single entries, with a column for their duration, and drop that file",
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
