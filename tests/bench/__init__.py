"""Figures, not tests: `make bench` writes them to .local/bench.json, and readme.py puts some of them into the README.

Everything that depends on the machine is a ratio to a baseline that is timed in the same run, alternating, or at
least CPU time; the rest is counted: bytes, calls, writes. Each part takes its sizes as parameters, so that
test_bench_runs.py can run it small in the suite.
"""
