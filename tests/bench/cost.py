"""What AWS meters: the calls of each action, counted, and what a month of them costs.

`python -m tests.bench.cost` writes the tables of docs/cost.md; tests/infra/test_cost.py compares them with the code and
the packaged template.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from chalicelib.services.store.tasks import TaskState
from infra.preflight import source_template
from tests.aws_calls import record_calls
from tests.bench.deployment import Deployment, Engine, deployment, in_process, month_of
from tests.bench.due_clients import DUE_ON, add_due_clients, close_one
from tests.invoice_rig import OPERATOR

ROOT = Path(__file__).resolve().parents[2]
COST = ROOT / "docs" / "cost.md"
SIZES = (10, 1_000, 100_000)
"""Numbers of clients."""
SENDER = "hours@example.com"

_HOURS = 30 * 24
_POLLS = 5 * 3 * 60 * _HOURS
"""Requests a month to an idle queue: five pollers that wait for 20 seconds each. With a maximum concurrency Lambda
never reduces them (AWS Lambda guide, "Configuring scaling behavior for SQS event source mappings")."""
_SWEEPS, _HOURLY, _DAILY = 4 * _HOURS, _HOURS, 30

# A client's month: one retainer, an export a week, an invoice.
_IMPORTS, _VISITS, _CLOSES, _MAILS = 4, 20, 1, 3
_FILE_KB = 30
PAGE_KB = 10
"""A page of 300 entries, compressed, and its headers, at most."""
_READS_OF_THE_SECRET = 12 * _HOURS * 7
"""Of seven functions, each every five minutes: five that serve 50 pages a second, two that send mails."""
CYCLES_READ = 13
"""The most cycles of a retainer that a page reads: the open one, and those of the year before it."""
_SANDBOX, _ON_A_FIRST = 200, 2
"""Mails that SES sends a day for an account in its sandbox; mails to a client on the first day of a cycle."""
_BATCH_SECONDS = 0.015
"""Of a call that queues ten messages."""
_LOG_KB = 1
"""Of a run: its lines, and those of Lambda about it."""


@dataclass(frozen=True, slots=True)
class Use:
    """What an action takes, in addition to a run of its function."""

    reads: float
    """DynamoDB's read request units, at most: of pages, imports and closes as measured with AWS's DynamoDB Local."""
    writes: float
    """Its write request units: of imports and closes as measured with MiniStack, which counts as AWS does."""
    seconds: float
    """The run's duration on AWS: an assumption, several times what a laptop takes."""
    memory_mb: int


USES: Mapping[str, Use] = {
    "a page": Use(1 + CYCLES_READ * 2, 0, 0.1, 1024),
    "an import": Use(8, 12, 1.0, 1769),
    "a close": Use(2, 15, 0.2, 1024),
    "a mail": Use(6, 4, 0.5, 1024),
    "a usage check": Use(5, 4, 0.2, 1024),
}
PRICES: Mapping[str, float] = {
    "CloudWatch: an alarm": 0.10,
    "CloudWatch: a metric of our own": 0.30,
    "CloudWatch: a dashboard": 3.00,
    "CloudWatch Logs: a GB": 0.50,
    "Secrets Manager: a secret": 0.40,
    "Secrets Manager: ten thousand reads": 0.05,
    "SQS: a million requests": 0.40,
    "Lambda: a million runs": 0.20,
    "Lambda: a million GB-seconds": 16.67,
    "API Gateway: a million requests": 3.50,
    "Data transfer: a GB to the Internet": 0.09,
    "DynamoDB: a million read units": 0.125,
    "DynamoDB: a million write units": 0.625,
    "DynamoDB: a GB, and its point-in-time recovery": 0.45,
    "S3: a thousand PUTs": 0.005,
    "S3: a thousand GETs": 0.0004,
    "S3: a GB": 0.023,
    "SES: a thousand mails": 0.10,
}
"""Dollars in us-east-1, without free tiers."""


@dataclass(frozen=True, slots=True)
class Fixed:
    """What a deployment has, however few use it, as the packaged template says."""

    alarms: int
    metrics: int
    dashboards: int
    secrets: int
    polled_queues: int
    detailed_api: bool
    """Whether API Gateway's metrics of each method are on."""


