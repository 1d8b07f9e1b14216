"""A Harvest export of half a gigabyte for a million rows, streamed: long notes, some clients × retainers × months.

    LARGE.write(Path("large.csv"), 1_000_000, edited_every=100)

The same arguments always give the same bytes.
"""

import csv
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from tests.exports.generate import HEADER

PROJECTS = ("Helpdesk", "Infrastructure", "Security", "Onboarding")
_FIRST_YEAR = 2018
_DAYS = 28
_WORDS = (
    *("checked", "the", "nightly", "backup", "restored", "mailbox", "after", "phishing", "report", "and", "moved"),
    *("printer", "queue", "to", "new", "server", "called", "vendor", "about", "licence", "second", "floor", "Zürich"),
)
_NOTE_WORDS = 54


@dataclass(frozen=True, slots=True)
class LargeExport:
    """What a large file speaks about: the months from January 2018 on of four retainers of each client."""

    clients: int
    months: int

    def names(self) -> list[str]:
        """The clients as the file names them."""
        return [f"Client {number:03}" for number in range(1, self.clients + 1)]

    def write(self, path: Path, rows: int, edited_every: int = 0) -> Path:
        """Write the file; of every `edited_every` rows one has a quarter of an hour more."""
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(self._rows(rows, edited_every))
        return path

    def _rows(self, count: int, edited_every: int) -> Iterator[tuple[str, ...]]:
        """In the order of their dates, as Harvest writes them."""
        dice = random.Random(count)  # noqa: S311  a fixture wants the same dice every time
        names = self.names()
        for number in range(count):
            month, place = divmod(number * self.months * _DAYS // count, _DAYS)
            day = date(_FIRST_YEAR + month // 12, month % 12 + 1, 1) + timedelta(days=place)
            quarters = dice.randint(1, 24)
            edited = edited_every and number % edited_every == 0
            yield _row(dice, number, day, dice.choice(names), quarters + bool(edited))


def _row(dice: random.Random, number: int, day: date, client: str, quarters: int) -> tuple[str, ...]:
    project = dice.choice(PROJECTS)
    worker = dice.randrange(40)
    note = f"Ticket {number}: {' '.join(dice.choices(_WORDS, k=_NOTE_WORDS))}"
    return (
        *(day.isoformat(), client, project, project[:4].upper(), "Support", note, f"{quarters / 4:.2f}"),
        *("Yes", "No", "Yes", f"Ada {worker}", "Park", str(worker + 1), "Support", "Yes"),
        *("100.0", f"{quarters * 25}.0", "55.0", f"{quarters * 13.75}", "Euro - EUR", ""),
    )


MANY_CLIENTS = LargeExport(clients=40, months=24)
ONE_CLIENT = LargeExport(clients=1, months=96)
