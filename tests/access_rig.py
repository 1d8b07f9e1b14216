"""In-memory fakes of what the console's sign-in needs, and a clock that a test moves."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count

from chalicelib.adapters.cognito import CognitoPages
from chalicelib.services.access.actor import Role, UserId
from chalicelib.services.access.people import Person, PersonExistsError
from chalicelib.services.access.sign_in import SignIn, Standing
from tests.identity_provider import CLIENT, Provider

NOON = datetime(2026, 11, 16, 12, 0, tzinfo=UTC)
IDA = UserId("11111111-2222")
CONSOLE = "https://hours.fjordblick.example/console"


class FakeVersions:
    """How often sessions were ended, by person."""

    def __init__(self) -> None:
        self.ended: Counter[str] = Counter()

    def read(self, user: UserId) -> str:
        return f"{self.ended[user]}.{self.ended['']}"

    def end(self, user: UserId) -> None:
        self.ended[user] += 1

    def end_all(self) -> None:
        self.ended[""] += 1


class FakePool:
    """The user pool. Who is in `standings` may sign in."""

    def __init__(self, role: Role | None = Role.OWNER) -> None:
        self.standings = {IDA: Standing(role, NOON - timedelta(days=30))}
        self.people: dict[str, Person] = {}
        self.passwords: dict[str, str | None] = {}
        self.reads = 0

    def standing(self, user: UserId) -> Standing | None:
        self.reads += 1
        return self.standings.get(user)

    def list_people(self) -> list[Person]:
        return list(self.people.values())

    def invite(self, email: str, password: str | None) -> None:
        if email in self.people:
            raise PersonExistsError(email)
        self.passwords[email] = password
        self.people[email] = Person(UserId(f"id-{len(self.people)}"), email, None, "force change password")

    def set_role(self, user: UserId, role: Role) -> None:
        self.people = {email: replace(one, role=role) if one.id == user else one for email, one in self.people.items()}

    def remove(self, user: UserId) -> None:
        self.people = {email: one for email, one in self.people.items() if one.id != user}


class SignInRig:
    """A sign-in over a provider on loopback; everything else is in memory."""

    def __init__(self, provider: Provider, role: Role | None = Role.OWNER, console: str = CONSOLE) -> None:
        self.now = NOON
        self.provider = provider
        self.pool, self.versions = FakePool(role), FakeVersions()
        numbers = count(1)
        pages = CognitoPages(provider.address, CLIENT, console)
        random = lambda: f"random-{next(numbers)}"  # noqa: E731 - names nothing that is not said here
        self.use_case = SignIn(pages, self.pool, self.versions, lambda: self.now, random)
        provider.authenticated_at = int(NOON.timestamp())
