from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.services.store.link_keys import LinkKey, LinkKeys
from chalicelib.services.store.tasks import TaskKind
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


def test_the_key_s_plan_says_what_it_means_and_a_dry_run_writes_nothing(acme: Cli) -> None:
    plan = acme.run("link", "rotate-key", "--dry-run")

    assert plan.lines == [
        "The key of all links would be replaced.",
        "From 2026-11-22 09:10 UTC on, the links of 1 client would be new, also in mails:",
        "after that, send your clients the links that `hourtab link list` prints.",
        "Until 2027-02-20 09:00 UTC the old links would work as well.",
    ]
    assert acme.parts.link_keys.keys == LinkKeys((LinkKey("of the stack"),))
    assert ["set_up"] == [act["act"] for act in acme.run("audit", "--json").json]


def test_the_new_key_signs_soon_the_old_one_opens_until_the_end_date_and_it_is_audited(acme: Cli) -> None:
    done = acme.run("link", "rotate-key", "--until", "2026-12-31", "--json")

    old, new = acme.parts.link_keys.keys.keys
    assert old == LinkKey("of the stack", opens_until=datetime(2026, 12, 31, tzinfo=UTC))
    assert new == LinkKey(new.text, signs_from=datetime(2026, 11, 22, 9, 10, tzinfo=UTC))
    assert len(new.text) == 64
    assert done.json == {
        "dry_run": False,
        "clients": 1,
        "signs_from": "2026-11-22T09:10:00Z",
        "old_until": "2026-12-31T00:00:00Z",
    }
    act, _ = acme.run("audit", "--json").json
    assert (act["client"], act["act"], act["about"]) == (None, "rotate_key", "the key of all links")
    assert act["details"] == "the new one signs from 2026-11-22 09:10 UTC, the old one opens until 2026-12-31 00:00 UTC"
    assert new.text not in str(acme.run("audit", "--json").out)


def test_a_key_that_has_leaked_opens_nothing_from_now_on(acme: Cli) -> None:
    done = acme.run("link", "rotate-key", "--at-once")

    [key] = acme.parts.link_keys.keys.keys
    assert (key.text != "of the stack", key.signs_from, key.opens_until) == (True, None, None)
    assert "will stop working within five minutes" in done.out


def test_a_second_rotation_ends_no_older_key_later_than_the_first_said(acme: Cli) -> None:
    acme.run("link", "rotate-key", "--until", "2026-12-31")
    acme.run("link", "rotate-key", "--until", "2027-06-30")

    ends = [key.opens_until and f"{key.opens_until:%Y-%m-%d}" for key in acme.parts.link_keys.keys.keys]
    assert ends == ["2026-12-31", "2027-06-30", None]


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--until", "2026-11-22"), "have to outlive the change"),
        (("--until", "2026-11-22T09:10"), "have to outlive the change"),
        (("--until", "2027-01-01", "--at-once"), "either --until TIME or --at-once"),
    ],
)
def test_an_end_that_makes_no_sense_is_refused(acme: Cli, words: tuple[str, ...], reason: str) -> None:
    refused = acme.run("link", "rotate-key", *words)

    assert (refused.code, refused.err.count("\n")) == (2, 1)
    assert reason in refused.err


def test_the_addresses_of_one_report_are_revoked_and_the_next_one_is_another(acme: Cli, export: Path) -> None:
    dropped = acme.run("import", "drop", str(export), "--client", "acme", "--retainer", "support", "--wait", "--json")
    name = dropped.json["id"]
    before = acme.run("import", "show", name, "--json").json["page"]
    revoked = acme.run("import", "revoke-link", name)
    after = acme.run("import", "show", name, "--json").json["page"]

    assert revoked.lines == [f"No address of the report of {name} works any more."]
    assert (before, after) == (f"https://hours.example/api/i/{name}", f"https://hours.example/api/i/{name}~2")
    act, _ = acme.run("audit", "--json").json
    assert (act["act"], act["about"]) == ("revoke_report", name)


def test_an_import_that_does_not_exist_has_no_address_to_revoke(acme: Cli) -> None:
    assert "There is no import “nothing”." in acme.run("import", "revoke-link", "nothing").err


@pytest.fixture
def reachable(acme: Cli) -> Cli:
    """Its client has an address for mails."""
    book = acme.parts.directory.books["acme"]
    billing = replace(book.billing, party=replace(book.billing.party, email="kasse@acme.example"))
    acme.parts.directory.write_client(replace(book, billing=billing))
    return acme


def test_a_client_without_an_address_is_sent_no_link_and_no_mail_is_spoken_of(acme: Cli) -> None:
    refused = acme.run("link", "send", "acme", "--yes")

    assert (1, "") == (refused.code, refused.out)
    assert "add `email` to its `billing`, apply it, then send the link again." in refused.err
    assert "mail retry" not in refused.err


def test_a_link_is_mailed_once_its_mail_was_shown_and_agreed_to(reachable: Cli) -> None:
    declined = reachable.run("link", "send", "acme", typed="n\n")
    assert (1, []) == (declined.code, list(reachable.parts.post.queue.sent))
    assert "Subject  About 1\n" in declined.err

    done = reachable.run("link", "send", "acme", "--yes", "--json").json
    assert {"id": "link-acme.1.20261122T090000", "to": "ida@example.com"} == done
    assert [done["id"]] == list(reachable.parts.post.queue.sent)
    assert (TaskKind.LINK, "acme") == (
        reachable.parts.tasks.read(done["id"]).kind,
        reachable.parts.tasks.read(done["id"]).client,
    )


def test_a_link_that_does_not_work_is_not_mailed(acme: Cli) -> None:
    acme.run("link", "revoke", "acme")
    refused = acme.run("link", "send", "acme", "--yes")

    assert (1, "") == (refused.code, refused.out)
    assert "The link is revoked: `hourtab link rotate acme` makes a new one." in refused.err
    assert [] == list(acme.parts.post.queue.sent)
