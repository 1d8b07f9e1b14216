"""The people who may sign in: invited, given a role and removed on the command line. Who is changed is signed out."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from chalicelib.domain.errors import HourTabError
from chalicelib.services.access.actor import Role, UserId
from chalicelib.services.access.sign_in import SessionVersions


class PersonExistsError(HourTabError):
    """The address is invited already."""

    def __init__(self, email: str) -> None:
        super().__init__(f"{email} is invited already: `hourtab console list` shows the role and how far that is.")


class UnknownPersonError(HourTabError):
    """Nobody with the address was invited."""

    def __init__(self, email: str) -> None:
        super().__init__(f"Nobody was invited as {email}: `hourtab console list` shows all.")


@dataclass(frozen=True, slots=True)
class Person:
    """A person who was invited."""

    id: UserId
    email: str
    role: Role | None
    status: str
    """What the user pool says, such as `confirmed` or `force change password`."""


class People(Protocol):
    """The user pool, for whoever manages it."""

    def list_people(self) -> Iterable[Person]:
        """Everybody, in no order."""

    def invite(self, email: str, password: str | None) -> None:
        """Create the person, who has to set a password of their own at the first sign-in.

        Without a `password` one is made and mailed to them. Raises PersonExistsError.
        """

    def set_role(self, user: UserId, role: Role) -> None:
        """Give the person this role in place of others."""

    def remove(self, user: UserId) -> None:
        """Remove the person."""


@dataclass(frozen=True, slots=True)
class ManagePeople:
    """The use case of `hourtab console`."""

    pool: People
    versions: SessionVersions

    def list(self) -> list[Person]:
        """Everybody, by address."""
        return sorted(self.pool.list_people(), key=lambda one: one.email)

    def invite(self, email: str, role: Role, password: str | None = None) -> Person:
        """Invite a person with a role. Raises PersonExistsError."""
        self.pool.invite(email, password)
        invited = self._find(email)
        self.pool.set_role(invited.id, role)
        return self._find(email)

    def set_role(self, email: str, role: Role) -> Person:
        """Give a person another role. Raises UnknownPersonError."""
        found = self._find(email)
        self.pool.set_role(found.id, role)
        self.versions.end(found.id)
        return self._find(email)

    def remove(self, email: str) -> Person:
        """Remove a person. Raises UnknownPersonError."""
        found = self._find(email)
        self.pool.remove(found.id)
        self.versions.end(found.id)
        return found

    def _find(self, email: str) -> Person:
        for one in self.pool.list_people():
            if one.email.casefold() == email.casefold():
                return one
        raise UnknownPersonError(email)
