"""Takes the pictures of the docs, and one of everything that people see to look at: `python -m tests.screenshots`.

Those are `.local/screenshots/<what>-<width>-<scheme>.png` of every kind of page and mail, and the sheets of paper.
All are in the font of our invoices, so what they show does not depend on the fonts of the machine.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from itertools import product
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Browser, Page

from chalicelib.documents.pdf import render_pdf
from tests.browser import DESK, PHONE, Visit, open_chromium
from tests.console_rig import serving_console, several_clients
from tests.identity_provider import providing
from tests.logos import SVG, logo
from tests.page_server import serving
from tests.unit.documents.samples import LANGUAGES, complete_invoice
from tests.unit.mails.samples import client_samples, operator_samples
from tests.unit.web.page.samples import branded, every_kind, seeblick

ROOT = Path(__file__).parents[1]
FOLDER, EVERY = ROOT / "docs" / "screenshots", ROOT / ".local" / "screenshots"
PAGES = (("page", DESK, "light"), ("page-phone", PHONE, "dark"))
MAIL = {"width": 640, "height": 300}
_FONTS = ROOT / "chalicelib" / "documents" / "fonts"
_COLOURS = 48
"""Enough for flat colours and smooth letters, in a third of the bytes."""


def main() -> None:
    """Write docs/screenshots/*.png and .local/screenshots/*.png."""
    EVERY.mkdir(parents=True, exist_ok=True)
    with our_chromium() as browser:
        for name, picture in pictures(browser):
            (FOLDER / f"{name}.png").write_bytes(picture)
        if "--docs" not in sys.argv:
            look_at_pages(browser)
            look_at_mails(browser)


@contextmanager
def our_chromium() -> Iterator[Browser]:
    """Chromium with the font of our invoices."""
    with TemporaryDirectory() as folder:
        config = Path(folder) / "fonts.conf"
        ours = "".join(
            f'<match><test name="family"><string>{each}</string></test>'
            '<edit name="family" mode="assign" binding="strong"><string>Source Sans Pro</string></edit></match>'
            for each in ("sans-serif", "system-ui")
        )
        config.write_text(
            f"<fontconfig><include>/etc/fonts/fonts.conf</include><dir>{_FONTS}</dir><cachedir>{folder}/c</cachedir>"
            f"{ours}</fontconfig>"
        )
        with open_chromium(FONTCONFIG_FILE=str(config)) as browser:
            yield browser


def pictures(browser: Browser) -> Iterator[tuple[str, bytes]]:
    """The pictures of the docs by their names: pages, every mail, and the invoice in every language."""
    one = branded(seeblick())
    with serving(one.serve()) as address:
        for name, size, scheme in PAGES:
            with Visit(browser, f"{address}/b/{one.token}", viewport=size, color_scheme=scheme) as visit:
                yield name, _small(visit.page.screenshot())
        with Visit(browser, f"{address}/b/{one.token}?year=2026") as visit:
            yield "year", _small(_sheets(visit.page.pdf(format="A4"), 80)[0])
    with providing() as provider, serving_console(provider, sample=several_clients()) as console:
        size = {"width": 1280, "height": 520}
        with Visit(browser, f"{console.base}/console", viewport=size) as visit:
            yield "console", _small(visit.page.screenshot())
    page = browser.new_page(viewport=MAIL)
    for name, mail in {**client_samples(), **operator_samples()}.items():
        page.set_content(mail.html)
        yield f"mail-{name}", _small(page.screenshot(full_page=True))
    page.close()
    for language in LANGUAGES:
        yield f"invoice-{language}", _small(_sheets(render_pdf(complete_invoice(language), logo=logo(SVG)), 80)[0])


def look_at_pages(browser: Browser) -> None:
    """Every kind of page at three widths, light and dark, and on paper."""
    for name, (one, query) in every_kind().items():
        with serving(one.serve()) as address, Visit(browser, f"{address}/b/{one.token}{query}") as visit:
            _look(visit.page, f"page-{name}", (320, 390, 1280))
            for number, sheet in enumerate(_sheets(visit.page.pdf(format="A4"), 60), 1):
                (EVERY / f"page-{name}-paper-{number:02}.png").write_bytes(sheet)


def look_at_mails(browser: Browser) -> None:
    """Every mail at two widths, light and dark; the clients' in every language."""
    page = browser.new_page()
    of_clients = {f"{name}-{locale}": mail for locale in LANGUAGES for name, mail in client_samples(locale).items()}
    for name, mail in {**of_clients, **operator_samples()}.items():
        page.set_content(mail.html)
        _look(page, f"mail-{name}", (390, 640))
    page.close()


def _look(page: Page, name: str, widths: Iterable[int]) -> None:
    for width, scheme in product(widths, ("light", "dark")):
        page.set_viewport_size({"width": width, "height": 300})
        page.emulate_media(color_scheme=scheme)
        page.screenshot(path=EVERY / f"{name}-{width}-{scheme}.png", full_page=True)


def _sheets(pdf: bytes, resolution: int) -> list[bytes]:
    with TemporaryDirectory() as folder:
        subprocess.run(["pdftoppm", "-r", f"{resolution}", "-png", "-", f"{folder}/sheet"], input=pdf, check=True)
        return [each.read_bytes() for each in sorted(Path(folder).iterdir())]


def _small(picture: bytes) -> bytes:
    shown, written = Image.open(BytesIO(picture)).convert("RGB"), BytesIO()
    shown.quantize(_COLOURS, dither=Image.Dither.NONE).save(written, "png", optimize=True)
    return written.getvalue()


if __name__ == "__main__":
    main()
