"""A month of a demo client, from its work to the mail with its invoice: `make demo-invoice`.

20 h at 50 € are granted, 26.75 h are used, an hour outside the retainer costs 100 €. The clock of the local stack is
set to a time after the month's grace period, the scheduled cycle close is run, the draft is issued, and the mail is
printed. The clock cannot go back, so everything that the invoice needs is checked before.
"""

import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from email import message_from_string, policy
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
import yaml

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.errors import HourTabError
from chalicelib.domain.quantities import Money
from chalicelib.services.invoices.build_document import missing_keys
from chalicelib.services.setup.declared import Setup
from chalicelib.words.formats import Formats
from infra.demo.set_up import DemoError, hourtab
from infra.local_clock import local_now, set_clock
from infra.local_cloud import LOCAL, LocalCloud
from infra.ministack import LocalCloudError

Hourtab = Callable[..., Any]
_LOOKS = 60
_ZONE = "Europe/Berlin"
"""In its first hours a month has not begun in UTC: a retainer of the month before would be a backfill."""
_GRACE = timedelta(days=4)


def live_a_month(cloud: LocalCloud, hourtab: Hourtab, say: Callable[[str], None] = click.echo) -> dict[str, Any]:
    """Play the month to its end, issue its invoice, and return the mail about it.

    `hourtab` runs the command line with `--json` against `cloud` and returns its answer.

    Raises:
        DemoError: the stored set-up lacks something that the invoice has to name; nothing was changed.
    """
    first = local_now(cloud.folder).astimezone(ZoneInfo(_ZONE)).date().replace(day=1)
    client = f"hafenkontor-{first:%Y-%m}"
    setup = _write_setup(cloud.folder, client, first)
    _refuse_incomplete(cloud, setup)
    hourtab("apply", str(setup))
    say(f"{client} has a retainer of 20 h for 1,000 € from {first} on")
    used = _import(cloud.folder, hourtab, client, first)
    say(f"26.75 h of work are imported: {used}")
    now = set_clock(cloud.folder, (_next_month(first) + _GRACE).isoformat())
    say(f"It is {now.day} {now:%B %Y} in the local stack; the hourly schedule runs")
    run_schedule(cloud)
    draft = wait_for(lambda: hourtab("invoice", "list", "--client", client, "--state", "draft"), "the draft")[0]
    net = Formats().money(Money(draft["net_minor"], draft["currency"]))
    say(f"The cycle is closed, {draft['id']} is a draft of {net}")
    issued = hourtab("invoice", "issue", draft["id"])
    say(f"It is issued as {issued['number']}")
    mail: dict[str, Any] = wait_for(lambda: _mail_about(hourtab, draft["id"]), "the mail")
    return mail


def _next_month(first: date) -> date:
    return (first + timedelta(days=32)).replace(day=1)


def _write_setup(folder: Path, client: str, first: date) -> Path:
    """Write the set-up file of the demo's client."""
    terms = {"allotment": "20 h", "fee": "1000.00", "regular_rate": "100.00"}
    retainer = {"id": "helpdesk", "title": "Helpdesk", "zone": _ZONE, "starts_on": first, "terms": [terms]}
    setup = {
        "clients": [
            {
                "id": client,
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


def _refuse_incomplete(cloud: LocalCloud, file: Path) -> None:
    """Raise DemoError if an invoice of the client in `file` could not be issued with the stored operator."""
    setup = read_setup(file.read_bytes(), ())
    assert isinstance(setup, Setup), setup  # noqa: S101 - the file is our own
    operator = cloud.parts().directory.read_operator()
    if missing := [key for book in setup.clients for key in missing_keys(book, operator)]:
        keys = ", ".join(f"`{key}`" for key in missing)
        raise DemoError(
            f"The demo's invoice has to name its seller, and the set-up that you applied lacks {keys}: add it to your "
            f"file and apply that, or use the demo's seller with `hourtab apply infra/demo/setup.yaml`."
        )


def _import(folder: Path, hourtab: Hourtab, client: str, first: date) -> str:
    file = folder / f"{client}.csv"
    file.write_text(f"Date,Description,Duration\n{first},Mail moved to the new server,26:45\n")
    report = hourtab("import", "drop", str(file), "--client", client, "--retainer", "helpdesk", "--wait")
    return str(report["status"])


def run_schedule(cloud: LocalCloud) -> None:
    """Run what EventBridge Scheduler runs every hour."""
    functions = cloud.session().client("lambda")
    pages = functions.get_paginator("list_functions").paginate()
    names = [each["FunctionName"] for page in pages for each in page["Functions"]]
    name = next(each for each in names if "StartRollovers" in each)
    functions.invoke(FunctionName=name, Payload=b"{}")


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
    """Do it on the local stack, and print the mail."""
    try:
        mail = live_a_month(LocalCloud(), hourtab)
    except (DemoError, LocalCloudError, HourTabError) as problem:
        sys.exit(str(problem))
    read = message_from_string(mail["message"], policy=policy.default)
    click.echo("\n".join(["", *(f"{name}: {read[name]}" for name in ("From", "To", "Subject")), ""]))
    body = read.get_body(("plain",))
    click.echo(body.get_content() if body else "")
    for part in read.iter_attachments():
        path = LOCAL / str(part.get_filename())
        path.write_bytes(part.get_content())
        click.echo(f"attached: {path}")


if __name__ == "__main__":
    main()
