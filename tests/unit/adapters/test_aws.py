import os

import pytest

from chalicelib.adapters.aws import Aws, CloudError, cloud_errors

CREDENTIALS = {
    "role": (
        (
            "[profile me]\nrole_arn = arn:aws:iam::111122223333:role/operator\nsource_profile = keys\n"
            "[profile keys]\naws_access_key_id = a\naws_secret_access_key = b\n"
        ),
        "EndpointConnectionError",
    ),
    "web identity": (
        "[profile me]\nrole_arn = arn:aws:iam::111122223333:role/ci\nweb_identity_token_file = {folder}/token\n",
        "EndpointConnectionError",
    ),
    "single sign-on": (
        (
            "[profile me]\nsso_session = s\nsso_account_id = 111122223333\nsso_role_name = operator\n"
            "[sso-session s]\nsso_start_url = https://example.awsapps.com/start\nsso_region = eu-central-1\n"
        ),
        "SSOTokenLoadError",
    ),
}


def test_a_client_is_made_without_a_search_for_all_of_aws_s_services(monkeypatch):
    searched = []
    monkeypatch.setattr(os, "listdir", lambda path, listed=os.listdir: searched.append(path) or listed(path))

    assert "DynamoDB" == Aws("eu-central-1").client("dynamodb").meta.service_model.service_id
    assert len(searched) < 10


@pytest.mark.parametrize(("config", "reached"), CREDENTIALS.values(), ids=CREDENTIALS)
def test_a_profile_asks_the_service_that_its_credentials_come_from(monkeypatch, tmp_path, config, reached):
    (tmp_path / "config").write_text(config.format(folder=tmp_path))
    (tmp_path / "token").write_text("token")
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    monkeypatch.setenv("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name, raising=False)

    with pytest.raises(CloudError) as failed, cloud_errors("ListTables"):
        Aws("eu-central-1", profile="me").client("dynamodb").list_tables()

    assert reached == failed.value.code


@pytest.mark.parametrize("service", ["sso", "sso-oidc", "signin"])
def test_the_services_that_a_sign_in_calls_are_known(service):
    assert Aws("eu-central-1").client(service)
