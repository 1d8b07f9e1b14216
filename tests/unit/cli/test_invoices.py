"""`hourtab invoice`: drafts are shown, adjusted, issued and cancelled."""

import csv
import json
import re
from dataclasses import replace
from pathlib import Path

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.domain.ids import ClientId, CycleId, RetainerId, RetainerSlug
from chalicelib.domain.parties import NO_BUYER
from tests.builders import day, used
from tests.invoice_rig import NOW, OPERATOR, FakeInvoices, book, draft, draft_for
from tests.logos import SVG, logo
from tests.unit.cli.rig import Answer, Cli
from tests.unit.cli.test_json_answers import KEYS

ID = "acme/support/2026-01-01"


def plain(answer: Answer) -> list[str]:
    assert answer.code == 0, answer.err
    return [line.replace("\N{NO-BREAK SPACE}", " ") for line in answer.lines]


@pytest.fixture
def seed(cli: Cli) -> Cli:
    """A terminal whose deployment has a German client's draft for the month of the golden example."""
    cli.parts.directory.write_client(book(locale="de-DE"))
    cli.parts.directory.write_operator(OPERATOR)
    cli.parts.invoices = FakeInvoices(draft())
    cli.parts.moment = NOW
    return cli


def test_before_the_first_close_an_unknown_invoice_is_refused_with_where_drafts_come_from(acme: Cli) -> None:
    answer = acme.run("invoice", "show", "acme")

    expected = "hourtab: There is no invoice “acme”. There are none yet: one is drafted when a live cycle closes.\n"
    assert expected == answer.err
    nothing = "There are none yet: one is drafted when a live cycle closes."
    assert [nothing] == acme.run("invoice", "list").lines
    assert ["No invoice matches."] == acme.run("invoice", "list", "--client", "acme").lines


def test_a_draft_is_listed_with_its_sums_and_without_a_number(seed: Cli) -> None:
    assert plain(seed.run("invoice", "list")) == [
        "ID                       NUMBER  STATE  ISSUED  DUE        NET      GROSS",
        "acme/support/2026-01-01          draft               €1,675.00  €1,993.25",
    ]


def test_an_issued_invoice_and_its_credit_note_are_listed_newest_first(seed: Cli) -> None:
    seed.run("invoice", "issue", ID)
    seed.run("invoice", "void", ID, "--reason", "Wrong firm")

    head, credit, again, invoice, sums = plain(seed.run("invoice", "list", "--client", "acme"))

    assert head.split() == ["ID", "NUMBER", "STATE", "ISSUED", "DUE", "NET", "GROSS"]
    assert credit.split() == [
        f"{ID}/credit", "2026-0002", "credit", "note", "2026-02-05", "2026-02-05", "-€1,675.00", "-€1,993.25",
    ]  # fmt: skip
    assert invoice.split() == [ID, "2026-0001", "void", "2026-02-05", "2026-02-19", "€1,675.00", "€1,993.25"]
    assert [one["id"] for one in seed.run("invoice", "list", "--state", "void", "--json").json] == [ID]
    assert again.split()[:2] == [f"{ID}/2", "draft"]
    assert sums.split() == ["3", "in", "EUR", "€1,675.00", "€1,993.25"]
    assert [one["id"] for one in seed.run("invoice", "list", "--limit", "1", "--json").json] == [f"{ID}/credit"]


def test_a_draft_is_shown_as_the_client_would_read_it(seed: Cli) -> None:
    shown = "\n".join(plain(seed.run("invoice", "show", ID)))

    assert "state    draft" in shown
    assert "Kontingent (20 Stunden zu 50 €)" in shown
    assert "6,75 Stunden zum Normalpreis (100 €)" in shown
    assert "1.993,25 €" in shown
    assert "DRAFT" in shown


def test_issuing_says_the_number_and_where_it_is_mailed_to(seed: Cli) -> None:
    issued = seed.run("invoice", "issue", ID, "--on", "2026-02-04")

    assert issued.out == "2026-0001: invoice to Acme Ltd, dated 2026-02-04, mailed to billing@acme.example.\n"
    assert [mail.id for mail in seed.parts.invoices.tasks] == list(seed.parts.post.queue.sent)
    again = "2026-0001: invoice to Acme Ltd, dated 2026-02-04; this was done before, and nothing was changed.\n"
    assert seed.run("invoice", "issue", ID).out == again


