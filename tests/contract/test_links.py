"""What links cost in calls to AWS: made-up ones, those that ask too often, and those that work."""

from datetime import timedelta

import pytest
from chalice.test import Client

from chalicelib.adapters.links import SecretLinkKeys, SignedLinks, SignedReportLinks
from chalicelib.settings import Settings
from chalicelib.site import make_site
from tests.aws_calls import record_calls
from tests.contract.builders import ACME, NOON, book, record
from tests.contract.conftest import Store
from tests.parts import parts_with

SECRET, KEY = "stack/link-key", "an invented key of more than 32 characters"
READ_KEYS = "secretsmanager:GetSecretValue"
PAGE = ["dynamodb:Query", "dynamodb:BatchGetItem"]


class Site:
    """The pages over real tables and a real secret."""

    def __init__(self, store: Store) -> None:
        self.now = NOON
        self.keys = SecretLinkKeys(store.cloud, SECRET, lambda: self.now)
        self.links, self.reports = SignedLinks(self.keys.active), SignedReportLinks(self.keys.active)
        given = {"directory": store.directory, "ledger": store.ledger, "import_log": store.import_log}
        signed = {"links": self.links, "report_links": self.reports, "clock": lambda: self.now}
        self._site = make_site(parts_with(Settings(link_requests="2"), **given, **signed))

    def visit(self, path: str) -> tuple[int, list[str]]:
        """The status, and the calls that it took."""
        with Client(self._site) as client, record_calls() as calls:
            return int(client.http.get(path).status_code), calls.names()


@pytest.fixture
def site(store: Store) -> Site:
    client = store.cloud.client("secretsmanager")
    try:
        client.create_secret(Name=SECRET, SecretString=KEY)
    except client.exceptions.ResourceExistsException:
        client.put_secret_value(SecretId=SECRET, SecretString=KEY)
    store.directory.write_client(book())
    store.import_log.write(record())
    return Site(store)


def test_a_made_up_link_reads_no_table_and_the_key_once_in_five_minutes(site: Site):
    made_up = f"acme.1.{'x' * 43}"
    first = site.visit(f"/b/{made_up}")
    others = [site.visit(path) for path in (f"/b/{made_up}", f"/i/{made_up}", f"/b/{made_up}/balance.json")] * 20

    assert (404, [READ_KEYS]) == first
    assert [(404, [])] * 60 == others


def test_a_link_that_works_costs_two_calls_and_none_while_it_asks_too_often(site: Site):
    path = f"/b/{site.links.token(ACME, 1)}"
    visits = [site.visit(path) for _ in range(4)]
    site.now += timedelta(minutes=1)

    assert [(200, PAGE), (200, PAGE), (429, []), (429, [])] == visits
    assert (200, PAGE) == site.visit(path)


def test_a_report_costs_two_calls_and_a_revoked_one_one(site: Site, store: Store):
    path = f"/i/{site.reports.token(record().id, NOON.date())}"
    works = site.visit(path)
    store.import_log.revoke_links(record().id)

    assert (200, ["dynamodb:BatchGetItem"] * 2) == works
    assert (404, ["dynamodb:BatchGetItem"]) == site.visit(path)


def test_a_report_that_is_opened_too_often_reads_nothing(site: Site):
    path = f"/i/{site.reports.token(record().id, NOON.date())}"

    assert [200, 200, 429] == [site.visit(path)[0] for _ in range(3)]
    assert (429, []) == site.visit(path)


def test_a_rotated_secret_is_read_as_it_was_written(site: Site):
    old = site.links.token(ACME, 1)
    stored, version = site.keys.read()
    site.keys.write(stored.rotated("another key of more than 32 characters", NOON, NOON + timedelta(days=90)), version)
    site.now += timedelta(minutes=11)
    new = site.links.token(ACME, 1)

    assert [200, 200] == [site.visit(f"/b/{token}")[0] for token in (old, new)]
    assert old != new
    site.now += timedelta(days=90)
    assert [404, 200] == [site.visit(f"/b/{token}")[0] for token in (old, new)]
