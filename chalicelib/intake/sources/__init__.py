"""The tools whose exports we know, each a value in a module of its own; docs/sources.md speaks of each."""
