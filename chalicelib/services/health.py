"""What a deployment still needs before mails and invoices go out, and what is wrong in it, a sentence for each."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from chalicelib.services.invoices.build_document import missing_keys
from chalicelib.services.store.books import Directory
from chalicelib.services.store.lookup import list_clients


class Finding(NamedTuple):
    """One thing that was checked."""

    about: str
    """An identifier for scripts: `sender`, `sandbox`, `dead letters` …"""
    is_needed: bool
    """Whether an action is needed."""
    sentence: str


@dataclass(frozen=True, slots=True)
class MailFacts:
    """The state of SES in the deployment's region."""

    region: str
    can_send: bool
    """Whether the account may send, that is, is not paused."""
    is_sandboxed: bool
    """Whether it may send to verified addresses only."""
    is_verified: bool
    """Whether the sender's address or its domain is verified."""
    tells_of_bounces: bool
    """Whether the configuration set exists and publishes bounces and complaints."""


class Scheduled(NamedTuple):
    """A function that a schedule starts."""

    does: str
    metric: str
    """What each run measures at its end (handlers/watch.py)."""
    patience: timedelta
    """How long it may be silent: longer than its schedule and its retries."""


SCHEDULED: Mapping[str, Scheduled] = {
    "StartRollovers": Scheduled("starts cycle closes every hour", "OldestDueCycleSeconds", timedelta(hours=3)),
    "SweepOutbox": Scheduled("sweeps due mails every 15 minutes", "TasksDue", timedelta(hours=1)),
    "WriteDigest": Scheduled("sees to the digest every morning at 6:00 UTC", "DigestsWritten", timedelta(hours=26)),
}
"""By the functions' names in infra/template.yaml; their alarms are made from this, too."""


def queue_patience(queue: str) -> timedelta:
    """How long the oldest message of a queue may wait; its alarm has the same."""
    return timedelta(hours=6) if queue == "LargeImportQueue" else timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class WatchFacts:
    """The state of what watches a deployment."""

    alarms: Mapping[str, bool]
    """The alarms by their names in the template, and whether each is raised."""
    muted: Collection[str]
    """Those that are gone, or whose actions somebody has switched off."""
    subscriptions: Mapping[str, bool]
    """The addresses that alarms are mailed to, and whether each is confirmed."""
    last_runs: Mapping[str, datetime | None]
    """When each function of `SCHEDULED` last came to its end; None: not within three days."""
    oldest: Mapping[str, timedelta]
    """How long the oldest message of each queue had waited when it was last measured; dead letters aside."""


class Deployment(Protocol):
    """The port for examining a deployment."""

    def mail_facts(self, sender: str) -> MailFacts:
        """The state of SES."""

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages wait in each dead-letter queue."""

    def schedules(self) -> Mapping[str, bool]:
        """The deployment's schedules, and whether each is switched on."""

    def watch_facts(self, now: datetime) -> WatchFacts | None:
        """The state of what watches it; None: nothing does, as on the local cloud."""


_SCHEDULES = ("EveryHour", "EveryMorning", "EveryQuarterOfAnHour")
"""The schedules of infra/template.yaml: cycle close, the digest, the sweep of tasks."""


def examine(deployment: Deployment, directory: Directory, sender: str, now: datetime) -> tuple[Finding, ...]:
    """All findings, in the order in which they should be fixed.

    Args:
        deployment: the port to examine.
        directory: the set-up.
        sender: the address that mails come from; empty: none is sent.
        now: the present instant.
    """
    watch = deployment.watch_facts(now)
    return (
        *_of_mail(deployment, sender),
        *_of_set_up(directory),
        *_of_queues(deployment.dead_letters()),
        *_of_schedules(deployment.schedules()),
        *(_of_watch(watch, now) if watch else ()),
    )


def _of_mail(deployment: Deployment, sender: str) -> Iterator[Finding]:
    if not sender:
        yield Finding("sender", True, "No mail is sent: deploy with MAIL_FROM=… to name the address they come from.")
        return
    facts = deployment.mail_facts(sender)
    yield _finding(
        "sender",
        facts.is_verified,
        f"SES in {facts.region} sends from {sender}.",
        f"SES in {facts.region} does not know that {sender} is yours: verify the address or its domain there.",
    )
    yield _finding(
        "sandbox",
        not facts.is_sandboxed,
        "SES sends to every address.",
        f"SES in {facts.region} is in the sandbox (only verified addresses get mail): ask AWS for production access.",
    )
    yield _finding(
        "sending",
        facts.can_send,
        "The account may send.",
        "AWS has paused the account's sending: its notices in the SES console say why and what to do.",
    )
    yield _finding(
        "bounces",
        facts.tells_of_bounces,
        "SES reports bounces and complaints.",
        "SES does not report bounces: deploy again, which creates the configuration set and its event destination.",
    )


