"""`hourtab approval`: ask a client for hours beyond a retainer, see how the questions stand, take one back."""

from datetime import datetime
from uuid import uuid4

import click

from chalicelib.cli.commands import Group, pass_parts
from chalicelib.cli.output import answer, facts, listing
from chalicelib.cli.values import Hours, Slug, money, words
from chalicelib.domain.approval import Approval, in_order
from chalicelib.domain.quantities import hours_in_words
from chalicelib.parts import Parts
from chalicelib.render.json_values import approval_json
from chalicelib.services.cycles.ask_approval import Approvals, Asked, Question
from chalicelib.services.store.lookup import find_client, list_clients
from chalicelib.words.approvals import word_sentence

approval = Group()
_HEAD = ("client", "id", "retainer", "cycle", "hours", "rate", "state", "by", "until (UTC)")


@approval.command()
@click.argument("client")
@click.argument("retainer")
@click.option("--hours", type=Hours(), required=True, help="As in 5, 6.75 or 1:30.")
@click.option("--rate", required=True, help="The price of an hour, as in 95.00, in the client's currency.")
@click.option("--reason", required=True, help="Part of the sentence that the client agrees to.")
@click.option(
    "--id",
    "name",
    type=Slug(),
    default=lambda: uuid4().hex[:12],
    help="An idempotency key: a second call with the same id has no further effect.",
)
@click.option("--yes", is_flag=True, help="Do not ask.")
@pass_parts
def ask(parts: Parts, client: str, retainer: str, *, hours: int, rate: str, reason: str, name: str, yes: bool) -> None:
    """Ask CLIENT to approve hours beyond RETAINER in its current cycle; shows the sentence, then asks.

    Each approver gets a mail with a link of its own. Work from today on is covered.
    """
    if not parts.settings.mail_from:
        raise click.ClickException("This deployment sends no mail: deploy it with MAIL_FROM=… first.")
    currency = find_client(parts.directory, client).client.currency
    question = Question(name, hours, money(rate, currency, "--rate"), words(reason, "--reason"))
    use = _use(parts)
    planned = use.ask(client, retainer, question, parts.clock(), dry_run=True)
    if planned.is_new and not yes:
        for line in (planned.approval.sentence, f"To: {', '.join(planned.approval.approvers)}"):
            click.echo(line, err=True)
        click.confirm("Ask?", abort=True, err=True)
    now = parts.clock()
    asked = use.ask(client, retainer, question, now)
    parts.task_queue.send(task.id for task in asked.tasks if task.due_at <= now)
    _answer(asked, now, f"was asked before as `{name}`")


@approval.command("list")
@click.argument("client", required=False)
@pass_parts
def list_all(parts: Parts, client: str | None) -> None:
    """List the questions to CLIENT, or to all clients, newest first, and how they stand."""
    now = parts.clock()
    books = [find_client(parts.directory, client)] if client else list_clients(parts.directory)
    found = [one for book in books for one in parts.ledger.read_approvals(book.client.id).approvals]
    newest = in_order(found)[::-1]
    rows = (_row(one, now) for one in newest)
    answer([approval_json(one, now) for one in newest], listing(_HEAD, rows, "Nobody was asked.", right=("hours",)))


@approval.command()
@click.argument("client")
@click.argument("name", metavar="ID")
@pass_parts
def withdraw(parts: Parts, client: str, name: str) -> None:
    """Take back the question ID to CLIENT, as long as nobody has answered."""
    now = parts.clock()
    _answer(_use(parts).withdraw(client, name, now), now, "was withdrawn before")


def _use(parts: Parts) -> Approvals:
    return Approvals(parts.directory, parts.ledger, word_sentence)


def _answer(asked: Asked, now: datetime, before: str) -> None:
    one = asked.approval
    about = (
        ("question", one.id if asked.is_new else f"{one.id}, which {before}"),
        ("cycle", f"{one.cycle.retainer}, {one.cycle.start}"),
        ("state", one.state_at(now).value),
        ("to", ", ".join(one.approvers)),
        ("answer by", f"{one.decide_by:%Y-%m-%d %H:%M} UTC"),
        ("sentence", one.sentence),
    )
    answer({**approval_json(one, now), "is_new": asked.is_new}, facts(about))


def _row(one: Approval, now: datetime) -> tuple[str, ...]:
    cycle, rate = one.cycle, f"{one.rate.amount} {one.rate.currency}"
    by = one.answer.name if one.answer else ""
    hours, until = hours_in_words(one.seconds), f"{one.decide_by:%Y-%m-%d %H:%M}"
    client, retainer = cycle.retainer
    return client, one.id, retainer, str(cycle.start), hours, rate, one.state_at(now).value, by, until
