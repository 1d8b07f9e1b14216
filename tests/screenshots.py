"""Takes the screenshots of the docs: `python -m tests.screenshots`."""

import subprocess
from fractions import Fraction
from pathlib import Path

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.parties import Tax
from tests.browser import DESK, PHONE, Visit, open_chromium
from tests.page_server import serving
from tests.unit.documents.samples import invoice
from tests.unit.web.page.samples import seeblick

FOLDER = Path(__file__).parents[1] / "docs" / "screenshots"
PICTURES = (("page", DESK, "light"), ("page-phone", PHONE, "dark"))


def main() -> None:
    """Write docs/screenshots/*.png."""
    FOLDER.mkdir(exist_ok=True)
    one = seeblick()
    with serving(one.serve()) as address, open_chromium() as browser:
        for name, size, scheme in PICTURES:
            with Visit(browser, f"{address}/b/{one.token}", viewport=size, color_scheme=scheme) as visit:
                visit.page.screenshot(path=FOLDER / f"{name}.png")
    paper = render_pdf(invoice("de-DE", tax=Tax(Fraction(19)), payment_terms=""))
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-", FOLDER / "invoice"], input=paper, check=True)


if __name__ == "__main__":
    main()
