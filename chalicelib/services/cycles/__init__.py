"""What happens to the cycles of a retainer."""
