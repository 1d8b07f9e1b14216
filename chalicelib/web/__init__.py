"""Routes and pages. Only `app.py`, this package and observability.py import Chalice."""
