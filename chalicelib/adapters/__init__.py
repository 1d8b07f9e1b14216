"""The ports' implementations on AWS. AWS errors become ours here."""
