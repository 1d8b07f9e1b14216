import pytest

from chalicelib import wiring
from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.links import SignedReportLinks
from chalicelib.domain.ids import ImportId
from chalicelib.settings import Settings

BASE, IMPORT = "https://hours.example/api", ImportId("58cc870d675b1595")


def address(monkeypatch, settings: Settings, code: str = "") -> str | None:
    def key() -> str:
        if code:
            raise CloudError("GetSecretValue", code)
        return "an invented key of more than 32 characters"

    monkeypatch.setattr(wiring, "settings", lambda: settings)
    monkeypatch.setattr(wiring, "report_links", lambda: SignedReportLinks(key))
    return wiring.report_address(IMPORT)


def test_the_address_of_a_report_lies_under_that_of_the_pages(monkeypatch):
    told = address(monkeypatch, Settings(base_url=BASE, link_secret="stack/link-key"))  # noqa: S106 - its name

    assert told is not None
    assert told.startswith(f"{BASE}/i/{IMPORT}.")


@pytest.mark.parametrize("settings", [Settings(base_url=BASE), Settings(link_secret="stack/link-key")])  # noqa: S106
def test_where_the_key_or_the_pages_are_unknown_there_is_no_address(monkeypatch, settings):
    assert address(monkeypatch, settings) is None


def test_who_must_not_read_the_key_gets_no_address_and_other_failures_stay_failures(monkeypatch):
    settings = Settings(base_url=BASE, link_secret="stack/link-key")  # noqa: S106

    assert address(monkeypatch, settings, "AccessDeniedException") is None
    with pytest.raises(CloudError, match="Throttling"):
        address(monkeypatch, settings, "ThrottlingException")
