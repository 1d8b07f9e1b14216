"""The worked examples of the documentation, through the real functions on the packaged stack, over three months."""

import json
from collections.abc import Iterator
from datetime import date

import pytest
import yaml

from infra.demo_invoice import wait_for
from infra.local_clock import set_clock
from tests.local_stack import LocalStack, packaged_stack, shared_package

HOUR = 3600
# Far ahead: the clock of a stack only goes forward.
FIRST, SECOND, THIRD = date(2098, 12, 1), date(2099, 1, 1), date(2099, 2, 1)
CARRY = {"unused": "carry", "overrun": "bill"}
RETAINERS = {
    "forfeit": ("10 h", "800.00", {"unused": "forfeit", "overrun": "bill"}, (7, 0)),
    "carry": ("10 h", "800.00", CARRY, (7, 0)),
    "both-ways": ("40 h", "4000.00", {"unused": "carry", "overrun": "deduct"}, (30, 60)),
    "overruns": ("10 h", "800.00", {"unused": "forfeit", "overrun": "deduct"}, (7, 12)),
    "cap": ("10 h", "800.00", {**CARRY, "cap": "5 h"}, (2, 2)),
    "expiry": ("10 h", "800.00", {**CARRY, "expires": "after 1 cycle"}, (4, 3)),
    "overage": ("20 h", "5000.00", {"unused": "forfeit", "overrun": "bill"}, (25, 0)),
}
"""Allotment, fee, carry-over rule, and the hours used in the first two months."""
OTHERS = """\
{0},rounded,,1:20,After hours
{0},desk,Helpdesk,8:00,
{0},desk,Office 365 migration,14:00,
"""
"""Work that is rounded and multiplied, and work on a project, in each month."""
AVAILABLE = {
    "forfeit": (10, 10, 10),
    "carry": (10, 13, 23),
    "both-ways": (40, 50, 30),
    "overruns": (10, 10, 8),
    "cap": (10, 15, 15),
    "expiry": (10, 16, 20),
    "overage": (20, 20, 20),
}


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A separate stack, because its clock is set forward."""
    with packaged_stack(shared_package()) as own:
        yield own


def test_the_worked_examples_hold_on_the_packaged_stack(stack: LocalStack, tmp_path):
    def hourtab(*arguments: str):
        return json.loads(stack.hourtab(*arguments, "--json").stdout)

    def work(month: date, number: int) -> None:
        file = tmp_path / f"{month}.csv"
        used = {name: hours[number] for name, (_, _, _, hours) in RETAINERS.items() if hours[number]}
        rows = "".join(f"{month},{name},,{hours}:00,\n" for name, hours in used.items())
        file.write_text("Date,Project,Task,Duration,Work type\n" + rows + OTHERS.format(month))
        assert "done" == hourtab("import", "drop", str(file), "--client", "examples", "--wait")["status"]

    def close(month: date, later: str) -> None:
        set_clock(stack.cloud.folder, later)
        stack.cloud.run("StartRollovers")
        wait_for(
            lambda: all(one["cycle"]["state"] == "closed" for one in cycles(hourtab, month)), f"the close of {month}"
        )

    set_clock(stack.cloud.folder, "2098-12-20")
    hourtab("apply", str(setup(tmp_path)))
    work(FIRST, 0)
    close(FIRST, "2099-01-05")
    work(SECOND, 1)
    close(SECOND, "2099-02-05")

    for name, expected in AVAILABLE.items():
        found = {one["cycle"]["start"]: one for one in hourtab("statement", "examples", name, "--year", "2099")}
        found |= {one["cycle"]["start"]: one for one in hourtab("statement", "examples", name, "--year", "2098")}
        assert expected == tuple(available(found[str(month)]) for month in (FIRST, SECOND, THIRD)), name
        if name == "cap":
            assert (3, 8) == tuple(found[str(month)]["capped_seconds"] / HOUR for month in (FIRST, SECOND))
    [rounded, *_] = hourtab("statement", "examples", "rounded", "--year", "2098")
    [desk, *_] = hourtab("statement", "examples", "desk", "--year", "2098")
    assert 1.8 * HOUR == rounded["used_seconds"]
    assert (8 * HOUR, 14 * HOUR) == (desk["used_seconds"], desk["project_seconds"])
    set_clock(stack.cloud.folder, "2099-05-02")
    anchored = [one["cycle"]["start"] for one in hourtab("statement", "examples", "anchored", "--year", "2099")]
    assert ["2099-01-31", "2099-02-28", "2099-03-31", "2099-04-30"] == sorted(anchored)
    listed = hourtab("invoice", "list", "--client", "examples", "--limit", "50")
    drafts = {one["id"]: one["net_minor"] for one in listed}
    assert (600000, 500000) == (drafts[f"examples/overage/{FIRST}"], drafts[f"examples/overage/{SECOND}"])
    assert {80000} == {net for name, net in drafts.items() if "/cap/" in name or "/overruns/" in name}


def setup(folder):
    """The set-up of one client with a retainer for each example."""
    retainers = [
        {
            "id": name,
            "title": name,
            "zone": "Europe/Berlin",
            "starts_on": FIRST,
            "terms": [{"allotment": allotment, "fee": fee, "regular_rate": "200.00", "carry_over": rule}],
        }
        for name, (allotment, fee, rule, _) in RETAINERS.items()
    ]
    plain = {"allotment": "10 h", "fee": "800.00", "regular_rate": "200.00"}
    increments = {"increment": "15 min", "level": "entry", "multipliers": {"After hours": "1.2"}}
    others = {"rounded": {**plain, "rounding": increments}, "desk": plain, "anchored": plain}
    retainers += [
        {
            "id": name,
            "title": name,
            "zone": "Europe/Berlin",
            "starts_on": date(2099, 1, 31) if name == "anchored" else FIRST,
            "terms": [terms],
        }
        for name, terms in others.items()
    ]
    rules = [{"when": {"task": "Office 365*"}, "pool": "project", "retainer": "desk", "reason": "A project of its own"}]
    rules += [{"when": {"project": name}, "pool": "retainer", "retainer": name} for name in (*RETAINERS, *others)]
    client = {"id": "examples", "name": "Examples", "currency": "EUR", "retainers": retainers, "rules": rules}
    file = folder / "setup.yaml"
    file.write_text(yaml.safe_dump({"clients": [client]}, sort_keys=False))
    return file


def cycles(hourtab, month: date):
    """That month's cycle of every retainer."""
    cycles = hourtab("statement", "examples", "--year", str(month.year))
    return [one for one in cycles if one["cycle"]["start"] == str(month)]


def available(cycle) -> float:
    """The available hours of a cycle."""
    figures = ("allotment_seconds", "carried_seconds", "topped_up_seconds", "corrected_seconds")
    return (sum(cycle[name] for name in figures) - cycle["deducted_seconds"]) / HOUR
