"""Who bills whom in the set-up file: what is read, and the validator's messages."""

from dataclasses import replace
from fractions import Fraction

import pytest

from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.parties import NO_BUYER, NO_SELLER, ClientBilling, OperatorBilling, Party, Tax
from chalicelib.services.setup.declared import Setup
from tests.unit.cli.rig import SETUP, Cli

OPERATOR = """\
operator:
  name: Fjordblick IT
  email: hello@fjordblick.example
  billing:
    name: Fjordblick AS
    address: [Havneveien 1, 0150 Oslo]
    country: NO
    vat_id: no 123.456.785 mva
    tax_number: 29/815
    iban: no93 8601 1117 947
    bic: dnbanokk
    series: HT-
    payment_days: 30
    note: Thank you.
"""
CLIENT = """\
clients:
  - id: acme
    name: Acme
    billing:
      name: Acme Holding
      address: ["Seestr. 2", 10115 Berlin]
      country: DE
      vat_id: DE 123456789
      email: billing@acme.example
      payment_days: 7
    tax: {percent: 7.7}
    retainers:
      - id: support
        zone: Europe/Berlin
        starts_on: 2026-01-31
        terms:
          - {allotment: 20 h, fee: "1000.00", regular_rate: "100"}
"""


def problems(document: str) -> list[tuple[int, int, str]]:
    found = read_setup(document, ())
    return [] if isinstance(found, Setup) else [(one.place.line, one.place.column, one.text) for one in found]


def read(document: str) -> Setup:
    found = read_setup(document, ())
    assert isinstance(found, Setup), found
    return found


def test_seller_and_buyer_are_read_exactly_and_their_numbers_without_spaces():
    setup = read(OPERATOR + CLIENT)

    seller = Party(
        name="Fjordblick AS",
        address=("Havneveien 1", "0150 Oslo"),
        country="NO",
        vat_id="NO123456785MVA",
        tax_number="29/815",
        iban="NO9386011117947",
        bic="DNBANOKK",
    )
    buyer = Party(
        name="Acme Holding",
        address=("Seestr. 2", "10115 Berlin"),
        country="DE",
        vat_id="DE123456789",
        email="billing@acme.example",
    )
    assert setup.billing == OperatorBilling(seller, "HT-", 30, "Thank you.")
    assert [each.billing for each in setup.clients] == [ClientBilling(buyer, 7, Tax(Fraction("7.7")))]


def test_absent_billing_has_the_defaults_and_an_absent_operator_is_left_alone():
    setup = read(SETUP)

    assert (setup.billing, setup.clients[0].billing) == (NO_SELLER, NO_BUYER)
    assert read(CLIENT).billing is None


