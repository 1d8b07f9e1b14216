"""Who gets what of the console: the table of docs/console.md, and the attacks that a browser can be made to take part
in.
"""

import json
import logging
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlencode

import pytest

from chalicelib.adapters.aws import CloudError
from chalicelib.adapters.sessions import SignedValues
from chalicelib.services.access.actor import NotAllowedError, Role
from chalicelib.services.access.sign_in import Standing
from chalicelib.services.cycles.read_overview import read_overview
from chalicelib.web.console.site import ROUTES, path_to
from tests.access_rig import IDA, NOON
from tests.console_rig import BASE, KEY, ConsoleRig, session_of
from tests.identity_provider import providing

DOCS = Path(__file__).parents[4] / "docs/console.md"
CHANGES = [route for route in ROUTES if route.method == "POST"]


def table():
    """The rows of the table in the docs: method and path → who → what they get."""
    lines = [line for line in DOCS.read_text("utf-8").splitlines() if line.startswith("|")]
    start = next(at for at, line in enumerate(lines) if line.startswith("| address"))
    head, _, *rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[start:]]
    return {tuple(row[0].split(" /")): dict(zip(head[1:], row[1:], strict=True)) for row in rows}


TABLE = table()
CASES = [(method, path, who, gets) for (method, path), row in TABLE.items() for who, gets in row.items()]


@pytest.fixture(scope="module")
def loopback():
    with providing() as provider:
        yield provider


@pytest.fixture
def rig(loopback):
    loopback.__init__(loopback.address)
    return ConsoleRig(loopback)


def visiting(rig, who):
    """Let the browser be whoever this is."""
    signed = rig.signed.text
    match who:
        case "nobody":
            pass
        case "forged cookie":
            text = signed(session_of(Role.VIEWER))
            rig.keep(text[:-4] + "AAAA")
        case "old session":
            rig.keep(signed(session_of(begun_at=NOON - timedelta(hours=8))))
        case "other stack's cookie":
            rig.keep(SignedValues(lambda: ["the key of another stack, as long as that one"]).text(session_of()))
        case role:
            rig.pool.standings[IDA] = Standing(Role(role), NOON - timedelta(days=1))
            rig.keep(signed(session_of(Role(role))))


def kind_of(rig, answer):
    """What the docs call such an answer."""
    status, to = answer["statusCode"], answer["headers"].get("Location", "")
    if status != 303:
        return {200: "page", 400: "no sign-in", 401: "session ended", 403: "refused"}[status]
    if to.startswith(f"{BASE}/console/sign-in"):
        return "sign-in"
    return "provider" if to.startswith(rig.provider.address) else "done"


def test_the_table_of_the_docs_is_about_every_route():
    assert [(route.method, route.path) for route in ROUTES] == list(TABLE)


@pytest.mark.parametrize(("method", "path", "who", "gets"), CASES)
def test_every_route_answers_everybody_as_the_docs_say(rig, method, path, who, gets):
    visiting(rig, who)

    assert gets == kind_of(rig, rig.ask(method, path, form={"csrf": "random-csrf"}))


@pytest.mark.parametrize("route", CHANGES, ids=lambda route: route.path)
@pytest.mark.parametrize(
    ("asked", "status"),
    [
        (("POST", {}, {}), 403),
        (("POST", {"csrf": "random-other"}, {}), 403),
        (("POST", {"csrf": "ünlike"}, {}), 403),
        (("POST", {"csrf": "random-csrf"}, {"Origin": "https://evil.example"}), 403),
        (("POST", {"csrf": "random-csrf"}, {"Origin": f"{BASE}.evil.example"}), 403),
        (("POST", {"csrf": "random-csrf"}, {"Origin": "null"}), 403),
        (("POST", {"csrf": "random-csrf"}, {"Origin": ""}), 403),
        (("POST", {"csrf": "random-csrf"}, {"Content-Type": "text/plain"}), 403),
        (("GET", {"csrf": "random-csrf"}, {}), 405),
        (("HEAD", {}, {}), 405),
        (("PUT", {"csrf": "random-csrf"}, {}), 405),
    ],
)
def test_a_change_that_no_form_of_ours_asked_for_changes_nothing(rig, route, asked, status):
    method, form, headers = asked
    visiting(rig, "owner")
    answer = rig.ask(method, route.path, form=form, **headers)

    assert status == answer["statusCode"]
    assert {} == dict(rig.versions.ended)
    assert ("POST" if status == 405 else None) == answer["headers"].get("Allow")


