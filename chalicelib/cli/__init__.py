"""The `hourtab` command. No function imports this package."""
