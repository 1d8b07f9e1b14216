"""Tasks that send a mail, and what is looked at before one goes."""
