"""The rules of every number: retainers, cycles, lots, draws, carry-over, invoices.

Standard library only. No AWS, no clock, no randomness: "today", ids and zones are parameters.
Everything here is an immutable value or a function of values.
"""
