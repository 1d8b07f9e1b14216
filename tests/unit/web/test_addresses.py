"""The same pages at the API's own address, which ends in its stage, and at a domain that is mapped to that stage."""

import re
from html import unescape
from urllib.parse import urljoin, urlsplit

import pytest

from chalicelib.web.headers import HTML
from tests.unit.web.page.samples import seeblick
from tests.unit.web.report_samples import Desk, troubled

BASES = ["https://a1b2c3.execute-api.eu-central-1.amazonaws.com/api", "https://hours.example.com"]
ROUTES = {"": "/b/{token}", "/balance.json": "/b/{token}/balance.json", "/work-log.csv": "/b/{token}/work-log.csv"}


def visit(app, address, resource):
    """What API Gateway passes on: `path` is that behind the stage or the mapping, the context's is the visitor's."""
    parts = urlsplit(address)
    query = dict(pair.split("=") for pair in parts.query.split("&") if pair)
    path = re.sub("^/api(?=/)", "", parts.path)
    event = {
        "resource": resource,
        "path": path,
        "httpMethod": "GET",
        "headers": {"Host": parts.hostname, "Accept-Language": "en"},
        "multiValueHeaders": {"Host": [parts.hostname], "Accept-Language": ["en"]},
        "queryStringParameters": query or None,
        "multiValueQueryStringParameters": {name: [value] for name, value in query.items()} or None,
        "pathParameters": {"token": path.split("/")[2]},
        "stageVariables": None,
        "requestContext": {
            "resourcePath": resource,
            "httpMethod": "GET",
            "path": parts.path,
            "stage": "api",
            "domainName": parts.hostname,
        },
        "body": None,
        "isBase64Encoded": False,
    }
    return app(event, None)


def test_both_addresses_open_the_same_page_under_the_same_policy():
    one = seeblick()
    pages = [visit(one.serve(), f"{base}/b/{one.token}", ROUTES[""]) for base in BASES]

    assert 200 == pages[0]["statusCode"]
    assert pages[0] == pages[1]


@pytest.mark.parametrize("base", BASES)
def test_every_link_of_a_page_leads_to_a_page_below_the_address_that_was_opened(base):
    one = seeblick()
    home = f"{base}/b/{one.token}"
    body = visit(one.serve(), home, ROUTES[""])["body"]
    links = {unescape(link) for link in re.findall('href="([^"]+)"', body)} - {"data:,"}
    led = {urljoin(home, link) for link in links if not link.startswith("mailto:")}
    opened = {address: urlsplit(address)._replace(query="").geturl().removeprefix(home) for address in led}

    assert {"/work-log.csv"} <= set(opened.values())
    assert set() == {address for address, file in opened.items() if file not in ROUTES}
    assert {200} == {visit(one.serve(), address, ROUTES[file])["statusCode"] for address, file in opened.items()}


def test_both_addresses_open_the_same_report_which_names_neither():
    desk = Desk(troubled())
    reports = [visit(desk.serve(), base + desk.path, "/i/{token}") for base in BASES]

    assert (200, HTML) == (reports[0]["statusCode"], reports[0]["headers"]["Content-Type"])
    assert reports[0] == reports[1]
    assert [] == re.findall('href="[^"]*"', reports[0]["body"].replace('href="data:,"', ""))


@pytest.mark.parametrize("base", BASES)
def test_an_address_that_opens_nothing_is_no_redirect(base):
    answered = visit(seeblick().serve(), f"{base}/b/nothing", ROUTES[""])

    assert (404, False) == (answered["statusCode"], "Location" in answered["headers"])