@pytest.fixture
def month_end(seed: Cli) -> Cli:
    """Three drafts of January and one of February; the second one's client has no address."""
    others = (
        ("acme", "advisory", "2026-01-01"),
        ("globex", "support", "2026-01-15"),
        ("acme", "support", "2026-02-01"),
    )
    made = [draft()]
    for client, slug, start in others:
        cycle = CycleId(RetainerId(ClientId(client), RetainerSlug(slug)), day(start))
        end = day("2026-01-29") if client == "globex" else day(f"{start[:5]}{int(start[5:7]) + 1:02}-01")
        made.append(draft_for(cycle, period_end=end))
    seed.parts.invoices = FakeInvoices(*made)
    acme, [support] = seed.parts.directory.books["acme"], seed.parts.directory.books["acme"].retainers
    advisory = replace(support, id=RetainerId(ClientId("acme"), RetainerSlug("advisory")))
    seed.parts.directory.write_client(replace(acme, retainers=(support, advisory)))
    globex = replace(acme.client, id=ClientId("globex"), name="Globex")
    theirs = replace(support, id=RetainerId(ClientId("globex"), RetainerSlug("support")))
    seed.parts.directory.write_client(replace(book(), client=globex, retainers=(theirs,), billing=NO_BUYER))
    return seed


def test_the_drafts_of_a_month_are_listed_with_their_sums(month_end: Cli) -> None:
    shown = plain(month_end.run("invoice", "list", "--state", "draft", "--of", "2026-01"))

    listed = {line.split()[0] for line in shown[1:-1]}
    assert {"acme/support/2026-01-01", "globex/support/2026-01-15", "acme/advisory/2026-01-01"} == listed
    assert shown[-1].split() == ["3", "in", "EUR", "€5,025.00", "€5,661.50"]


def test_all_drafts_of_a_month_are_issued_once_agreed_to_and_one_that_cannot_be_stops_no_other(month_end: Cli) -> None:
    declined = month_end.run("invoice", "issue", "--all", "--of", "2026-01", typed="n\n")
    assert (1, "") == (declined.code, declined.out)
    assert "3 in EUR" in declined.err

    done = month_end.run("invoice", "issue", "--all", "--of", "2026-01", typed="y\n")
    assert done.code == 1
    numbers = {line.split()[0]: line.split()[1] for line in done.lines[1:3]}
    assert {"acme/advisory/2026-01-01": "2026-0001", "acme/support/2026-01-01": "2026-0002"} == numbers
    assert done.lines[-1].startswith("globex/support/2026-01-15: The invoice globex/support/2026-01-15 stays a draft")
    assert 2 == len(month_end.parts.post.queue.sent)
    drafts = month_end.run("invoice", "list", "--state", "draft", "--json").json
    assert {"globex/support/2026-01-15", "acme/support/2026-02-01"} == {one["id"] for one in drafts}

    again = month_end.run("invoice", "issue", "--all", "--of", "2026-01", "--yes", "--json")
    assert ([], ["globex/support/2026-01-15"]) == (again.json["issued"], [one["id"] for one in again.json["problems"]])


def test_a_queue_that_does_not_answer_hides_no_number_that_was_given(month_end: Cli) -> None:
    def refuse(_: object) -> None:
        raise CloudError("SendMessageBatch", "ServiceUnavailable")

    month_end.parts.post.queue.send = refuse
    done = month_end.run("invoice", "issue", "--all", "--of", "2026-01", "--yes", "--json")

    assert ["2026-0001", "2026-0002"] == [one["number"] for one in done.json["issued"]]
    assert ["globex/support/2026-01-15"] == [one["id"] for one in done.json["problems"]]


@pytest.mark.parametrize("words", [(), ("--all",), ("--of", "2026-01"), (ID, "--all"), (ID, "--of", "2026-01")])
def test_a_draft_is_issued_by_its_id_or_all_of_a_month(seed: Cli, words: tuple[str, ...]) -> None:
    refused = seed.run("invoice", "issue", *words)

    assert (2, "") == (refused.code, refused.out)
    assert "Name the draft by its ID, or all of a month by --all --of 2026-11." in refused.err


