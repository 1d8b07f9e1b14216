"""The demo: three invented clients (setup.yaml) and their work of the last months (exports.py)."""
