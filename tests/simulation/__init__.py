"""Two years of many retainers, checked against a recomputation that shares no code with the program."""
