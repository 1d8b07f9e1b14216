"""Who acts, and whether they may: every use case of the console asks at its entrance, whatever its page has checked."""

from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from chalicelib.domain.errors import HourTabError

UserId = NewType("UserId", str)
"""A person in the user pool, by the id that never changes (the claim `sub`)."""


class Role(StrEnum):
    """What a person may do, the least first; each role includes those before it. Also the names of the groups."""

    VIEWER = "viewer"
    """Reads."""
    STAFF = "staff"
    """Imports, approvals, corrections."""
    OWNER = "owner"
    """Everything."""

    def includes(self, other: "Role") -> bool:
        """Whether this role may do what `other` may."""
        ranks = list(Role)
        return ranks.index(self) >= ranks.index(other)


class NotAllowedError(HourTabError):
    """The actor's role does not include the one that the use case needs."""

    def __init__(self, needed: Role) -> None:
        super().__init__(f"This needs the role {needed}: an owner gives it, with `hourtab console role`.")
        self.needed = needed


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who is signed in, or the command line."""

    id: UserId
    name: str
    """The e-mail address."""
    role: Role

    def require(self, role: Role) -> None:
        """Raises NotAllowedError unless the actor may do what `role` may."""
        if not self.role.includes(role):
            raise NotAllowedError(role)


COMMAND_LINE = Actor(UserId("command-line"), "the command line", Role.OWNER)
"""AWS has checked that whoever runs a command may use what it uses."""