def fixed_of(resources: Mapping[str, Any], metrics: int) -> Fixed:
    """What the resources of a packaged template are, with mails and without `QUIET_DAYS`."""
    kinds = Counter(one["Type"] for one in resources.values() if one.get("Condition") != "ExpectsImports")
    sources = [
        event
        for one in resources.values()
        for event in one.get("Properties", {}).get("Events", {}).values()
        if event["Type"] == "SQS"
    ]
    settings = resources["RestAPI"]["Properties"]["MethodSettings"]
    return Fixed(
        alarms=kinds["AWS::CloudWatch::Alarm"],
        metrics=metrics,
        dashboards=kinds["AWS::CloudWatch::Dashboard"],
        secrets=kinds["AWS::SecretsManager::Secret"],
        polled_queues=len(sources),
        detailed_api=any(one["MetricsEnabled"] for one in settings),
    )


def count_actions(engine: Engine = in_process) -> dict[str, dict[str, int]]:
    """The calls of each action to AWS, by service and operation; the object in the inbox is not among them."""
    counted: dict[str, dict[str, int]] = {}

    def count(action: str, act: Callable[[], object]) -> None:
        with record_calls() as calls:
            act()
        counted[action] = dict(sorted(Counter(calls.names()).items()))

    with deployment(engine) as house:
        house.drop(month_of(3))
        count("an import", lambda: house.drop(month_of(300)))
        count("the same import again", lambda: house.drop(month_of(300)))
        house.visit()
        count("a page", house.visit)
        [client] = add_due_clients(house, 1)
        count("a close", lambda: close_one(house, client))
        count("a mail", _task_of(house, "new-cycle", DUE_ON - timedelta(days=9)))
        count("a usage check", _task_of(house, "usage", DUE_ON - timedelta(days=15)))
    return counted


def _task_of(house: Deployment, kind: str, now: datetime) -> Callable[[], object]:
    """Carries out the task of this kind that the client's January has left, while it is worth it."""
    parts = house.parts
    parts.settings = replace(parts.settings, mail_from=SENDER)
    parts.aws.client("sesv2").create_email_identity(EmailIdentity=SENDER)
    parts.directory.write_operator(replace(OPERATOR, version=parts.directory.read_operator().version))
    house.set_clock(now)
    [task] = [one for one in parts.tasks.list_waiting(DUE_ON) if one.id.startswith(f"{kind}-")]

    def carry_out() -> None:
        done = parts.run_task.run(task.id)
        if done is None or done.state not in {TaskState.SENT, TaskState.SKIPPED}:
            raise ValueError(f"{task.id} was not carried out: {done}")

    return carry_out


def month(clients: int, fixed: Fixed, counted: Mapping[str, Mapping[str, int]]) -> dict[str, float]:
    """How much of each priced unit a month takes."""
    times = {
        "a page": clients * _VISITS,
        "an import": clients * _IMPORTS,
        "a close": clients * _CLOSES,
        "a mail": clients * _MAILS,
        "a usage check": clients * _IMPORTS,
    }
    runs = sum(times.values()) + _SWEEPS + _HOURLY + _DAILY
    scheduled = (_SWEEPS + _HOURLY + _DAILY) * 0.2
    messages = sum(times.values()) - times["a page"]
    calls = Counter[str]()
    for action, number in times.items():
        for name, each in counted[action].items():
            calls[name] += number * each
    million = 1_000_000
    return {
        "CloudWatch: an alarm": fixed.alarms,
        "CloudWatch: a metric of our own": _metric_months(times, fixed.metrics),
        "CloudWatch: a dashboard": fixed.dashboards,
        "CloudWatch Logs: a GB": runs * _LOG_KB / million,
        "Secrets Manager: a secret": fixed.secrets,
        "Secrets Manager: ten thousand reads": min(times["a page"] + times["a mail"], _READS_OF_THE_SECRET) / 10_000,
        # A message is sent, received and deleted, each alone at worst.
        "SQS: a million requests": (fixed.polled_queues * _POLLS + 3 * messages) / million,
        "Lambda: a million runs": runs / million,
        "Lambda: a million GB-seconds": (
            scheduled + sum(number * USES[one].seconds * USES[one].memory_mb / 1024 for one, number in times.items())
        )
        / million,
        "API Gateway: a million requests": times["a page"] / million,
        "Data transfer: a GB to the Internet": times["a page"] * PAGE_KB / million,
        "DynamoDB: a million read units": (3 * _SWEEPS + sum(n * USES[one].reads for one, n in times.items()))
        / million,
        "DynamoDB: a million write units": sum(n * USES[one].writes for one, n in times.items()) / million,
        "DynamoDB: a GB, and its point-in-time recovery": clients * 12 * 7 / million,
        "S3: a thousand PUTs": (times["an import"] + calls["s3:PutObject"]) / 1_000,
        "S3: a thousand GETs": (times["an import"] + calls["s3:GetObject"]) / 1_000,
        "S3: a GB": clients * 12 * _IMPORTS * _FILE_KB / million,
        "SES: a thousand mails": calls["sesv2:SendEmail"] / 1_000,
    }


