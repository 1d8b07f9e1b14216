"""The tools whose exports HourTab knows, each a value in its own module; docs/sources.md describes each."""
