"""What a stranger to the code expects of the packaged stack, from the rules alone."""