def _metric_months(times: Mapping[str, int], metrics: int) -> float:
    """A metric is metered in the hours in which it is written: three always are, six by imports, three by mails."""
    hours = {"a close": (1, 72), "an import": (6, _HOURS), "a mail": (3, _HOURS)}
    written = sum(number * min(times[action], most) for action, (number, most) in hours.items())
    return min(metrics, 3 + (written + _DAILY) / _HOURS)


def tables(resources: Mapping[str, Any], metrics: int, counted: Mapping[str, Mapping[str, int]]) -> dict[str, str]:
    """The generated tables of docs/cost.md, by the names that they have there."""
    fixed = fixed_of(resources, metrics)
    made = {
        "calls": _calls(counted),
        "fixed": _have(fixed),
        "months": _months(fixed, counted),
        "limits": _limits(resources),
    }
    return {name: "\n".join(lines) for name, lines in made.items()}


def _calls(counted: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    yield "| action | DynamoDB | S3 | SQS | SES | read / write units | function |"
    yield "|---|---|---|---|---|---:|---|"
    for action, calls in counted.items():
        of: dict[str, dict[str, int]] = {service: {} for service in ("dynamodb", "s3", "sqs", "sesv2")}
        for name, number in calls.items():
            service, operation = name.split(":")
            of[service][operation] = number
        cells = [", ".join(f"{number} {operation}" for operation, number in each.items()) for each in of.values()]
        use = USES.get(action)
        units = f"{use.reads:g} / {use.writes:g}" if use else ""
        run = f"{use.seconds:g} s of {use.memory_mb:,} MB" if use else ""
        yield f"| {action} | {' | '.join(cells)} | {units} | {run} |"


def _have(fixed: Fixed) -> Iterator[str]:
    yield "| what is there, however few use it | how many |"
    yield "|---|---:|"
    yield f"| alarms (one more with `QUIET_DAYS`) | {fixed.alarms} |"
    yield f"| metrics of our own | {fixed.metrics} |"
    yield f"| dashboards | {fixed.dashboards} |"
    yield f"| secrets | {fixed.secrets} |"
    yield f"| queues that Lambda polls; requests of a month for these | {fixed.polled_queues}; {_times(fixed):,} |"
    yield f"| detailed metrics of API Gateway | {'on' if fixed.detailed_api else 'off'} |"
    yield f"| runs of schedules in a month | {_SWEEPS + _HOURLY + _DAILY:,} |"


def _times(fixed: Fixed) -> int:
    return fixed.polled_queues * _POLLS


def _months(fixed: Fixed, counted: Mapping[str, Mapping[str, int]]) -> Iterator[str]:
    months = [month(clients, fixed, counted) for clients in SIZES]
    yield f"| priced unit | $ | {' | '.join(f'{clients:,} clients' for clients in SIZES)} |"
    yield "|---|---:|" + "---:|" * len(SIZES)
    for unit, price in PRICES.items():
        costs = (f"{one[unit]:,.3g} → ${one[unit] * price:,.2f}" for one in months)
        yield f"| {unit} | {price:g} | {' | '.join(costs)} |"
    totals = (f"${sum(one[unit] * price for unit, price in PRICES.items()):,.2f}" for one in months)
    yield f"| **a month** | | {' | '.join(totals)} |"


def _limits(resources: Mapping[str, Any]) -> Iterator[str]:
    """What is reached first; each rate follows from a setting of the template and the seconds of `USES`."""

    def at_once(function: str) -> int:
        (event,) = resources[function]["Properties"]["Events"].values()
        most = event["Properties"]["ScalingConfig"]["MaximumConcurrency"]
        if isinstance(most, int):
            return most
        of_aws = most["Fn::If"][1]["Ref"]
        return int(source_template()["Parameters"][of_aws]["Default"])

    (api,) = resources["RestAPI"]["Properties"]["MethodSettings"]
    pages = api["ThrottlingRateLimit"]
    starting = resources["StartRollovers"]["Properties"]["Timeout"]
    rates = {
        name: at_once(function) / USES[use].seconds
        for name, function, use in (
            ("imports", "ImportExports", "an import"),
            ("closes", "RollClients", "a close"),
            ("mails", "SendMails", "a mail"),
        )
    }

    def first(clients: int) -> float:
        """Seconds that the mails of the first of a month take."""
        return clients * _ON_A_FIRST / rates["mails"]

    queued = int(starting / _BATCH_SECONDS) * 10
    yield "| limit | what it means | what moves it |"
    yield "|---|---|---|"
    yield (
        f"| SES sandbox: {_SANDBOX} mails a day | {_SANDBOX // _ON_A_FIRST} clients, as the first of a month sends "
        f"each {_ON_A_FIRST} (cycle, invoice) | production access; with a quota of 50,000 a day: 25,000 clients |"
    )
    yield (
        f"| {rates['mails']:g} mails a second | the first of a month takes "
        f"{first(1_000) / 60:.0f} minutes for 1,000 clients, {first(100_000) / 3600:.0f} hours for 100,000 | "
        "`MaximumConcurrency` of `SendMails`, up to SES's own rate (`aws sesv2 get-account`) |"
    )
    yield (
        f"| {pages} pages a second (bursts of {api['ThrottlingBurstLimit']}) | {pages * 60:,} clients who open their "
        "page within a minute of the mail | `ThrottlingRateLimit`, and the account's concurrent runs |"
    )
    yield (
        f"| {rates['imports']:g} imports a second | 1,000 exports dropped at once take "
        f"{1_000 / rates['imports'] / 60:.0f} minutes, so only the first {rates['imports'] * 60:.0f} are on the page "
        "within 60 seconds | `MaximumConcurrency` of `ImportExports` |"
    )
    yield (
        f"| {starting} s to queue what is due | about {queued:,} clients whose cycles end in one hour, at 15 ms for "
        "ten messages; the next run takes the rest | `lambda_timeout` of `start_rollovers`, `.chalice/config.json` |"
    )
    yield (
        f"| {rates['closes']:g} closes a second | {100_000 / rates['closes'] / 60:.0f} minutes for 100,000 clients | "
        "`MaximumConcurrency` of `RollClients` |"
    )
    together = sum(map(at_once, ("ImportExports", "ImportLargeExports", "SendMails", "RollClients")))
    yield (
        f"| a new account runs 10 functions at once | the queues alone may take {together}: pages are throttled then | "
        "Service Quotas, Lambda, concurrent executions |"
    )


def main() -> None:
    """Write the tables into docs/cost.md, for the template that `make package` has made."""
    from chalicelib.handlers.watch import METRICS  # noqa: PLC0415 - the bench itself needs no handler

    resources = yaml.safe_load((ROOT / "build" / "package" / "template.yaml").read_text())["Resources"]
    text = COST.read_text(encoding="utf-8")
    for name, table in tables(resources, len(METRICS), count_actions()).items():
        text = generated(name).sub(lambda _, table=table: table, text)  # type: ignore[misc]
    COST.write_text(text, encoding="utf-8")


def generated(name: str) -> re.Pattern[str]:
    """Where docs/cost.md has a table."""
    return re.compile(rf"(?<=<!-- {name}, by tests/bench/cost.py -->\n\n).*?(?=\n\n)", re.DOTALL)


if __name__ == "__main__":
    main()
