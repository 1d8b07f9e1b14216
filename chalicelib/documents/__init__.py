"""An issued invoice as files: a readable document (HTML, PDF) and data for other programs (JSON, CSV, XML).

All of them are made from an `InvoiceDocument` and nothing else, so the same document gives the same bytes at any time.
"""
