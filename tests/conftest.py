"""Fixtures of more than one folder."""

from tests.local_stack import local_stack

__all__ = ["local_stack"]
