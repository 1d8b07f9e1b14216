"""Phone, web site, logo and accent of the operator."""

from base64 import b64encode
from binascii import crc32

import pytest

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.branding import Logo
from chalicelib.services.setup.declared import Setup
from tests.logos import PNG, SVG, logo, picture, png

HEAD = "operator:\n  name: Kestrel IT\n  email: hello@kestrel.example\n"


def refusal(line, folder):
    (problem,) = read_setup(f"{HEAD}  {line}\n", (), folder)
    return problem.text


TORN = PNG[:41] + b"\x00\x00" + PNG[43:-16] + crc32(b"IDAT\x00\x00" + PNG[43:-16]).to_bytes(4) + PNG[-12:]
"""Its chunks are whole, and what is in them is not."""
NOISE = '<filter id="a"><feTurbulence baseFrequency="9"/></filter><rect width="9" height="9" filter="url(#a)"/>'
DOUBLED = "<g id='a0'/>" + "".join(f"<g id='a{n + 1}'>" + 9 * f"<use href='#a{n}'/>" + "</g>" for n in range(9))


def svg(inner, more=""):
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"{more}>{inner}</svg>'


def test_an_operator_has_phone_web_site_and_accent(tmp_path):
    keys = '  phone: +49 40 555 0\n  web: https://kestrel.example\n  accent: "#215E82"\n'

    read = read_setup(HEAD + keys, (), tmp_path)

    assert isinstance(read, Setup)
    operator = read.operator
    assert ("+49 40 555 0", "https://kestrel.example", "#215e82", "") == operator[3:]


@pytest.mark.parametrize(("name", "data"), [("logo.svg", SVG), ("Logo.PNG", PNG)])
def test_a_logo_is_read_from_beside_the_set_up(tmp_path, name, data):
    (tmp_path / name).write_bytes(data)

    read = read_setup(f"{HEAD}  logo: {name}\n", (), tmp_path)

    assert isinstance(read, Setup)
    assert (Logo.of(data, read.logo.printed), Logo.of(data).id) == (read.logo, read.operator.logo)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("phone: ring me", "is not a telephone number; write it as +49 40 555 0."),
        ("web: kestrel", "is not the address of a web site; write it as https://example.com."),
        ("web: javascript:alert(1)", "is not the address of a web site; write it as https://example.com."),
        ("accent: green", '`green` is not a colour; write it in quotation marks as "#215e82".'),
        ("accent: #215e82", '`accent` is empty: YAML reads # as a comment, so write the colour as "#215e82".'),
        (
            'accent: "#2da655"',
            'contrast is 2.9 to 1, and 4.5 is needed. The nearest that does is "#238142".',
        ),
        ("logo: none.svg", "none.svg` cannot be read; write its path as seen from the set-up file."),
        ("logo: logo.gif", "`logo.gif` is neither an .svg nor a .png file."),
        ("logo: data:image/png;base64,abc", "the logo's base64 is torn; export it once more, or name the file."),
    ],
)
def test_a_value_that_is_not_what_it_should_be_is_refused_with_what_would_do(tmp_path, line, expected):
    assert refusal(line, tmp_path).endswith(expected)


