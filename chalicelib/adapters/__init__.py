"""The ports' implementations on AWS. AWS errors are translated to HourTab's here."""
