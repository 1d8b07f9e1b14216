"""docs/cost.md says what the code calls and what the packaged template has."""

import gzip
import re
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from chalicelib.handlers.watch import METRICS
from tests.aws_calls import record_calls
from tests.bench.cost import (
    COST,
    CYCLES_READ,
    PAGE_KB,
    PRICES,
    ROOT,
    SIZES,
    count_actions,
    fixed_of,
    generated,
    month,
    tables,
)
from tests.bench.deployment import deployment, in_process, month_of
from tests.import_rig import SUPPORT, book, row
from tests.invoice_rig import BUYER


@pytest.fixture(scope="module")
def counted():
    return count_actions()


def test_the_page_about_cost_says_what_is_counted(resources, counted):
    text = COST.read_text(encoding="utf-8")

    made = tables(resources, len(METRICS), counted)
    found = {name: table for name in made for table in generated(name).findall(text)}
    assert made == found, "python -m tests.bench.cost"


@pytest.mark.parametrize(("document", "sizes"), [("docs/cost.md", 3), ("docs/deploy.md", 1), ("README.md", 1)])
def test_what_a_month_costs_is_the_sum_of_the_table_wherever_it_is_said(document, sizes):
    (row,) = re.findall(r"^\| \*\*a month\*\* \| \|(.*)\|$", COST.read_text(encoding="utf-8"), re.MULTILINE)
    sums = [f"${float(one.strip(' $')):.0f}" for one in row.split("|")]
    text = (ROOT / document).read_text(encoding="utf-8")

    said = re.findall(r"\$\d+(?= a month| for [\d,]+)", text)
    assert sums[:sizes] == said


def test_every_priced_unit_is_metered_and_no_other(resources, counted):
    for clients in SIZES:
        assert PRICES.keys() == month(clients, fixed_of(resources, len(METRICS)), counted).keys()


def test_what_is_always_there_dominates_the_small_and_mails_and_functions_the_large(resources, counted):
    def dearest(clients):
        units = month(clients, fixed_of(resources, len(METRICS)), counted)
        return sorted(PRICES, key=lambda unit: -units[unit] * PRICES[unit])

    always = {"CloudWatch: an alarm", "CloudWatch: a dashboard", "CloudWatch: a metric of our own"}
    assert always == set(dearest(10)[:3])
    assert ["SQS: a million requests", "Secrets Manager: a secret"] == dearest(10)[3:5]
    assert ["SES: a thousand mails", "Lambda: a million GB-seconds"] == dearest(100_000)[:2]


def test_a_page_of_a_large_month_is_no_larger_than_what_is_priced():
    with deployment(in_process) as house:
        house.drop(month_of(300))
        body = house.visit()["answer"]["body"]

    assert len(gzip.compress(body.encode())) < PAGE_KB * 1024


def test_a_page_reads_no_more_than_the_cycles_of_a_year_however_long_the_past():
    with deployment(in_process) as house:
        house.set_clock(datetime(2025, 1, 15, tzinfo=UTC))
        client = book("long", starts="2025-01-01")
        live = replace(client.retainers[0], live_from=date(2025, 1, 1))
        house.add(replace(client, retainers=(live,), billing=BUYER))
        for number in range(CYCLES_READ + 5):
            first = date(2025 + number // 12, number % 12 + 1, 1)
            house.set_clock(datetime(first.year, first.month, 20, tzinfo=UTC))
            house.close_due("long")
            house.drop([row(first.isoformat(), "1:00")], SUPPORT.replace("acme", "long"))
        with record_calls() as calls:
            house.visit("long")

    of_the_client = 2
    assert CYCLES_READ + of_the_client == calls.items_read
