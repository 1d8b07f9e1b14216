"""The tools whose exports HourTab knows, each a value, grouped by kind of tool; docs/sources.md describes each."""
