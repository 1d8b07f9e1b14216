"""`python -m tests.bench.monthly_hourtab FILE`: the same sums as those of monthly_pandas.py, by HourTab.

The whole import of a routed file into an empty ledger in memory, and then the statements of all retainers: what a
client's page is made of, their `used` being the sum.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

from chalicelib.domain.entry import Pool
from chalicelib.domain.ids import RetainerSlug
from chalicelib.domain.routing import ClientRule, Match
from chalicelib.services.cycles.read_balance import balance_of
from chalicelib.services.store.books import ClientBook
from tests.bench.clock import collect_as_in_app
from tests.exports.generate import CLIENTS, PROJECTS
from tests.import_rig import NOW, Rig, book


def main(path: Path) -> None:
    rig = Rig(*_books())
    record = rig.drop(key="inbox/harvest.csv", data=path.read_bytes())
    if record.report.counts.new != record.report.counts.rows:
        raise ValueError(f"not all rows are counted: {record.report.counts}")
    sys.stdout.write(json.dumps({"sums": list(_sums(rig))}))


def _books() -> list[ClientBook]:
    """A retainer for each project of each client."""
    rules = [ClientRule(Match(project=name), Pool.RETAINER, _slug(name)) for name in PROJECTS]
    return [book(_slug(name), *map(_slug, PROJECTS), rules=rules, name=name) for name in CLIENTS]


def _sums(rig: Rig) -> Iterator[tuple[str, str, str, int]]:
    titles = {_slug(name): name for name in PROJECTS}
    for client in rig.directory.books.values():
        for balance in balance_of(client, NOW, rig.ledger).retainers:
            for one in balance.statements:
                month = one.period.start.isoformat()[:7]
                yield client.client.name, titles[balance.retainer.id.retainer], month, one.figures.used_seconds


def _slug(name: str) -> RetainerSlug:
    return RetainerSlug("".join(letter for letter in name.lower() if letter.isascii() and letter.isalpha()))


if __name__ == "__main__":
    collect_as_in_app()
    main(Path(sys.argv[1]))
