"""Generated and damaged exports: never an unhandled error, never a silently wrong number.

`strategies.py` generates the inputs, `targets.py` checks the reader's invariants, `oracles.py` computes the numbers
independently. The suite runs a fixed number of examples; `make fuzz` guides the same targets by coverage (atheris).
"""
