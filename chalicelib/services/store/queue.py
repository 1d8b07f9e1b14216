"""The port of the queues, by which one function requests work from another."""

from collections.abc import Iterable
from typing import Protocol, TypeVar

MessageT_contra = TypeVar("MessageT_contra", contravariant=True)


class Queue(Protocol[MessageT_contra]):
    """Messages of one kind: imports (`Delivery`), tasks (`TaskId`), or clients with an overdue step (`ClientId`)."""

    def send(self, messages: Iterable[MessageT_contra]) -> int:
        """Queue them, each as a message of its own; returns how many.

        Raises:
            CloudError: the queue did not accept all of them; sending all of them again is safe.
        """
