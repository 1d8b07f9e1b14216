"""All routes and the parts that they use."""

from chalice.app import Chalice

from chalicelib.parts import Parts
from chalicelib.web.headers import BODY_LIMIT
from chalicelib.web.page.pages import ClientPages
from chalicelib.web.report.routes import reports


def make_site(parts: Parts, body_limit: int = BODY_LIMIT) -> Chalice:
    """The app with every route; app.py adds the event functions."""
    app = Chalice(app_name="hourtab")
    app.register_blueprint(ClientPages(parts, body_limit).blueprint())
    app.register_blueprint(reports(parts))
    return app
