"""A sign-in counts only for the browser and the request that began it; a session ends when it should."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.services.access.actor import Actor, NotAllowedError, Role, UserId
from chalicelib.services.access.sign_in import SignInRefusedError, Standing
from tests.access_rig import IDA, NOON, SignInRig
from tests.identity_provider import digest_of, providing

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


@pytest.fixture(scope="module")
def loopback():
    with providing() as provider:
        yield provider


@pytest.fixture
def rig(loopback):
    loopback.__init__(loopback.address)
    return SignInRig(loopback)


def come_back(rig, pending, address, **changed):
    """Sign in on the provider's page and return, with parts of the answer changed."""
    answer = parse_qs(urlsplit(rig.provider.sign_in(address)).query)
    given = {"state": answer["state"][0], "code": answer["code"][0], **changed}
    return rig.use_case.complete(pending, given["state"], given["code"])


def signed_in(rig):
    return come_back(rig, *rig.use_case.begin("/console"))


def test_a_completed_sign_in_is_a_session_of_the_person_with_their_role(rig):
    session = signed_in(rig)

    assert Actor(IDA, "ida@fjordblick.example", Role.OWNER) == session.actor
    assert (NOON, NOON, "0.0") == (session.begun_at, session.confirmed_at, session.version)
    assert rig.use_case.holds(session, is_change=True)


def test_the_provider_s_page_is_told_the_digest_of_the_verifier_and_never_the_verifier(rig):
    pending, address = rig.use_case.begin("/console")
    asked = parse_qs(urlsplit(address).query)

    assert [digest_of(pending.verifier)] == asked["code_challenge"] != [pending.verifier]
    assert ["S256"] == asked["code_challenge_method"]
    assert pending.verifier not in address
    assert 4 == len({pending.state, pending.nonce, pending.verifier, pending.challenge})


def test_a_sign_in_that_was_begun_in_another_browser_is_refused(rig):
    with pytest.raises(SignInRefusedError, match="begun elsewhere"):
        come_back(rig, *rig.use_case.begin("/console"), state="ünknown")


def test_a_sign_in_that_took_ten_minutes_is_refused(rig):
    pending, address = rig.use_case.begin("/console")
    rig.now += 10 * MINUTE

    with pytest.raises(SignInRefusedError, match="too long"):
        come_back(rig, pending, address)


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"nonce": "of another request"}, "another sign-in"),
        ({"aud": "another-client"}, "not for this console"),
        ({"sub": "33333333-4444"}, "not for this console"),
        ({"auth_time": "noon"}, "cannot be read"),
    ],
)
def test_a_token_that_is_not_about_this_sign_in_is_refused(rig, claims, reason):
    rig.provider.claims = claims

    with pytest.raises(SignInRefusedError, match=reason):
        signed_in(rig)


def test_a_code_counts_once_and_only_with_its_verifier(rig):
    pending, address = rig.use_case.begin("/console")
    stolen = replace(pending, verifier="a guess")
    with pytest.raises(SignInRefusedError, match="answered 400"):
        come_back(rig, stolen, address)

    code = next(iter(rig.provider.codes), "code-0")
    with pytest.raises(SignInRefusedError, match="answered 400"):
        rig.use_case.complete(pending, pending.state, code)


@pytest.mark.parametrize("standing", [None, Standing(None, NOON)])
def test_somebody_whom_nobody_gave_a_role_gets_no_session(rig, standing):
    rig.pool.standings = {IDA: standing} if standing else {}

    with pytest.raises(SignInRefusedError, match="no role"):
        signed_in(rig)


def stands(role, modified_at=NOON - timedelta(days=30)):
    """The user pool says so from now on."""
    return lambda rig: rig.pool.standings.update({IDA: Standing(role, modified_at)})


def later(how_long):
    return lambda rig: setattr(rig, "now", rig.now + how_long)


