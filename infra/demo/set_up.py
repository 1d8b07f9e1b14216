"""Sets up the demo in the running local stack with the command line that every operator uses."""

import hashlib
import json
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import date
from http import HTTPStatus
from pathlib import Path
from typing import Any, TypedDict

import yaml
from click.testing import CliRunner

from chalicelib.cli.main import main
from chalicelib.parts import Parts
from infra.demo.exports import write_exports

SETUP = Path(__file__).with_name("setup.yaml")


class DemoError(Exception):
    """The demo could not be set up; the message is that of the command that failed."""


class Link(TypedDict):
    """A client's page."""

    client: str
    url: str
    retainers: list[str]


def apply_setup(folder: Path, run: Callable[..., Any] | None = None) -> str:
    """Apply setup.yaml once, so that later changes are kept; return what was done, "" for nothing.

    `folder` records which version was applied; a stack that lost the demo's clients gets them again. `run` runs a
    command of HourTab, by default on the local stack.
    """
    run = run or hourtab
    applied, version = folder / "setup.applied", hashlib.sha256(SETUP.read_bytes()).hexdigest()
    clients = {client["client"] for client in run("client", "list")}
    if applied.is_file() and applied.read_text() == version and clients.issuperset(_demo_clients()):
        return ""
    counts = run("apply", str(SETUP))["counts"]
    folder.mkdir(exist_ok=True)
    applied.write_text(version)
    return ", ".join(f"{count} {fate}" for fate, count in counts.items() if count)


def import_exports(folder: Path) -> int:
    """Write the demo's exports into `folder`, import those not imported yet, and return their number."""
    seen = {key for key, _ in imported_files()}
    imported = 0
    for path in write_exports(folder, date.today()):  # noqa: DTZ011 - the day of the person at this laptop
        client, retainer, name = path.relative_to(folder).parts
        if f"inbox/{client}/{retainer}/{name}" not in seen:
            # One at a time: MiniStack would start another process of the import function for each concurrent file.
            place = ("--client", client, "--retainer", retainer)
            hourtab("import", "drop", str(path), *place, "--wait", "--timeout", "60")
            imported += 1
    return imported


def imported_files() -> set[tuple[str, str]]:
    """Key and version of every file that was imported or refused."""
    records = hourtab("import", "list", "--limit", "1000")
    return {(record["file"]["key"], record["file"]["version"]) for record in records}


def links() -> list[Link]:
    """The clients' links, those of setup.yaml first and in its order."""
    shown = [hourtab("link", "show", client) for client in _demo_clients()]
    shown += [link for link in hourtab("link", "list") if link["client"] not in set(_demo_clients())]
    return [Link(client=one["client"], url=one["url"], retainers=one["retainers"]) for one in shown]


def visit(addresses: list[Link]) -> int:
    """Open each page once, which also wakes the function; return how many showed a balance.

    A revoked or expired link shows none.
    """
    return sum(_answers(link["url"]) for link in addresses)


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:  # noqa: S310 - our own http address
            answer.read()
    except urllib.error.HTTPError as error:
        error.close()
        if error.code != HTTPStatus.NOT_FOUND:
            raise DemoError(f"The page of a link answered {error.code}: see .local for MiniStack's log.") from error
        return False
    return True


def _demo_clients() -> list[str]:
    return [client["id"] for client in yaml.safe_load(SETUP.read_text(encoding="utf-8"))["clients"]]


def hourtab(*arguments: str, parts: Parts | None = None) -> Any:
    """Run the command line within this process, on the local stack or on these parts, and return its JSON.

    Raises:
        DemoError: the command failed.
    """
    opened = (lambda **_: parts) if parts else None
    done = CliRunner().invoke(main, [*arguments, "--json"], env={"HOURTAB_STACK": None}, obj=opened)
    if done.exit_code:
        raise DemoError(f"hourtab {' '.join(arguments[:2])}: {done.stderr.strip() or done.stdout.strip()}")
    return json.loads(done.stdout)
