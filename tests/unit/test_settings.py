import pytest

from chalicelib.settings import SettingMissingError, Settings


def test_settings_come_from_the_environment_and_are_empty_if_not_set():
    found = Settings.from_env({"HOURTAB_CYCLES_TABLE": "cycles-1", "AWS_REGION": "eu-central-1", "PATH": "/bin"})

    assert Settings(cycles_table="cycles-1", region="eu-central-1") == found


def test_settings_come_from_a_stack_s_outputs_and_are_empty_if_not_set():
    found = Settings.from_outputs({"CyclesTableName": "cycles-1", "PagesUrl": "https://hours.example", "": "nothing"})

    assert Settings(cycles_table="cycles-1", base_url="https://hours.example") == found


@pytest.mark.parametrize(
    ("outputs", "base"),
    [
        (
            {"ApiUrl": "https://a1.execute-api.example/api", "PagesUrl": "https://hours.example"},
            "https://hours.example",
        ),
        ({"ApiUrl": "https://a1.execute-api.example/api"}, "https://a1.execute-api.example/api"),
    ],
    ids=["with a domain", "deployed by an older release"],
)
def test_links_begin_with_the_domain_and_without_one_with_the_api_s_own_address(outputs, base):
    assert Settings.from_outputs(outputs).base_url == base


def test_a_required_setting_that_is_missing_is_named_as_its_variable():
    with pytest.raises(SettingMissingError, match="HOURTAB_INBOX_BUCKET is not set") as caught:
        Settings().need("inbox_bucket")

    assert "HOURTAB_INBOX_BUCKET" == caught.value.variable
