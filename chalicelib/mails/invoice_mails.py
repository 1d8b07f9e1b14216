"""The mail with an invoice to the client, and the one about a draft to the operator."""

from collections.abc import Sequence

from chalicelib.documents.word_document import word_document
from chalicelib.domain.billing import InvoiceDocument, InvoiceRecord
from chalicelib.domain.retainer import Client
from chalicelib.mails.content import Item, MailContent, Row, Section, letter_of
from chalicelib.mails.recipient import Recipient
from chalicelib.services.mails.mime import Attachment, Mail
from chalicelib.words.formats import Formats

_DRAFT = "HourTab reports a draft once, when its cycle closes."


def invoice_mail(recipient: Recipient, document: InvoiceDocument, files: Sequence[Attachment]) -> Mail:
    """A summary of an issued invoice or credit note, worded as in the document, with its files."""
    words, doc = recipient.words, word_document(document)
    lines = tuple(Row(line.text, line.amount) for line in doc.lines)
    totals = tuple(Row(*total) for total in doc.totals) if document.taxes else ()
    accounts = tuple(f"{name} {account}" for name, account in doc.accounts)
    total = doc.gross[1]
    content = MailContent(
        subject=words.invoice.format(kind=doc.kind, number=doc.number, total=total),
        headline=total,
        caption=f"{doc.kind} {doc.number}, {document.retainer_title}",
        rows=(*(Row(*fact) for fact in doc.facts), *lines, *totals, Row(*doc.gross, is_strong=True)),
        paragraphs=(*doc.payment, *accounts, *doc.reasons, words.attached),
        why=(words.why_invoice,),
    )
    return recipient.mail(content, attachments=tuple(files))


def draft_mail(record: InvoiceRecord, client: Client, *, to: str, operator: str, missing: Sequence[str]) -> Mail:
    """A draft that is waiting for the operator's review.

    Args:
        record: the draft.
        client: the buyer.
        to: the operator's address.
        operator: the operator's name.
        missing: keys that the set-up lacks, so that it cannot be issued.
    """
    formats = Formats()
    net = formats.money(record.invoice.net)
    cycle = formats.days(record.cycle.start, record.period_end)
    issue = Item(
        "Review it, adjust it if necessary, then issue it; the client gets it by mail.",
        commands=(f"hourtab invoice show {record.id}", f"hourtab invoice issue {record.id}"),
    )
    lacks = Item("First add the details that an invoice requires to the set-up file, and apply it.", ", ".join(missing))
    content = MailContent(
        subject=f"Draft of an invoice: {client.name}, {record.cycle.retainer.retainer}, {net}",
        headline=net,
        caption=f"{client.name}, {record.cycle.retainer.retainer}, {cycle}: a draft, before tax",
        sections=(Section("What to do next", ((lacks, issue) if missing else (issue,))),),
        why=(_DRAFT,),
    )
    return letter_of(content, to=to, sender_name=f"HourTab for {operator}" if operator else "HourTab", topic="invoices")
