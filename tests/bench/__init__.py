"""Figures, not tests: `make bench` writes them to .local/bench.json and prints them.

Everything that depends on the machine is a ratio to a yardstick that is timed in the same run, turn by turn;
the rest is counted: bytes, calls, writes.
"""
