"""Black-box tests of the packaged stack, written from the documented rules alone."""
