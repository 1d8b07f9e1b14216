"""The words of an invoice that is issued: the port `WordInvoice` in the client's language."""

from datetime import timedelta

from chalicelib.domain.billing import InvoiceRecord
from chalicelib.domain.retainer import Client, Retainer
from chalicelib.domain.terms_versions import terms_at
from chalicelib.services.invoice_ports import InvoiceWords
from chalicelib.web.formats import Formats
from chalicelib.web.messages.invoices import INVOICE_TEXTS
from chalicelib.web.sentences import Voice
from chalicelib.web.word_invoice import word_line


def word_record(client: Client, retainer: Retainer, record: InvoiceRecord) -> InvoiceWords:
    """The texts of its lines, and the rule of the cycle's last day."""
    voice = Voice(Formats.for_client(client))
    words = INVOICE_TEXTS[voice.texts.language]
    terms = terms_at(retainer, record.period_end - timedelta(days=1))
    return InvoiceWords(
        lines=tuple(word_line(voice, words, line) for line in record.invoice.lines),
        carry_over=voice.carry_over(terms, retainer.length),
    )
