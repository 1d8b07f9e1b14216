"""From a dropped file to the ledger."""
