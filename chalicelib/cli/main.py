"""The entry point of `hourtab`, and what its help and its completion know of every command without importing it.

The sentences are those of the commands' own docstrings; a test holds the two together.
"""

import click

from chalicelib import __version__
from chalicelib.cli.commands import Later, Root, later_group

_COMMANDS = [
    Later(
        "init",
        "chalicelib.cli.starter:init",
        "Write a commented set-up file with six ordinary clients to start from.",
    ),
    Later(
        "apply",
        "chalicelib.cli.apply:apply",
        "Make the stored clients, retainers, terms and rules what FILE says.",
    ),
    later_group(
        "client",
        "chalicelib.cli.client:client",
        "The clients and their rules. They are made and changed with `hourtab apply`.",
        {
            "list": "All clients.",
            "show": "One client with its rules.",
        },
    ),
    later_group(
        "retainer",
        "chalicelib.cli.retainer:retainer",
        "The retainers and their terms. They are made, changed, paused and ended with `hourtab apply`.",
        {
            "correct": "Give hours to the client, or take them, in a cycle that is not closed.",
            "go-live": "Close the past cycles of a retainer in backfill, without invoices, and let it be invoiced "
            "from now on.",
            "list": "All retainers, or those of CLIENT, with the terms of today.",
            "show": "One retainer with all versions of its terms.",
            "top-up": "Hours that the client buys for a cycle that is not closed.",
        },
    ),
    later_group(
        "link",
        "chalicelib.cli.link:link",
        "The clients' links: one address per client, for all its retainers.",
        {
            "expire": "Let the link of CLIENT end at a moment.",
            "list": "All clients' links.",
            "revoke": "Make the link of CLIENT lead nowhere at once; `rotate` makes a new one.",
            "rotate": "Make a new link for CLIENT; the old one is dead at once, and so are a revocation and an expiry.",
            "show": "The link of CLIENT.",
        },
    ),
    later_group(
        "import",
        "chalicelib.cli.imports:imports",
        "Exports of time trackers: what was dropped, and what became of it.",
        {
            "accept": "Remove the entries that the import lists as missing: they are gone at the source.",
            "drop": "Put FILES into the inbox bucket, where the import function takes them.",
            "list": "The newest imports, newest first.",
            "preview": "Show the report that each of FILES would get now.",
            "redo": "Make an undone import count again, at its old place in the order of files.",
            "retry": "Import a file again, once a client was added or the set-up mended, or after its rules changed.",
            "show": "The report of one import, with the address of its page; of one that still runs, where it stands.",
            "undo": "Make balances as if the file had never been dropped; the file and its report are kept.",
        },
    ),
    later_group(
        "source",
        "chalicelib.cli.source:source",
        "Exports of tools that HourTab does not know: what their columns mean.",
        {
            "list": "All mappings that were saved.",
            "map": "Show what the columns of FILE seem to mean, and keep it for all files with this header.",
        },
    ),
    Later(
        "balance",
        "chalicelib.cli.balance:balance",
        "The figures of all clients, of CLIENT, or of one RETAINER with its past cycles.",
    ),
    Later(
        "statement",
        "chalicelib.cli.statement:statement",
        "The cycles of CLIENT, or of one RETAINER, that began in a year: their hours, and their invoices.",
    ),
    Later(
        "rollover",
        "chalicelib.cli.rollover:rollover",
        "Close the cycles whose grace is over and announce those that begin, of all clients or of CLIENT.",
    ),
    Later(
        "audit",
        "chalicelib.cli.audit:audit",
        "The acts of CLIENT, newest first: closes, top-ups, corrections, going live, invoices.",
    ),
    later_group(
        "mail",
        "chalicelib.cli.mail:mail",
        "Mails: what waits, what was sent, and what could not be.",
        {
            "list": "The newest mails, newest first.",
            "retry": "Send mails that failed or became too old, once what stopped them is mended.",
            "show": "One mail as it was sent, or as it would be sent now.",
            "unblock": "Let an address have mails again that bounced or complained.",
        },
    ),
    later_group(
        "invoice",
        "chalicelib.cli.invoice:invoice",
        "Invoices of cycles.",
        {
            "adjust": "Add a line with its reason to a draft; below zero it takes something off.",
            "export": "Write the issued invoices as a table that Xero or QuickBooks Online imports.",
            "issue": "Give a draft its number, freeze it, and mail it to the client's billing address.",
            "list": "The drafts, invoices and credit notes, newest first.",
            "preview": "What the invoice would be if the cycle closed as it stands.",
            "show": "One invoice: what is issued as it was, a draft as it would be issued today.",
            "void": "Take an issued invoice back by a credit note, which gets the next number and is mailed likewise.",
        },
    ),
    Later(
        "doctor",
        "chalicelib.cli.doctor:doctor",
        "What is still needed for mails and invoices; exit code 1 if anything is.",
    ),
    Later(
        "schema",
        "chalicelib.cli.starter:schema",
        "Print the JSON Schema by which editors complete and check a set-up file.",
    ),
    Later(
        "completion",
        "chalicelib.cli.completion:completion",
        "Print the script that lets SHELL complete commands, options and files on TAB.",
    ),
]


@click.group("hourtab", cls=Root, commands=_COMMANDS)
@click.version_option(__version__, prog_name="hourtab")
def main() -> None:
    """Retainer hours: set up clients, import exports, show balances, links and invoices."""