def _of_set_up(directory: Directory) -> Iterator[Finding]:
    operator = directory.read_operator()
    yield _finding(
        "operator",
        bool(operator.email),
        "The operator gets mails.",
        "The set-up names no e-mail address of the operator: add `operator: {email: …}` and apply it.",
    )
    books = list_clients(directory)
    missing = dict.fromkeys(key for book in books for key in missing_keys(book, operator))
    yield _finding(
        "invoices",
        not missing,
        "The set-up names sellers and buyers.",
        f"Invoices stay drafts: add {', '.join(f'`{key}`' for key in missing)} to the set-up file and apply it.",
    )
    silent = [book.client.id for book in books if not book.billing.party.email]
    yield _finding(
        "addresses",
        not silent,
        "Every client has an address for mails.",
        f"Without `billing: {{email: …}}` in the set-up file no mail goes to: {', '.join(silent)}.",
    )


def _of_queues(waiting: Mapping[str, int]) -> Iterator[Finding]:
    stuck = {name: count for name, count in sorted(waiting.items()) if count}
    queues = ", ".join(f"{count} in {name}" for name, count in stuck.items())
    yield _finding(
        "dead letters",
        not stuck,
        "No message was given up.",
        f"Messages were given up ({queues}): docs/operate.md, “Alarms”, says for each queue what to do.",
    )


def _of_schedules(found: Mapping[str, bool]) -> Iterator[Finding]:
    lacking = [name for name in _SCHEDULES if not any(name in one and is_on for one, is_on in found.items())]
    yield _finding(
        "schedules",
        not lacking,
        "The schedules run.",
        f"Schedules are missing or off ({', '.join(lacking)}): deploy again, or switch them on in EventBridge.",
    )


def _of_watch(facts: WatchFacts, now: datetime) -> Iterator[Finding]:
    raised = ", ".join(sorted(name for name, is_raised in facts.alarms.items() if is_raised))
    yield _finding(
        "alarms",
        not raised,
        f"None of {len(facts.alarms)} alarms is raised.",
        f"Alarms are raised ({raised}): docs/operate.md, “Alarms”, says for each what to do.",
    )
    yield _finding(
        "muted alarms",
        not facts.muted,
        "All alarms are mailed when they are raised.",
        f"Alarms are gone or switched off ({', '.join(sorted(facts.muted))}): switch their actions on in CloudWatch.",
    )
    unconfirmed = ", ".join(
        sorted(address for address, is_confirmed in facts.subscriptions.items() if not is_confirmed)
    )
    yield _finding(
        "alarm mails",
        facts.subscriptions and not unconfirmed,
        f"Alarms are mailed to {', '.join(sorted(facts.subscriptions))}.",
        f"Alarms do not reach {unconfirmed}: open the mail “AWS Notification – Subscription Confirmation” there and "
        "confirm it; if it is gone, request it again under Amazon SNS, Subscriptions."
        if unconfirmed
        else "Nobody gets the alarms: deploy with ALARM_EMAIL=…, and confirm the mail that AWS sends there within two "
        "days. If that is the address already, AWS has dropped it: deploy with ALARM_EMAIL=none first.",
    )
    for name, waited in facts.oldest.items():
        sentence = f"The oldest message of {name} has waited for {waited // timedelta(minutes=1)} min"
        yield _finding(
            "oldest message",
            waited <= queue_patience(name),
            f"{sentence}.",
            f"{sentence}: see whether the queue's function fails or is throttled; if it has much to do, it catches up.",
        )
    for name, scheduled in SCHEDULED.items():
        last = facts.last_runs.get(name)
        when = f"{last:%Y-%m-%d %H:%M} UTC" if last else "more than three days ago, if ever"
        yield _finding(
            "last run",
            last and now - last <= scheduled.patience,
            f"{name}, which {scheduled.does}, last ran {when}.",
            f"{name}, which {scheduled.does}, last ran {when}: see whether its schedule is on, and read its log.",
        )


def _finding(about: str, is_well: object, well: str, needed: str) -> Finding:
    return Finding(about, not is_well, well if is_well else needed)
