"""All sources, and the reports that only look like a list of entries."""

from chalicelib.intake.sources.clockify import CLOCKIFY, CLOCKIFY_SUMMARY
from chalicelib.intake.sources.connectwise import CONNECTWISE
from chalicelib.intake.sources.everhour import EVERHOUR, EVERHOUR_BY_MONTH
from chalicelib.intake.sources.further import FRESHBOOKS, TIMECHIMP, TIMEWARRIOR, TIMINGS, TIMR, WATSON, YAST, ZOHO
from chalicelib.intake.sources.generic import GENERIC
from chalicelib.intake.sources.harvest import HARVEST
from chalicelib.intake.sources.jira import JIRA_WORKLOGS, TEMPO
from chalicelib.intake.sources.kimai import KIMAI, KIMAI_SECONDS
from chalicelib.intake.sources.look_alikes import (
    ACTIVITYWATCH,
    ACTIVITYWATCH_BILLING,
    HUBSTAFF_ATTENDANCE,
    HUBSTAFF_DAILY,
    TEMPO_TIMESHEET,
    TIME_DOCTOR,
    TIMECAMP_SUMMARY,
    WATSON_REPORT,
    ZENDESK_TOTALS,
)
from chalicelib.intake.sources.quickbooks_time import QUICKBOOKS_TIME
from chalicelib.intake.sources.service_desks import AUTOTASK, AUTOTASK_API, HALOPSA
from chalicelib.intake.sources.solidtime import SOLIDTIME, SOLIDTIME_BACKUP
from chalicelib.intake.sources.source import LookAlike, Source
from chalicelib.intake.sources.timely import TIMELY
from chalicelib.intake.sources.tmetric import TMETRIC
from chalicelib.intake.sources.toggl import TOGGL, TOGGL_SUMMARY, TOGGL_WEEKLY

SOURCES: tuple[Source, ...] = (
    *(CLOCKIFY, TOGGL, HARVEST, KIMAI_SECONDS, KIMAI, SOLIDTIME, SOLIDTIME_BACKUP, TMETRIC, QUICKBOOKS_TIME),
    *(TEMPO, JIRA_WORKLOGS, EVERHOUR, TIMELY, TIMECHIMP, TIMR, WATSON, TIMEWARRIOR, YAST, TIMINGS),
    *(CONNECTWISE, AUTOTASK, AUTOTASK_API, HALOPSA, ZOHO, FRESHBOOKS, GENERIC),
)
LOOK_ALIKES: tuple[LookAlike, ...] = (
    TOGGL_SUMMARY,
    CLOCKIFY_SUMMARY,
    TIMECAMP_SUMMARY,
    WATSON_REPORT,
    HUBSTAFF_DAILY,
    HUBSTAFF_ATTENDANCE,
    TEMPO_TIMESHEET,
    EVERHOUR_BY_MONTH,
    TIME_DOCTOR,
    ZENDESK_TOTALS,
    ACTIVITYWATCH,
    ACTIVITYWATCH_BILLING,
    TOGGL_WEEKLY,
)
