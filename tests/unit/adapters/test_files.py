"""What S3 answers for an object that is gone depends on whether the caller may list the bucket."""

import pytest
from botocore.exceptions import ClientError

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.files import InboxFiles


class Refusing:
    """An S3 that answers every read with this code."""

    def __init__(self, code):
        self.code = code

    def client(self, _):
        return self

    def get_object(self, **_):
        raise ClientError({"Error": {"Code": self.code}}, "GetObject")


@pytest.mark.parametrize("code", ["NoSuchKey", "NoSuchVersion", "AccessDenied"])
def test_an_object_that_is_gone_is_not_found_whether_or_not_the_bucket_may_be_listed(code):
    with pytest.raises(FileNotFoundError, match="is no longer in the inbox bucket, or may not be read"):
        InboxFiles(Refusing(code), "inbox").open("inbox/a.csv", "v1")


def test_a_busy_bucket_is_tried_again():
    with pytest.raises(CloudError):
        InboxFiles(Refusing("SlowDown"), "inbox").open("inbox/a.csv", None)