def test_a_page_does_not_take_what_a_form_sends(rig):
    visiting(rig, "owner")

    assert (405, "GET") == (rig.post("account")["statusCode"], rig.post("account")["headers"]["Allow"])


def test_an_address_that_is_not_in_the_table_is_not_there(rig):
    visiting(rig, "owner")

    assert {404} == {rig.get(path)["statusCode"] for path in ("nothing", "account/else", "../b/token", "%2e%2e")}


def test_a_dangerous_act_asks_for_the_password_again_and_then_ends_all_sessions(rig):
    rig.sign_in()
    rig.now += timedelta(minutes=5)
    first = rig.post("end-sessions")
    assert (303, f"{BASE}/console/confirm?to=%2Fconsole%2Faccount") == (
        first["statusCode"],
        first["headers"]["Location"],
    )
    assert {} == dict(rig.versions.ended)

    asked = rig.get("confirm", "to=/console/account")["headers"]["Location"]
    assert "prompt=login" in asked
    assert f"{BASE}/console/account" == rig.come_back(asked)["headers"]["Location"]
    assert f"{BASE}/console/signed-out" == rig.post("end-sessions")["headers"]["Location"]
    assert {"": 1} == dict(rig.versions.ended)


def test_whoever_may_not_do_a_dangerous_act_is_not_asked_for_the_password_first(rig):
    rig.pool.standings[IDA] = Standing(Role.STAFF, NOON - timedelta(days=1))
    rig.keep(rig.signed.text(session_of(Role.STAFF, confirmed_at=NOON - timedelta(hours=1))))

    assert 403 == rig.post("end-sessions")["statusCode"]


def test_whoever_signs_out_opens_nothing_with_the_old_cookie(rig):
    rig.sign_in()
    old = rig.cookies["__Host-hourtab-session"]
    assert rig.post("sign-out")["headers"]["Location"].startswith(f"{rig.provider.address}/logout?")
    assert {} == rig.cookies

    rig.keep(old)
    assert f"{BASE}/console/sign-in?to=%2Fconsole%2Faccount" == rig.get("account")["headers"]["Location"]


def test_a_person_who_lost_the_role_changes_nothing_more(rig):
    rig.sign_in()
    rig.pool.standings[IDA] = replace(rig.pool.standings[IDA], role=Role.VIEWER)

    assert 401 == rig.post("end-sessions")["statusCode"]
    assert {} == dict(rig.versions.ended)


def test_the_services_check_the_role_whatever_the_route_says(rig):
    viewer = session_of(Role.VIEWER).actor
    with pytest.raises(NotAllowedError):
        rig.use_case.end_all(viewer)

    assert read_overview(viewer, rig.now, directory=rig.sample.directory, ledger=rig.sample.ledger)


# ---------------------------------------------------------------- signing in
def test_a_sign_in_leads_to_the_page_that_was_asked_for(rig):
    to_sign_in = rig.get("account")["headers"]["Location"]
    answer = rig.sign_in(to_sign_in.partition("?")[2])

    assert (303, f"{BASE}/console/account") == (answer["statusCode"], answer["headers"]["Location"])
    assert (Role.OWNER, "ida@fjordblick.example") == (rig.session.role, rig.session.name)
    assert "ida@fjordblick.example" in rig.get("account")["body"]


def test_a_link_that_signs_a_visitor_in_as_somebody_else_is_refused(rig):
    """Login CSRF: an attacker's own code in a victim's browser."""
    attacker, victim = rig, ConsoleRig(rig.provider)
    attacker.get("sign-in")  # so that the two states differ, which are counted here
    back = attacker.provider.sign_in(attacker.get("sign-in")["headers"]["Location"]).partition("?")[2]
    victim.get("sign-in")

    assert [400, 400] == [victim.get("signed-in", back)["statusCode"], victim.get("signed-in", back)["statusCode"]]
    assert victim.session is None


def test_whoever_has_no_role_is_told_so_and_signed_in_nowhere(rig):
    rig.pool.standings = {}
    answer = rig.sign_in()

    assert 400 == answer["statusCode"]
    assert "the account has no role" in answer["body"]
    assert {} == rig.cookies


def test_a_sign_in_that_was_cancelled_is_told_so(rig):
    rig.get("sign-in")

    assert 400 == rig.get("signed-in", "error=access_denied&state=random-1")["statusCode"]