MEANWHILE = {
    "nothing": later(timedelta()),
    "less than eight hours": later(8 * HOUR - MINUTE),
    "eight hours": later(8 * HOUR),
    "the person signs out anywhere": lambda rig: rig.versions.end(IDA),
    "somebody else signs out": lambda rig: rig.versions.end(UserId("33333333-4444")),
    "an owner ends all sessions": lambda rig: rig.versions.end_all(),
    "the person is removed": lambda rig: rig.pool.standings.clear(),
    "the role is another": stands(Role.STAFF),
    "the role is gone": stands(None),
    "the password is reset": stands(Role.OWNER, NOON + 2 * HOUR),
    "the first sign-in is noted at once": stands(Role.OWNER, NOON - timedelta(days=30) + timedelta(seconds=5)),
}


@pytest.mark.parametrize(
    ("what", "holds", "holds_for_a_page_at_once"),
    [
        ("nothing", True, True),
        ("less than eight hours", True, True),
        ("eight hours", False, False),
        ("the person signs out anywhere", False, False),
        ("somebody else signs out", True, True),
        ("an owner ends all sessions", False, False),
        ("the person is removed", False, True),
        ("the role is another", False, True),
        ("the role is gone", False, True),
        ("the password is reset", False, True),
        ("the first sign-in is noted at once", True, True),
    ],
)
def test_a_session_ends_for_a_change_at_once_and_for_a_page_within_a_minute(rig, what, holds, holds_for_a_page_at_once):
    session = signed_in(rig)
    MEANWHILE[what](rig)

    assert holds_for_a_page_at_once == rig.use_case.holds(session, is_change=False)
    assert holds == rig.use_case.holds(session, is_change=True)
    rig.now += MINUTE
    assert holds == (rig.use_case.holds(session, is_change=False) or what == "less than eight hours")


def test_pages_within_a_minute_ask_the_user_pool_once(rig):
    session = signed_in(rig)
    before = rig.pool.reads
    for _ in range(5):
        rig.use_case.holds(session, is_change=False)

    assert before == rig.pool.reads
    rig.use_case.holds(session, is_change=True)
    assert before + 1 == rig.pool.reads


def test_the_password_counts_as_entered_for_five_minutes(rig):
    session = signed_in(rig)

    assert rig.use_case.is_confirmed(session)
    rig.now += 5 * MINUTE
    assert not rig.use_case.is_confirmed(session)


def test_everybody_is_asked_for_the_password_even_if_the_provider_knows_them(rig):
    addresses = [rig.use_case.begin("/console", user)[1] for user in (None, IDA)]

    assert [["login"], ["login"]] == [parse_qs(urlsplit(one).query).get("prompt") for one in addresses]


@pytest.mark.parametrize("user", [None, IDA])
def test_what_the_provider_remembers_of_the_browser_signs_nobody_in(rig, user):
    signed_in(rig)
    rig.now += 10 * MINUTE
    rig.provider.waited = 600
    with pytest.raises(SignInRefusedError, match="not entered for it"):
        come_back(rig, *rig.use_case.begin("/console", user))


def test_a_confirmation_by_somebody_else_is_refused(rig):
    signed_in(rig)
    rig.now += 10 * MINUTE
    assert rig.use_case.is_confirmed(come_back(rig, *rig.use_case.begin("/console", IDA)))

    rig.provider.user = {"sub": "33333333-4444", "email": "jonas@fjordblick.example"}
    rig.pool.standings[UserId("33333333-4444")] = rig.pool.standings[IDA]
    with pytest.raises(SignInRefusedError, match="somebody else"):
        come_back(rig, *rig.use_case.begin("/console", IDA))


@pytest.mark.parametrize(
    ("role", "needed", "may"),
    [
        (Role.VIEWER, Role.VIEWER, True),
        (Role.VIEWER, Role.STAFF, False),
        (Role.VIEWER, Role.OWNER, False),
        (Role.STAFF, Role.VIEWER, True),
        (Role.STAFF, Role.STAFF, True),
        (Role.STAFF, Role.OWNER, False),
        (Role.OWNER, Role.VIEWER, True),
        (Role.OWNER, Role.OWNER, True),
    ],
)
def test_a_role_includes_those_below_it(role, needed, may):
    actor = Actor(IDA, "ida@fjordblick.example", role)

    with nullcontext() if may else pytest.raises(NotAllowedError, match=f"the role {needed}"):
        actor.require(needed)