@pytest.mark.parametrize(
    ("tax", "expected"),
    [
        ("{percent: 19}", Tax(Fraction(19))),
        ("{percent: 19 %}", Tax(Fraction(19))),
        ("{percent: 0, category: z}", Tax(Fraction(0), "Z")),
        ("{percent: 0, category: E, reason: Small business}", Tax(Fraction(0), "E", "Small business")),
        ("{percent: 0, category: AE, reason: Reverse charge}", Tax(Fraction(0), "AE", "Reverse charge")),
    ],
)
def test_a_rate_above_zero_is_standard_and_the_others_give_a_reason(tax, expected):
    [client] = read(CLIENT.replace("{percent: 7.7}", tax)).clients

    assert client.billing.tax == expected


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        ("country: NO", "country: Norway", ("`country`: `Norway` is not the code of a country (ISO 3166, two "
         "capitals). Did you mean `NO`?")),
        ("country: NO", "country: XQ", ("`country`: `XQ` is not the code of a country (ISO 3166, two capitals). "
         "Write it as DE.")),
        ("no 123.456.785 mva", "123456785", ("`vat_id`: `123456785` is not a VAT id; write it with its country, as "
         "DE123456789; a number without a country is a `tax_number`.")),
        ("no93 8601 1117 947", "NO93 8601 1117 974", ("`iban`: `NO93 8601 1117 974` is not an IBAN: its check digits "
         "do not match, so a letter or digit is wrong.")),
        ("no93 8601 1117 947", "8601 1117 947", ("`iban`: `8601 1117 947` is not an IBAN; write it as "
         "DE89 3704 0044 0532 0130 00.")),
        ("dnbanokk", "dnb", "`bic`: `dnb` is not a BIC; write it as COBADEFFXXX."),
        ("HT-", "HT-2026-", ("`series`: `HT-2026-` contains a year; leave it out, it is added to every number: `HT-` "
         "makes HT-2026-0001.")),
        ("HT-", "HT/", "`series`: `HT/` is not letters, digits and hyphens (at most 12); write it as HT-."),
        ("payment_days: 30", "payment_days: soon", "`payment_days`: `soon` is not a whole number from 0 to 365."),
        ("iban: ", "ibann: ", "`billing` has no key `ibann`. Did you mean `iban`?"),
        ("  billing:\n", "  biling:\n", "`operator` has no key `biling`. Did you mean `billing`?"),
        ("{percent: 7.7}", "{percent: 0.0770001}", ("`percent`: `0.0770001` is not a rate from 0 to 100 per cent; "
         "write it as 19 or 7.7.")),
        ("{percent: 7.7}", "{percent: 101}", ("`percent`: `101` is not a rate from 0 to 100 per cent; write it as 19 "
         "or 7.7.")),
        ("{percent: 7.7}", "{category: S}", "`tax` needs `percent`."),
        ("{percent: 7.7}", "{percent: 0}", ("Add why no tax is charged: `category` is Z (zero rate), E (exempt), "
         "AE (reverse charge) or O (outside).")),
        ("{percent: 7.7}", "{percent: 19, category: AE}", ("Category S needs a rate above 0, all others a rate "
         "of 0; fix `percent` or `category`.")),
        ("{percent: 7.7}", "{percent: 0, category: exemt}", ("`category`: `exemt` is none of S (standard), Z (zero), "
         "E (exempt), AE (reverse charge), O (outside). Did you mean `exempt`?")),
        ("{percent: 7.7}", "{percent: 0, category: E}", "An invoice of the category E prints why: add `reason`."),
    ],
)  # fmt: skip
def test_what_is_wrong_is_reported_with_what_to_write(before: str, after: str, sentence: str):
    document = OPERATOR + CLIENT
    assert before in document

    assert sentence in [text for _, _, text in problems(document.replace(before, after, 1))]


def test_with_reverse_charge_the_buyer_has_a_vat_id():
    reverse = CLIENT.replace("{percent: 7.7}", "{percent: 0, category: AE}")

    assert problems(reverse) == []
    assert problems(reverse.replace("      vat_id: DE 123456789\n", "")) == [
        (10, 10, "With reverse charge the buyer owes the tax: add the client's `vat_id` to its `billing`.")
    ]


def test_billing_is_stored_shown_key_by_key_and_not_written_twice(tmp_path):
    file = tmp_path / "setup.yaml"
    file.write_text(OPERATOR + CLIENT)
    cli = Cli()

    assert cli.run("apply", str(file)).code == 0
    [seller, buyer] = cli.parts.directory.operator, cli.parts.directory.books["acme"]
    again = cli.run("apply", str(file)).out
    file.write_text((OPERATOR + CLIENT).replace("payment_days: 7", "payment_days: 10").replace("7.7", "8.1"))
    changed = cli.run("apply", str(file)).out

    assert seller.billing == read(OPERATOR).billing
    assert buyer.billing == read(CLIENT).clients[0].billing
    assert "3 unchanged" in again
    assert "billing.payment_days: 7 → 10" in changed
    assert "tax.percent: 7.7 % → 8.1 %" in changed
    assert cli.parts.directory.operator == seller


def test_an_operator_that_the_file_does_not_name_keeps_its_billing(tmp_path):
    file = tmp_path / "setup.yaml"
    file.write_text(OPERATOR + CLIENT)
    cli = Cli()
    cli.run("apply", str(file))
    kept = cli.parts.directory.operator
    file.write_text(CLIENT)
    cli.run("apply", str(file))

    assert cli.parts.directory.operator == kept
    assert replace(kept, billing=NO_SELLER) != kept
