"""Invented imports for the tests of the report page, on 22 November 2026."""

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from chalice import Chalice

from chalicelib.adapters.links import SignedReportLinks
from chalicelib.domain.ids import ClientId, ImportId, RetainerId, RetainerSlug
from chalicelib.intake.rows import ColumnFault, Refusal, RefusalKind, RowProblem
from chalicelib.services.store.import_record import (
    Counts,
    CycleChange,
    Decision,
    DroppedFile,
    ImportRecord,
    ImportReport,
    ImportStatus,
    LikelyDuplicate,
    MissingEntry,
    StartEdit,
    Verb,
)
from chalicelib.site import make_site
from tests.builders import day, hours
from tests.fakes import FakeImportLog
from tests.parts import parts_with

NOW = datetime(2026, 11, 22, 8, 14, 33, tzinfo=UTC)
SUPPORT = RetainerId(ClientId("seeblick-klinik"), RetainerSlug("helpdesk"))
ADVISORY = RetainerId(ClientId("seeblick-klinik"), RetainerSlug("advisory"))
OTHERS = (
    RetainerId(ClientId("nordlicht-dental"), RetainerSlug("helpdesk")),
    RetainerId(ClientId("praxis-am-markt"), RetainerSlug("managed-services-and-monitoring")),
)
KEY = "an invented key of more than 32 characters"
LINKS = SignedReportLinks(lambda: (KEY,))


def imported(key: str, report: ImportReport, *clients: str, decisions: tuple[Decision, ...] = ()) -> ImportRecord:
    """An import of the file that was dropped at `key`."""
    file = DroppedFile("hourtab-prod-inbox-111122223333-eu-central-1", key, "Qx7vDnY2kP0z", "0001")
    return ImportRecord(ImportId("58cc870d675b1595"), file, NOW, report, tuple(map(ClientId, clients)), decisions)


def changed(of: RetainerId, start: str, before: str, after: str) -> CycleChange:
    """A cycle with its used hours before and after."""
    return CycleChange(of, day(start), hours(before), hours(after))


def done() -> ImportRecord:
    """A week without problems."""
    report = ImportReport(
        ImportStatus.DONE,
        "toggl",
        Counts(rows=24, new=19, changed=1, moved=1, unchanged=2, excluded=1),
        hours("31:45"),
        cycles=(changed(SUPPORT, "2026-11-01", "6:30", "16:15"), changed(ADVISORY, "2026-11-01", "6:30", "6:30")),
    )
    return imported("inbox/seeblick-klinik/Toggl week 47.csv", report, "seeblick-klinik")


def troubled(many: int = 3) -> ImportRecord:
    """Everything at once: problems, unrouted rows, warnings, missing entries and a likely duplicate."""
    shown = min(many, 200)
    problems = (
        RowProblem(7, "Duration", "1:7x", "The duration cannot be read. Write it as 1:30, 1.5 or 1h 30m."),
        RowProblem(19, "Start date", "31/02/2026", "There is no such day. Correct it and export again."),
    )
    unrouted = RowProblem(
        12,
        None,
        "2026-11-18; client: Fähr & Söhne GmbH, project: Server “Nord”",
        "No client is called “Fähr & Söhne GmbH”, and no inbox rule fits.",
        rule='- {when: {client: "Fähr & Söhne GmbH"}, client: CLIENT}',
    )
    missing = MissingEntry(SUPPORT, day("2026-11-09"), "Jonas Brandt", hours("2:15"), "Quarterly patch evening")
    duplicate = LikelyDuplicate(
        SUPPORT, day("2026-11-16"), "Mira Okafor", hours("3:00"), "Backup restore rehearsed", ADVISORY, "harvest"
    )
    report = ImportReport(
        ImportStatus.DONE_WITH_PROBLEMS,
        "toggl",
        Counts(rows=40 + 2 * many, new=40, missing=many, unrouted=many, problems=many, warnings=many),
        hours("52:00"),
        problems=(problems * shown)[:shown],
        warnings=(RowProblem(31, "Duration", "25:00:00", "More than 24 h in one entry.", is_warning=True),) * shown,
        unrouted=(unrouted,) * shown,
        missing=(missing,) * shown,
        duplicates=(duplicate,),
        cycles=(changed(SUPPORT, "2026-11-01", "16:15", "68:15"),),
        how_read="hours from `Duration`; dates from `Start date`, day first; source toggl",
        column_faults=(ColumnFault("Tags", "30 of 46 rows, the first in line 4 (“x”): Invented."),) * (many > 1),
    )
    return imported("inbox/November, all clients.csv", report, "seeblick-klinik")


def edited(*, removed: bool = False) -> ImportRecord:
    """A likely edit, beside an entry that is only missing."""
    mail = MissingEntry(SUPPORT, day("2026-11-09"), "Jonas Brandt", hours("1:30"), "Mail `moved`", removed=removed)
    patch = MissingEntry(SUPPORT, day("2026-11-09"), "Jonas Brandt", hours("2:15"), "Quarterly patch evening")
    report = ImportReport(
        ImportStatus.DONE,
        "toggl",
        Counts(rows=3, new=1, unchanged=2, missing=2, warnings=1),
        hours("4:00"),
        warnings=(RowProblem(4, "Duration", "25:00:00", "More than 24 h in one entry.", is_warning=True),),
        missing=(replace(mail, edit=StartEdit(2, hours("9:00"), hours("9:15") + 30)), patch),
    )
    return imported("inbox/seeblick-klinik/Toggl week 46.csv", report, "seeblick-klinik")


def refused() -> ImportRecord:
    """A file that was refused."""
    reason = (
        "Its dates can be read two ways: 03/04/2026 is 3 April or March 4. Say which with "
        "`date_order` of the source toggl in the set-up file, then run `hourtab import retry`."
    )
    report = ImportReport(ImportStatus.REFUSED, refusal=Refusal(RefusalKind.AMBIGUOUS_DATES, reason))
    return imported("inbox/seeblick-klinik/helpdesk/Toggl_time_entries_2026-04-01_to_2026-04-30.csv", report)


def undone() -> ImportRecord:
    """The week without problems, undone after a redo."""
    verbs = ((Verb.UNDO, 5), (Verb.REDO, 6), (Verb.UNDO, 7))
    decisions = tuple(Decision(verb, NOW.replace(hour=hour, minute=hour)) for verb, hour in verbs)
    return replace(done(), decisions=decisions)


def routed() -> ImportRecord:
    """One file for several clients."""
    report = ImportReport(
        ImportStatus.DONE,
        "connectwise",
        Counts(rows=1_312, new=1_300, excluded=12),
        hours("1840:15"),
        cycles=(
            changed(SUPPORT, "2026-10-01", "20:00", "20:00"),
            changed(SUPPORT, "2026-11-01", "4:00", "9:45"),
            changed(OTHERS[0], "2026-11-01", "0", "26:45"),
            changed(OTHERS[1], "2026-10-15", "12:30", "11:00"),
        ),
    )
    return imported("inbox/2026-11 all boards.csv", report, *(one.client for one in (SUPPORT, *OTHERS)))


@dataclass
class Desk:
    """The app with one stored import."""

    record: ImportRecord
    made_on: date = date(2026, 11, 22)

    @property
    def path(self) -> str:
        """The path of the report."""
        return f"/i/{LINKS.token(self.record.id, self.made_on)}"

    def serve(self, **others: Any) -> Chalice:
        """The app, serving this import's report."""
        given = {"import_log": FakeImportLog(self.record), "report_links": LINKS, "clock": lambda: NOW}
        return make_site(parts_with(**given | others))
