"""Notes in HTML become the text that their readers see; ordinary text stays as it is."""

from html import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.domain.names import tidy
from chalicelib.domain.plain_text import comparable, plain_text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<p>Fix &amp; test<br>done</p>", "Fix & test done"),
        ("data loaded&nbsp;<br>ok &amp; done", "data loaded ok & done"),
        ("<p>Moved <b>mail</b></p>", "Moved mail"),
        ('<DIV class="x">Up</DIV>', "Up"),
        ("<ul>\n<li>one</li>\n<li>two</li></ul>", "one two"),
        ("<table><tr><td>1</td><td>2</td></tr></table>", "1 2"),
        ('See <a href="https://x.example/?a=1&b=2" title="a > b">the ticket</a>.', "See the ticket."),
        ("one<br/>two<br />three", "one two three"),
        ("<p>cut off by the expo", "cut off by the expo"),
        ('<img src="data:image/png;base64,AAAA">', ""),
        ("<!DOCTYPE html><html><head><title>t</title></head><body>x</body></html>", "x"),
        ("<style>p > b { color: red }</style><p>x</p><!-- y --> z", "x z"),
        ("<p>a<script>if (1 < 2) alert('<p>')</script>b</p>", "ab"),
        ("<p>a<style>never ended", "anever ended"),
        ("<p>a < b, List<int> &amp; AT&T, x <y> z &copy=1</p>", "a < b, List<int> & AT&T, x <y> z &copy=1"),
        ("<p>a &lt;b&gt; c</p>", "a <b> c"),
        ("Press <b>OK</b>", "Press OK"),
        ("Press <b> or <b>", "Press <b> or <b>"),
        ("<o:p></o:p>x", "x"),
        ("<B>x</b>", "x"),
        ("a<BR>b", "a b"),
        (" <DIV>cut off", "cut off"),
        ("<p>a <!-- open</p>", "a <!-- open"),
        ("<p>a<!-- 1 -->b<!-- 2 -->c --> d</p>", "abc --> d"),
        ("<p>a<script>x</style>y</script>b</p>", "ab"),
        ("<p>a</title>b</p>", "ab"),
        ("<!doctype html><p>a</p> <!doctype html>", "a <!doctype html>"),
    ],
)
def test_markup_becomes_text(cell, text):
    assert text == plain_text(cell)


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("R&amp;D", "R&D"),
        ("it&#39;s &quot;on&quot;", 'it\'s "on"'),
        ("5 &lt; 6", "5 < 6"),
        ("&#x20AC; 5", "€ 5"),
        ("a &amp;amp; b", "a &amp; b"),
    ],
)
def test_entities_become_characters_once(cell, text):
    assert text == plain_text(cell)


@pytest.mark.parametrize(
    "cell",
    [
        *(
            "",
            "Mail moved",
            "a < b",
            "a <b> c",
            "x <y> z",
            "AT&T",
            "List<int>",
            "Map<String, List<a>>",
            "if a<b and c>d",
        ),
        *(
            "?a=1&copy=2",
            "&notit;",
            "R&D;",
            "mail <ada@x.example>",
            "set <title> to X",
            "<textarea>",
            "text <p>",
            "<-- x",
        ),
        *("<b>a</i>", "</b>x", "<b>x", "1 <2", "<", "&", "&;", "<!-- open", "two  spaces\tstay"),
    ],
)
def test_ordinary_text_is_left_as_it_is(cell):
    assert cell == plain_text(cell)


def test_a_long_gap_before_markup_takes_little_time():
    assert "<p>x</p> y" != plain_text(f"{' ' * 500_000}<!DOCTYPE html><p>x</p> y") == "x y"


def test_text_that_is_escaped_again_and_again_is_compared_in_little_time():
    assert "R&D" == comparable(f"R&{'amp;' * 9}D")
    assert comparable(f"&{'amp;' * 40_000}").startswith("&amp;amp;")


@pytest.mark.parametrize(
    ("text", "compared"),
    [
        ("Fix & test", "Fix & test"),
        ("<p>Fix &amp; test</p>", "Fix & test"),
        ("<p>Fix</p>", "Fix"),
        ("R&amp;amp;D", "R&D"),
        ("&lt;p&gt;Fix&lt;/p&gt;", "Fix"),
        ("&lt;br&gt;x", "x"),
        ("a <b", "a <b"),
        ("two  spaces\tstay", "two  spaces\tstay"),
    ],
)
def test_text_is_compared_without_any_markup(text, compared):
    assert compared == comparable(text)


@given(st.text())
def test_any_text_survives_markup(text):
    assert tidy(text) == plain_text(f"<p>{escape(text)}</p>") == plain_text(f"<b>{escape(text)}</b><br>")


@given(st.text(st.characters(exclude_characters="<&")))
def test_text_without_tags_and_entities_is_left_as_it_is(text):
    assert text == plain_text(text)


@given(st.text(st.sampled_from("<>&;/pb! -\"'=xr"), max_size=40))
def test_anything_is_read(text):
    assert isinstance(plain_text(text), str)


@pytest.mark.parametrize(
    ("written", "kept"),
    [("Acme \ud83d\ude00 Ltd", "Acme \N{GRINNING FACE} Ltd"), ("a \ud800\tb", "a \N{REPLACEMENT CHARACTER} b")],
)
def test_halves_of_a_character_are_put_together_and_one_alone_is_replaced(written, kept):
    assert kept == tidy(written)
    assert kept == tidy(kept)
