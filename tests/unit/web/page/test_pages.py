import gzip
import json
import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html import unescape
from html.parser import HTMLParser
from urllib.parse import parse_qs

import pytest
from chalice.test import Client

from chalicelib.adapters.aws import CloudError
from chalicelib.domain.branding import Logo
from chalicelib.domain.retainer import Link
from chalicelib.render.jinja import style
from chalicelib.services.store.books import Operator
from chalicelib.web.headers import BODY_LIMIT, fits
from chalicelib.web.routes import BusyLinkError, LinkThrottle
from tests.builders import entry, ledger
from tests.logos import PNG, SVG
from tests.unit.web.page.samples import CLIENT, HELPDESK, NOW, Sample, helpdesk, many, sample, seeblick
from tests.unit.web.page.samples import branded as operated

FILES = ("", "/balance.json", "/work-log.csv")


def get(one: Sample, path: str | None = None, *, body_limit: int = BODY_LIMIT, **headers: str):
    with Client(one.serve(body_limit)) as client:
        return client.http.get(f"/b/{one.token}" if path is None else path, headers=headers)


@pytest.mark.parametrize("file", FILES)
def test_every_response_is_private_and_revalidated(file):
    one = seeblick()
    headers = get(one, f"/b/{one.token}{file}").headers

    assert ("private, no-cache", "no-referrer", "nosniff", "noindex, nofollow, noarchive") == (
        headers["Cache-Control"],
        headers["Referrer-Policy"],
        headers["X-Content-Type-Options"],
        headers["X-Robots-Tag"],
    )


def test_only_the_pages_own_style_sheet_applies_and_nothing_runs():
    answered = get(seeblick())
    policy = dict(part.strip().partition(" ")[::2] for part in answered.headers["Content-Security-Policy"].split(";"))
    sheet = answered.body.decode().split("<style>")[1].split("</style>")[0]

    assert f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" == policy["style-src"]
    assert ("'none'", "'none'") == (policy["default-src"], policy["frame-ancestors"])
    assert not {"script-src", "script-src-elem"} & set(policy)


