"""The address of the pages: the API's own, a domain's, or the local cloud's."""

import json
import re
import urllib.request
from pathlib import Path

import pytest

from tests.infra.stack_values import StackValues
from tests.local_stack import LocalStack

OWN = "https://RestAPI.execute-api.eu-central-1.amazonaws.com/api"
DOMAIN = {"DomainName": "hours.example.com"}
CERTIFICATE = {"CertificateArn": "arn:aws:acm:eu-central-1:111122223333:certificate/0a1b-2c"}
ZONE = {"HostedZoneId": "Z0123456789ABC"}
LOCAL = {"Stage": "local", "LocalEndpoint": "http://127.0.0.1:4566"}
MADE_FOR_A_DOMAIN = {"Certificate", "PagesDomain", "PagesMapping", "PagesRecord"}


@pytest.mark.parametrize(
    ("parameters", "base", "origin"),
    [
        ({}, OWN, OWN.removesuffix("/api")),
        (DOMAIN | CERTIFICATE, "https://hours.example.com", "https://hours.example.com"),
        (LOCAL, "http://127.0.0.1:4566/_aws/execute-api/RestAPI/api", "http://127.0.0.1:4566"),
    ],
    ids=["without a domain", "with a domain", "on the laptop"],
)
def test_links_of_commands_and_mails_and_the_console_s_addresses_have_one_base(template, parameters, base, origin):
    stack = StackValues(template, parameters)
    outputs = {name: stack.value(one["Value"]) for name, one in template["Outputs"].items()}
    mails = stack.resources()["SendMails"]["Environment"]["Variables"]

    assert (base, base) == (outputs["PagesUrl"], mails["HOURTAB_BASE_URL"])
    assert (f"{base}/console/signed-in", origin) == (outputs["SignInCallbackUrl"], outputs["UploadOrigin"])
    assert OWN == outputs["ApiUrl"], "the API's own address is an output, too: it goes on answering"


@pytest.mark.parametrize(
    ("parameters", "made"),
    [
        ({}, set()),
        (DOMAIN | CERTIFICATE, {"PagesDomain", "PagesMapping"}),
        (DOMAIN | CERTIFICATE | ZONE, {"PagesDomain", "PagesMapping", "PagesRecord"}),
        (DOMAIN | ZONE, MADE_FOR_A_DOMAIN),
    ],
    ids=["without a domain", "a name server elsewhere", "Route 53", "Route 53 and a certificate of the stack's"],
)
def test_a_domain_is_mapped_to_the_api_and_its_record_and_certificate_are_made_where_there_is_a_zone(
    template, parameters, made
):
    assert made == StackValues(template, parameters).resources().keys() & MADE_FOR_A_DOMAIN


def test_a_mapping_has_no_base_path_and_the_record_points_at_the_domain_s_own_target(template):
    made = StackValues(template, DOMAIN | ZONE).resources()

    assert {"DomainName": "PagesDomain", "RestApiId": "RestAPI", "Stage": "RestAPI.Stage"} == made["PagesMapping"]
    assert ("Certificate", "TLS_1_2") == (
        made["PagesDomain"]["RegionalCertificateArn"],
        made["PagesDomain"]["SecurityPolicy"],
    )
    assert {
        "DNSName": "PagesDomain.RegionalDomainName",
        "HostedZoneId": "PagesDomain.RegionalHostedZoneId",
    } == made["PagesRecord"]["AliasTarget"]


@pytest.mark.parametrize(
    ("parameters", "refusals"),
    [
        ({}, []),
        (DOMAIN | CERTIFICATE, []),
        (DOMAIN | ZONE, []),
        (DOMAIN, ["DomainName needs CertificateArn"]),
        (CERTIFICATE, ["CertificateArn and HostedZoneId are those of DomainName"]),
        (ZONE, ["CertificateArn and HostedZoneId are those of DomainName"]),
    ],
)
def test_a_domain_without_a_certificate_is_refused_before_anything_is_made(template, parameters, refusals):
    assert refusals == [one.split(",")[0] for one in StackValues(template, parameters).refusals()]


@pytest.mark.parametrize(
    ("parameter", "good", "bad"),
    [
        ("DomainName", ["", "hours.example.com"], ["https://hours.example.com", "hours", "hours.example.com/"]),
        ("CertificateArn", ["", CERTIFICATE["CertificateArn"]], ["arn:aws:iam::111122223333:server-certificate/x"]),
        ("HostedZoneId", ["", "Z0123456789ABC"], ["/hostedzone/Z0123456789ABC", "example.com"]),
    ],
)
def test_each_part_of_a_domain_has_one_spelling(template, parameter, good, bad):
    pattern = template["Parameters"][parameter]["AllowedPattern"]

    assert good == [one for one in [*good, *bad] if re.fullmatch(pattern, one)]


def test_a_link_opens_the_same_page_at_the_domain_and_at_the_api_s_own_address(local_stack: LocalStack, tmp_path: Path):
    gateway, domain = local_stack.client("apigateway"), "hours.of-a-test.example"
    gateway.create_domain_name(domainName=domain, endpointConfiguration={"types": ["REGIONAL"]})
    gateway.create_base_path_mapping(domainName=domain, restApiId=local_stack.stack.outputs["RestAPIId"], stage="api")
    export = tmp_path / "empty.csv"
    export.write_bytes(b"")
    done = local_stack.hourtab("import", "drop", str(export), "--wait", "--json", check=False)
    shown = json.loads(local_stack.hourtab("import", "show", json.loads(done.stdout)["id"], "--json").stdout)["page"]
    path = shown.removeprefix(local_stack.stack.outputs["PagesUrl"])

    at_domain = urllib.request.Request(local_stack.cloud.endpoint + path, headers={"Host": domain})  # noqa: S310 - our own stack
    pages = []
    for address in (shown, at_domain):
        with urllib.request.urlopen(address, timeout=30) as answer:  # noqa: S310 - our own stack
            pages.append((answer.status, answer.headers["Content-Security-Policy"], answer.read()))

    assert 200 == pages[0][0]
    assert pages[0] == pages[1]
