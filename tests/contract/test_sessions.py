"""How often sessions were ended, on every engine; the user pool, on the local cloud."""

from collections.abc import Iterator

import pytest

from chalicelib.adapters.aws import Aws
from chalicelib.adapters.cognito import CognitoUsers
from chalicelib.adapters.sessions import DynamoSessionVersions
from chalicelib.services.access.actor import Role, UserId
from chalicelib.services.access.people import ManagePeople, PersonExistsError
from tests.access_rig import FakeVersions
from tests.aws_calls import record_calls
from tests.contract.conftest import Store
from tests.local_stack import shared_cloud

IDA, MIRA = UserId("11111111-2222"), UserId("33333333-4444")
PASSWORD = "An-invented-1st-password"  # noqa: S105 - of a person who does not exist


def test_ending_sessions_raises_the_version_of_the_person_or_of_everybody(store: Store):
    versions = DynamoSessionVersions(store.tables, store.names["activity"])
    with record_calls() as calls:
        first = versions.read(IDA)
    versions.end(IDA)
    versions.end(IDA)
    after_own = versions.read(IDA), versions.read(MIRA)
    versions.end_all()

    assert ["dynamodb:BatchGetItem"] == calls.names()
    assert ("0.0", ("2.0", "0.0")) == (first, after_own)
    assert ("2.1", "0.1") == (versions.read(IDA), versions.read(MIRA))


@pytest.fixture
def pool(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[CognitoUsers, ManagePeople, str]]:
    """A user pool of its own on the local cloud, with the groups of the roles."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    aws = Aws("us-east-1", shared_cloud().endpoint)
    client = aws.client("cognito-idp")
    made = client.create_user_pool(PoolName="contract", UsernameAttributes=["email"])["UserPool"]["Id"]
    for role in Role:
        client.create_group(UserPoolId=made, GroupName=role.value)
    users = CognitoUsers(aws, made)
    yield users, ManagePeople(users, FakeVersions()), made
    client.delete_user_pool(UserPoolId=made)


def confirm(pool_id: str, email: str, password: str = PASSWORD, *, permanent: bool = True) -> None:
    client = Aws("us-east-1", shared_cloud().endpoint).client("cognito-idp")
    client.admin_set_user_password(UserPoolId=pool_id, Username=email, Password=password, Permanent=permanent)


def test_whoever_was_invited_stands_in_the_pool_once_they_have_a_password_of_their_own(pool):
    users, manage, pool_id = pool
    ida = manage.invite("ida@fjordblick.example", Role.STAFF, PASSWORD)
    before = users.standing(ida.id)
    confirm(pool_id, "ida@fjordblick.example")
    standing = users.standing(ida.id)

    assert (Role.STAFF, "force change password", None) == (ida.role, ida.status, before)
    assert Role.STAFF is standing.role
    assert standing.modified_at.tzinfo
    with pytest.raises(PersonExistsError):
        manage.invite("ida@fjordblick.example", Role.OWNER)


def test_a_new_role_replaces_the_old_one_and_a_removed_person_has_no_standing(pool):
    users, manage, pool_id = pool
    ida = manage.invite("ida@fjordblick.example", Role.OWNER, PASSWORD)
    confirm(pool_id, "ida@fjordblick.example")

    assert Role.VIEWER is manage.set_role("ida@fjordblick.example", Role.VIEWER).role
    assert Role.VIEWER is users.standing(ida.id).role
    manage.remove("ida@fjordblick.example")
    assert users.standing(ida.id) is None
    assert [] == manage.list()


def test_a_disabled_person_and_a_reset_password_have_no_standing_and_a_new_password_is_a_change(pool):
    users, manage, pool_id = pool
    ida = manage.invite("ida@fjordblick.example", Role.OWNER, PASSWORD)
    confirm(pool_id, "ida@fjordblick.example")
    client = Aws("us-east-1", shared_cloud().endpoint).client("cognito-idp")
    first = users.standing(ida.id).modified_at

    confirm(pool_id, "ida@fjordblick.example", "An-invented-2nd-password")
    assert users.standing(ida.id).modified_at >= first
    confirm(pool_id, "ida@fjordblick.example", "An-invented-3rd-password", permanent=False)
    assert users.standing(ida.id) is None
    confirm(pool_id, "ida@fjordblick.example")
    client.admin_disable_user(UserPoolId=pool_id, Username="ida@fjordblick.example")
    assert users.standing(ida.id) is None
