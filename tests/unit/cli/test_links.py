from tests.unit.cli.rig import Cli


def test_the_whole_address_is_shown(acme: Cli) -> None:
    answer = acme.run("link", "show", "acme")

    assert answer.lines == ["https://hours.example/api/b/acme~1", "version 1, active"]


def test_all_links_in_json_have_the_shape_that_scripts_read(acme: Cli) -> None:
    answer = acme.run("--json", "link", "list")

    assert answer.json == [
        {
            "client": "acme",
            "url": "https://hours.example/api/b/acme~1",
            "retainers": ["support"],
            "version": 1,
            "state": "active",
            "expires_at": None,
        }
    ]


def test_rotating_makes_another_address_and_ends_a_revocation(acme: Cli) -> None:
    assert acme.run("link", "revoke", "acme").lines[1] == "version 1, revoked"

    assert acme.run("link", "rotate", "acme").lines == ["https://hours.example/api/b/acme~2", "version 2, active"]


def test_a_link_can_expire_and_the_expiry_be_removed(acme: Cli) -> None:
    soon = acme.run("link", "expire", "acme", "--at", "2026-12-31T18:00+01:00")
    past = acme.run("link", "expire", "acme", "--at", "2026-11-22")
    never = acme.run("link", "expire", "acme", "--never")

    assert soon.lines[1] == "version 1, active until 2026-12-31 18:00 UTC+01:00"
    assert past.lines[1] == "version 1, expired"
    assert never.lines[1] == "version 1, active"


def test_an_expiry_needs_a_valid_time(acme: Cli) -> None:
    missing, wrong = acme.run("link", "expire", "acme"), acme.run("link", "expire", "acme", "--at", "tomorrow")

    assert (missing.code, wrong.code) == (2, 2)
    assert missing.err == "hourtab: Add either --at TIME or --never. See `hourtab link expire --help`.\n"
    assert "write it as 2026-12-31" in wrong.err
    assert wrong.err.count("\n") == 1
