"""The demo's exports: invented work of the last months up to yesterday, as four time trackers would write it.

The same month always has the same work, so a file that is written again repeats what was imported before.
"""

import csv
from calendar import Calendar
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

FIRST_MONTH = date(2026, 1, 1)
"""The start of the retainers in setup.yaml."""

_SATURDAY = 5


class Task(NamedTuple):
    """A recurring kind of work."""

    project: str
    task: str
    description: str
    minutes: int


class Work(NamedTuple):
    """One piece of work."""

    start: datetime
    worker: str
    task: Task

    @property
    def end(self) -> datetime:
        """When it was finished."""
        return self.start + timedelta(minutes=self.task.minutes)


Line = Sequence[str]


@dataclass(frozen=True, slots=True)
class Tracker:
    """How one time tracker writes its export."""

    name: str
    header: Line
    line: Callable[[Work], Line]


@dataclass(frozen=True, slots=True)
class DemoRetainer:
    """The demo's work for one retainer."""

    client: str
    retainer: str
    tracker: Tracker
    months: int
    """How many months have work, including the current one."""
    hours: tuple[int, ...]
    """The hours of a month, used in rotation; the tasks decide the minutes."""
    workers: tuple[str, ...]
    tasks: tuple[Task, ...]


def write_exports(folder: Path, today: date) -> list[Path]:
    """Write one file `CLIENT/RETAINER/NAME` per retainer and month into `folder`; months without work have none."""
    written = []
    for retainer in DEMO:
        for month in _months(today, retainer.months):
            work = [one for one in _work_of(retainer, month) if one.start.date() < today]
            if work:
                name = f"{retainer.tracker.name}-{month:%Y-%m}.csv"
                path = folder / retainer.client / retainer.retainer / name
                path.parent.mkdir(parents=True, exist_ok=True)
                _write(path, retainer.tracker, work)
                written.append(path)
    return written


