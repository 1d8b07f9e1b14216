"""What the cells of a file prove about its hours, and what they leave open (docs/doubtful-files.md)."""
