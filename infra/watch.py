"""What watches a deployment: the alarms, one row each, and the dashboard. Packaging adds both to the template.

A function or queue that the template gets is watched without a word here: its alarms follow from the template. Each
alarm says in its mail what happened and what to do; docs/operate.md has the same table, which `python -m infra.watch`
writes. Nothing of it exists on the local cloud.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from chalicelib.services.health import SCHEDULED, queue_patience

ON_AWS, SENDS_MAIL, EXPECTS_IMPORTS = "OnAws", "SendsMailOnAws", "ExpectsImports"
_MINUTE, _HOUR = 60, 3600
_STACK = {"Ref": "AWS::StackName"}
_SERVICE = {"service": "hourtab"}
_PAGES: Mapping[str, Any] = {"ApiName": _STACK, "Stage": "api"}
_ROOT = Path(__file__).resolve().parents[1]
_OPERATE = _ROOT / "docs" / "operate.md"
_CHAPTER = re.compile(r"(?<=\n\| alarm \| what happened \| what to do \|\n\|---\|---\|---\|\n).*?(?=\n\n)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Alarm:
    """An alarm; the defaults are those of most: more than none within five minutes."""

    name: str
    """Its id in the template."""
    happened: str
    to_do: str
    namespace: Any
    metric: str
    dimensions: Mapping[str, Any]
    statistic: str = "Sum"
    above: Any = 0
    """Raised above this value; below 1, if `is_heartbeat`."""
    period: int = 5 * _MINUTE
    """Seconds."""
    periods: int = 1
    """How many periods in a row; all of them together at most a day, or a week for periods of an hour or more."""
    is_heartbeat: bool = False
    """Whether it is raised if nothing is measured at all. CloudWatch looks back a few periods more than `periods`, and
    one measure among them keeps it quiet ("How alarm state is evaluated when data is missing"): it is raised later by
    these, so that many short periods are better than one long one."""
    condition: str = ON_AWS

    def resource(self) -> dict[str, Any]:
        """As CloudFormation takes it."""
        statistic = "ExtendedStatistic" if self.statistic.startswith("p") else "Statistic"
        return {
            "Type": "AWS::CloudWatch::Alarm",
            "Condition": self.condition,
            "Properties": {
                "AlarmDescription": f"{self.happened} What to do: {self.to_do}",
                "Namespace": self.namespace,
                "MetricName": self.metric,
                "Dimensions": [{"Name": name, "Value": value} for name, value in self.dimensions.items()],
                statistic: self.statistic,
                "Period": self.period,
                "EvaluationPeriods": self.periods,
                "Threshold": 1 if self.is_heartbeat else self.above,
                "ComparisonOperator": "LessThanThreshold" if self.is_heartbeat else "GreaterThanThreshold",
                "TreatMissingData": "breaching" if self.is_heartbeat else "notBreaching",
                "AlarmActions": {"Fn::If": ["HasAlarmEmail", [{"Ref": "AlarmTopic"}], {"Ref": "AWS::NoValue"}]},
            },
        }


_RETRIES: Mapping[str, str] = {
    "APIHandler": "API Gateway answers with an error page, and the visitor has to reload",
    "AnswerQuestions": "API Gateway answers with an error page, and nothing was decided unless the page says so later",
    "Console": "API Gateway answers with an error page, and whoever is at the console has to repeat it",
    "ImportExports": "the import is tried again after six minutes, five times in all",
    "ImportLargeExports": "the import is tried again after 90 minutes, five times in all",
    "SendMails": "the mail is tried again after six minutes, and then by the sweep",
    "NoteBounces": "it is tried again within minutes, three times in all",
    "RollClients": "the close is tried again after six minutes, and by the next hourly run",
    "StartRollovers": "it is tried again within minutes, and the next hourly run catches up",
    "SweepOutbox": "it is tried again within minutes, and the next run catches up",
    "WriteDigest": "it is tried again within minutes, and every morning until the week's digest is written",
}
"""What happens by itself after a run of the function failed."""
_DEAD_LETTERS: Mapping[str, tuple[str, str, str]] = {
    "ImportDeadLetters": (
        "ImportsGivenUp",
        "An import failed five times and waits in the dead-letter queue.",
        (
            "read the logs of ImportExports and ImportLargeExports, fix the cause, and send the messages back "
            "(docs/operate.md, “The dead-letter queue”)."
        ),
    ),
    "MailDeadLetters": (
        "MailsGivenUp",
        "A mail could not be sent in five tries (SES busy, a lost permission), or a bounce could not be recorded.",
        (
            "read the logs of SendMails and NoteBounces; the sweep keeps trying for days. Then purge the queue "
            "`MailDeadLettersUrl`: a bounce is reported again with the next mail."
        ),
    ),
    "RolloverDeadLetters": (
        "RolloversGivenUp",
        "A client's cycle close failed five times and waits in the dead-letter queue.",
        (
            "read the log of RollClients and fix the cause; the next hourly run closes what is due. Then purge the "
            "queue `RolloverDeadLettersUrl`."
        ),
    ),
    "ScheduleDeadLetters": (
        "SchedulesFailing",
        "A schedule could not start its function, or the function failed in every try.",
        (
            "the message in the queue `ScheduleDeadLettersUrl` names the function and the error; the next run catches "
            "up on what this one missed. Then purge the queue."
        ),
    ),
}


def alarms(resources: Mapping[str, Any]) -> Iterator[Alarm]:
    """All alarms of a template with these resources."""
    functions = sorted(name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function")
    queues = sorted(name for name, one in resources.items() if one["Type"] == "AWS::SQS::Queue")
    logs = {name: _log_group(resources, name) for name in functions}
    for name in functions:
        yield from _of_function(name, logs[name])
    for name in queues:
        yield _of_queue(name)
    for name, scheduled in SCHEDULED.items():
        seconds = int(scheduled.patience.total_seconds())
        period = min(_HOUR, seconds // 4)
        yield Alarm(
            f"{name}Silent",
            f"{name}, which {scheduled.does}, has not come to its end for {seconds // _HOUR} h. (Also after the first "
            "deployment, until the first run.)",
            f"`hourtab doctor` says when it last ran and whether its schedule is on; then read {logs[name]}.",
            _STACK,
            scheduled.metric,
            _SERVICE,
            "SampleCount",
            period=period,
            periods=seconds // period,
            is_heartbeat=True,
        )
    yield from _OF_WORK
    yield from _OF_MAIL
    yield from _OF_PAGES


def _log_group(resources: Mapping[str, Any], function: str) -> str:
    group = resources[function]["Properties"]["LoggingConfig"]["LogGroup"]["Ref"]
    name: str = resources[group]["Properties"]["LogGroupName"]["Fn::Sub"]
    return f"its log `{name.replace('${AWS::StackName}', 'hourtab-STAGE')}`"


def _of_function(name: str, log: str) -> Iterator[Alarm]:
    of = {"FunctionName": {"Ref": name}}
    retried = _RETRIES[name]
    yield Alarm(
        f"{name}Failing",
        f"A run of {name} failed; {retried}.",
        f"nothing, unless it persists; then find “run failed”, “Task timed out” or “Runtime exited” in {log}, and fix "
        "the cause.",
        "AWS/Lambda",
        "Errors",
        of,
    )
    yield Alarm(
        f"{name}Throttled",
        f"{name} could not start because too many functions run at once; {retried}.",
        "nothing, unless it persists; then ask for more concurrent runs in Service Quotas (a new account has 10); "
        "`PAGE_CONCURRENCY` divides them between pages and all else.",
        "AWS/Lambda",
        "Throttles",
        of,
    )


def _of_queue(name: str) -> Alarm:
    of = {"QueueName": {"Fn::GetAtt": [name, "QueueName"]}}
    if name in _DEAD_LETTERS:
        alarm, happened, to_do = _DEAD_LETTERS[name]
        return Alarm(alarm, happened, to_do, "AWS/SQS", "ApproximateNumberOfMessagesVisible", of, "Maximum")
    seconds = int(queue_patience(name).total_seconds())
    return Alarm(
        f"{name}Waiting",
        f"The oldest message of {name} has waited for more than {seconds // _MINUTE} minutes.",
        "see whether the queue's function fails or is throttled; if it only has much to do, it catches up.",
        "AWS/SQS",
        "ApproximateAgeOfOldestMessage",
        of,
        "Maximum",
        seconds,
    )


_OF_WORK = (
    Alarm(
        "CyclesOverdue",
        "A cycle that ended is not closed after two hourly runs.",
        "read the log of RollClients for the client, and fix the cause; the next run closes it. A new client whose "
        "cycles lie in the past needs one run.",
        _STACK,
        "OldestDueCycleSeconds",
        _SERVICE,
        "Maximum",
        _HOUR,
        _HOUR,
        2,
    ),
    Alarm(
        "NothingImported",
        "No file was imported for as many days as the deployment's `QUIET_DAYS` allow.",
        "see whether exports still arrive below `inbox/`, or deploy with another `QUIET_DAYS`.",
        _STACK,
        "DaysSinceImport",
        _SERVICE,
        "Minimum",
        {"Ref": "QuietDays"},
        _HOUR,
        condition=EXPECTS_IMPORTS,
    ),
)
_OF_MAIL = (
    Alarm(
        "MailsRefused",
        "SES does not accept a mail, or there is no address to send it to.",
        "`hourtab mail list` says why; fix that, then `hourtab mail retry`.",
        _STACK,
        "MailsRefused",
        _SERVICE,
    ),
    Alarm(
        "AddressesBouncing",
        "More than five addresses bounced for good, or complained, within a day.",
        "`hourtab mail list` shows their mails; correct the addresses in the set-up file.",
        _STACK,
        "AddressesSuppressed",
        _SERVICE,
        above=5,
        period=24 * _HOUR,
        condition=SENDS_MAIL,
    ),
    Alarm(
        "BounceRateHigh",
        "More than 5 % of the account's mails bounce: AWS reviews the account at this rate and pauses it at 10 %.",
        "correct the addresses; other senders of the account count, too (SES console, Reputation metrics).",
        "AWS/SES",
        "Reputation.BounceRate",
        {},
        "Maximum",
        0.05,
        _HOUR,
        condition=SENDS_MAIL,
    ),
    Alarm(
        "ComplaintRateHigh",
        "More than 0.1 % of the account's mails are reported as spam: AWS reviews the account at this rate and pauses "
        "it at 0.5 %.",
        "ask who complained whether they want these mails, or switch them off in the set-up (`mails:`).",
        "AWS/SES",
        "Reputation.ComplaintRate",
        {},
        "Maximum",
        0.001,
        _HOUR,
        condition=SENDS_MAIL,
    ),
)
_OF_PAGES = (
    Alarm(
        "PagesFailing",
        "A client, or somebody at the console, saw an error page.",
        "find the line “a page failed” in the log group `/hourtab-STAGE/web`, or “a page of the console failed” in "
        "`/hourtab-STAGE/console`.",
        "AWS/ApiGateway",
        "5XXError",
        _PAGES,
    ),
    Alarm(
        "PagesRefused",
        "More than 100 requests within five minutes led to no page: somebody tries links, or many have an old one.",
        "the log group `/hourtab-STAGE/access` has their status and resource. After a rotation send the new links.",
        "AWS/ApiGateway",
        "4XXError",
        _PAGES,
        above=100,
    ),
    Alarm(
        "PagesSlow",
        "For 15 minutes one page in a hundred took longer than five seconds.",
        "see on the dashboard whether functions are throttled; a client with decades of cycles needs more memory "
        "(`.chalice/config.json`).",
        "AWS/ApiGateway",
        "Latency",
        _PAGES,
        "p99",
        5_000,
        periods=3,
    ),
)


def watched(template: dict[str, Any]) -> dict[str, Any]:
    """The template with its alarms and its dashboard."""
    resources = template["Resources"]
    added = {alarm.name: alarm.resource() for alarm in alarms(resources)}
    dashboard = {
        "Type": "AWS::CloudWatch::Dashboard",
        "Condition": ON_AWS,
        "Properties": {"DashboardName": _STACK, "DashboardBody": {"Fn::Sub": json.dumps(_dashboard(resources))}},
    }
    return {**template, "Resources": {**resources, **added, "Dashboard": dashboard}}


def _dashboard(resources: Mapping[str, Any]) -> dict[str, Any]:
    """The body of the dashboard, for `Fn::Sub`: three widgets a row."""
    functions = sorted(name for name, one in resources.items() if one["Type"] == "AWS::Serverless::Function")
    queues = sorted(name for name, one in resources.items() if one["Type"] == "AWS::SQS::Queue")
    waiting = [name for name in queues if name not in _DEAD_LETTERS]

    def own(*names: str) -> list[list[str]]:
        return [["${AWS::StackName}", name, "service", "hourtab"] for name in names]

    def pages(name: str) -> list[str]:
        return ["AWS/ApiGateway", name, "ApiName", "${AWS::StackName}", "Stage", "api"]

    def of(metric: str, names: Sequence[str]) -> list[list[str]]:
        return [["AWS/Lambda", metric, "FunctionName", f"${{{name}}}"] for name in names]

    def queued(metric: str, names: Sequence[str]) -> list[list[str]]:
        return [["AWS/SQS", metric, "QueueName", f"${{{name}.QueueName}}"] for name in names]

    charts: tuple[tuple[str, str, list[list[str]]], ...] = (
        ("Imports", "Sum", own("ImportsDone", "ImportsWithProblems", "ImportsRefused")),
        ("Rows", "Sum", own("ImportRows", "ImportProblems")),
        ("Seconds from drop to balance", "p99", own("SecondsToBalance")),
        ("Closed cycles", "Sum", own("CyclesClosed")),
        ("Age of the oldest due cycle (s)", "Maximum", own("OldestDueCycleSeconds")),
        ("Mails", "Sum", own("MailsSent", "MailsRefused", "AddressesSuppressed")),
        ("Pages", "Sum", [pages("Count"), pages("4XXError"), pages("5XXError")]),
        ("Latency of pages (ms)", "p99", [pages("Latency")]),
        ("Reputation", "Maximum", [["AWS/SES", "Reputation.BounceRate"], ["AWS/SES", "Reputation.ComplaintRate"]]),
        ("Errors", "Sum", of("Errors", functions)),
        ("Throttles", "Sum", of("Throttles", functions)),
        ("Age of the oldest message (s)", "Maximum", queued("ApproximateAgeOfOldestMessage", waiting)),
        ("Dead letters", "Maximum", queued("ApproximateNumberOfMessagesVisible", [*_DEAD_LETTERS])),
        ("Due tasks", "Maximum", own("TasksDue", "DaysSinceImport")),
    )
    return {
        "widgets": [
            {
                "type": "metric",
                "x": 8 * (place % 3),
                "y": 6 * (place // 3),
                "width": 8,
                "height": 6,
                "properties": {
                    "title": title,
                    "region": "${AWS::Region}",
                    "stat": statistic,
                    "period": 300,
                    "metrics": metrics,
                },
            }
            for place, (title, statistic, metrics) in enumerate(charts)
        ]
    }


def runbook(resources: Mapping[str, Any]) -> str:
    """The rows of the table of alarms in docs/operate.md."""
    return "\n".join(f"| `{one.name}` | {one.happened} | {one.to_do} |" for one in alarms(resources))


def main() -> None:
    """Write the table of alarms into docs/operate.md, for the template that `make package` has made."""
    resources = yaml.safe_load((_ROOT / "build" / "package" / "template.yaml").read_text())["Resources"]
    text = _OPERATE.read_text(encoding="utf-8")
    _OPERATE.write_text(_CHAPTER.sub(lambda _: runbook(resources), text), encoding="utf-8")


if __name__ == "__main__":
    main()
