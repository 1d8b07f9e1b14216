"""The QR code by which a banking app fills in a SEPA transfer in euros (EPC069-12, version 002)."""

from collections.abc import Sequence
from itertools import groupby

from chalicelib.domain.billing import InvoiceDocument
from chalicelib.render.text import plain


def pay_code(document: InvoiceDocument) -> tuple[str, ...]:
    """Its rows of modules, `1` for a dark one, without the quiet zone; none where no such transfer is asked for.

    A name or payload that is longer than the standard allows makes no code: it is never cut.
    """
    gross = document.gross
    if gross.currency != "EUR" or gross.minor <= 0 or not document.seller.iban:
        return ()
    from segno.helpers import make_epc_qr  # noqa: PLC0415 - only invoices need it

    try:
        code = make_epc_qr(
            name=plain(document.seller.name),
            iban="".join(document.seller.iban.split()),
            amount=gross.amount,
            text=plain(document.number),
            bic=document.seller.bic or None,
        )
    except ValueError:
        return ()
    return tuple("".join("1" if dark else "0" for dark in row) for row in code.matrix)


def dark_runs(rows: Sequence[str]) -> tuple[tuple[int, int, int], ...]:
    """Neighbouring dark modules of a row as one: x, y and width."""
    runs = []
    for y, row in enumerate(rows):
        x = 0
        for module, group in groupby(row):
            width = len(list(group))
            if module == "1":
                runs.append((x, y, width))
            x += width
    return tuple(runs)
