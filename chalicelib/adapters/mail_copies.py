"""Sent mails as they were handed over, in the store bucket: what a recipient has can be read again."""

from chalicelib.adapters.objects import MAILS, ObjectStore


class StoredCopies:
    """The port `Copies` on the store bucket."""

    def __init__(self, objects: ObjectStore) -> None:
        self._objects = objects

    def keep(self, message: bytes) -> str:
        """Store a message; returns its key."""
        return self._objects.put(MAILS, message)

    def read(self, key: str) -> bytes:
        """A kept message."""
        return self._objects.get(key)
