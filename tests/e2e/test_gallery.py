"""The pictures of docs/gallery.md."""

import re

from tests.screenshots import FOLDER, our_chromium, pictures

GALLERY = FOLDER.parent / "gallery.md"


def test_the_gallery_has_every_picture_that_is_taken_and_they_are_small():
    """`python -m tests.screenshots` takes them again. What their pixels are is for people to look at."""
    with our_chromium() as browser:
        taken = dict(pictures(browser))
    shown = re.findall(r"\(screenshots/([\w-]+)\.png\)", GALLERY.read_text())

    assert sorted(taken) == sorted(shown) == sorted(each.stem for each in FOLDER.iterdir())
    assert 600_000 > sum(each.stat().st_size for each in FOLDER.iterdir())
    assert 600_000 > sum(map(len, taken.values()))
