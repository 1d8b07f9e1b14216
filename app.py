"""The entry point of every function. An event function imports its handler itself, so that a page does not pay for it.

infra/template.yaml names the queues: Chalice cannot refer to a queue that the stack itself creates.
"""
# ruff: noqa: PLC0415 - said above

from chalicelib.cold_start import collect_rarely, kept_for_good

with kept_for_good():
    from chalicelib.parts import Parts
    from chalicelib.settings import Settings
    from chalicelib.site import make_site

    parts = Parts(Settings.from_env())
    app = make_site(parts)
collect_rarely()


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def import_exports(event: object) -> object:
    """Import the files that inbox notifications name; a message that fails is delivered again."""
    from chalicelib.handlers.imports import import_exports

    return import_exports(parts, event)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def import_large_exports(event: object) -> object:
    """Import a file that takes longer than an ordinary one."""
    from chalicelib.handlers.imports import import_large_exports

    return import_large_exports(parts, event)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def send_mails(event: object) -> object:
    """Carry out tasks: send a mail, check usage, issue a draft."""
    from chalicelib.handlers.mails import run_tasks

    return run_tasks(parts, event)


@app.lambda_function(name="answer_questions")
def answer_questions(event: object, context: object) -> object:
    """From the gateway, the routes below /a: the only pages that write, and so a role of their own."""
    return app(event, context)


@app.lambda_function(name="sweep_outbox")
def sweep_outbox(_event: object, context: object) -> object:
    """On a schedule: queue every pending task that is due."""
    from chalicelib.handlers.mails import sweep_tasks

    return sweep_tasks(parts, context)


@app.lambda_function(name="write_digest")
def write_digest(_event: object, context: object) -> object:
    """On a schedule: write the operator's mail about the week."""
    from chalicelib.handlers.mails import write_digest

    return write_digest(parts, context)


@app.lambda_function(name="note_bounces")
def note_bounces(event: object, context: object) -> object:
    """From SES through SNS: a mail bounced or drew a complaint."""
    from chalicelib.handlers.bounces import note_bounces

    return note_bounces(parts, event, context)


@app.lambda_function(name="start_rollovers")
def start_rollovers(_event: object, context: object) -> object:
    """On a schedule: queue every client with an overdue cycle."""
    from chalicelib.handlers.cycles import queue_overdue_clients

    return queue_overdue_clients(parts, context)


@app.on_sqs_message(queue_arn="arn:aws:sqs:us-east-1:000000000000:placeholder", batch_size=1)
def roll_clients(event: object) -> object:
    """Close the overdue cycles of a client and announce those that begin."""
    from chalicelib.handlers.cycles import close_overdue_cycles

    return close_overdue_cycles(parts, event)


@app.lambda_function(name="console")
def console(event: object, _context: object) -> object:
    """From the gateway: the operator's console, which has a table of routes and a role of its own."""
    from chalicelib.site import make_console

    return make_console(parts)(event)