def _write(path: Path, tracker: Tracker, work: list[Work]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        lines = csv.writer(file)
        lines.writerow(tracker.header)
        lines.writerows(tracker.line(one) for one in work)


def _months(today: date, count: int) -> Iterator[date]:
    """The first days of the last `count` months, oldest first."""
    for back in reversed(range(count)):
        number = today.year * 12 + today.month - 1 - back
        month = date(number // 12, number % 12 + 1, 1)
        if month >= FIRST_MONTH:
            yield month


def _work_of(retainer: DemoRetainer, month: date) -> Iterator[Work]:
    """A month's work: the tasks in rotation, spread over the working days, until the month's hours are reached."""
    limit = retainer.hours[month.month % len(retainer.hours)] * 60
    shift = month.month * 5
    tasks = cycle(retainer.tasks[shift % len(retainer.tasks) :] + retainer.tasks[: shift % len(retainer.tasks)])
    average = sum(task.minutes for task in retainer.tasks) / len(retainer.tasks)
    dates = Calendar().itermonthdates(month.year, month.month)  # with those that fill its first and last week
    days = [day for day in dates if day.month == month.month and day.weekday() < _SATURDAY]
    wanted = max(1, round(limit / average))
    used = 0
    for number, task in zip(range(wanted * 2), tasks, strict=False):
        if used + task.minutes > limit or number >= wanted:
            return
        used += task.minutes
        day = days[number * len(days) // wanted]
        start = time(8 + number * 7 % 9, number * 25 % 60 // 5 * 5)
        yield Work(datetime.combine(day, start), retainer.workers[number % len(retainer.workers)], task)


def _clock(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}:00"


def _mail(worker: str) -> str:
    return f"{worker.split(maxsplit=1)[0].lower()}@fjordblick.example"


def _toggl(work: Work) -> Line:
    ends = (f"{work.end:%Y-%m-%d}", f"{work.end:%H:%M:%S}")
    starts = (f"{work.start:%Y-%m-%d}", f"{work.start:%H:%M:%S}")
    who = (work.worker, _mail(work.worker))
    return (work.task.description, _clock(work.task.minutes), *who, work.task.project, "-", *starts, *ends)


def _harvest(work: Work) -> Line:
    first, _, last = work.worker.partition(" ")
    hours = f"{work.task.minutes / 60:.2f}"
    what = ("Nordlicht Dental", work.task.project, "", work.task.task, work.task.description)
    return (f"{work.start:%Y-%m-%d}", *what, hours, "Yes", "No", "Yes", first, last, "Euro - EUR")


def _clockify(work: Work) -> Line:
    what = (work.task.project, "Brunner Architekten", work.task.description, work.task.task)
    starts = (f"{work.start:%d/%m/%Y}", f"{work.start:%H:%M:%S}")
    ends = (f"{work.end:%d/%m/%Y}", f"{work.end:%H:%M:%S}")
    decimal = f"{work.task.minutes / 60:.2f}"
    return (*what, work.worker, _mail(work.worker), "", "Yes", *starts, *ends, _clock(work.task.minutes), decimal)


def _kimai(work: Work) -> Line:
    when = (f"{work.start:%Y-%m-%d}", f"{work.start:%H:%M}", f"{work.end:%H:%M}")
    duration = f"{work.task.minutes // 60}:{work.task.minutes % 60:02}"
    what = ("Le Petit Moulin", work.task.project, work.task.task, work.task.description)
    return (*when, duration, work.worker, _mail(work.worker), *what, "1", "")


TOGGL = Tracker(
    "toggl",
    (
        *("Description", "Duration", "Member", "Email", "Project", "Tags"),
        *("Start date", "Start time", "Stop date", "Stop time"),
    ),
    _toggl,
)
HARVEST = Tracker(
    "harvest",
    (
        *("Date", "Client", "Project", "Project Code", "Task", "Notes", "Hours"),
        *("Billable?", "Invoiced?", "Approved?", "First Name", "Last Name", "Currency"),
    ),
    _harvest,
)
CLOCKIFY = Tracker(
    "clockify",
    (
        *("Project", "Client", "Description", "Task", "User", "Email", "Tags", "Billable"),
        *("Start Date", "Start Time", "End Date", "End Time", "Duration (h)", "Duration (decimal)"),
    ),
    _clockify,
)
KIMAI = Tracker(
    "kimai",
    (
        *("Date", "From", "To", "Duration", "User", "E-mail"),
        *("Customer", "Project", "Activity", "Description", "Billable", "Tags"),
    ),
    _kimai,
)

DEMO = (
    DemoRetainer(
        *("nordlicht-dental", "helpdesk", TOGGL),
        months=3,
        hours=(18, 16, 23),
        workers=("Mira Solberg", "Jonas Lindqvist"),
        tasks=(
            Task("Helpdesk", "", "Reception printer offline, driver reinstalled", 35),
            Task("Helpdesk", "", "New account and mailbox for a hygienist", 50),
            Task("Helpdesk", "", "X-ray viewer slow: moved its cache to the SSD", 105),
            Task("Helpdesk", "", "Password reset and second factor for the front desk", 20),
            Task("Helpdesk", "", "Monthly patches, practice software and server", 150),
            Task("Helpdesk", "", "Backup alert checked, restore of one file tested", 65),
            Task("Helpdesk", "", "Phone system: holiday greeting and call groups", 40),
            Task("Helpdesk", "", "Card terminal lost its network, switch port replaced", 75),
        ),
    ),
    DemoRetainer(
        *("nordlicht-dental", "advisory", HARVEST),
        months=4,
        hours=(4, 6, 3),
        workers=("Mira Solberg",),
        tasks=(
            Task("Advisory", "Meeting", "Monthly review with the practice manager", 60),
            Task("Advisory", "Planning", "Roadmap for the second location", 90),
            Task("Advisory", "Research", "Offers for a new telephone contract compared", 75),
        ),
    ),
    DemoRetainer(
        *("brunner-architekten", "support", CLOCKIFY),
        months=6,
        hours=(52, 44, 38),
        workers=("Jonas Lindqvist", "Aylin Yıldız"),
        tasks=(
            Task("Support", "Remote", "CAD-Arbeitsplatz: Grafiktreiber und Lizenzserver", 95),
            Task("Support", "Remote", "Plotter druckt Pläne verschoben, Profil angepasst", 55),
            Task("Office 365 Migration", "Remote", "Postfächer der Bauleitung umgezogen", 180),
            Task("Support", "On site", "Neuer Arbeitsplatz für eine Werkstudentin", 140),
            Task("Support", "Remote", "VPN der Baustelle Lindenstraße", 70),
            Task("Support", "Travel", "Fahrt ins Büro und zurück", 60),
            Task("Support", "Remote", "Projektserver: Rechte je Bauvorhaben geordnet", 125),
        ),
    ),
    DemoRetainer(
        *("petit-moulin", "assistance", KIMAI),
        months=6,
        hours=(6, 10, 7),
        workers=("Aylin Yıldız",),
        tasks=(
            Task("Assistance", "À distance", "Caisse : mise à jour et clôture du mois", 55),
            Task("Assistance", "À distance", "Boutique en ligne : adresse d’expédition corrigée", 40),
            Task("Assistance", "Sur place", "Imprimante d’étiquettes remplacée au fournil", 110),
            Task("Assistance", "À distance", "Comptes de messagerie de l’équipe du samedi", 35),
        ),
    ),
)
