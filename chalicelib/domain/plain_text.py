"""Notes with markup, as plain text: `<p>Fix &amp; test<br>done</p>` is `Fix & test done`.

Tools with rich text export its HTML. Ordinary text is left as it is: `a < b`, `List<int>`, `AT&T`, `?a=1&copy=2`. The
parser of the standard library would drop or change these, and what it makes of broken markup depends on Python's patch
release: only its table of entities is used.
"""

import re
from html import unescape
from html.entities import html5

from chalicelib.domain.names import tidy

_BLOCKS = frozenset(
    (
        *("address", "article", "blockquote", "body", "br", "caption", "center", "dd", "div", "dl", "dt", "figure"),
        *("footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "html", "li", "main", "nav", "ol", "p", "pre"),
        *("section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
"""Elements that stand apart from the text around them."""
_INLINE = frozenset(
    (
        *("a", "abbr", "b", "big", "cite", "code", "col", "colgroup", "del", "em", "font", "i", "img", "ins", "kbd"),
        *("label", "link", "mark", "meta", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup"),
        *("time", "tt", "u", "var", "wbr"),
    )
)
_HIDDEN = frozenset(("head", "script", "style", "title"))
"""Elements whose content is not shown."""
_FIRST = frozenset(("body", "div", "html", "p"))
"""A cell that begins with one of these has markup, even if its end was cut off."""
_ALONE = frozenset(("br", "hr", "img"))
"""Elements without an end: wherever they are, the cell has markup."""
_NAMES = "|".join(sorted(_BLOCKS | _INLINE | _HIDDEN, key=lambda name: (-len(name), name)))
_QUOTED = r""" "[^"<>]*+" | '[^'<>]*+' | "[^"]{0,200}+" | '[^']{0,200}+' """.replace(" ", "")
TEXTS = ("project", "task", "description")
"""The columns whose text is plain; names of people and clients, and what terms go by, stay as the file has them."""
_TAG = re.compile(rf"""<(/?)({_NAMES})(?=[\s/>])(?:[^<>"']++|{_QUOTED}){{0,60}}+>""", re.IGNORECASE)
"""Bounded, so that no text takes long."""
_DOCTYPE = re.compile(r"<!doctype\s[^<>]*>", re.IGNORECASE)
_MOST_ESCAPES = 10
"""How often text is escaped at most, as `&amp;amp;` is twice; bounded, so that no text takes long."""
_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[a-zA-Z][a-zA-Z0-9]{1,31});")


def plain_text(cell: str) -> str:
    """The text that a reader of the cell would see; a cell without markup and entities as it is.

    A cell has markup if it begins with a paragraph or the like, has an element with its end, or a line break.
    """
    if "<" in cell:
        text = _without_comments(_DOCTYPE.sub("", cell, count=1))
        tags = list(_TAG.finditer(text))
        if _are_markup(tags, text):
            return tidy(_without_entities(_shown(text, tags)))
    return _without_entities(cell)


def comparable(text: str) -> str:
    """The text as it is compared: that of a cell is the same as that of its plain text."""
    for _ in range(_MOST_ESCAPES):
        if not ("<" in text or "&" in text) or (plain := tidy(plain_text(text))) == text:
            break
        text = plain
    return text


def _without_comments(text: str) -> str:
    first, *rest = text.split("<!--")
    ends = (part.partition("-->") for part in rest)
    return first + "".join(behind if end else f"<!--{part}" for part, end, behind in ends)


def _are_markup(tags: list[re.Match[str]], text: str) -> bool:
    if tags and tags[0][2].lower() in _FIRST and not text[: tags[0].start()].strip():
        return True
    begun: set[str] = set()
    for tag in tags:
        name = tag[2].lower()
        if name in _ALONE or (tag[1] and name in begun):
            return True
        begun.add(name)
    return False


def _shown(text: str, tags: list[re.Match[str]]) -> str:
    """What is between the tags, with a space where an element stands apart."""
    shown, at, hidden = [], 0, ""
    for tag in tags:
        name = tag[2].lower()
        if hidden and not (tag[1] and name == hidden):
            continue
        if not hidden:
            shown.append(text[at : tag.start()])
        hidden = name if name in _HIDDEN and not tag[1] else ""
        shown.append(" " if name in _BLOCKS else "")
        at = tag.end()
    return "".join([*shown, text[at:]])


def _without_entities(text: str) -> str:
    return _ENTITY.sub(_character, text) if "&" in text else text


def _character(entity: re.Match[str]) -> str:
    is_known = entity[0][1] == "#" or entity[0][1:] in html5
    return unescape(entity[0]) if is_known else entity[0]