def test_a_provider_that_does_not_answer_is_an_outage_and_a_bug_is_our_fault(rig):
    rig.sign_in()
    rig.now += timedelta(minutes=2)
    rig.pool.standing = _raising(CloudError("AdminGetUser", "TooManyRequestsException"))
    assert 503 == rig.get("account")["statusCode"]
    rig.pool.standing = _raising(ZeroDivisionError("of ida@fjordblick.example"))
    answer = rig.get("account")

    assert 500 == answer["statusCode"]
    assert "ida" not in answer["body"]
    assert ["request-1", "a page of the console failed"] == [rig.log.correlation_id, rig.log.lines[-1][1]]


def _raising(error):
    def standing(_):
        raise error

    return standing


# ---------------------------------------------------------------- what a browser is told
@pytest.mark.parametrize(
    "to",
    [
        "https://evil.example/",
        "//evil.example/console",
        "/\\evil.example",
        "/console@evil.example",
        "/console.evil.example",
        "/console/../b/token",
        "/console/%0d%0aSet-Cookie:x=1",
        "/console/account\r\nSet-Cookie: x=1",
        "/console/account\n",
        "javascript:alert(1)",
        "/b/token",
        "",
    ],
)
def test_no_redirect_leads_out_of_the_console_or_into_a_header(rig, to):
    answer = rig.ask("GET", "sign-in", "", **{"X-Forwarded-Host": "evil.example", "Host": "evil.example"})
    assert "evil" not in json.dumps(answer)

    back = rig.come_back(rig.get("sign-in", urlencode({"to": to}))["headers"]["Location"])
    assert "/console" == path_to(to)
    assert f"{BASE}/console" == back["headers"]["Location"]


def every_answer(rig):
    """An answer of each route and status."""
    for who in ("nobody", "owner"):
        visiting(rig, who)
        for route in ROUTES:
            yield rig.ask(route.method, route.path, form={"csrf": "random-csrf"})
            yield rig.ask("PUT", route.path)
        yield rig.get("nothing")
    yield rig.sign_in()


def test_no_page_is_framed_kept_sniffed_or_runs_a_script(rig):
    for answer in every_answer(rig):
        headers = answer["headers"]
        policy = dict(part.split(" ", 1) for part in headers["Content-Security-Policy"].split("; "))
        assert ("'none'", "'none'", "'none'") == tuple(
            policy[name] for name in ("default-src", "frame-ancestors", "base-uri")
        )
        assert "script-src" not in policy
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert f"'self' {rig.provider.address}" == policy["form-action"]
        assert ("DENY", "no-store", "nosniff", "same-origin") == tuple(
            headers[name]
            for name in ("X-Frame-Options", "Cache-Control", "X-Content-Type-Options", "Cross-Origin-Opener-Policy")
        )
        assert not re.search(r"<script|\son\w+=|javascript:|style=", answer["body"])
        assert [] == [value for value in headers.values() if "\n" in value or "\r" in value]


def test_every_cookie_is_secure_for_this_host_alone_and_out_of_reach_of_scripts(rig):
    set_cookies = [line for answer in every_answer(rig) for line in answer["multiValueHeaders"]["Set-Cookie"]]
    ends = {line.partition("; ")[2] for line in set_cookies}

    assert {"__Host-hourtab-session", "__Host-hourtab-sign-in"} == {line.partition("=")[0] for line in set_cookies}
    assert {f"Max-Age={seconds}; Path=/; Secure; HttpOnly; SameSite=Lax" for seconds in (0, 600, 28_800)} == ends
    assert [] == [line for line in set_cookies if "Domain" in line or len(line) > 4_000]


def test_a_head_request_has_no_body(rig):
    visiting(rig, "viewer")

    assert (200, "") == (rig.ask("HEAD", "")["statusCode"], rig.ask("HEAD", "")["body"])


def test_neither_logs_nor_error_pages_hold_tokens_cookies_or_addresses(rig, caplog):
    caplog.set_level(logging.DEBUG)
    bodies = []
    for method, path, who, _ in CASES:
        rig.cookies = {}
        visiting(rig, who)
        answer = rig.ask(method, path, form={"csrf": "random-csrf"})
        bodies += [answer["body"]] if answer["statusCode"] >= 400 else []
    rig.sign_in()
    rig.provider.status = 400
    rig.sign_in()
    said = json.dumps(rig.log.lines, default=str) + caplog.text + "".join(bodies)
    secrets = [KEY, "random-", "code-1", "an-access-token", "header.", "__Host-", "ida@", "11111111"]

    assert '"a sign-in was refused"' in said
    assert [] == [secret for secret in secrets if secret in said]
