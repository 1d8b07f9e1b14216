"""Routes and pages. Only this package and site.py import Chalice; `app.py` uses what site.py makes."""
