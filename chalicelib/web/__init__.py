"""Routes and pages. Only this package and site.py import Chalice; `app.py` uses the app that site.py builds."""
