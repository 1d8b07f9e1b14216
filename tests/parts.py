"""Parts for tests: real ones without a deployment, some of them replaced."""

from contextlib import contextmanager
from typing import Any

from chalicelib.parts import Parts
from chalicelib.settings import Settings

NOWHERE = Settings()


def parts_with(settings: Settings = NOWHERE, **given: Any) -> Parts:
    """Parts with the `given` ones replaced; any other one raises a missing setting."""
    unknown = [name for name in given if not hasattr(Parts, name)]
    assert [] == unknown
    parts = Parts(settings)
    vars(parts).update(given)
    return parts


class Log:
    """What was logged, and the correlation id of the last block."""

    def __init__(self):
        self.lines = []
        self.correlation_id = None

    @contextmanager
    def append_context_keys(self, correlation_id):
        self.append_keys(correlation_id)
        yield

    def append_keys(self, correlation_id):
        self.correlation_id = correlation_id

    def get_correlation_id(self):
        return self.correlation_id

    def exception(self, words):
        self.lines.append(("exception", words, None))

    def info(self, words, extra=None):
        self.lines.append(("info", words, extra))

    def warning(self, words, extra=None):
        self.lines.append(("warning", words, extra))
