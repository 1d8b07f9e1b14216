"""The entry point of `hourtab`."""

import click

from chalicelib import __version__
from chalicelib.cli.commands import Root

_COMMANDS = {
    "apply": "chalicelib.cli.apply:apply",
    "client": "chalicelib.cli.client:client",
    "retainer": "chalicelib.cli.retainer:retainer",
    "link": "chalicelib.cli.link:link",
    "import": "chalicelib.cli.imports:imports",
    "source": "chalicelib.cli.source:source",
    "balance": "chalicelib.cli.balance:balance",
    "statement": "chalicelib.cli.statement:statement",
    "rollover": "chalicelib.cli.rollover:rollover",
    "audit": "chalicelib.cli.audit:audit",
    "mail": "chalicelib.cli.mail:mail",
    "invoice": "chalicelib.cli.invoice:invoice",
    "doctor": "chalicelib.cli.doctor:doctor",
}


@click.group("hourtab", cls=Root, lazy=_COMMANDS)
@click.version_option(__version__, prog_name="hourtab")
def main() -> None:
    """Retainer hours: set up clients, import exports, show balances, links and invoices."""
