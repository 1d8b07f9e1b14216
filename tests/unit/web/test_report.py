"""The readable report of an import: who may open it, and what it shows."""

import gzip
import html
import re
from base64 import b64encode
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from html.parser import HTMLParser

import pytest
import yaml
from chalice.test import Client

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.links import SignedLinks
from chalicelib.domain.ids import ImportId
from chalicelib.domain.retainer import HoursFormat
from chalicelib.domain.routing import Facts, suggest_rule
from chalicelib.intake.rows import ColumnFault, Refusal, RefusalKind, RowProblem
from chalicelib.services.imports.read_report import REPORT_DAYS
from chalicelib.services.store.import_record import Decision, ImportStatus, Verb
from chalicelib.words.import_report import view_of
from chalicelib.words.import_sentences import next_steps, status_words
from tests.fakes import FakeImportLog
from tests.unit.web.page.samples import CLIENT, seeblick
from tests.unit.web.report_samples import KEY, LINKS, NOW, Desk, done, edited, refused, routed, troubled, undone


def get(desk: Desk, path: str | None = None, method: str = "get"):
    with Client(desk.serve()) as client:
        return getattr(client.http, method)(path or desk.path)


def commands(record) -> list[str]:
    return [command for step in next_steps(record) for command in step.commands]


def text_of(body: bytes) -> str:
    """The visible text, with white space folded."""
    return html.unescape(" ".join(re.sub(r"<style>.*?</style>|<[^>]+>", " ", body.decode(), flags=re.DOTALL).split()))


# ---------------------------------------------------------------- who may open it


def test_a_report_is_neither_cached_nor_indexed():
    answered = get(Desk(done()))

    assert (200, "no-store", "no-referrer", "noindex, nofollow, noarchive") == (
        answered.status_code,
        answered.headers["Cache-Control"],
        answered.headers["Referrer-Policy"],
        answered.headers["X-Robots-Tag"],
    )
    assert b'<meta name="robots" content="noindex">' in answered.body


def test_only_the_page_s_own_style_applies_and_nothing_runs():
    answered = get(Desk(troubled()))
    policy = dict(part.strip().partition(" ")[::2] for part in answered.headers["Content-Security-Policy"].split(";"))
    [sheet] = re.findall(r"<style>(.*?)</style>", answered.body.decode(), re.DOTALL)

    assert f"'sha256-{b64encode(sha256(sheet.encode()).digest()).decode()}'" == policy["style-src"]
    assert ("'none'", "'none'") == (policy["default-src"], policy["frame-ancestors"])
    assert "url(" not in sheet
    assert "@import" not in sheet


def test_an_address_works_for_90_days_and_then_names_the_command_for_a_new_one():
    today = NOW.date()
    last = get(Desk(done(), today - timedelta(days=REPORT_DAYS)))
    ended = get(Desk(done(), today - timedelta(days=REPORT_DAYS + 1)))

    assert (200, 410) == (last.status_code, ended.status_code)
    assert "This address works until 22 November 2026" in text_of(last.body)
    assert f"hourtab import show {done().id} prints it" in text_of(ended.body)
    assert "no-store" == ended.headers["Cache-Control"]
    assert "Toggl week 47" not in text_of(ended.body)


def test_an_invalid_address_opens_nothing():
    desk = Desk(done())
    unknown = LINKS.token(ImportId("0000000000000000"), NOW.date())
    refused_ones = [get(desk, f"/i/{token}") for token in (unknown, desk.path[3:] + "x", "x", "%00", "x" * 900)]

    assert {404} == {one.status_code for one in refused_ones}
    assert 1 == len({one.body for one in refused_ones})


def test_a_revoked_address_opens_nothing_and_a_new_one_of_the_same_day_opens_the_report():
    desk, log = Desk(done()), FakeImportLog(done())
    log.revoke_links(desk.record.id)
    renewed = f"/i/{LINKS.token(desk.record.id, desk.made_on, 1)}"

    with Client(desk.serve(import_log=log)) as visitor:
        assert [404, 200] == [visitor.http.get(path).status_code for path in (desk.path, renewed)]


def test_a_made_up_address_reads_nothing():
    desk = Desk(done())

    with Client(desk.serve(import_log=None)) as visitor:
        assert 404 == visitor.http.get(desk.path + "x").status_code


def test_a_clients_token_opens_no_report_and_a_reports_token_no_client():
    desk, client, links = Desk(done()), seeblick(), SignedLinks(lambda: (KEY,))
    of_client, of_report = links.token(CLIENT, 1), desk.path.removeprefix("/i/")

    with Client(desk.serve(directory=client.directory, ledger=client.ledger, links=links)) as visitor:
        asked = [f"/b/{of_client}", f"/i/{of_report}", f"/i/{of_client}", f"/b/{of_report}"]
        assert [200, 200, 404, 404] == [visitor.http.get(path).status_code for path in asked]


