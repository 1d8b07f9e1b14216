"""The client's page, its JSON and its work log."""
