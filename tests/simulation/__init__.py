"""Two years of many retainers, beside a recomputation that shares no code with the program."""
