"""Exceptions for broken contracts. Expected problems (a bad row, a refused file) are values instead.

HourTabError
├── StaleWriteError        services/store/conflicts.py: somebody else wrote first
└── …                       each module raises its own kind, with fields; nobody parses a message
"""


class HourTabError(Exception):
    """Base of every error that HourTab raises itself."""
