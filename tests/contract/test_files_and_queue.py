"""The ports `Files` and `Queue`."""

from io import BytesIO

import pytest

from chalicelib.adapters.queues import IMPORTS
from chalicelib.services.store.import_record import Delivery
from tests.contract.builders import NOON, record
from tests.contract.conftest import Store

KEYS = ["inbox/acme/support/January 2026 (1).csv", "inbox/Übersicht+100%.csv", "inbox/🚑/a&b=c?.CSV"]


@pytest.mark.parametrize("key", KEYS)
def test_every_version_of_a_dropped_file_is_read_again_under_any_key(store: Store, key: str):
    first = store.files.drop(key, BytesIO(b"one"))
    second = store.files.drop(key, BytesIO(b"two"))

    assert first != second
    for version, expected in ((first, b"one"), (second, b"two"), (None, b"two")):
        with store.files.open(key, version)[0] as file:
            assert expected == file.read()
            file.seek(1)
            assert expected[1:] == file.read()


def test_what_was_previewed_of_a_file_is_kept_with_it(store: Store):
    first = store.files.drop("inbox/a.csv", BytesIO(b"one"), "1a2b3c4d,5e6f7a8b")
    second = store.files.drop("inbox/a.csv", BytesIO(b"two"))

    for version, expected in ((first, "1a2b3c4d,5e6f7a8b"), (second, "")):
        file, kept = store.files.open("inbox/a.csv", version)
        file.close()
        assert expected == kept


def test_a_large_file_comes_back_whole_and_an_empty_one_empty(store: Store):
    large = bytes(range(256)) * 4 * 8192

    for content in (large, b""):
        with store.files.open("a.csv", store.files.drop("a.csv", BytesIO(content)))[0] as file:
            assert content == file.read()


def test_reading_a_deleted_file_raises_an_error_that_says_so(store: Store):
    with pytest.raises(FileNotFoundError, match=r"inbox/gone\.csv is no longer in the inbox"):
        store.files.open("inbox/gone.csv", None)


def test_a_retry_message_names_the_file_with_its_place_in_the_order_of_replay(store: Store):
    delivery = Delivery(record("Übersicht", "7").file, retry_since=NOON, timeouts=2, as_edits=True)
    store.import_queue.send([delivery])

    answer = store.cloud.client("sqs").receive_message(QueueUrl=store.queue_url)
    assert [delivery] == [IMPORTS.read(message["Body"]) for message in answer["Messages"]]
