"""All sources, and the reports that only look like one."""

from chalicelib.intake.source import LookAlike, Source
from chalicelib.intake.sources.generic import GENERIC
from chalicelib.intake.sources.harvest import HARVEST

SOURCES: tuple[Source, ...] = (HARVEST, GENERIC)
LOOK_ALIKES: tuple[LookAlike, ...] = ()
