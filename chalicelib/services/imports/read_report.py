"""The readable report of an import at an address of its own, which expires after a while.

An operator opens it from the command line's answer or from a mail, without credentials.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from chalicelib.domain.ids import ImportId
from chalicelib.services.store.import_log import ImportLog
from chalicelib.services.store.import_record import ImportRecord
from chalicelib.services.store.lookup import Admit, admit_all

REPORT_DAYS = 90
"""How long an address opens its report; `hourtab import show` makes a new one at any time."""


class ReportLinks(Protocol):
    """Makes and reads the tokens of reports. The key is a secret that no table holds."""

    def token(self, import_id: ImportId, made_on: date, version: int = 0) -> str:
        """The token for this import, created on this day; `version`: how often its addresses were revoked before."""

    def read(self, token: str) -> tuple[ImportId, date, int] | None:
        """The import that the token proves, the day on which it was created and its version; None for anything else."""


@dataclass(frozen=True, slots=True)
class OpenedReport:
    """An import whose report may be shown."""

    record: ImportRecord
    last_day: date
    """The last day, in UTC, on which this address opens it."""


@dataclass(frozen=True, slots=True)
class ExpiredReport:
    """The address belongs to this import, but has expired."""

    import_id: ImportId


def report_url(import_id: ImportId, now: datetime, *, base_url: str, links: ReportLinks, log: ImportLog) -> str:
    """The address of an import's report, created at the aware instant `now`.

    `base_url` is that of the pages, without a slash at its end.
    """
    return f"{base_url}/i/{links.token(import_id, now.date(), log.read_link_version(import_id))}"


def read_report(
    token: str, now: datetime, *, links: ReportLinks, log: ImportLog, admit: Admit = admit_all
) -> OpenedReport | ExpiredReport | None:
    """What a report's address opens at `now`, in UTC; None if the token proves nothing, or was revoked.

    `token` comes from the visitor's address and may be any text.
    """
    proven = links.read(token)
    if proven is None:
        return None
    admit(token)
    import_id, made_on, version = proven
    last_day = made_on + timedelta(days=REPORT_DAYS)
    if now.date() > last_day:
        return ExpiredReport(import_id)
    record = log.read(import_id) if log.read_link_version(import_id) == version else None
    return OpenedReport(record, last_day) if record else None