def test_a_head_request_is_answered_without_a_body():
    answered = get(Desk(done()), method="head")

    assert (200, b"") == (answered.status_code, answered.body)


def test_an_unavailable_store_is_a_page_that_asks_to_retry(caplog):
    desk = Desk(done())

    class Silent:
        def read_link_version(self, _):
            raise CloudError("BatchGetItem", "Timeout")

    with Client(desk.serve(import_log=Silent())) as client:
        answered = client.http.get(desk.path)

    assert 503 == answered.status_code
    assert desk.path not in caplog.text


# ---------------------------------------------------------------- what it shows


class Cells(HTMLParser):
    """The cells of a page's tables."""

    def __init__(self):
        super().__init__()
        self.cells, self.inside = [], False

    def handle_starttag(self, tag, _attrs):
        if tag in {"td", "th"}:
            self.cells.append("")
            self.inside = True

    def handle_endtag(self, tag):
        self.inside = self.inside and tag not in {"td", "th"}

    def handle_data(self, data):
        if self.inside:
            self.cells[-1] += data


@pytest.mark.parametrize("record", [done(), troubled(), undone(), routed()], ids=lambda record: record.file.key[6:20])
def test_the_counted_kinds_of_rows_add_up_to_the_rows_of_the_file(record):
    *parts, total = [int(row.rows.replace(",", "")) for row in view_of(record).counts]

    assert record.report.counts.rows == total == sum(parts)


def test_missing_entries_are_separate_from_the_sum():
    page = text_of(get(Desk(troubled())).body)

    assert (
        "Besides these rows, there are 3 entries from earlier files that this one does not repeat. Missing entries stay"
        in page
    )


def test_how_the_file_was_read_comes_first_then_columns_then_rows_then_the_cycles():
    shown = text_of(get(Desk(troubled())).body)
    parts = (
        "How it was read hours from Duration ; dates from Start date , day first; source toggl",
        "Columns “Tags”: 30 of 46 rows, the first in line 4 (“x”): Invented.",
        "Rows of the file",
        "Unrouted These rows",
        "Problems These rows",
        "Warnings These rows",
        "Used hours",
    )

    assert sorted(parts, key=shown.index) == list(parts)
    assert "How it was read" not in text_of(get(Desk(done())).body), "an older release did not say it"


def test_each_cycle_is_shown_before_and_after():
    cells = Cells()
    cells.feed(get(Desk(routed())).body.decode())
    table = cells.cells[cells.cells.index("Cycle") :]

    assert ["Cycle", "Before", "After"] == table[:3]
    assert [
        *("seeblick-klinik/helpdeskfrom 1 October 2026", "20 h", "20 h"),
        *("seeblick-klinik/helpdeskfrom 1 November 2026", "4 h", "9.75 h+5.75 h"),
        *("nordlicht-dental/helpdeskfrom 1 November 2026", "0 h", "26.75 h+26.75 h"),
        *("praxis-am-markt/managed-services-and-monitoringfrom 15 October 2026", "12.50 h", "11 h−1.50 h"),
    ] == table[3:]


def test_200_of_each_kind_are_listed_and_the_rest_counted():
    record = troubled(1234)
    shown = view_of(record)

    assert {"unrouted": 200, "problems": 200, "warnings": 200, "missing": 200, "duplicates": 1} == {
        one.slug: len(one.rows) for one in shown.listings
    }
    assert dict.fromkeys(("unrouted", "problems", "warnings", "missing"), "and 1,034 more") == {
        one.slug: one.more for one in shown.listings if one.more
    }
    assert len(gzip.compress(get(Desk(record)).body)) < 30_000


def test_a_full_list_of_likely_duplicates_which_are_not_counted_says_that_it_ends_at_200():
    record = troubled()
    full = replace(record, report=replace(record.report, duplicates=record.report.duplicates * 200))
    [listing] = [one for one in view_of(full).listings if one.slug == "duplicates"]

    assert "Only the first 200 are listed." == listing.more


def test_a_rule_is_listed_once_and_can_be_pasted():
    body = get(Desk(troubled(200))).body.decode()
    pasted = html.unescape(re.findall(r"<pre>(.*?)</pre>", body, re.DOTALL)[-1])

    assert [{"when": {"client": "Fähr & Söhne GmbH"}, "client": "CLIENT"}] == yaml.safe_load(pasted)


