"""`hourtab init`: a file that can be applied at once, in which each client is what its comment says."""

import json
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from chalicelib.cli.setup_file import SCHEMA_FILE, STARTER_FILE
from chalicelib.cli.setup_file.read_setup import read_setup
from chalicelib.domain.entry import Pool
from chalicelib.domain.retainer import CycleLength, HoursFormat, Issuing, Retainer
from chalicelib.domain.terms import Cap, CarryOver, Overrun, Rounding, Terms, Unused
from chalicelib.services.setup.declared import Setup
from chalicelib.services.store.books import ClientBook
from tests.builders import hours, money
from tests.unit.cli.rig import Cli

SCHEMA_LINE = "# yaml-language-server: $schema="
ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def starter() -> Setup:
    setup = read_setup(STARTER_FILE.read_text(), ())
    assert isinstance(setup, Setup), setup
    return setup


def client(name: str) -> ClientBook:
    return next(each for each in starter().clients if each.client.id == name)


def only(name: str) -> tuple[Retainer, Terms]:
    """The only retainer of a client, with its only version of the terms."""
    [retainer] = client(name).retainers
    [terms] = retainer.terms
    return retainer, terms


def test_it_has_six_clients_and_their_operator() -> None:
    setup = starter()

    assert len(setup.clients) == 6
    assert setup.operator
    assert setup.billing
    assert setup.billing.party.address
    assert all(each.billing.party.address and each.billing.party.country for each in setup.clients)


def test_one_is_plain() -> None:
    retainer, terms = only("alder-dental")

    assert (retainer.length, terms.allotment_seconds, terms.carry_over) == (CycleLength.MONTH, hours("20"), CarryOver())
    assert terms.overage_rate == money("90.00")
    assert terms.overage_rate != terms.regular_rate


def test_one_carries_over_with_a_cap_and_an_expiry() -> None:
    _, terms = only("birch-joinery")

    assert terms.carry_over == CarryOver(Unused.CARRY, Cap(percent=50), expires_after=2)


def test_one_has_two_retainers_that_rules_tell_apart() -> None:
    cedar = client("cedar-clinics")

    assert [each.id.retainer for each in cedar.retainers] == ["helpdesk", "advisory"]
    assert [(rule.retainer, rule.match.project) for rule in cedar.rules] == [
        ("advisory", "*advisory*"),
        ("helpdesk", None),
    ]


def test_one_is_served_by_the_quarter_in_quarter_hours() -> None:
    retainer, terms = only("dogwood-logistics")

    assert retainer.length is CycleLength.QUARTER
    assert terms.rounding == Rounding(increment_seconds=hours("0:15"), multipliers={"After hours": Fraction(3, 2)})


def test_one_is_never_billed_beyond_its_fee() -> None:
    elm, (_, terms) = client("elm-bakery"), only("elm-bakery")

    assert terms.carry_over == CarryOver(overrun=Overrun.DEDUCT)
    assert elm.issuing is Issuing.AUTOMATIC
    assert elm.billing.party.email
    assert not elm.mails.alerts


def test_one_has_another_language_currency_and_zone_and_work_that_does_not_count() -> None:
    fusain, (retainer, terms) = client("fusain-geneve"), only("fusain-geneve")

    assert (fusain.client.locale, fusain.client.hours_format) == ("fr-CH", HoursFormat.CLOCK)
    assert (retainer.zone, terms.fee, fusain.billing.tax) == ("Europe/Zurich", money("1500.00", "CHF"), None)
    assert [rule.pool for rule in fusain.rules] == [Pool.PROJECT, Pool.EXCLUDED]


def test_commented_out_keys_can_be_enabled() -> None:
    text = STARTER_FILE.read_text()
    switched = text.replace("# vat_id:", "vat_id:").replace("# iban:", "iban:")

    setup = read_setup(switched, ())
    assert isinstance(setup, Setup), setup
    assert setup.billing
    assert (setup.billing.party.vat_id, setup.billing.party.iban[:4]) == ("IE1234567T", "IE29")


@pytest.mark.usefixtures("folder")
def test_what_is_written_can_be_applied_at_once(cli: Cli) -> None:
    answer = cli.run("init")

    assert answer.lines[-1] == "Next: hourtab apply setup.yaml --dry-run"
    assert cli.run("apply", "setup.yaml", "--dry-run").lines[-1].startswith("Nothing was written; it would be: ")
    assert cli.run("apply", "setup.yaml").code == 0
    assert len(cli.parts.directory.books) == 6


def test_the_retainers_start_on_the_first_of_this_month_or_on_a_given_day(cli: Cli, folder: Path) -> None:
    chosen = cli.run("init", "mine.yaml", "--starts-on", "2027-03-15", "--json").json
    month = cli.run("init", "--json").json

    assert chosen == {"file": "mine.yaml", "schema": "hourtab.schema.json", "starts_on": "2027-03-15"}
    assert month["starts_on"].endswith("-01")
    setup = read_setup((folder / "mine.yaml").read_bytes(), ())
    assert isinstance(setup, Setup)
    assert {each.starts_on for one in setup.clients for each in one.retainers} == {date(2027, 3, 15)}
    assert "hourtab apply mine.yaml --dry-run" in (folder / "mine.yaml").read_text()


def test_a_file_that_exists_is_overwritten_only_by_force(cli: Cli, folder: Path) -> None:
    (folder / "setup.yaml").write_text("mine")
    (folder / "hourtab.schema.json").write_text("mine, too")

    answer = cli.run("init")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "hourtab: setup.yaml exists: name another file, or overwrite it with --force.\n"
    assert (folder / "setup.yaml").read_text() == "mine"

    assert (
        "hourtab.schema.json exists and is left unchanged; --force overwrites it."
        in cli.run("init", "other.yaml").lines
    )
    assert (folder / "hourtab.schema.json").read_text() == "mine, too"

    assert cli.run("init", "--force").code == 0
    assert "six invented clients" in (folder / "setup.yaml").read_text().lower()
    assert (folder / "hourtab.schema.json").read_text() == SCHEMA_FILE.read_text()


@pytest.mark.parametrize("file", [STARTER_FILE, ROOT / "infra/demo/setup.yaml"])
def test_the_files_that_we_write_name_their_schema(cli: Cli, folder: Path, file: Path) -> None:
    cli.run("init")
    written = folder / "setup.yaml" if file == STARTER_FILE else file
    line = written.read_text().splitlines()[0]

    assert line.startswith(SCHEMA_LINE)
    assert (written.parent / line.removeprefix(SCHEMA_LINE)).read_text() == SCHEMA_FILE.read_text()


def test_the_schema_is_printed(cli: Cli) -> None:
    assert cli.run("schema").out == SCHEMA_FILE.read_text()
    assert json.loads(cli.run("schema").out)["title"] == "HourTab's set-up file"
