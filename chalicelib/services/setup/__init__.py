"""The declared set-up, and clients' links."""
