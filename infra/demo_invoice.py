"""A month of a demo client, from its work to the mail with its invoice: `make demo-invoice`.

20 h at 50 € are granted, 26.75 h are used, an hour outside the retainer costs 100 €. It all happens in a local stack
of its own, which is removed afterwards: clock, clients, mails and invoice numbers of `make up` stay as they are. The
clock of that stack is set forward past the month's grace period, with everything that is due until then; the draft is
issued, and the mail is printed.
"""

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_string, policy
from functools import partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml

from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import Money
from chalicelib.words.formats import Formats
from infra.demo.set_up import SETUP, DemoError, hourtab
from infra.local_clock import local_now
from infra.local_cloud import LOCAL, LocalCloud, temporary_cloud
from infra.ministack import LocalCloudError
from infra.package import PackagingError
from infra.stack import DeployError

Hourtab = Callable[..., Any]
_LOOKS = 60
_ZONE = "Europe/Berlin"
"""In its first hours a month has not begun in UTC: a retainer of the month before would be a backfill."""
_GRACE = timedelta(days=4)
_CLIENT = "hafenkontor"
_SERIES = "DEMO-"


def live_a_month(cloud: LocalCloud, hourtab: Hourtab, say: Callable[[str], None] = click.echo) -> dict[str, Any]:
    """Play the month to its end, issue its invoice, and return the mail about it.

    `hourtab` runs the command line with `--json` against `cloud` and returns its answer.
    """
    first = local_now(cloud.folder).astimezone(ZoneInfo(_ZONE)).date().replace(day=1)
    hourtab("apply", str(_write_setup(cloud.folder, first)))
    say(f"{_CLIENT} has a retainer of 20 h for 1,000 € from {first} on")
    used = _import(cloud.folder, hourtab, first)
    say(f"26.75 h of work are imported: {used}")
    now = cloud.play_to((_next_month(first) + _GRACE).isoformat(), say)
    say(f"It is {now.day} {now:%B %Y} there; everything that was due until then is done")
    [draft] = hourtab("invoice", "list", "--client", _CLIENT, "--state", "draft")
    net = Formats().money(Money(draft["net_minor"], draft["currency"]))
    say(f"The cycle is closed, {draft['id']} is a draft of {net}")
    issued = hourtab("invoice", "issue", draft["id"])
    say(f"It is issued as {issued['number']}")
    mail: dict[str, Any] = wait_for(lambda: _mail_about(hourtab, draft["id"]), "the mail")
    return mail


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _write_setup(folder: Path, first: date) -> Path:
    """Write the set-up file of the demo's seller and client."""
    operator = yaml.safe_load(SETUP.read_text(encoding="utf-8"))["operator"]
    operator["billing"]["series"] = _SERIES
    terms = {"allotment": "20 h", "fee": "1000.00", "regular_rate": "100.00"}
    retainer = {"id": "helpdesk", "title": "Helpdesk", "zone": _ZONE, "starts_on": first, "terms": [terms]}
    setup = {
        "operator": operator,
        "clients": [
            {
                "id": _CLIENT,
                "name": f"Hafenkontor {first:%B %Y}",
                "locale": "de-DE",
                "currency": "EUR",
                "billing": {
                    "name": "Hafenkontor GmbH",
                    "address": ["Speicherstr. 3", "20457 Hamburg"],
                    "country": "DE",
                    "email": "rechnung@hafenkontor.example",
                },
                "tax": {"percent": "0", "category": "E", "reason": "Kein Ausweis von Umsatzsteuer, § 19 UStG"},
                "retainers": [retainer],
            }
        ],
    }
    file = folder / "demo-invoice.yaml"
    file.write_text(yaml.safe_dump(setup, allow_unicode=True, sort_keys=False))
    return file


def _import(folder: Path, hourtab: Hourtab, first: date) -> str:
    file = folder / f"{_CLIENT}.csv"
    file.write_text(f"Date,Description,Duration\n{first},Mail moved to the new server,26:45\n")
    report = hourtab("import", "drop", str(file), "--client", _CLIENT, "--retainer", "helpdesk", "--wait")
    return str(report["status"])


def _mail_about(hourtab: Hourtab, invoice: str) -> dict[str, Any] | None:
    mails = hourtab("mail", "list", "--limit", "50")
    found = [one for one in mails if one["kind"] == "invoice" and invoice in one["about"] and one["state"] != "waiting"]
    return hourtab("mail", "show", found[0]["id"]) if found else None


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """The first result of `look` that is not empty; it is called every second."""
    for _ in range(_LOOKS):
        if seen := look():
            return seen
        time.sleep(1)
    raise LocalCloudError(f"{what} did not come within {_LOOKS} s: see `hourtab invoice list` and `hourtab mail list`.")


def main() -> None:
    """Do it, print the mail, and keep what is attached to it."""
    click.echo("A local stack of its own is started; it is removed afterwards …")
    try:
        with temporary_cloud() as (cloud, stack):
            cloud.write_outputs(stack, [])
            mail = live_a_month(cloud, partial(hourtab, parts=cloud.parts()))
    except (DemoError, LocalCloudError, PackagingError, DeployError, HourTabError) as problem:
        sys.exit(str(problem))
    read = message_from_string(mail["message"], policy=policy.default)
    click.echo("\n".join(["", *(f"{name}: {read[name]}" for name in ("From", "To", "Subject")), ""]))
    body = read.get_body(("plain",))
    click.echo(body.get_content() if body else "")
    LOCAL.mkdir(exist_ok=True)
    for part in read.iter_attachments():
        path = LOCAL / str(part.get_filename())
        path.write_bytes(part.get_content())
        click.echo(f"attached: {path}")
    click.echo("The demo's stack is removed, so the link in the mail opens nothing.")


if __name__ == "__main__":
    main()
