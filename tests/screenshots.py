"""Takes the screenshots of the docs, and one of every kind of page to look at: `python -m tests.screenshots`.

Those are `.local/screenshots/page-<kind>-<width>-<scheme>.png`, as long as the page, and the sheets of paper.
"""

import subprocess
from fractions import Fraction
from itertools import product
from pathlib import Path

from playwright.sync_api import Browser

from chalicelib.documents.pdf import render_pdf
from chalicelib.domain.parties import Tax
from tests.browser import DESK, PHONE, Visit, open_chromium
from tests.console_rig import serving_console, several_clients
from tests.identity_provider import providing
from tests.page_server import serving
from tests.unit.documents.samples import invoice
from tests.unit.web.page.samples import branded, every_kind, seeblick

ROOT = Path(__file__).parents[1]
FOLDER, EVERY = ROOT / "docs" / "screenshots", ROOT / ".local" / "screenshots"
PICTURES = (("page", DESK, "light"), ("page-phone", PHONE, "dark"))


def main() -> None:
    """Write docs/screenshots/*.png and .local/screenshots/*.png."""
    EVERY.mkdir(parents=True, exist_ok=True)
    one = branded(seeblick())
    with serving(one.serve()) as address, open_chromium() as browser:
        for name, size, scheme in PICTURES:
            with Visit(browser, f"{address}/b/{one.token}", viewport=size, color_scheme=scheme) as visit:
                visit.page.screenshot(path=FOLDER / f"{name}.png")
        take_every(browser)
    take_console()
    paper = render_pdf(invoice("de-DE", tax=Tax(Fraction(19)), payment_terms=""))
    subprocess.run(["pdftoppm", "-r", "80", "-png", "-singlefile", "-", FOLDER / "invoice"], input=paper, check=True)


def take_every(browser: Browser) -> None:
    """Every kind of page at three widths, light and dark, and on paper."""
    for name, (one, query) in every_kind().items():
        with serving(one.serve()) as address, Visit(browser, f"{address}/b/{one.token}{query}") as visit:
            for width, scheme in product((320, 390, 1280), ("light", "dark")):
                visit.page.set_viewport_size({"width": width, "height": 900})
                visit.page.emulate_media(color_scheme=scheme)
                visit.page.screenshot(path=EVERY / f"page-{name}-{width}-{scheme}.png", full_page=True)
            sheet = visit.page.pdf(format="A4")
        subprocess.run(["pdftoppm", "-r", "60", "-png", "-", EVERY / f"page-{name}-paper"], input=sheet, check=True)


def take_console() -> None:
    """The console's first page."""
    with (
        providing() as provider,
        serving_console(provider, sample=several_clients()) as rig,
        open_chromium() as browser,
        Visit(browser, f"{rig.base}/console", viewport={"width": 1280, "height": 520}) as visit,
    ):
        visit.page.screenshot(path=FOLDER / "console.png")


if __name__ == "__main__":
    main()
