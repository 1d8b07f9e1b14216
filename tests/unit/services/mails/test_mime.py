"""The MIME message, read back as a mail program reads it."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.services.mails.mime import Mail, UnwritableMailError, header_text, write_message
from tests.task_rig import NOON, SENDER

_HOSTILE = [
    "Ida\r\nBcc: eve@example.com",
    'Büro, "Süd" <eve@example.com>',
    "=?utf-8?q?x?=",
    "\x00\u2028\u202e",
    "寿司" * 60,
]
_lines = st.one_of(st.sampled_from(_HOSTILE), st.text(max_size=200))


def mail(**changed: str) -> Mail:
    return Mail(
        **{
            "to": "ida@example.com",
            "subject": "3 problems: März.csv",
            "text": "Grüße\n",
            "html": "<p>Grüße</p>\n",
            "sender_name": "Fjordblick & Söhne",
            **changed,
        }
    )


def read_back(one: Mail) -> EmailMessage:
    written = write_message(one, "import-a", sender=SENDER, at=NOON)
    assert written.isascii()
    assert max(len(line) for line in written.splitlines()) <= 998
    return message_from_bytes(written, policy=policy.default)


def test_a_mail_is_a_message_with_text_before_html_and_headers_that_identify_it():
    read = read_back(mail(topic="imports"))

    assert f"Fjordblick & Söhne <{SENDER}>" == read["From"]
    assert read["To"] == "ida@example.com"
    assert read["Subject"] == "3 problems: März.csv"
    assert ("multipart/alternative", ["text/plain", "text/html"]) == (
        read.get_content_type(),
        [part.get_content_type() for part in read.iter_parts()],
    )
    assert read.get_body(("plain",)).get_content().strip() == "Grüße"
    assert read.get_body(("html",)).get_content().strip() == "<p>Grüße</p>"
    assert read["Message-ID"] == "<import-a@fjordblick.example>"
    assert read["X-HourTab-Mail"] == "import-a"
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["List-Id"] == "<imports.hourtab.fjordblick.example>"
    assert NOON == read["Date"].datetime


def test_a_mail_without_a_topic_has_no_list_id():
    assert read_back(mail())["List-Id"] is None


@given(_lines, _lines, _lines)
def test_no_name_subject_or_text_becomes_a_header_or_a_recipient(name: str, subject: str, text: str):
    harmless = sorted(read_back(mail()).keys())

    read = read_back(mail(sender_name=name, subject=subject, text=text, html=text))

    assert harmless == sorted(read.keys())
    assert ["ida@example.com"] == [address.addr_spec for address in read["To"].addresses]
    assert [SENDER] == [address.addr_spec for address in read["From"].addresses]
    assert header_text(subject) == header_text(read["Subject"])


def test_a_header_s_text_is_one_line_of_visible_characters():
    assert header_text(" 3\x00 problems:\r\n\tMärz\u2028\u202e.csv ") == "3 problems: März .csv"
    assert header_text("=?utf-8?q?x?=") == "= ?utf-8?q?x?="


@pytest.mark.parametrize(
    "address",
    [
        "",
        "ida",
        "ida@",
        "@example.com",
        "ida@exa mple.com",
        "ida@example.com, eve@example.com",
        "ida@münchen.example",
        "ida@example.com\r\nBcc: eve@example.com",
        "Ida <ida@example.com>",
        "îda@example.com",
    ],
)
def test_an_address_that_is_not_plain_is_refused(address: str):
    with pytest.raises(UnwritableMailError):
        read_back(mail(to=address))