class Collector(HTMLParser):
    """Collects what a page would fetch or run, and styles outside its policy."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        loading = {name for name, value in attrs if name in {"src", "srcset", "data"}}
        inline = {name for name, _ in attrs if name == "style" or name.startswith("on")}
        if tag in {"script", "img", "iframe", "object", "embed"} or loading or inline:
            self.found.append((tag, attrs))


def test_a_page_fetches_and_runs_nothing():
    collector = Collector()
    collector.feed(get(seeblick()).body.decode())

    assert [] == collector.found
    assert "url(" not in style()
    assert "@import" not in style()


def branded(operator: Operator, *logos: Logo) -> Sample:
    one = seeblick()
    one.directory.books[CLIENT] = replace(one.directory.books[CLIENT], operator=operator)
    for logo in logos:
        one.directory.write_logo(logo)
    return one


@pytest.mark.parametrize("data", [SVG, PNG])
def test_a_logo_is_inside_the_page_and_its_policy_allows_no_other_image(data):
    logo = Logo.of(data)
    one = branded(Operator("Kestrel IT", "hello@kestrel.example", logo=logo.id), logo)
    answered = get(one)
    collector = Collector()
    collector.feed(answered.body.decode())

    assert [("img", [("src", logo.data_uri), ("alt", "")])] == collector.found
    assert "; img-src data:; " in answered.headers["Content-Security-Policy"]
    assert 1 == one.directory.logo_reads


def test_a_page_without_a_logo_reads_none_and_one_whose_logo_is_gone_is_shown_without_it():
    without, gone = branded(Operator("Kestrel IT")), branded(Operator("Kestrel IT", logo="a.svg"))

    assert get(without).body == get(gone).body
    assert (0, 1) == (without.directory.logo_reads, gone.directory.logo_reads)


def test_the_accent_is_part_of_the_style_sheet_and_of_its_hash():
    answered = get(branded(Operator("Kestrel IT", accent="#7a2a50")))
    sheet = answered.body.decode().split("<style>")[1].split("</style>")[0]

    assert sheet.endswith(
        ":root{--accent:#7a2a50}@media screen and (prefers-color-scheme:dark){:root{--accent:#c86192}}"
    )
    assert b64encode(sha256(sheet.encode()).digest()).decode() in answered.headers["Content-Security-Policy"]


def test_the_page_says_who_it_is_from_and_how_to_reach_them():
    operator = Operator("Kestrel IT", "a@kestrel.example", phone="+49 40 555 0", web="https://kestrel.example/")
    top = get(branded(operator)).body.decode().partition('<p class="by">')[2].partition("</p>")[0]

    assert "Kestrel IT a@kestrel.example +49 40 555 0 kestrel.example" == re.sub("<[^>]+>", "", top)
    assert ["mailto:a@kestrel.example", "https://kestrel.example/"] == re.findall('href="([^"]+)"', top)


def test_a_question_about_an_entry_is_a_mail_with_its_date_and_text_filled_in():
    one = branded(Operator("Kestrel IT", "a@kestrel.example"))
    plain, asking = (get(one, f"/b/{one.token}{query}").body.decode() for query in ("", "?ask=1"))
    mails = [unescape(each) for each in re.findall('href="mailto:([^"]+[?][^"]+)"', asking)]
    to, _, query = mails[0].partition("?")

    assert not re.search('href="mailto:[^"]+[?]', plain)
    assert asking.count("<time ") == len(mails) == 18
    assert '<details class="week">' not in asking
    assert ("a@kestrel.example", ["Seeblick Klinik, Helpdesk, 2026-11-20"]) == (to, parse_qs(query)["subject"])
    assert ["20 Nov: Suspicious mail: three accounts locked and checked (1.25 h)\n\n"] == parse_qs(query)["body"]


def test_without_an_address_of_the_operator_nothing_is_asked():
    one = branded(Operator("Kestrel IT"))

    assert get(one).body == get(one, f"/b/{one.token}?ask=1").body


@pytest.mark.parametrize("file", FILES)
def test_a_visitor_with_the_current_body_gets_304_until_a_figure_changes(file):
    one = seeblick()
    path = f"/b/{one.token}{file}"
    tag = get(one, path).headers["ETag"]
    again = get(one, path, **{"If-None-Match": f'"other", W/{tag}'})
    changed = get(sample(helpdesk()), path, **{"If-None-Match": tag})

    assert (304, b"", tag) == (again.status_code, again.body, again.headers["ETag"])
    assert 200 == changed.status_code


@pytest.mark.parametrize("file", FILES)
def test_links_that_do_not_work_are_all_refused_in_the_same_way(file):
    refused = [
        get(sample(helpdesk(), link=link), f"/b/{token}{file}")
        for token, link in [
            ("x", Link()),
            ("%00", Link()),
            ("nobody~1", Link()),
            (f"{CLIENT}~1", Link(version=2)),
            (f"{CLIENT}~1", Link(revoked=True)),
        ]
    ]

    assert 1 == len({(one.status_code, one.body, str(sorted(one.headers.items()))) for one in refused})
    assert (404, "no-store") == (refused[0].status_code, refused[0].headers["Cache-Control"])


@pytest.mark.parametrize("file", FILES)
def test_a_link_that_asks_too_often_has_to_wait_and_reads_nothing(file):
    one = seeblick()
    site = one.serve(link_requests="3")
    with Client(site) as client:
        answered = [client.http.get(f"/b/{one.token}{file}") for _ in range(5)]
        reads = (len(one.directory.reads), len(one.ledger.reads))
        other = client.http.get("/b/somebody-else~1")
        one.now += timedelta(minutes=1)
        later = client.http.get(f"/b/{one.token}{file}")

    assert [200, 200, 200, 429, 429] == [each.status_code for each in answered]
    assert (3, 3) == reads
    assert ("60", "no-store") == (answered[-1].headers["Retry-After"], answered[-1].headers["Cache-Control"])
    assert b"in a minute" in answered[-1].body
    assert (404, 200) == (other.status_code, later.status_code)


def test_made_up_tokens_fill_no_memory_of_the_throttle_and_are_never_told_to_wait():
    throttle, one = LinkThrottle(lambda: NOW, 1), seeblick()
    made_up = [one.balance(f"made-up-{number}", throttle) for number in range(3)]

    assert ([None] * 3, 0) == (made_up, len(throttle._requests))
    assert one.balance(one.token, throttle) is not None
    with pytest.raises(BusyLinkError):
        one.balance(one.token, throttle)


def test_a_refusal_is_in_the_visitors_language():
    bodies = [
        get(sample(), "/b/x", **{"Accept-Language": wanted}).body.decode()
        for wanted in ("de-AT,de;q=0.9,en;q=0.5", "fr", "nl-BE", "ja", "")
    ]

    assert ["de", "fr", "nl", "en", "en"] == [body.split('lang="')[1][:2] for body in bodies]


class Silent:
    """A ledger whose store is unavailable."""

    def read_cycles(self, ids, plan=None):
        raise CloudError("BatchGetItem", f"no answer for {len(ids)} keys of plan {plan}")


def test_an_unavailable_store_is_a_page_that_asks_to_retry(caplog):
    one = seeblick()
    one.ledger = Silent()
    answered = get(one)

    assert (503, "60") == (answered.status_code, answered.headers["Retry-After"])
    assert "CloudError" in caplog.text
    assert one.token not in caplog.text


def test_a_bug_is_a_friendly_page_too(caplog):
    one = seeblick()
    one.ledger.read_cycles = None

    assert (500, True) == (get(one).status_code, "TypeError" in caplog.text)


def test_an_invalid_year_is_ignored():
    one = seeblick()
    pages = [get(one, f"/b/{one.token}{query}").body for query in ("", "?year=", "?year=20x6", "?year=0000")]

    assert 1 == len(set(pages))


def test_the_file_is_named_after_client_and_year():
    one = seeblick()
    headers = get(one, f"/b/{one.token}/work-log.csv?year=2026").headers

    assert 'attachment; filename="seeblick-klinik-work-log-2026.csv"' == headers["Content-Disposition"]


@pytest.mark.parametrize("sign", ["a", '"', "\n", "ü", "\N{GRINNING FACE}"])
def test_a_body_is_measured_as_lambda_escapes_it(sign):
    most = BODY_LIMIT // (len(json.dumps(sign)) - 2)

    assert (True, False) == (fits(sign * (most - 2)), fits(sign * (most + 1)))


@pytest.mark.parametrize(
    ("language", "title"),
    [("en", "This file is too large"), ("de", "Diese Datei ist zu groß"), ("fr", "Ce fichier est trop volumineux")],
)
def test_a_work_log_too_large_for_lambda_says_how_to_get_it(caplog, language, title):
    one = seeblick()
    whole, cycle = (f"/b/{one.token}/work-log.csv?{query}" for query in ("year=2026", "year=2026&cycle=2026-09-01"))
    limit = len(json.dumps(get(one, whole).body.decode())) - 1
    refused = get(one, whole, body_limit=limit, **{"Accept-Language": language})
    body = refused.body.decode()

    assert (413, "no-store", "text/html") == (
        refused.status_code,
        refused.headers["Cache-Control"],
        refused.headers["Content-Type"].partition(";")[0],
    )
    assert title in body
    assert "?cycle=2026-03-01" in body
    assert 200 == get(one, cycle, body_limit=limit).status_code
    assert "" == caplog.text


def test_the_json_leaves_out_the_oldest_of_too_many_entries_and_says_how_many():
    one = many(400)
    address = f"/b/{one.token}/balance.json"
    [whole] = json.loads(get(one, address).body)["retainers"]

    answered = get(one, address, body_limit=50_000)
    [cut] = json.loads(answered.body)["retainers"]

    assert 200 == answered.status_code
    assert 0 == whole["entries_left_out"] < cut["entries_left_out"] == 400 - len(cut["entries"])
    assert whole["entries"][: len(cut["entries"])] == cut["entries"]
    assert [whole[name] for name in whole if not name.startswith("entries")] == [
        cut[name] for name in cut if not name.startswith("entries")
    ]


def test_an_invalid_cycle_is_ignored():
    one = seeblick()
    silly = ("", "?cycle=", "?cycle=2026-13-01", "?cycle=20261101", "?cycle=2026-W45-1", "?cycle=march")
    bodies = [get(one, f"/b/{one.token}{file}{query}").body for file in FILES[1:] for query in silly]

    assert 2 == len(set(bodies))


def test_the_file_of_a_cycle_is_named_after_it():
    one = seeblick()
    headers = get(one, f"/b/{one.token}/work-log.csv?year=2025&cycle=2026-09-01").headers

    assert 'attachment; filename="seeblick-klinik-work-log-2026-09-01.csv"' == headers["Content-Disposition"]


def test_a_page_of_300_entries_is_under_12_kb_compressed():
    page = get(many(300)).body

    assert len(gzip.compress(page, 6)) < 12_000


def test_thousands_of_entries_leave_the_page_light_and_say_so():
    page = get(many(3_000)).body

    assert b"The newest 300 of 3,000 entries are listed here." in page
    assert len(gzip.compress(page, 6)) < 12_000


@pytest.mark.parametrize("query", ["", "?ask=1"])
def test_a_page_of_entries_as_long_as_mails_lists_fewer_of_them_and_still_has_every_sum(query):
    def said(length: int, **limit: int) -> str:
        work = [entry(f"2026-11-{1 + n % 20:02}", "0:15", description=f"{n} {'ü' * length}") for n in range(300)]
        one = operated(sample(helpdesk(), cycles=[ledger("2026-11-01", work, of=HELPDESK)]))
        answered = get(one, f"/b/{one.token}{query}", **limit)
        assert 200 == answered.status_code
        return answered.body.decode()

    whole, cut = said(10), said(4_000)

    assert fits(cut)
    assert re.search("The newest (50|5) of 300 entries are listed here", cut)
    assert re.findall("<summary>.*|<h3.*|<dd>.*|<strong>.*", whole) == re.findall(
        "<summary>.*|<h3.*|<dd>.*|<strong>.*", cut
    )
    assert "The newest 0 of 300 entries are listed here" in said(4_000, body_limit=40_000)


def test_a_page_that_does_not_fit_whatever_is_left_out_says_so():
    one = seeblick()

    assert 413 == get(one, f"/b/{one.token}", body_limit=1_000).status_code


def test_a_head_request_is_answered_without_a_body():
    one = seeblick()
    with Client(one.serve()) as client:
        answered = client.http.head(f"/b/{one.token}")

    assert (200, b"") == (answered.status_code, answered.body)
