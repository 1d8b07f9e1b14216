"""Parts for tests: real ones over no deployment, of which some are given."""

from typing import Any

from chalicelib.parts import Parts
from chalicelib.settings import Settings

NOWHERE = Settings()


def parts_with(settings: Settings = NOWHERE, **given: Any) -> Parts:
    """The parts that are `given`; one that is not asks for a setting that is not there."""
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
