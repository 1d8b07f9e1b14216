"""The life of an invoice."""
