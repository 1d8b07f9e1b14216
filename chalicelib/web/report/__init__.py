"""The readable report of an import."""
