"""The main way into the console on the packaged stack: the emulator's own Cognito, in a real browser, as a person."""

import json
import urllib.request

import pytest
from playwright.sync_api import Page

from chalicelib.services.access.actor import Role
from tests.browser import open_chromium
from tests.infra.role_probe import role_of
from tests.local_stack import LocalStack

EMAIL = "ida@console.example"
FIRST, OWN = "Invented-1st-password", "Invented-2nd-password"


@pytest.fixture(scope="module")
def browser():
    with open_chromium() as one:
        yield one


def log_of(local_stack: LocalStack) -> str:
    """What the console's function has logged so far."""
    client, group = local_stack.client("logs"), f"/{local_stack.stack.name}/console"
    pages = client.get_paginator("filter_log_events").paginate(logGroupName=group)
    return "\n".join(event["message"] for page in pages for event in page["events"])


def enter(page: Page, password: str, new: str = "") -> None:
    """Sign in on the page of the emulator's Cognito."""
    page.locator("input[name=username]").fill(EMAIL)
    page.locator("input[name=password]").fill(password)
    page.locator("[type=submit]").click()
    if new:
        page.locator("input[name=new_password]").fill(new)
        page.locator("input[name=confirm_password]").fill(new)
        page.locator("[type=submit]").click()


def test_an_invited_person_sets_a_password_and_signs_in_and_out_and_a_removed_one_is_out(
    browser, local_stack: LocalStack
):
    people, console = local_stack.cloud.parts().manage_people, local_stack.outputs["console_url"]
    people.invite(EMAIL, Role.OWNER, FIRST)
    page = browser.new_context().new_page()
    page.goto(f"{console}/account")
    assert "/oauth2/authorize?" in page.url
    enter(page, FIRST, OWN)
    assert f"{console}/account" == page.url
    assert "Role: owner" in page.locator("main").text_content()

    page.get_by_role("link", name="Today").click()
    assert "Today" == page.get_by_role("heading", level=1).text_content()
    kept = page.context.cookies()
    page.get_by_role("button", name="Sign out").click()
    assert "You are signed out" == page.get_by_role("heading").text_content()
    page.context.add_cookies(kept)
    page.goto(console)
    assert "/oauth2/authorize?" in page.url, "the old cookie opens nothing"

    enter(page, OWN)
    assert f"{console}" == page.url
    assert "confirmed" == people.list()[0].status
    people.remove(EMAIL)
    page.reload()
    assert "/oauth2/authorize?" in page.url
    said = log_of(local_stack)
    assert [] == [one for one in (EMAIL, OWN, "code=", "__Host-", "id_token", *kept_values(kept)) if one in said]


def kept_values(cookies: list[dict[str, str]]) -> list[str]:
    return [one["value"] for one in cookies]


def test_the_laptop_s_operator_is_invited_once_and_the_first_password_is_among_the_outputs(local_stack: LocalStack):
    invited = [local_stack.cloud.invite_operator() for _ in range(2)]

    assert ["", True] == [invited[1], len(invited[0]) >= 12]
    assert invited[0] == local_stack.cloud.last_output("operator_password")


def test_a_change_from_a_foreign_origin_gets_nothing_through_the_gateway(local_stack: LocalStack):
    address = f"{local_stack.outputs['console_url']}/end-sessions"
    asked = urllib.request.Request(address, method="POST", data=b"csrf=x", headers={"Origin": "http://evil.example"})  # noqa: S310 - our own stack

    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(asked, timeout=30)  # noqa: S310 - our own stack

    with refused.value as answer:
        assert (403, "no-store") == (answer.code, answer.headers["Cache-Control"])


def test_the_console_s_role_reads_who_may_sign_in_and_writes_sessions_alone(local_stack: LocalStack):
    outputs, pool = local_stack.stack.outputs, {"UserPoolId": local_stack.stack.outputs["UserPoolId"]}
    session = {"pk": {"S": "session#nobody"}, "sk": {"S": "version"}}
    mail = {
        "FromEmailAddress": "operator@example.com",
        "Destination": {"ToAddresses": ["client@example.com"]},
        "Content": {"Simple": {"Subject": {"Data": "Hello"}, "Body": {"Text": {"Data": "Hello"}}}},
    }
    raised = {"AttributeUpdates": {"version": {"Value": {"N": "1"}, "Action": "ADD"}}}
    raising = {"TableName": outputs["ActivityTableName"], "Key": session, **raised}
    with role_of(local_stack, "Console") as attempt:
        assert "UserNotFoundException" == attempt("cognito-idp", "admin_get_user", **pool, Username="nobody")
        assert "refused" == attempt("cognito-idp", "admin_create_user", **pool, Username="eve@console.example")
        assert "allowed" == attempt("dynamodb", "update_item", **raising)
        assert "refused" == attempt("dynamodb", "put_item", TableName=outputs["CyclesTableName"], Item=session)
        assert "refused" == attempt("sesv2", "send_email", **mail)
        assert "refused" == attempt("secretsmanager", "get_secret_value", SecretId=outputs["LinkSecretName"])
    with role_of(local_stack, "APIHandler") as attempt:
        assert "refused" == attempt("dynamodb", "update_item", **raising)
    assert json.loads((local_stack.home / ".local/outputs.json").read_text())["console_url"].endswith("/api/console")
