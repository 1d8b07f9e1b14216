"""What a deployment still needs before it can send mails and invoices; each finding says what to do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
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


class Deployment(Protocol):
    """The port for examining a deployment."""

    def mail_facts(self, sender: str) -> MailFacts:
        """The state of SES."""

    def dead_letters(self) -> Mapping[str, int]:
        """How many messages wait in each dead-letter queue."""

    def schedules(self) -> Mapping[str, bool]:
        """The deployment's schedules, and whether each is switched on."""


_SCHEDULES = ("EveryHour", "EveryMonday", "EveryMorning", "EveryQuarterOfAnHour")
"""The schedules of infra/template.yaml: cycle close, the digest (twice), the sweep of tasks."""


def examine(deployment: Deployment, directory: Directory, sender: str) -> tuple[Finding, ...]:
    """All findings, in the order in which they should be fixed.

    Args:
        deployment: the port to examine.
        directory: the set-up.
        sender: the address that mails come from; empty: none is sent.
    """
    return (
        *_of_mail(deployment, sender),
        *_of_set_up(directory),
        *_of_queues(deployment.dead_letters()),
        *_of_schedules(deployment.schedules()),
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
        f"Messages were given up ({queues}): check the function's log, fix the cause, and start the queue's redrive.",
    )


def _of_schedules(found: Mapping[str, bool]) -> Iterator[Finding]:
    lacking = [name for name in _SCHEDULES if not any(name in one and is_on for one, is_on in found.items())]
    yield _finding(
        "schedules",
        not lacking,
        "The schedules run.",
        f"Schedules are missing or off ({', '.join(lacking)}): deploy again, or switch them on in EventBridge.",
    )


def _finding(about: str, is_well: object, well: str, needed: str) -> Finding:
    return Finding(about, not is_well, well if is_well else needed)
