"""HourTab: retainer hours that both sides can read at one link."""

__version__ = "0.1.0"