def test_a_rule_hides_nothing_and_still_says_the_same():
    hidden = "Nord\u202ehcral\u2028\x85 & “Söhne”\u200b"
    rule = suggest_rule(Facts(project=hidden), "client: CLIENT")
    record = troubled()
    unrouted = (RowProblem(2, None, None, "No rule.", rule=rule),)
    listing = view_of(replace(record, report=replace(record.report, unrouted=unrouted))).listings[0]

    assert listing.rules[0].isprintable()
    assert [{"when": {"project": hidden}, "client": "CLIENT"}] == yaml.safe_load(listing.rules[0])


ATTACK = "</pre></bdi><script>alert(1)</script>\"'&amp;{{ 7*7 }}`<img src=x onerror=alert(1)>"


def hostile(attack: str):
    """A record in which every text from the file and its name is an attack."""
    record = troubled()
    report = record.report
    problem = RowProblem(3, attack, attack, attack, rule=attack)
    return replace(
        record,
        file=replace(record.file, key=f"inbox/{attack}", version=attack),
        report=replace(
            report,
            source=attack,
            how_read=attack,
            column_faults=(ColumnFault(attack, attack),),
            problems=(problem,),
            warnings=(problem,),
            unrouted=(problem,),
            missing=tuple(replace(one, worker=attack, description=attack) for one in report.missing),
            duplicates=tuple(replace(one, other_source=attack, description=attack) for one in report.duplicates),
        ),
    )


class Tags(HTMLParser):
    """The elements of a page with the attributes that could load, run or style."""

    def __init__(self):
        super().__init__()
        self.tags, self.wrong = set(), []

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.wrong += [name for name, _ in attrs if name in {"src", "srcset", "data", "style"} or name.startswith("on")]


@pytest.mark.parametrize("is_refused", [False, True])
@pytest.mark.parametrize("attack", [ATTACK, f"Say `{ATTACK}"], ids=["bare", "quoted as code"])
def test_text_from_files_stays_text(attack, is_refused):
    record = hostile(attack)
    if is_refused:
        report = replace(refused().report, refusal=Refusal(RefusalKind.NOT_CSV, attack))
        record = replace(record, report=report)
    body = get(Desk(record)).body
    tags = Tags()
    tags.feed(body.decode())

    assert [] == tags.wrong
    assert not tags.tags & {"script", "img", "iframe", "object", "embed", "a"}
    assert attack in html.unescape(body.decode())


def test_a_refusal_is_shown_in_full_with_advice():
    page = text_of(get(Desk(refused())).body)

    assert "Refused nothing in this file counts" in page
    assert refused().report.refusal.reason.replace("`", "") in page.replace(" ,", ",").replace(" .", ".")
    assert "Rows of the file" not in page


def test_every_decision_is_shown_with_its_time():
    page = text_of(get(Desk(undone())).body)
    accepted = view_of(replace(troubled(), decisions=(Decision(Verb.ACCEPT, NOW),)))

    assert "22 November 2026, 05:05 UTC Undone: as if the file had never been dropped" in page
    assert "22 November 2026, 06:06 UTC Redone: the file counts again" in page
    assert "Nothing in this file counts now." in page
    assert (
        ("22 November 2026, 08:14 UTC", "Accepted: what the file does not repeat was deleted at the source"),
    ) == accepted.decisions
    assert "removed" in accepted.missing


def test_the_page_says_as_of_when_it_is_and_why_the_last_retry_changed_nothing():
    refusal = Refusal(RefusalKind.UNKNOWN_RETAINER, "There is no retainer `helpdesk`.")
    retried = replace(done(), retry_refused=refusal, reported_at=NOW, finished_at=NOW + timedelta(days=1))
    as_of = (
        "As of 22 November 2026, 08:14 UTC. Imports, decisions and removals since then may have changed what counts."
    )

    assert as_of in text_of(get(Desk(done())).body)
    page = text_of(get(Desk(retried)).body)
    assert "The last retry was refused, so the import counts as before: There is no retainer helpdesk" in page
    assert as_of in page


def test_hours_are_shown_as_the_client_reads_them():
    page = text_of(get(Desk(replace(done(), report=replace(done().report, hours_format=HoursFormat.CLOCK)))).body)

    assert ["31:45 h of work" in page, "6:30 h 16:15 h +9:45 h" in page] == [True, True]


def test_the_original_is_named_with_its_version():
    page = text_of(get(Desk(done())).body)

    assert "kept in the bucket hourtab-prod-inbox-111122223333-eu-central-1, version Qx7vDnY2kP0z." in page


# ---------------------------------------------------------------- what to do next


