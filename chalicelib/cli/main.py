"""The entry point of `hourtab`, and the help texts that it shows without importing the commands.

The sentences of commands repeat their own docstrings; a test compares the two.
"""

import click

from chalicelib import __version__
from chalicelib.cli.commands import Later, Root, later_group

_COMMANDS = [
    Later("init", "starter:init", "Write a commented set-up file to start from, with six typical clients."),
    Later("apply", "apply:apply", "Store the clients, retainers, terms and rules that FILE declares."),
    later_group(
        "setup",
        "setup:setup",
        "The stored set-up as a file.",
        {
            "export": "Print the whole stored set-up as a set-up file; applying it changes nothing.",
        },
    ),
    later_group(
        "client",
        "client:client",
        "The clients and their rules. Create and change them with `hourtab apply`.",
        {
            "list": "List all clients.",
            "remove": "Remove CLIENT with all its retainers, hours and drafts, if no invoice was issued.",
            "show": "Show one client with its rules.",
        },
    ),
    later_group(
        "retainer",
        "retainer:retainer",
        "The retainers and their terms. Create, change, pause and end them with `hourtab apply`.",
        {
            "correct": "Give hours to the client, or take them, in a cycle that is not closed.",
            "go-live": "Close the past cycles of a retainer in backfill without invoices, and start invoicing it.",
            "list": "List all retainers, or those of CLIENT, with today's terms.",
            "remove": "Remove a retainer with its hours, drafts and rules, if no invoice was issued for it.",
            "show": "Show one retainer with all versions of its terms.",
            "top-up": "Add hours that the client buys, in a cycle that is not closed.",
        },
    ),
    later_group(
        "link",
        "link:link",
        "The clients' links: one address per client, for all its retainers.",
        {
            "expire": "Let the link of CLIENT expire at a given time.",
            "list": "List the links of all clients.",
            "revoke": "Disable the link of CLIENT at once; `rotate` makes a new one.",
            "rotate": "Give CLIENT a new link; the old one stops working at once.",
            "rotate-key": "Replace the key that signs all links; the old ones work for a while.",
            "send": "Mail CLIENT its link with two sentences of introduction; shows the mail first, and asks.",
            "show": "Show the link of CLIENT.",
        },
    ),
    later_group(
        "approval",
        "approval:approval",
        "Questions to clients: may we work hours beyond the retainer?",
        {
            "ask": "Ask CLIENT to approve hours beyond RETAINER in its current cycle; shows the sentence, then asks.",
            "list": "List the questions to CLIENT, or to all clients, newest first, and how they stand.",
            "withdraw": "Take back the question ID to CLIENT, as long as nobody has answered.",
        },
    ),
    later_group(
        "import",
        "imports:imports",
        "Imports of time-tracker exports, and their reports.",
        {
            "accept": "Remove the entries that the import lists as missing, because they were deleted at the source.",
            "drop": "Upload FILES to the inbox bucket, where the import function picks them up.",
            "list": "List the most recent imports, newest first.",
            "preview": "Show the report that each of FILES would get now.",
            "redo": "Count an undone import again, at its original place in the order of files.",
            "revoke-link": "Disable all addresses of an import's report at once; `show` makes a new one.",
            "retry": "Import a file again, after its client was added, the set-up was fixed or the rules changed.",
            "show": "Show the report of one import and the address of its page, or the progress of a running one.",
            "undo": "Undo an import, as if its file had never been dropped; the file and its report are kept.",
        },
    ),
    later_group(
        "source",
        "source:source",
        "Column mappings for exports of tools that HourTab does not know.",
        {
            "list": "List all saved mappings.",
            "map": "Propose what the columns of FILE mean, and save it for all files with this header.",
            "remove": "Forget the mappings of the source NAME.",
        },
    ),
    Later(
        "balance",
        "balance:balance",
        "Show the figures of all clients, of CLIENT, or of one RETAINER with its past cycles.",
    ),
    Later(
        "statement",
        "statement:statement",
        "Show the cycles of CLIENT, or of one RETAINER, that began in a year, with hours and invoices.",
    ),
    Later(
        "rollover",
        "rollover:rollover",
        "Close the cycles whose grace period is over and announce new ones, for all clients or for CLIENT.",
    ),
    later_group(
        "console",
        "console:console",
        "The people who may sign in to the console.",
        {
            "invite": "Invite EMAIL to the console; Cognito mails a first password, "
            "which is replaced at the first sign-in.",
            "list": "List everybody who may sign in to the console.",
            "remove": "Remove EMAIL, who can sign in no more; their sessions end.",
            "role": "Give EMAIL the role ROLE in place of the present one; their sessions end.",
        },
    ),
    Later(
        "audit",
        "audit:audit",
        "List what was done for CLIENT, newest first, and by whom: set-up, link, cycles, invoices, removals.",
    ),
    later_group(
        "mail",
        "mail:mail",
        "Mails: waiting, sent and failed.",
        {
            "list": "List the most recent mails, newest first.",
            "retry": "Send mails that failed or became too old, after their cause was fixed.",
            "show": "Show one mail as it was sent, or as it would be sent now.",
            "unblock": "Take an address off the suppression list, so that it gets mails again.",
        },
    ),
    later_group(
        "invoice",
        "invoice:invoice",
        "The invoices of cycles.",
        {
            "adjust": "Add a line with a reason to a draft; a negative amount is a deduction.",
            "export": "Write the issued invoices as a table that Xero or QuickBooks Online imports.",
            "issue": "Issue a draft: number it, freeze it, and mail it to the client's billing address.",
            "list": "List drafts, invoices and credit notes, newest first, with their sums.",
            "preview": "Show the invoice that the cycle would get if it closed now.",
            "show": "Show one invoice: an issued one as it was issued, a draft as it would be issued today.",
            "void": "Cancel an issued invoice with a credit note, which gets the next number and is mailed, too.",
        },
    ),
    Later(
        "doctor",
        "doctor:doctor",
        "Show what is still missing for mails and invoices, and what is wrong; exit code 1 if anything is.",
    ),
    Later("schema", "starter:schema", "Print the JSON Schema that editors use to complete and check a set-up file."),
    Later(
        "completion",
        "completion:completion",
        "Print the script that lets SHELL complete commands, options and files on TAB.",
    ),
]


@click.group("hourtab", cls=Root, commands=_COMMANDS)
@click.version_option(__version__, prog_name="hourtab")
def main() -> None:
    """Retainer hours: set up clients, import exports, show balances, links and invoices."""
