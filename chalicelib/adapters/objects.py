"""The store bucket: data too large for an item is stored there under the hash of its content.

An object is written before the item that names it and is never changed or removed, so a reader of an item can always
read its object, however long ago the item was read.
"""

from hashlib import sha256

from chalicelib.adapters.aws import Aws, cloud_errors

LOGS, PLANS, REPORTS, MAILS = "logs", "plans", "reports", "mails"
"""The folders; each function's policy says what it may do in which."""
INLINE_LIMIT = 300 * 1024
"""The most bytes stored in an item; DynamoDB allows 400 KB for the whole item."""


class ObjectStore:
    """Immutable objects in one bucket."""

    def __init__(self, aws: Aws, bucket: str) -> None:
        self._aws = aws
        self._bucket = bucket

    def put(self, folder: str, data: bytes) -> str:
        """Store the bytes; returns their key in `folder`."""
        key = f"{folder}/{sha256(data).hexdigest()}"
        with cloud_errors("s3:PutObject"):
            self._aws.client("s3").put_object(Bucket=self._bucket, Key=key, Body=data)
        return key

    def get(self, key: str) -> bytes:
        """The bytes under `key`."""
        with cloud_errors("s3:GetObject"):
            body: bytes = self._aws.client("s3").get_object(Bucket=self._bucket, Key=key)["Body"].read()
        return body

    def put_if_large(self, folder: str, data: bytes) -> str | None:
        """The key under which the bytes are stored if they are too large for an item, else None."""
        return self.put(folder, data) if len(data) > INLINE_LIMIT else None
