"""An issued invoice as files: a readable document (HTML, PDF) and data for other programs (JSON, CSV, XML).

All are made from an `InvoiceDocument` alone, so the same document gives the same bytes at any time.
"""
