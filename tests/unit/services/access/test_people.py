"""People are invited with a role; who gets another one, or is removed, is signed out."""

import pytest

from chalicelib.services.access.actor import Role
from chalicelib.services.access.people import ManagePeople, PersonExistsError, UnknownPersonError
from tests.access_rig import FakePool, FakeVersions


@pytest.fixture
def manage():
    return ManagePeople(FakePool(), FakeVersions())


def test_an_invited_person_has_the_role_and_a_first_password_that_is_mailed_unless_one_is_given(manage):
    manage.invite("mira@fjordblick.example", Role.STAFF)
    manage.invite("ida@fjordblick.example", Role.OWNER, "An invented 1st password")

    assert [("ida@fjordblick.example", Role.OWNER), ("mira@fjordblick.example", Role.STAFF)] == [
        (one.email, one.role) for one in manage.list()
    ]
    assert [None, "An invented 1st password"] == list(manage.pool.passwords.values())


def test_another_role_and_a_removal_end_the_person_s_sessions_and_nobody_else_s(manage):
    mira, ida = (manage.invite(f"{name}@fjordblick.example", Role.STAFF) for name in ("mira", "ida"))

    assert Role.VIEWER is manage.set_role("Mira@fjordblick.example", Role.VIEWER).role
    assert (1, 0) == (manage.versions.ended[mira.id], manage.versions.ended[ida.id])

    manage.remove("mira@fjordblick.example")
    assert (2, 0) == (manage.versions.ended[mira.id], manage.versions.ended[ida.id])
    assert ["ida@fjordblick.example"] == [one.email for one in manage.list()]


def test_a_second_invitation_and_a_change_of_nobody_are_refused(manage):
    manage.invite("ida@fjordblick.example", Role.OWNER)

    with pytest.raises(PersonExistsError):
        manage.invite("ida@fjordblick.example", Role.OWNER)
    with pytest.raises(UnknownPersonError):
        manage.remove("nobody@fjordblick.example")
