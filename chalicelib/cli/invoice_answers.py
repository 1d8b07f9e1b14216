"""The output of `hourtab invoice`: previews and invoices, as text and as JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from chalicelib.cli.output import facts, listing, plain, table
from chalicelib.documents.as_json import document_json
from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceKind, InvoiceRecord, InvoiceState
from chalicelib.domain.quantities import Money
from chalicelib.render.json_values import cycle_json, instant_json
from chalicelib.services.invoices.read import InvoicePreview, ShownInvoice
from chalicelib.words.formats import Formats
from chalicelib.words.invoices import word_invoice


def list_lines(shown: Sequence[ShownInvoice], nothing: str) -> list[str]:
    """One table row per invoice and, of several, one with the sums of each currency; without any, `nothing`."""
    head = ("id", "number", "state", "issued", "due", "net", "gross")
    rows = [*map(_row, shown), *(_sums(shown) if len(shown) > 1 else ())]
    return listing(head, rows, nothing, right=("net", "gross"))


def _sums(shown: Sequence[ShownInvoice]) -> Iterator[tuple[str, ...]]:
    """Of all that is listed, by currency: a void invoice and its credit note add up to nothing."""
    for currency in sorted({one.document.gross.currency for one in shown}):
        ours, nothing = [one.document for one in shown if one.document.gross.currency == currency], Money(0, currency)
        net, gross = (sum((getattr(one, name) for one in ours), nothing) for name in ("net", "gross"))
        yield (f"{len(ours)} in {currency}", "", "", "", "", Formats().money(net), Formats().money(gross))


def show_lines(shown: ShownInvoice) -> Iterator[str]:
    """A whole invoice; everything that the client will read is in the client's language."""
    record, worded = shown.record, word_document(shown.document)
    yield from facts(
        (
            ("invoice", record.id),
            ("state", _state(shown)),
            ("cancelled by", record.voided_by or ""),
            ("followed by", record.followed_by or ""),
            *(("cycle", days) for days in _cycles(record)),
            ("drafted", f"{record.drafted_at:%Y-%m-%d %H:%M} UTC"),
        )
    )
    yield ""
    yield from facts(
        (
            (worded.kind, worded.number),
            *worded.facts,
            ("seller", ", ".join(worded.seller)),
            *worded.contact,
            *worded.seller_ids,
            (worded.buyer_label, ", ".join(worded.buyer)),
            *worded.buyer_ids,
        )
    )
    yield ""
    rows = (*worded.lines, *((name, "", "", amount) for name, amount in (*worded.totals, worded.gross)))
    yield from table(worded.head, rows, right=worded.head[1:])
    yield from map(plain, (*worded.reasons, *worded.payment))
    yield from facts(worded.accounts)
    for section in worded.sections:
        yield ""
        yield section.hours_of
        yield from facts(section.hours)
        yield from filter(None, (section.hours_note, section.carry_over))
    yield from filter(None, (worded.comparison,))


def _cycles(record: InvoiceRecord) -> Iterator[str]:
    for one in record.sections:
        retainer = f"{one.cycle.retainer.retainer}, " if record.more else ""
        yield retainer + Formats().days(one.cycle.start, record.period_end)


def invoice_json(shown: ShownInvoice) -> dict[str, Any]:
    """An invoice as JSON; a draft's `document` is the one that would be issued today."""
    record, document = shown.record, shown.document
    is_draft = record.state is InvoiceState.DRAFT
    return {
        "id": record.id,
        "client": record.client,
        "retainer": None if record.more else record.cycle.retainer.retainer,
        "cycle": {"start": shown.document.period_start.isoformat(), "end": record.period_end.isoformat()},
        "cycles": [{"retainer": one.cycle.retainer.retainer, "start": str(one.cycle.start)} for one in record.sections],
        "kind": record.kind.value,
        "state": record.state.value,
        "number": shown.number,
        "issued_on": None if is_draft else document.issued_on.isoformat(),
        "due_on": None if is_draft else document.due_on.isoformat(),
        "currency": document.net.currency,
        "net_minor": document.net.minor,
        "gross_minor": document.gross.minor,
        "drafted_at": instant_json(record.drafted_at),
        "voided_by": record.voided_by,
        "followed_by": record.followed_by,
        "adjustments": [
            {"amount_minor": one.amount.minor, "reason": one.reason, "made_at": instant_json(one.made_at)}
            for one in record.adjustments
        ],
        "document": {**document_json(document), "number": shown.number},
    }


def preview_lines(shown: InvoicePreview) -> Iterator[str]:
    """The invoice that a cycle would get, as text."""
    period, worded = shown.statement.period, word_invoice(shown)
    yield from facts(
        (
            ("client", shown.client.name),
            ("retainer", shown.retainer.title),
            ("cycle", f"{Formats().days(period.start, period.end)} ({shown.statement.state.value})"),
        )
    )
    yield ""
    yield from table(worded.head, (*worded.lines, worded.net), right=worded.head[1:])
    yield ""
    yield from facts(worded.balance)
    yield worded.carry_over


def preview_json(shown: InvoicePreview) -> dict[str, Any]:
    """The same as JSON."""
    found, worded = shown.invoice, word_invoice(shown)
    return {
        "client": shown.client.id,
        "retainer": shown.retainer.id.retainer,
        "cycle": cycle_json(shown.statement),
        "currency": found.net.currency,
        "lines": [
            {
                "kind": line.kind.value,
                "text": text,
                "seconds": line.seconds,
                "unit_price_minor": line.unit_price.minor,
                "amount_minor": line.amount.minor,
            }
            for line, (text, _) in zip(found.lines, worded.lines, strict=True)
        ],
        "net_minor": found.net.minor,
        "balance": asdict(found.balance),
        "at_regular_rate_minor": found.at_regular_rate.minor,
        "carry_over": worded.carry_over,
    }


def _row(shown: ShownInvoice) -> tuple[str, ...]:
    document, money = shown.document, Formats().money
    dates = (str(document.issued_on), str(document.due_on)) if shown.number else ("", "")
    sums = (money(document.net), money(document.gross))
    return (shown.record.id, shown.number or "", _state(shown), *dates, *sums)


def _state(shown: ShownInvoice) -> str:
    return "credit note" if shown.record.kind is InvoiceKind.CREDIT_NOTE else shown.record.state.value
