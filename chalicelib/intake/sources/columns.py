"""What the columns of a file can say: the words that sources and the operator's mappings are written in."""

from enum import StrEnum


class Field(StrEnum):
    """What we look for in a file."""

    DATE = "date"
    """The work date; a time in its cells is dropped."""
    START = "start"
    """A time of day, or a whole moment: then also the work date of a file that has no DATE."""
    END_DATE = "end_date"
    END = "end"
    """Only says whether a timer still runs; measures the work where the file has no duration at all."""
    DURATION = "duration"
    """How long the work took. In a `Source` these are `durations`, each with its unit."""
    WORKER = "worker"
    """Who did it. In a `Source` these are `workers`."""
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
    """The flag the other way round."""
    BILLABLE_AMOUNT = "billable_amount"
    """Money or hours to bill: billable where it is filled and not zero."""
    SOURCE_ID = "source_id"
    """A true identity of the entry, never one of a ticket, an invoice or a row."""


class Unit(StrEnum):
    """What a bare number in a duration column means. `1:30` and `1h 30m` mean the same in every column."""

    HOURS = "hours"
    MINUTES = "minutes"
    SECONDS = "seconds"
    MILLISECONDS = "milliseconds"
    SECONDS_OR_DECIMAL_HOURS = "seconds_or_decimal_hours"
    """A whole number is seconds, a number with a decimal mark is hours (Kimai up to 2.9)."""


class DateOrder(StrEnum):
    """How a numeric date such as 03/04/2026 is read."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"
