"""The inbox bucket on S3."""

import shutil
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast

from botocore.exceptions import ClientError

from chalicelib.adapters.aws import Aws, cloud_errors

_IN_MEMORY = 4 * 1024 * 1024
_CHUNK = 256 * 1024
_EXPECTED = "hourtab-expected"
"""The metadata with what was previewed of a file."""
_GONE = {"NoSuchKey", "NoSuchVersion", "404", "AccessDenied", "403"}
"""S3's answers for an object that is gone; the last two to callers that may not list the bucket.

The imports' roles may list `inbox/`, so that S3 says "not found" to them. It documents that for objects, and not for
versions of them.
"""


class InboxFiles:
    """The port `Files` on one bucket."""

    def __init__(self, aws: Aws, bucket: str) -> None:
        self._aws = aws
        self._bucket = bucket

    def open(self, key: str, version: str | None) -> tuple[BinaryIO, str]:
        """The object's bytes as a seekable temporary file, and what was previewed of it ("": nothing).

        Memory use does not depend on its size.

        Raises:
            FileNotFoundError: the bucket no longer has this key, or this version of it, or it may not be read: to
                a caller who may not list the bucket, S3's answer is the same.
        """
        named = {"Bucket": self._bucket, "Key": key} | ({"VersionId": version} if version else {})
        with cloud_errors("s3:GetObject"):
            try:
                found = self._aws.client("s3").get_object(**named)
            except ClientError as error:
                if error.response["Error"]["Code"] in _GONE:
                    text = f"{key} is no longer in the inbox bucket, or may not be read: drop the file again."
                    raise FileNotFoundError(text) from error
                raise
            file = cast("BinaryIO", SpooledTemporaryFile(_IN_MEMORY))  # noqa: SIM115 - the caller closes it
            shutil.copyfileobj(found["Body"], file, _CHUNK)
        file.seek(0)
        return file, found.get("Metadata", {}).get(_EXPECTED, "")

    def drop(self, key: str, file: BinaryIO, expected: str = "") -> str:
        """Put an object with what was previewed of it, if anything.

        Returns its version id ("null" where the bucket keeps no versions).
        """
        metadata = {_EXPECTED: expected} if expected else {}
        with cloud_errors("s3:PutObject"):
            answer = self._aws.client("s3").put_object(Bucket=self._bucket, Key=key, Body=file, Metadata=metadata)
        version: str = answer.get("VersionId", "null")
        return version
