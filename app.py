"""The entrance of every function: routes come from blueprints, each event function is a stub that hands over.

Imports stand inside the event functions: a client's page does not pay for them at its cold start.
"""
# ruff: noqa: E402, PLC0415 - said above and below

import gc

# What is imported lives as long as the process: to look for garbage in it is a twentieth of a cold start.
gc.disable()

from typing import Any

from chalice import Chalice
from chalice.app import SQSEvent

from chalicelib.web.page.pages import pages
from chalicelib.web.report.routes import reports

gc.freeze()
gc.enable()
# Rows and entries never refer to each other in circles: looking for circles among them is a third of an import.
gc.set_threshold(50_000, 20, 1_000)

app = Chalice(app_name="hourtab")
app.register_blueprint(pages)
app.register_blueprint(reports)


# The queues are named by infra/template.yaml: Chalice knows no queue that the stack itself makes.
@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def import_exports(event: SQSEvent) -> Any:
    """Import the files that the inbox announces; a message that fails is delivered again."""
    from chalicelib.handlers.batch import each_message
    from chalicelib.handlers.imports import handle_import_message

    return each_message(event, handle_import_message)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def import_large_exports(event: SQSEvent) -> Any:
    """Import a file that takes longer than an ordinary one."""
    from chalicelib.handlers.batch import each_message
    from chalicelib.handlers.imports import handle_large_import_message

    return each_message(event, handle_large_import_message)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def send_mails(event: SQSEvent) -> Any:
    """Send the mails that somebody asks for, if they still wait."""
    from chalicelib.handlers.batch import each_message
    from chalicelib.handlers.mails import handle_mail_message

    return each_message(event, handle_mail_message)


@app.lambda_function(name="sweep_outbox")
def sweep_outbox(_event: Any, _context: Any) -> Any:
    """On a schedule: ask for every mail that still waits."""
    from chalicelib.handlers.mails import sweep_tasks as sweep

    return sweep()


@app.lambda_function(name="write_digest")
def write_digest(_event: Any, _context: Any) -> Any:
    """On a schedule: ask for the operator's mail about the week."""
    from chalicelib.handlers.mails import write_digest as write

    return write()


@app.lambda_function(name="note_bounces")
def note_bounces(event: Any, _context: Any) -> Any:
    """From SES through SNS: an address takes no mail."""
    from chalicelib.handlers.bounces import note_bounces as note

    return note(event)


@app.lambda_function(name="start_rollovers")
def start_rollovers(_event: Any, _context: Any) -> Any:
    """On a schedule: ask for every client whose cycles have a step to make."""
    from chalicelib.handlers.cycles import start_rollovers as start

    return start()


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def roll_clients(event: SQSEvent) -> Any:
    """Open and close the cycles of a client."""
    from chalicelib.handlers.batch import each_message
    from chalicelib.handlers.cycles import handle_rollover_message

    return each_message(event, handle_rollover_message)
