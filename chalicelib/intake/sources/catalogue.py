"""All sources, and the reports that only look like one."""

from chalicelib.intake.source import LookAlike, Source
from chalicelib.intake.sources.clockify import CLOCKIFY, CLOCKIFY_SUMMARY
from chalicelib.intake.sources.connectwise import CONNECTWISE
from chalicelib.intake.sources.generic import GENERIC
from chalicelib.intake.sources.harvest import HARVEST
from chalicelib.intake.sources.kimai import KIMAI, KIMAI_SECONDS
from chalicelib.intake.sources.look_alikes import HUBSTAFF_DAILY, TEMPO_TIMESHEET, TIMECAMP_SUMMARY, WATSON_REPORT
from chalicelib.intake.sources.toggl import TOGGL, TOGGL_SUMMARY, TOGGL_WEEKLY

SOURCES: tuple[Source, ...] = (CLOCKIFY, TOGGL, HARVEST, KIMAI_SECONDS, KIMAI, CONNECTWISE, GENERIC)
LOOK_ALIKES: tuple[LookAlike, ...] = (
    TOGGL_SUMMARY,
    CLOCKIFY_SUMMARY,
    TIMECAMP_SUMMARY,
    WATSON_REPORT,
    HUBSTAFF_DAILY,
    TEMPO_TIMESHEET,
    TOGGL_WEEKLY,
)
