"""Handlers that turn AWS events into calls of use cases."""
