"""All sources, in the order in which they are tried where signatures of the same size match."""

from chalicelib.intake.sources.generic import GENERIC
from chalicelib.intake.sources.open_source import KIMAI, KIMAI_SECONDS, SOLIDTIME, SOLIDTIME_BACKUP, TIMEWARRIOR, WATSON
from chalicelib.intake.sources.project_tools import (
    CLICKUP,
    EVERHOUR,
    FRESHBOOKS,
    JIRA_WORKLOGS,
    ODOO,
    TEAMWORK,
    TEMPO,
    ZOHO,
)
from chalicelib.intake.sources.service_desks import AUTOTASK, AUTOTASK_API, CONNECTWISE, HALOPSA, SERVICEDESK_PLUS
from chalicelib.intake.sources.source import Source
from chalicelib.intake.sources.time_trackers import (
    CLOCKIFY,
    HARVEST,
    QUICKBOOKS_TIME,
    TIMECHIMP,
    TIMELY,
    TIMINGS,
    TIMR,
    TMETRIC,
    TOGGL,
    YAST,
)

SOURCES: tuple[Source, ...] = (
    *(CLOCKIFY, TOGGL, HARVEST, KIMAI_SECONDS, KIMAI, SOLIDTIME, SOLIDTIME_BACKUP, TMETRIC, QUICKBOOKS_TIME),
    *(TEMPO, JIRA_WORKLOGS, EVERHOUR, TIMELY, TIMECHIMP, TIMR, WATSON, TIMEWARRIOR, YAST, TIMINGS),
    *(CONNECTWISE, AUTOTASK, AUTOTASK_API, HALOPSA, SERVICEDESK_PLUS, ZOHO, FRESHBOOKS, CLICKUP, TEAMWORK, ODOO),
    GENERIC,
)
