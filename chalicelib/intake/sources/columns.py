"""What the columns of a file can mean: the vocabulary of sources and of the operator's mappings."""

from enum import StrEnum


class Field(StrEnum):
    """What a column of a file can be."""

    DATE = "date"
    """The work date; a time in its cells is ignored."""
    START = "start"
    """A time of day, or a date with time: then also the work date if the file has no DATE."""
    END_DATE = "end_date"
    END = "end"
    """Only shows whether a timer is still running; measures the work if the file has no duration column."""
    DURATION = "duration"
    """How long the work took; in a `Source` these are `durations`, each with its unit."""
    WORKER = "worker"
    """Who did it; in a `Source` these are `workers`."""
    EMAIL = "email"
    CLIENT = "client"
    CONTRACT = "contract"
    PROJECT = "project"
    TASK = "task"
    DESCRIPTION = "description"
    WORK_TYPE = "work_type"
    TICKET = "ticket"
    TAGS = "tags"
    BILLABLE = "billable"
    NON_BILLABLE = "non_billable"
    """The inverse flag."""
    BILLABLE_AMOUNT = "billable_amount"
    """Money or hours to bill: billable if it is filled and not zero."""
    SOURCE_ID = "source_id"
    """The entry's true id, never that of a ticket, an invoice or a row."""


class Unit(StrEnum):
    """What a bare number in a duration column means. `1:30` and `1h 30m` mean the same in every column."""

    OPEN = "open"
    """The name does not say: the cells have to prove it (intake/evidence/)."""
    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    SECONDS_OF_WHOLE_MINUTES = "seconds_of_whole_minutes"
    """Seconds, if all are whole minutes; else as open as `OPEN` (Jira, whose exports some plug-ins change to hours)."""
    SECONDS_OR_DECIMAL_HOURS = "seconds_or_decimal_hours"
    """A whole number is seconds, a number with a decimal mark is hours (Kimai up to 2.9)."""


PLAIN_UNITS = (Unit.HOURS, Unit.MINUTES, Unit.SECONDS, Unit.MILLISECONDS)
"""What a person can say about a column."""
OPEN_UNITS = (Unit.OPEN, Unit.SECONDS_OF_WHOLE_MINUTES)
"""What the cells have to prove."""


class DateOrder(StrEnum):
    """How a numeric date such as 03/04/2026 is read."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
