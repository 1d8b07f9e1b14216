"""Generated and damaged exports: never an unhandled error, never a silent wrong number.

`strategies.py` makes the inputs, `targets.py` holds the reader to its promises, `oracles.py` knows the numbers by
other means. The suite runs a fixed number of examples; `make fuzz` drives the same targets by coverage (atheris).
"""
