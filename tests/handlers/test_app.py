"""Every event function of app.py passes its event and the parts to its handler."""

import pytest
from aws_lambda_powertools.utilities.batch.exceptions import BatchProcessingError

import app
from chalicelib.handlers.watch import RunFailedError
from tests.handlers.test_imports import CONTEXT, message


@pytest.mark.parametrize("name", ["import_exports", "import_large_exports"])
def test_a_message_that_names_no_file_is_done(name):
    assert {"batchItemFailures": []} == getattr(app, name)({"Records": [message({"Records": []})]}, CONTEXT)


def test_a_notification_without_records_suppresses_no_address():
    assert {"blocked": 0} == app.note_bounces({}, CONTEXT)


@pytest.mark.parametrize(
    ("name", "body", "needed"),
    [
        ("send_mails", {"mail": "import-a"}, "HOURTAB_ACTIVITY_TABLE"),
        ("roll_clients", {"client": "acme"}, "HOURTAB_DIRECTORY_TABLE"),
    ],
)
def test_a_message_handler_reports_the_missing_setting(name, body, needed):
    with pytest.raises(BatchProcessingError, match=needed):
        getattr(app, name)({"Records": [message(body)]}, CONTEXT)


@pytest.mark.parametrize(
    ("name", "needed"),
    [
        ("sweep_outbox", "HOURTAB_ACTIVITY_TABLE"),
        ("write_digest", "HOURTAB_ACTIVITY_TABLE"),
        ("start_rollovers", "HOURTAB_DIRECTORY_TABLE"),
    ],
)
def test_a_scheduled_handler_reports_the_missing_setting(name, needed):
    with pytest.raises(RunFailedError, match=needed):
        getattr(app, name)({}, CONTEXT)
