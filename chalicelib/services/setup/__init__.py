"""Use cases on the declared set-up and on clients' links."""