def test_every_status_has_words():
    shown = {status_words(replace(done(), report=replace(done().report, status=status))) for status in ImportStatus}

    assert len(ImportStatus) == len(shown)
    assert "Undone" == status_words(undone())


def test_each_finding_has_its_command():
    this = done().id

    assert [f"hourtab import undo {this}"] == commands(done())
    assert [f"hourtab import redo {this}"] == commands(undone())
    assert [f"hourtab import retry {this}"] == commands(refused())
    assert [
        "hourtab apply setup.yaml",
        f"hourtab import retry {this}",
        f"hourtab import accept {this}",
        f"hourtab import undo {this}",
    ] == commands(troubled())


def test_likely_edits_come_first_with_a_command_of_their_own():
    body = get(Desk(edited())).body
    page, this = text_of(body), edited().id

    assert [
        f"hourtab import accept {this} --edits",
        f"hourtab import accept {this}",
        f"hourtab import undo {this}",
    ] == commands(edited())
    assert (
        page.index("Likely edits These rows are equal") < page.index("Warnings") < page.index("Missing These entries")
    )
    assert "The earlier entries stay counted until you accept the edits." in page
    assert "2 Mail `moved` 2026-11-09, 09:00 → 09:15:30 · Jonas Brandt · seeblick-klinik/helpdesk" in page
    assert "there is 1 entry from earlier files that this one does not repeat" in page


def test_an_accepted_edit_is_not_asked_about_again():
    record = replace(edited(removed=True), decisions=(Decision(Verb.ACCEPT_EDITS, NOW),))
    page = text_of(get(Desk(record)).body)

    assert [f"hourtab import accept {record.id}", f"hourtab import undo {record.id}"] == commands(record)
    assert "The earlier entries were removed when you accepted the edits." in page
    assert "Missing entries stay counted until you accept their deletion." in page
    assert "Accepted as edits: rows replace entries that are equal but for their start" in page


def test_after_the_refusal_of_another_zone_each_way_out_has_its_command():
    refusal = Refusal(RefusalKind.OTHER_ZONE, "The file seems to be exported in another time zone.")
    record = replace(refused(), report=replace(refused().report, refusal=refusal))
    retry = f"hourtab import retry {record.id}"

    assert ["hourtab apply setup.yaml", retry, f"{retry} --as-edits"] == commands(record)


@pytest.mark.parametrize(
    ("reason", "then"),
    [
        ("03/04/2026 is open. Set `date_order` to `dmy` or `mdy` in your set-up and retry the import.", ["retry"]),
        ("This is Excel's serial number of a date. Format the column as a date and drop that file.", []),
    ],
)
def test_only_a_file_whose_dates_the_set_up_can_settle_is_retried(reason, then):
    refusal = Refusal(RefusalKind.AMBIGUOUS_DATES, reason)
    record = replace(refused(), report=replace(refused().report, refusal=refusal))

    assert [f"hourtab import {verb} {record.id}" for verb in then] == commands(record)


@pytest.mark.parametrize(
    ("reason", "then"),
    [
        ("“Duration” “90” is open. Say once how to read this header: `hourtab source map FILE --as NAME`.", ["retry"]),
        ("The file has two columns “Hours”. Leave one of them out and export again.", []),
    ],
)
def test_a_file_whose_hours_are_open_is_retried_once_its_header_is_mapped(reason, then):
    refusal = Refusal(RefusalKind.AMBIGUOUS_HOURS, reason)
    record = replace(refused(), report=replace(refused().report, refusal=refusal))

    assert [f"hourtab import {verb} {record.id}" for verb in then] == commands(record)
    assert " a file that meets the requirement above" in next_steps(record)[-1].text


def test_accepted_entries_are_not_asked_about_again():
    accepted = replace(troubled(), decisions=(Decision(Verb.ACCEPT, NOW),))

    assert f"hourtab import accept {accepted.id}" not in commands(accepted)


@pytest.mark.parametrize("kind", [RefusalKind.EMPTY, RefusalKind.SUMMARY_REPORT, RefusalKind.NOT_CSV])
def test_no_retry_is_suggested_for_an_unusable_file(kind):
    assert [] == commands(replace(refused(), report=replace(refused().report, refusal=Refusal(kind, "No."))))


@pytest.mark.parametrize(("warnings", "says"), [(0, "Nothing needs to be done."), (2, "Check the rows with warnings.")])
def test_rows_with_warnings_are_to_be_checked_even_if_nothing_else_is_to_be_done(warnings, says):
    record = done()
    counts = replace(record.report.counts, warnings=warnings)

    (step,) = next_steps(replace(record, report=replace(record.report, counts=counts)))

    assert f"{says} If the file was a mistake:" == step.text
