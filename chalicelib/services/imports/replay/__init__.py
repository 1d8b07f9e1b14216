"""A client's ledger as the result of its imports in their order. Nothing is written here."""
