"""Parts for tests: real ones without a deployment, some of them replaced."""

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
    """What was logged."""

    def __init__(self):
        self.lines = []

    def info(self, words, extra=None):
        self.lines.append(("info", words, extra))

    def warning(self, words, extra=None):
        self.lines.append(("warning", words, extra))
