"""A Harvest export of any size, streamed to disk: about 10,000 rows a month, 40 workers, notes that repeat in part.

    python -m tests.exports.generate 100000 big.csv

The same number of rows always gives the same bytes.
"""

import csv
import random
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

HEADER = (
    *("Date", "Client", "Project", "Project Code", "Task", "Notes", "Hours", "Billable?", "Invoiced?", "Approved?"),
    *("First Name", "Last Name", "Employee Id", "Roles", "Employee?", "Billable Rate", "Billable Amount"),
    *("Cost Rate", "Cost Amount", "Currency", "External Reference URL"),
)
ROWS_PER_MONTH = 10_000
FIRST_DAY = date(2026, 1, 1)
_FIRST_NAMES = ("Ada", "Bruno", "Chiara", "Dmitri", "Élodie", "Farid", "Greta", "Hanna")
_LAST_NAMES = ("Park", "Müller", "Okafor", "Larsen", "Novak")
CLIENTS = ("Northwind Clinic", "Baker & Sons", "Harbour Logistics", "Kestrel Dental", "Café Blau", "Old Mill School")
PROJECTS = ("Helpdesk", "Infrastructure", "Security", "Onboarding")
_TASKS = ("Support", "Monitoring", "Patching", "Vendor call", "Documentation")
_VERBS = ("Reset", "Checked", "Replaced", "Configured", "Restored", "Reviewed", "Explained", "Moved")
_THINGS = ("the printer queue", "MFA for a new phone", "the nightly backup", "a phishing mail", "two switches, rack B")
_ROUTINE = ("Daily standup", "Ticket triage", "Backup report checked", "Patch round", 'Weekly call ("steering")')


def rows(count: int) -> Iterator[tuple[str, ...]]:
    """`count` rows in the order of their dates, a new month after every 10,000."""
    dice = random.Random(count)  # noqa: S311  a fixture wants the same dice every time
    for number in range(count):
        month, place = divmod(number, ROWS_PER_MONTH)
        start = date(FIRST_DAY.year + month // 12, month % 12 + 1, 1)
        yield _row(dice, number, start + timedelta(days=place * 28 // ROWS_PER_MONTH))


def write(path: Path, count: int) -> Path:
    """Write the file, never more than a row of it in memory."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADER)
        writer.writerows(rows(count))
    return path


def _row(dice: random.Random, number: int, day: date) -> tuple[str, ...]:
    worker = dice.randrange(len(_FIRST_NAMES) * len(_LAST_NAMES))
    project = dice.choice(PROJECTS)
    quarters = dice.randint(1, 24)
    return (
        *(day.isoformat(), dice.choice(CLIENTS), project, project[:4].upper(), dice.choice(_TASKS)),
        _note(dice, number),
        f"{quarters / 4:.2f}",
        *("Yes" if dice.random() < 0.8 else "No", "No", "Yes"),
        *(_FIRST_NAMES[worker % len(_FIRST_NAMES)], _LAST_NAMES[worker // len(_FIRST_NAMES)], str(worker + 1)),
        *("Support", "Yes", "100.0", f"{quarters * 25}.0", "55.0", f"{quarters * 13.75}", "Euro - EUR", ""),
    )


def _note(dice: random.Random, number: int) -> str:
    if dice.random() < 0.4:
        return dice.choice(_ROUTINE)
    note = f"{dice.choice(_VERBS)} {dice.choice(_THINGS)} (ticket {4000 + number})"
    return f"{note}\nfollowed up by phone" if dice.random() < 0.05 else note


if __name__ == "__main__":
    write(Path(sys.argv[2]), int(sys.argv[1]))
