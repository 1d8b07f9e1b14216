"""Composes the mails to clients and to the operator from tasks. Independent of HTTP."""