def test_a_credit_note_says_which_draft_follows_and_which_lines_are_not_in_it(seed: Cli) -> None:
    seed.run("invoice", "adjust", ID, "--amount", "-75.00", "--reason", "Goodwill for the outage")
    seed.run("invoice", "issue", ID)
    follows = [
        f"The cycle has a draft again: {ID}/2. Nothing issues it but `hourtab invoice issue`.",
        "Lines that were added to the void invoice and are not in the draft:",
        "  -75.00 EUR  Goodwill for the outage",
    ]
    done = seed.run("invoice", "void", ID, "--reason", "Wrong firm").lines
    note = "2026-0002: credit note to Acme Ltd, dated 2026-02-05"

    assert done == [f"{note}, mailed to billing@acme.example.", *follows]
    again = seed.run("invoice", "void", ID, "--reason", "Wrong firm").lines
    assert again == [f"{note}; this was done before, and nothing was changed.", *follows]
    assert seed.run("invoice", "void", ID, "--reason", "Wrong firm", "--json").json["done_before"]
    assert [one["id"] for one in seed.run("invoice", "list", "--state", "draft", "--json").json] == [f"{ID}/2"]


def test_without_an_address_it_says_that_nothing_is_mailed(seed: Cli) -> None:
    stored = seed.parts.directory.books["acme"]
    buyer = replace(stored.billing, party=replace(stored.billing.party, email=""))
    seed.parts.directory.write_client(replace(stored, billing=buyer))

    assert "not mailed: the client's `billing` has no `email`" in seed.run("invoice", "issue", ID).out
    assert seed.parts.post.queue.sent == []


def test_an_invoice_that_cannot_be_issued_says_what_to_add(seed: Cli) -> None:
    seed.parts.directory.write_client(replace(seed.parts.directory.books["acme"], billing=NO_BUYER))

    answer = seed.run("invoice", "issue", ID)

    assert (answer.code, answer.out) == (1, "")
    assert answer.err == (
        f"hourtab: The invoice {ID} stays a draft: an invoice has to name seller and buyer. Add "
        "`clients.acme.billing.address`, `clients.acme.billing.country` to the set-up file, apply it, and issue "
        "again.\n"
    )


def test_a_line_is_added_with_its_reason_and_shown(seed: Cli) -> None:
    shown = plain(seed.run("invoice", "adjust", ID, "--amount", "-75.00", "--reason", "Goodwill  for the outage"))

    assert any(line.startswith("Goodwill for the outage") and line.endswith("-75,00 €") for line in shown)
    assert seed.run("invoice", "show", ID, "--json").json["net_minor"] == 160000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("adjust", ID, "--amount", "1e3", "--reason", "x"), "1e3 is not an amount"),
        (("adjust", ID, "--amount", "1.005", "--reason", "x"), "1.005 is finer than the smallest unit of EUR"),
        (("adjust", ID, "--amount", "1", "--reason", " "), "give a reason in a few words"),
        (("adjust", ID, "--amount", "0", "--reason", "x"), "A line of 0 has no effect"),
        (("void", ID, "--reason", "x"), "is a draft"),
        (("issue", "acme/support/2026-02-01"), "Did you mean “acme/support/2026-01-01”?"),
        (("issue", ID, "--on", "2026-03-01"), "up to today, 2026-02-05"),
        (("list", "--client", "acne"), "Did you mean “acme”?"),
        (("show", ID, "--format", "pdf"), "A PDF needs a file to be written to: add -o."),
        (("show", ID, "-o", "x.pdf"), "The file needs a --format."),
        (("issue", ID, "--on", "03/01/2026"), "write it as 2026-01-31."),
        (("show", ID, "--format", "xero"), "issue it with `hourtab invoice issue acme/support/2026-01-01`."),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(seed: Cli, words: tuple[str, ...], message: str) -> None:
    answer = seed.run("invoice", *words)

    assert answer.code in {1, 2}
    assert (answer.out, answer.err.count("\n")) == ("", 1)
    assert message in answer.err


def test_a_script_gets_minor_units_and_the_whole_document(seed: Cli) -> None:
    before = seed.run("invoice", "show", ID, "--json").json
    after = seed.run("invoice", "issue", ID, "--json").json

    assert (before["number"], before["issued_on"], before["document"]["number"]) == (None, None, None)
    assert (before["state"], after["state"], after["number"]) == ("draft", "issued", "2026-0001")
    assert (after["net_minor"], after["gross_minor"], after["currency"]) == (167500, 199325, "EUR")
    assert after["document"]["lines"][1]["amount_minor"] == 67500
    assert after == seed.run("invoice", "show", ID, "--json").json | {"done_before": False}
    assert seed.run("invoice", "list", "--json").json == [seed.run("invoice", "show", ID, "--json").json]


