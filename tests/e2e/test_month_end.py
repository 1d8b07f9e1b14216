"""A month ends on the packaged stack: the schedule closes the cycle, and its invoice is issued and mailed."""

import json
import subprocess
from collections.abc import Iterator
from email import message_from_string, policy
from functools import partial
from pathlib import Path

import pytest

from infra.demo_invoice import live_a_month
from tests.browser import Visit, open_chromium
from tests.local_stack import LocalStack, packaged_stack, shared_package


@pytest.fixture(scope="module")
def stack() -> Iterator[LocalStack]:
    """A separate stack, because its clock is set forward."""
    with packaged_stack(shared_package()) as own:
        yield own


def run_json(stack: LocalStack, *arguments: str):
    return json.loads(stack.hourtab(*arguments, "--json").stdout)


def test_the_invoice_of_a_month_arrives_as_a_mail_with_a_pdf_that_says_so(stack: LocalStack, tmp_path: Path):
    hourtab = partial(run_json, stack)

    mail = live_a_month(stack.cloud, hourtab, lambda _: None)

    read = message_from_string(mail["message"], policy=policy.default)
    [attached] = read.iter_attachments()
    pdf = tmp_path / "invoice.pdf"
    pdf.write_bytes(attached.get_content())
    words = subprocess.run(["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True).stdout
    text = " ".join(words.split())
    assert "sent" == mail["state"]
    assert "rechnung@hafenkontor.example" in read["To"]
    assert "DEMO-" in read["Subject"]
    assert "1.675,00" in " ".join(read.get_body(("plain",)).get_content().split())
    for amount in ("1.000,00", "675,00", "1.675,00"):
        assert amount in text
    assert "6,75" in text


def test_the_client_s_page_offers_that_invoice_to_a_browser_as_a_pdf(stack: LocalStack):
    [client] = [one["client"] for one in run_json(stack, "client", "list")]
    [invoice] = run_json(stack, "invoice", "list", "--state", "issued")
    address = run_json(stack, "link", "show", client)["url"]

    with open_chromium() as browser, Visit(browser, address) as visit:
        visit.page.click("footer a[href$='?invoices=1']")
        with visit.page.expect_download() as download:
            visit.page.click("section a")
        name, start = download.value.suggested_filename, download.value.path().read_bytes()[:5]

    assert (f"{invoice['number']}.pdf", b"%PDF-") == (name, start)


def test_the_mails_of_that_month_were_sent_in_order_each_on_its_day(stack: LocalStack):
    mails = [one for one in run_json(stack, "mail", "list", "--limit", "200") if one["state"] != "needless"]

    due = {one["id"]: max(one["not_before"] or "", one["created_at"])[:10] for one in mails}
    settled = {one["id"]: one["settled_at"][:10] for one in mails}
    assert {"sent"} == {one["state"] for one in mails}
    assert due == settled
    assert {"alert", "new-cycle", "invoice-draft", "invoice"} <= {one["kind"] for one in mails}


def test_a_closed_cycle_never_changes(stack: LocalStack, tmp_path: Path):
    [client] = [one["client"] for one in run_json(stack, "client", "list")]
    [_, closed] = run_json(stack, "balance", client, "helpdesk")
    late = tmp_path / "late.csv"
    late.write_text(f"Date,Description,Duration\n{closed['cycle']['start']},Mail moved to the new server,28:00\n")

    stack.hourtab("import", "drop", str(late), "--client", client, "--retainer", "helpdesk", "--wait")

    [now, still] = run_json(stack, "balance", client, "helpdesk")
    assert closed | {"as_of": still["as_of"]} == still
    assert "closed" == still["cycle"]["state"]
    assert 5 * 900 == now["used_seconds"]
