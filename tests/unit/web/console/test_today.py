"""The first page: all running retainers, by when their hours run out; the same as `hourtab balance --all`."""

import re
from dataclasses import replace
from html import unescape

import pytest

from tests.access_rig import NOON
from tests.console_rig import ConsoleRig, session_of, several_clients
from tests.identity_provider import providing
from tests.unit.web.page.samples import Sample


@pytest.fixture
def rig():
    with providing() as provider:
        rig = ConsoleRig(provider, sample=several_clients())
        rig.keep(rig.signed.text(session_of(modified_at=NOON)))
        yield rig


def rows_of(body):
    """The texts of the table's cells, without those of the bars, and of a phone."""
    plain = [
        re.sub(r'<svg.*?</svg>|<small class="narrow">.*?</small>', "", row)
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]
    cells = [re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL) for row in plain]
    return [tuple(unescape(re.sub(r"<[^>]+>", " ", cell)).split("\n")[0].strip() for cell in row) for row in cells][1:]


def test_what_is_over_is_on_top_then_what_runs_out_first(rig):
    assert [
        ("Seeblick Klinik Helpdesk", "11.50 h used of 10 h", "1.50 h over", "", "30 Nov", "16 Nov"),
        ("Nordlicht Dental Helpdesk", "16.25 h used of 20 h", "3.75 h", "16 Nov", "30 Nov", "16 Nov"),
        ("Hafenblick Steuerberatung Helpdesk", "7 h used of 20 h", "13 h", "the end", "30 Nov", "16 Nov"),
        ("Brunner Architekten Helpdesk", "2.75 h used of 60 h", "57.25 h", "", "30 Nov", "16 Nov"),
        ("Le Petit Moulin Helpdesk", "0 h used of 8 h", "8 h", "", "30 Nov", "never"),
    ] == rows_of(rig.get()["body"])


def test_a_name_from_the_set_up_is_text_and_nothing_else(rig):
    [first, *_] = rig.sample.directory.books.values()
    name = "<script>alert(1)</script>"
    rig.sample.directory.books[first.client.id] = replace(first, client=replace(first.client, name=name))
    body = rig.get()["body"]

    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in body
    assert "<script" not in body


def test_without_clients_the_page_says_how_to_begin(rig):
    empty = ConsoleRig(rig.provider, sample=Sample(type(rig.sample.directory)(), rig.sample.ledger, rig.sample.links))
    empty.keep(empty.signed.text(session_of(modified_at=NOON)))

    assert "hourtab apply my-clients.yaml" in empty.get()["body"]
