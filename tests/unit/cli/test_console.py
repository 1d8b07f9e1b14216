"""`hourtab console`: inviting, changing and removing the people who sign in."""

import pytest

from tests.unit.cli.rig import Cli


@pytest.fixture
def invited() -> Cli:
    cli = Cli()
    cli.run("console", "invite", "ida@fjordblick.example")
    cli.run("console", "invite", "mira@fjordblick.example", "--role", "staff")
    return cli


def test_the_first_one_is_an_owner_unless_a_role_is_named(invited: Cli) -> None:
    assert invited.run("console", "list").lines == [
        "EMAIL                    ROLE   STATUS",
        "ida@fjordblick.example   owner  force change password",
        "mira@fjordblick.example  staff  force change password",
    ]


def test_a_role_is_changed_and_a_person_removed_with_their_sessions(invited: Cli) -> None:
    assert "viewer" in invited.run("console", "role", "mira@fjordblick.example", "viewer").lines[1]
    assert invited.run("console", "remove", "mira@fjordblick.example").lines == ["mira@fjordblick.example is removed."]

    assert sum(invited.parts.manage_people.versions.ended.values()) == 2
    assert [one["email"] for one in invited.run("console", "list", "--json").json] == ["ida@fjordblick.example"]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("invite", "ida@fjordblick.example"), "ida@fjordblick.example is invited already"),
        (("remove", "nobody@fjordblick.example"), "Nobody was invited as nobody@fjordblick.example"),
        (("role", "ida@fjordblick.example", "admin"), "'admin' is not one of 'viewer', 'staff', 'owner'"),
    ],
)
def test_what_cannot_be_done_is_one_line(invited: Cli, words: tuple[str, ...], message: str) -> None:
    assert message in invited.run("console", *words).err
