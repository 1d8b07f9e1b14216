"""The operator's weekly digest: what is left to do, most urgent first."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice

from chalicelib.domain.billing import InvoiceRecord
from chalicelib.mails.content import Item, MailContent, Section, letter_of
from chalicelib.services.mails.gather_week import Closing, Over, Week
from chalicelib.services.mails.mime import Mail, NothingToSayError, header_text
from chalicelib.services.store.import_record import ImportRecord
from chalicelib.services.store.tasks import Task
from chalicelib.words.formats import Formats
from chalicelib.words.import_sentences import status_words

_SHOWN = 10
"""The most items of a kind that are listed."""
_FORMATS = Formats()
_WHY = "HourTab sends this on Mondays, and only if something is left to do."


def digest_mail(week: Week, *, to: str, operator: str) -> Mail:
    """The digest, in English.

    Raises:
        NothingToSayError: nothing is left to do.
    """
    sections = tuple(_sections(week))
    if not sections:
        raise NothingToSayError("The week left nothing to do.")
    days = _FORMATS.days(week.start, week.start + timedelta(days=7))
    content = MailContent(
        subject=f"The week of {_FORMATS.full_day(week.start)}: {', '.join(_headings(week))}",
        headline="Left to do",
        caption=days,
        sections=sections,
        why=(_WHY,),
    )
    return letter_of(content, to=to, sender_name=f"HourTab for {operator}" if operator else "HourTab", topic="digest")


def _headings(week: Week) -> Iterator[str]:
    for count, one, many in (
        (len(week.failed), "mail not sent", "mails not sent"),
        (len(week.imports), "import to review", "imports to review"),
        (len(week.drafts), "draft to issue", "drafts to issue"),
        (len(week.closing), "cycle closing", "cycles closing"),
        (len(week.over), "retainer over", "retainers over"),
    ):
        if count:
            yield f"{count} {one if count == 1 else many}"


def _sections(week: Week) -> Iterator[Section]:
    yield from _section("Mails that were not sent", map(_mail, week.failed), len(week.failed))
    yield from _section("Imports that need attention", map(_import, week.imports), len(week.imports))
    yield from _section("Drafts waiting to be issued", map(_draft, week.drafts), len(week.drafts))
    yield from _section("Cycles closing in the coming week", map(_cycle, week.closing), len(week.closing))
    yield from _section("Retainers over their hours", map(_over, week.over), len(week.over))


def _section(title: str, items: Iterable[Item], total: int) -> Iterator[Section]:
    if total:
        more = (Item(f"and {total - _SHOWN} more"),) if total > _SHOWN else ()
        yield Section(title, (*islice(items, _SHOWN), *more))


def _mail(task: Task) -> Item:
    return Item(task.id, task.reason or "")


def _import(record: ImportRecord) -> Item:
    name = header_text(record.file.key.rpartition("/")[2])
    return Item(name, status_words(record), (f"hourtab import show {record.id}",))


def _draft(record: InvoiceRecord) -> Item:
    cycle = _FORMATS.days(record.cycle.start, record.period_end)
    net = _FORMATS.money(record.invoice.net)
    return Item(f"{record.cycle.retainer}, {cycle}: {net}", commands=(f"hourtab invoice issue {record.id}",))


def _cycle(closing: Closing) -> Item:
    return Item(
        f"{closing.retainer}, from {_FORMATS.full_day(closing.start)}",
        f"closes on {_FORMATS.full_day(closing.closes_on)}: import everything that is to count before then",
    )


def _over(over: Over) -> Item:
    return Item(f"{over.retainer}", f"{_FORMATS.hours(over.over_seconds)} over")
