"""Logs, in one place. They carry ids and counts, never descriptions, names, tokens or rows."""

from functools import cache

from aws_lambda_powertools import Logger


@cache
def logger() -> Logger:
    """The process's logger: one line of JSON per event, with the service's name."""
    return Logger(service="hourtab")