@pytest.mark.parametrize(
    ("name", "data", "expected"),
    [
        ("a.svg", PNG, "the content is a PNG; name the file as what it is, .svg or .png."),
        ("a.png", SVG, "the content is no PNG; name the file as what it is, .svg or .png."),
        ("a.png", PNG[:-9], "the PNG is damaged; save it once more."),
        ("a.png", PNG.replace(b"\x08\x02", b"\x08\x03"), "the PNG is damaged; save it once more."),
        ("a.png", PNG[:8], "the PNG is damaged; save it once more."),
        ("a.png", png(5000), "the PNG is 5000 × 2 pixels; make it at most 4000 wide and high."),
        ("a.png", TORN, "the PNG is damaged; save it once more."),
        ("a.png", picture("I;16", (9, 9), 9), "the PNG has 16 bits a colour; save it with 8."),
        ("a.png", picture("RGBA", (9, 9), (0, 0, 0, 0)), "the logo cannot be seen on white paper; name one that can."),
        ("a.svg", svg("<path d='M1 1h4v4z' fill='#fff'/>").encode(), "the logo cannot be seen on white paper; "),
        ("a.svg", svg("<text y='9'>Kestrel</text>").encode(), "the SVG has `text`, which is no plain drawing; "),
        ("a.svg", svg("", ' width="0"').encode(), "the SVG cannot be drawn; save it as a plain SVG, "),
        ("a.svg", svg(DOUBLED).encode(), "the SVG cannot be drawn; save it as a plain SVG, "),
        ("a.svg", svg(NOISE).encode(), "the logo has too much detail to be printed; name a simpler one."),
        ("a.svg", b" " * 100_001, "the logo has 100 KB; make it at most 100 KB."),
        ("a.svg", b"\xff<svg/>", "the SVG is not UTF-8; save it once more."),
        ("a.svg", b"<svg/>", "the file is not an SVG."),
        ("a.svg", b"<html></html>", "the file is not an SVG."),
        ("a.svg", b"GIF89a", "the file is not an SVG."),
        ("a.svg", b'<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', "the SVG declares entities; "),
        ("a.svg", svg("<g>" * 5_000 + "</g>" * 5_000).encode(), "the SVG is nested hundreds of levels deep; "),
        ("a.svg", svg('<use href="https://a.example/#b"/>').encode(), "`use` of the SVG refers to something outside"),
        (
            "a.svg",
            svg("<rect fill=\"url( '//a.example')\"/>").encode(),
            "`rect` of the SVG refers to something outside",
        ),
        ("a.svg", svg(r'<rect style="fill:\75rl(//a)"/>').encode(), "`rect` of the SVG refers to something outside"),
        ("a.svg", svg("<rect style=\"mask:image-set('//a' 1x)\"/>").encode(), "`rect` of the SVG refers to"),
        ("a.svg", svg("<style>@import '//a.example'</style>").encode(), "the style sheet of the SVG loads something"),
        ("a.svg", svg("<style>g{fill:url(//a)}</style>").encode(), "the style sheet of the SVG loads something"),
        ("a.svg", svg('<image href="#a"/>').encode(), "the SVG has `image`, which is no plain drawing; "),
        ("a.svg", svg("<g><foreignObject/></g>").encode(), "the SVG has `foreignObject`, which is no plain drawing; "),
        (
            "a.svg",
            svg('<use href="#a"><set attributeName="href" to="//a"/></use>').encode(),
            "the SVG has `set`",
        ),
        ("a.svg", svg("<filter><feImage/></filter>").encode(), "the SVG has `feImage`, which is no plain drawing; "),
    ],
)
def test_a_logo_that_is_not_what_it_says_or_is_not_self_contained_is_refused(tmp_path, name, data, expected):
    (tmp_path / name).write_bytes(data)

    assert refusal(f"logo: {name}", tmp_path).removeprefix("`logo`: ").startswith(expected)


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (SVG, (480, 480)),
        (svg("<rect width='9' height='9'/>").replace('"0 0 9 9"', '"0 0 900 9"').encode(), (2000, 20)),
        (picture("RGBA", (4000, 100), (1, 2, 3, 4)), (2000, 50)),
        (picture("P", (9, 7), 3, transparency=2), (9, 7)),
        (picture("1", (9, 7), 0), (9, 7)),
        (PNG, (2, 2)),
    ],
)
def test_a_logo_is_drawn_for_paper_in_the_one_form_that_a_pdf_takes(data, size):
    printed = logo(data).printed

    assert size == (int.from_bytes(printed[16:20]), int.from_bytes(printed[20:24]))
    assert (8, 2, 0, 0, 0) == tuple(printed[24:29]), "8 bits, RGB, packed and filtered as usual, not interlaced"


def test_what_is_never_seen_is_removed_from_an_svg(tmp_path):
    more = ' xmlns:i="http://editor.example" i:version="1" onload="a()"'
    seen = '<defs><path id="a" d="M1 1h4v4z"/></defs><rect fill="url(#b)" ONCLICK="b()"/><use href="#a"/>'
    unseen = "<script>c()</script><metadata>me</metadata><i:page/><!-- d --><g><script href='//a'/></g>"
    header = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/svg11.dtd">'
    (tmp_path / "a.svg").write_text(header + svg(seen + unseen, more))

    read = read_setup(f"{HEAD}  logo: a.svg\n", (), tmp_path)

    assert isinstance(read, Setup)
    expected = '<defs><path id="a" d="M1 1h4v4z" /></defs><rect fill="url(#b)" /><use href="#a" /><g />'
    assert svg(expected) == read.logo.data.decode()
    inline = f"data:image/svg+xml;base64,{b64encode(read.logo.data).decode()}"
    assert read.logo == read_setup(f"{HEAD}  logo: {inline}\n", (), tmp_path).logo, "a safe SVG stays as it is"
