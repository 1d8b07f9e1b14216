"""Deployments that fail on the local cloud, whose CloudFormation rolls back, and what the next one makes of it."""

import time
from functools import partial

import pytest
import yaml

from infra.deploy import deploy
from infra.package import Package
from infra.stack import DeployError, Terminal, find_stack
from tests.local_stack import shared_cloud

STAGE, NAME = "trial", "hourtab-trial"
BUCKET = "hourtab-trial-kept"
FAILING = {
    "Handle": {"Type": "AWS::CloudFormation::WaitConditionHandle"},
    "NeverReady": {
        "Type": "AWS::CloudFormation::WaitCondition",
        "DependsOn": "Kept",
        "Properties": {"Handle": {"Ref": "Handle"}, "Timeout": "1"},
    },
}
WORKING = {"Queue": {"Type": "AWS::SQS::Queue"}}
QUICK = Terminal(pause=partial(time.sleep, 0.05))
CAUSE = r"The first cause is NeverReady \(AWS::CloudFormation::WaitCondition\): WaitCondition timed out"


@pytest.fixture(scope="module")
def session():
    return shared_cloud().session()


@pytest.fixture
def package(tmp_path):
    def package(resources):
        kept = {
            "Type": "AWS::S3::Bucket",
            "DeletionPolicy": "RetainExceptOnCreate",
            "Properties": {"BucketName": BUCKET},
        }
        template = {
            "Parameters": {name: {"Type": "String"} for name in ("Stage", "Package")},
            "Resources": {"Kept": kept, **resources},
            "Outputs": {"Package": {"Value": {"Ref": "Package"}}},
        }
        (tmp_path / "template.yaml").write_text(yaml.safe_dump(template))
        (tmp_path / "deployment.zip").write_bytes(b"zip")
        return Package(
            tmp_path / "template.yaml", tmp_path / "deployment.zip", tmp_path / "sbom.json", "-".join(resources)
        )

    return package


def has_bucket(session):
    return BUCKET in [bucket["Name"] for bucket in session.client("s3").list_buckets()["Buckets"]]


def status(session):
    return find_stack(session.client("cloudformation"), NAME)["StackStatus"]


def test_a_create_that_failed_leaves_nothing_and_the_next_one_works_as_does_one_after_a_failed_update(session, package):
    with pytest.raises(DeployError, match=rf"could not be created\. {CAUSE}"):
        deploy(session, package(FAILING), STAGE, terminal=QUICK)
    assert ("ROLLBACK_COMPLETE", False) == (status(session), has_bucket(session))

    assert deploy(session, package(WORKING), STAGE, terminal=QUICK).changed
    assert ("CREATE_COMPLETE", True) == (status(session), has_bucket(session))

    with pytest.raises(DeployError, match=rf"could not be updated\. {CAUSE}.*\nThe stack is as it was before"):
        deploy(session, package(FAILING), STAGE, terminal=QUICK)
    assert ("UPDATE_ROLLBACK_COMPLETE", True) == (status(session), has_bucket(session))

    again = deploy(session, package({**WORKING, "Second": WORKING["Queue"]}), STAGE, terminal=QUICK)
    assert (True, {"Package": "Queue-Second"}) == (again.changed, again.outputs)
    assert not deploy(session, package({**WORKING, "Second": WORKING["Queue"]}), STAGE, terminal=QUICK).changed
