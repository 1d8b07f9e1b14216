"""Signing in to the console, and what a session is still worth: OpenID Connect's code flow, completed by the server.

A sign-in is `begin` → the provider's page → `complete`; between the two the browser keeps a `PendingSignIn`. What
`complete` returns is kept by the browser, too, and `admit` looks at each request whether it still holds. Both are
signed (adapters/sessions.py), so the server stores nothing about a session but how often a person's were ended.
"""

from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Protocol

from chalicelib.clock import Clock
from chalicelib.domain.errors import HourTabError
from chalicelib.services.access.actor import Actor, Role, UserId

SESSION_LASTS = timedelta(hours=8)
SIGN_IN_LASTS = timedelta(minutes=10)
CONFIRMED_FOR = timedelta(minutes=5)
"""How long after the password was entered a dangerous act asks for it no more (sudo mode)."""
_STANDING_LASTS = timedelta(minutes=1)
"""For how long a page trusts what it knows of a person; a change never does."""
_SETTLING = timedelta(minutes=1)
"""A sign-in may itself write to the person's entry (first password, confirmed address): changes this close together
are one."""
_SKEW = timedelta(minutes=1)
"""How much the provider's spans may differ from ours."""


class SignInRefusedError(HourTabError):
    """A sign-in that does not count; the reason has no token, code or address in it."""


@dataclass(frozen=True, slots=True)
class PendingSignIn:
    """What the browser keeps while it is on the provider's page."""

    state: str
    """Comes back with the answer: the answer is to this browser's request."""
    nonce: str
    """Comes back in the token: the token was made for this request."""
    verifier: str
    """Proves to the provider that whoever redeems the code began the sign-in (RFC 7636)."""
    to: str
    """The page that is opened afterwards, a path of the console."""
    begun_at: datetime
    user: UserId | None = None
    """Who has to enter the password again; None: anybody may sign in."""

    @property
    def challenge(self) -> str:
        """The verifier's digest, which is all that the provider's page is told."""
        return urlsafe_b64encode(sha256(self.verifier.encode()).digest()).rstrip(b"=").decode()


@dataclass(frozen=True, slots=True)
class Identity:
    """Who the provider says has signed in."""

    user: UserId
    name: str
    nonce: str
    waited: timedelta
    """How long before the token was made the password was entered: both by the provider's clock."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What the user pool knows of a person who may sign in."""

    role: Role | None
    """None: in no group, which may do nothing."""
    modified_at: datetime
    """When the person's entry was last changed, for example by a new password."""


@dataclass(frozen=True, slots=True)
class Session:
    """A person who is signed in, as it stands in the browser's cookie."""

    user: UserId
    name: str
    role: Role
    version: str
    modified_at: datetime
    csrf: str
    """Every form carries it."""
    begun_at: datetime
    confirmed_at: datetime
    """When the password was last entered."""

    @property
    def actor(self) -> Actor:
        """The person, for the services."""
        return Actor(self.user, self.name, self.role)


class IdentityProvider(Protocol):
    """The provider's pages and its token endpoint."""

    def sign_in_address(self, pending: PendingSignIn) -> str:
        """Where the browser signs in; the password is asked for, whatever the provider remembers of the browser."""

    def sign_out_address(self) -> str:
        """Where the browser ends the provider's own session."""

    def redeem(self, code: str, verifier: str) -> Identity:
        """Exchange the code of a completed sign-in, server to server. Raises SignInRefusedError."""


class Users(Protocol):
    """The user pool."""

    def standing(self, user: UserId) -> Standing | None:
        """What is known of the person; None if they are removed, disabled, or have to set a new password first."""


class SessionVersions(Protocol):
    """How often a person's sessions, and everybody's, were ended."""

    def read(self, user: UserId) -> str:
        """The version that a session of the person must have."""

    def end(self, user: UserId) -> None:
        """End all sessions of the person."""

    def end_all(self) -> None:
        """End all sessions of everybody."""


@dataclass(frozen=True)
class SignIn:
    """The use case of the console's entrance."""

    provider: IdentityProvider
    users: Users
    versions: SessionVersions
    clock: Clock
    random: Callable[[], str] = lambda: token_urlsafe(32)
    _known: dict[UserId, tuple[datetime, Standing | None]] = field(default_factory=dict)

    def begin(self, to: str, user: UserId | None = None) -> tuple[PendingSignIn, str]:
        """A sign-in that leads to the path `to`, and the address where the browser continues it.

        `user`: who is signed in and has to enter the password again.
        """
        pending = PendingSignIn(self.random(), self.random(), self.random(), to, self.clock(), user)
        return pending, self.provider.sign_in_address(pending)

    def complete(self, pending: PendingSignIn | None, state: str, code: str) -> Session:
        """The session of whoever came back from the provider with `state` and `code`. Raises SignInRefusedError.

        `pending` is what the browser has kept, if anything; `code` is "" if the provider signed nobody in.
        """
        now = self.clock()
        if pending is None or not code:
            raise SignInRefusedError("it was not begun in this browser, or not completed")
        if now - pending.begun_at >= SIGN_IN_LASTS:
            raise SignInRefusedError("it took too long")
        if not compare_digest(pending.state.encode(), state.encode()):
            raise SignInRefusedError("it was begun elsewhere")
        identity = self.provider.redeem(code, pending.verifier)
        if not compare_digest(pending.nonce.encode(), identity.nonce.encode()):
            raise SignInRefusedError("the token was made for another sign-in")
        if pending.user and identity.user != pending.user:
            raise SignInRefusedError("somebody else entered a password")
        if identity.waited > now - pending.begun_at + _SKEW:
            raise SignInRefusedError("the password was not entered for it")
        standing = self._standing(identity.user, now, is_fresh=True)
        if standing is None or standing.role is None:
            raise SignInRefusedError("the account has no role")
        return Session(
            user=identity.user,
            name=identity.name,
            role=standing.role,
            version=self.versions.read(identity.user),
            modified_at=standing.modified_at,
            csrf=self.random(),
            begun_at=now,
            confirmed_at=now - identity.waited,
        )

    def holds(self, session: Session, *, is_change: bool) -> bool:
        """Whether the session still counts.

        It ends after eight hours, when the person signs out or is removed, leaves the role or gets a new password. A
        page may learn of the last three a minute later; a change asks the user pool each time.
        """
        now = self.clock()
        if now - session.begun_at >= SESSION_LASTS or session.version != self.versions.read(session.user):
            return False
        standing = self._standing(session.user, now, is_fresh=is_change)
        return (
            standing is not None
            and standing.role is session.role
            and standing.modified_at - session.modified_at < _SETTLING
        )

    def is_confirmed(self, session: Session) -> bool:
        """Whether the password was entered so lately that a dangerous act need not ask for it."""
        return self.clock() - session.confirmed_at < CONFIRMED_FOR

    def sign_out(self, actor: Actor) -> str:
        """End all sessions of the person; returns the address at which the provider ends its own."""
        self.versions.end(actor.id)
        return self.provider.sign_out_address()

    def end_all(self, actor: Actor) -> None:
        """End all sessions of everybody. Raises NotAllowedError."""
        actor.require(Role.OWNER)
        self.versions.end_all()

    def _standing(self, user: UserId, now: datetime, *, is_fresh: bool) -> Standing | None:
        read_at, standing = self._known.get(user, (None, None))
        if is_fresh or read_at is None or now - read_at >= _STANDING_LASTS:
            standing = self.users.standing(user)
            self._known[user] = now, standing
        return standing
