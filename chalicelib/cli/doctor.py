"""`hourtab doctor`: what the deployment still needs before mails and invoices can go out, and what is wrong in it."""

import click

from chalicelib.cli.commands import Command, pass_parts
from chalicelib.cli.errors import FAILED
from chalicelib.cli.output import answer
from chalicelib.parts import Parts
from chalicelib.services.health import examine


@click.command(cls=Command)
@click.pass_context
@pass_parts
def doctor(parts: Parts, context: click.Context) -> None:
    """Show what is still missing for mails and invoices, and what is wrong; exit code 1 if anything is."""
    findings = examine(parts.deployment, parts.directory, parts.settings.mail_from, parts.clock())
    needed = [one for one in findings if one.is_needed]
    shown = [{"about": one.about, "needed": one.is_needed, "sentence": one.sentence} for one in findings]
    answer(shown, [one.sentence for one in needed] or ["Nothing is needed."])
    if needed:
        context.exit(FAILED)
