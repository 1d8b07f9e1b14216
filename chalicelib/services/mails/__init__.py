"""Carries out tasks: sends a mail, checks usage, issues a draft."""