@pytest.mark.parametrize("words", [("show",), ("adjust", "--amount", "5", "--reason", "Parking"), ("issue",)])
def test_the_answer_has_the_documented_keys(seed: Cli, words: tuple[str, ...]) -> None:
    verb, *options = words
    answer = seed.run("invoice", verb, ID, *options, "--json").json
    inner = {*answer["cycle"], *(key for one in answer["adjustments"] for key in one)}

    assert {*answer, *inner} <= KEYS[f"invoice {verb}"]
    assert {"id", "state", "number", "net_minor", "gross_minor", "voided_by", "document"} <= set(answer)


@pytest.mark.parametrize("kind", ["html", "pdf", "json", "xero", "quickbooks", "xml"])
def test_an_issued_invoice_is_a_file_in_every_format(seed: Cli, tmp_path: Path, kind: str) -> None:
    seed.run("invoice", "issue", ID)
    file = tmp_path / f"invoice.{kind}"

    answer = seed.run("invoice", "show", ID, "--format", kind, "-o", str(file))

    assert answer.out == f"Wrote {file}.\n", answer.err
    content = file.read_bytes()
    begins = {"html": b"<!DOCTYPE html>", "pdf": b"%PDF-", "json": b"{", "xml": b"<?xml"}.get(kind, b"*")
    assert kind == "quickbooks" or content.lower().startswith(begins.lower())
    assert kind == "pdf" or b"2026-0001" in content


def test_a_csv_goes_through_a_pipe(seed: Cli) -> None:
    seed.run("invoice", "issue", ID)

    rows = list(csv.DictReader(seed.run("invoice", "show", ID, "--format", "xero").out.splitlines()))

    assert [(row["*InvoiceNumber"], row["*UnitAmount"]) for row in rows] == [
        ("2026-0001", "1000.00"),
        ("2026-0001", "100.00"),
    ]


def test_a_draft_can_be_looked_at_as_a_document(seed: Cli) -> None:
    assert json.loads(seed.run("invoice", "show", ID, "--format", "json").out)["number"] == "DRAFT"
    assert "DRAFT" in seed.run("invoice", "show", ID, "--format", "html").out


def test_the_work_of_the_closed_cycle_is_listed_where_the_set_up_says_so(seed: Cli, tmp_path: Path) -> None:
    file = tmp_path / "hourtab.yaml"
    setup = seed.run("setup", "export").out
    assert 1 == setup.count("    billing:\n")
    file.write_text(setup.replace("    billing:\n", "    billing:\n      work_log: yes\n"))
    assert "" == seed.run("apply", str(file)).err
    assert "work_log: true" in seed.run("setup", "export").out

    worked = used("2026-01-01", "20:00", "6:45")
    seed.parts.ledger.cycles[worked.id] = worked

    draft_shown = seed.run("invoice", "show", ID, "--format", "html").out
    seed.run("invoice", "issue", ID)

    shown = seed.run("invoice", "show", ID, "--format", "html").out
    tables = [re.findall(r'<td class="n">([^<]*)</td>', one.partition("Arbeiten, ")[2]) for one in (draft_shown, shown)]
    assert [["20,00", "6,75", "26,75"]] * 2 == tables


def test_a_document_is_in_the_operator_s_accent_and_an_issued_one_keeps_its_logo(seed: Cli, tmp_path: Path) -> None:
    setup = seed.run("setup", "export").out
    file = tmp_path / "hourtab.yaml"
    (tmp_path / "logo.svg").write_bytes(SVG)
    file.write_text(setup.replace("operator:\n", 'operator:\n  accent: "#7a2a50"\n  logo: logo.svg\n', 1))
    assert "" == seed.run("apply", str(file)).err
    shown = seed.run("invoice", "show", ID, "--format", "html").out
    pdf = seed.run("invoice", "show", ID, "--format", "pdf", "-o", str(tmp_path / "a.pdf"))
    seed.run("invoice", "issue", ID)
    file.write_text(setup)
    seed.run("apply", str(file))

    assert ":root{--accent:#7a2a50}" in shown
    assert [True, True] == [
        logo(SVG).data_uri in each for each in (shown, seed.run("invoice", "show", ID, "--format", "html").out)
    ]
    assert ("", True) == (pdf.err, b"/Subtype /Image" in (tmp_path / "a.pdf").read_bytes())
