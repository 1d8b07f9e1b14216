"""What a cell says: dates, times and durations in the notations of all tools."""
