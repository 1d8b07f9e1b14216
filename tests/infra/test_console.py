"""The user pool and the console's part of the API, as the packaged template has them."""

import json

import pytest

from tests.infra.stack_values import StackValues

OWN = "https://RestAPI.execute-api.eu-central-1.amazonaws.com/api"
DOMAIN = {"DomainName": "hours.example.com", "HostedZoneId": "Z0123456789ABC"}
LOCAL = {"Stage": "local", "LocalEndpoint": "http://127.0.0.1:4566"}


@pytest.mark.parametrize(
    ("parameters", "base", "sign_in"),
    [
        ({}, OWN, "https://UserPoolDomain.auth.eu-central-1.amazoncognito.com"),
        (DOMAIN, "https://hours.example.com", "https://UserPoolDomain.auth.eu-central-1.amazoncognito.com"),
        (LOCAL, "http://127.0.0.1:4566/_aws/execute-api/RestAPI/api", "http://127.0.0.1:4566"),
    ],
    ids=["without a domain", "with a domain", "on the laptop"],
)
def test_the_console_cognito_and_the_outputs_agree_on_its_addresses(template, parameters, base, sign_in):
    stack = StackValues(template, parameters)
    made = stack.resources()
    variables, client = made["Console"]["Environment"]["Variables"], made["UserPoolClient"]

    assert (base, sign_in) == (variables["HOURTAB_BASE_URL"], variables["HOURTAB_SIGN_IN_URL"])
    assert [f"{base}/console/signed-in"] == client["CallbackURLs"]
    assert [f"{base}/console/signed-out"] == client["LogoutURLs"]
    assert f"{base}/console" == stack.value(template["Outputs"]["ConsoleUrl"]["Value"])


def test_only_who_was_invited_signs_in_and_by_the_code_flow_alone(template):
    made = StackValues(template, {}).resources()
    pool, client = made["UserPool"], made["UserPoolClient"]

    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"]
    assert pool["Policies"]["PasswordPolicy"]["MinimumLength"] >= 12
    assert ("OPTIONAL", ["SOFTWARE_TOKEN_MFA"]) == (pool["MfaConfiguration"], pool["EnabledMfas"])
    assert "ON" == StackValues(template, {"ConsoleMfa": "ON"}).resources()["UserPool"]["MfaConfiguration"]
    assert ["code"] == client["AllowedOAuthFlows"]
    assert not client["GenerateSecret"]
    assert "ENABLED" == client["PreventUserExistenceErrors"]
    assert [] == [flow for flow in client["ExplicitAuthFlows"] if "PASSWORD_AUTH" in flow or "CUSTOM" in flow]


def test_an_invitation_says_where_to_sign_in_and_with_what(template):
    message = StackValues(template, {}).resources()["UserPool"]["AdminCreateUserConfig"]["InviteMessageTemplate"]

    assert [] == [
        part for part in ("{username}", "{####}", f"{OWN}/console<br>") if part not in message["EmailMessage"]
    ]


def test_every_role_has_its_group_and_managed_login_its_look_on_aws(template):
    groups = [one["Properties"]["GroupName"] for name, one in template["Resources"].items() if name.endswith("Group")]
    made, local = (StackValues(template, parameters).resources() for parameters in ({}, LOCAL))

    assert ["owner", "staff", "viewer"] == sorted(groups)
    assert (True, False) == ("SignInBranding" in made, "SignInBranding" in local)
    assert 2 == made["UserPoolDomain"]["ManagedLoginVersion"]


def test_the_console_s_paths_lead_to_its_own_function_and_no_other_path_does(resources):
    paths = resources["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    led = {(path, method): json.dumps(one) for path, methods in paths.items() for method, one in methods.items()}
    own = {place for place, text in led.items() if "function:${AWS::StackName}-console/" in text}

    assert own == {place for place in led if place[0].startswith("/console")}
    assert {("/console", "get"), ("/console", "head")} < own
    assert {("/console/{proxy+}", method) for method in ("get", "head", "post")} < own
    assert {"Fn::Sub": "${AWS::StackName}-console"} == resources["Console"]["Properties"]["FunctionName"]


def test_the_client_s_page_does_not_know_what_signs_sessions(resources):
    functions = {
        name: one["Properties"]["Environment"]["Variables"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Serverless::Function"
    }

    assert ["Console"] == [name for name, variables in functions.items() if "HOURTAB_SESSION_SECRET" in variables]
    assert "HOURTAB_LINK_SECRET" not in functions["Console"]
