"""Contrast, and the nearest legible shade."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.branding import DARK_PAPER, LIGHT_GROUND, MIN_CONTRAST, Logo, contrast, legible
from tests.logos import PNG, SVG

COLOURS = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#ffffff", 1), ("#767676", "#ffffff", 4.54), ("#ff0000", "#ffffff", 4.0)],
)
def test_contrast_is_that_of_wcag(one, other, expected):
    assert expected == pytest.approx(contrast(one, other), abs=0.005)
    assert pytest.approx(1.0607, abs=0.0005) == contrast("#000000", "#0a0a0a"), "dark channels are linear"
    assert contrast(one, other) == contrast(other, one)


@given(COLOURS, st.sampled_from([LIGHT_GROUND, DARK_PAPER]))
def test_any_colour_has_a_legible_shade_which_is_itself_if_it_is_legible(colour, ground):
    shade = legible(colour, ground)

    assert contrast(shade, ground) >= MIN_CONTRAST
    assert shade == legible(shade, ground)
    assert (shade == colour) == (contrast(colour, ground) >= MIN_CONTRAST)


def test_the_nearest_shade_keeps_the_hue_and_is_hardly_more_than_legible():
    assert "#238142" == legible("#2da655", LIGHT_GROUND)
    assert "#318bc0" == legible("#215e82", DARK_PAPER)


@pytest.mark.parametrize(
    ("data", "suffix", "start"),
    [(PNG, ".png", "data:image/png;base64,iVBOR"), (SVG, ".svg", "data:image/svg+xml;base")],
)
def test_a_logo_is_named_by_its_content_and_can_be_put_into_a_page(data, suffix, start):
    logo = Logo.of(data)

    assert logo == Logo.of(data)
    assert (32 + len(suffix), suffix) == (len(logo.id), logo.id[-4:])
    assert logo.data_uri.startswith(start)
