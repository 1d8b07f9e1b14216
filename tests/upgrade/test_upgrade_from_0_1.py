"""A deployment of release 0.1, with data and with a message in every queue, gets today's code (README.md here).

Everything runs in one process of its own, which has the environment of a function and a clock that stands at the
moment of the upgrade; each test compares one thing that was seen there with what release 0.1 showed.
"""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.template import template
from tests.upgrade.deployment import ROOT
from tests.upgrade.observe import EXPECTED

PARTS = EXPECTED.with_name("parts.json")
STATEFUL = (
    "AWS::DynamoDB::Table",
    "AWS::S3::Bucket",
    "AWS::SecretsManager::Secret",
    "AWS::SES::ConfigurationSet",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
)
NAMES = ("KeySchema", "GlobalSecondaryIndexes", "BucketName", "Name")
"""What a part is found by, apart from its logical id."""
REPLACED = {"WriteDigest.EveryMonday"}
"""A schedule holds nothing: `EveryMorning` does what it did."""
SOURCES = ("Queue", "Topic", "Type", "ScheduleExpression", "ScheduleExpressionTimezone")


@pytest.fixture(scope="module")
def seen() -> dict[str, str]:
    """What is seen of the upgraded deployment, by its name."""
    command = [sys.executable, "-m", "tests.upgrade.observe"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert 0 == done.returncode, done.stderr
    found: dict[str, str] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize("name", sorted(path.name for path in EXPECTED.iterdir()))
def test_what_an_older_release_left_is_as_it_was(seen: dict[str, str], name: str) -> None:
    assert (EXPECTED / name).read_text() == seen[name]


def test_nothing_is_seen_that_is_not_compared(seen: dict[str, str]) -> None:
    assert {path.name for path in EXPECTED.iterdir()} == seen.keys()


def test_no_part_that_holds_something_or_hands_it_over_gets_another_name() -> None:
    """A resource under another logical id is a new, empty one: the old one's data or messages would be left behind."""
    expected = json.loads(PARTS.read_text())
    found = parts(template())

    assert expected == {name: found.get(name) for name in expected} | {name: expected[name] for name in REPLACED}


def parts(whole: dict[str, Any]) -> dict[str, Any]:
    """The template's tables, buckets, queues, topics and secret, who is called by what, and the outputs."""
    found: dict[str, Any] = {}
    for name, resource in whole["Resources"].items():
        properties = resource.get("Properties", {})
        if resource.get("Type") in STATEFUL:
            found[name] = [resource["Type"], {key: properties[key] for key in NAMES if key in properties}]
        for event, source in properties.get("Events", {}).items():
            named = {"Type": source.get("Type"), **source["Properties"]}
            found[f"{name}.{event}"] = {key: named[key] for key in SOURCES if named.get(key)}
    for name, output in whole["Outputs"].items():
        found[f"output {name}"] = output["Value"]
    return found
